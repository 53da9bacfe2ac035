"""What can go wrong at an endpoint."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


class ModelError(RuntimeError):
    """A model could not answer; the message names the cause and a remedy.

    Examples
    --------
    >>> from beliefsim.models import MissingReply, ModelError
    >>> issubclass(MissingReply, ModelError)
    True
    """


class MissingReply(ModelError):
    """A reply is in no recording and the model may not be asked.

    Examples
    --------
    >>> from beliefsim.models import Request
    >>> hello = Request((("user", "Say hello."),))
    >>> list(bs.Model("gpt-4.1-mini").ask([hello]))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    MissingReply: no recorded reply of model 'gpt-4.1-mini', and it may not be asked: pass live=True (--live) …
    """


class BudgetSpent(ModelError):
    """The next request would exceed the budget; what was answered is recorded.

    Examples
    --------
    >>> from beliefsim.models import BudgetSpent, ModelError
    >>> issubclass(BudgetSpent, ModelError)
    True
    """


@dataclass(eq=False)
class Fault(Exception):
    """One attempt without an answer; workers send it home, so that `cause` is given by position.

    Parameters
    ----------
    cause : str
        Short and without secrets; equal causes are counted together.
    kind : {"retry", "refused", "stop"}
        Whether the same request can succeed later, or this prompt is refused, or no request can succeed.
    busy : bool
        Whether fewer requests should be in flight.
    wait_seconds : float, optional
        What the endpoint asked for.
    """

    cause: str
    kind: str = "retry"
    busy: bool = False
    wait_seconds: float | None = None


def table(causes: Counter[str]) -> str:
    """Short table of causes, the most frequent first."""
    rows = [f"{count:7,}  {cause}" for cause, count in causes.most_common(8)]
    return "\n".join([*rows, f"         and {len(causes) - 8} further causes"] if len(causes) > 8 else rows)
