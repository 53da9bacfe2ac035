"""Models: any OpenAI-compatible endpoint, or llama.cpp on this machine, behind recordings."""

from .bills import Bill, Budget, itemised
from .endpoint import DEFAULT
from .errors import BudgetSpent, MissingReply, ModelError
from .model import Model
from .pace import Limits
from .requests import Choice, Reply, Request
from .tally import asked_for

__all__ = [
    "DEFAULT",
    "Bill",
    "Budget",
    "BudgetSpent",
    "Choice",
    "Limits",
    "MissingReply",
    "Model",
    "ModelError",
    "Reply",
    "Request",
    "asked_for",
    "itemised",
]
