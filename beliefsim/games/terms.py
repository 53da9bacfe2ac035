"""What the terms of a game may be, and what its seats are called."""

import numbers
from dataclasses import field
from typing import Any


def role(seat: str) -> str:
    """The kind of a seat, without the number that tells several of a kind apart.

    Examples
    --------
    >>> role("member 12"), role("trustor")
    ('member', 'trustor')
    """
    return seat.rstrip("0123456789").rstrip()


def whole(default: int, least: int, most: int | None = None) -> Any:
    """A term of a game that is a whole number within these bounds; the making of a game with another one is refused.

    Examples
    --------
    >>> bs.games.Urns(share=101)
    Traceback (most recent call last):
    ValueError: share must be within 51..99, got 101
    """
    return field(default=default, metadata={"least": least, "most": most})


def check_whole(name: str, value: object, least: int, most: int | None = None) -> None:
    """Refuse a term that is not a whole number of at least `least` and, where there is a limit, at most `most`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or int(value) < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    if most is not None and int(value) > most:
        raise ValueError(f"{name} must be within {least}..{most}, got {value!r}")
