"""Models: any OpenAI-compatible endpoint, or llama.cpp on this machine, behind recordings."""

from .errors import BudgetSpent, MissingReply, ModelError
from .model import DEFAULT, Model
from .pace import Limits
from .requests import Choice, Reply, Request

__all__ = ["DEFAULT", "BudgetSpent", "Choice", "Limits", "MissingReply", "Model", "ModelError", "Reply", "Request"]
