"""The analysis choices that the paper leaves open, each with its default."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Choices"]


@dataclass(frozen=True)
class Choices:
    """Analysis choices that the paper leaves open (its ambiguities 1, 5, 10 and 11), with defaults.

    Parameters
    ----------
    labels : str
        Verbal effect size → η²: ``lower edges`` (.01, .06, .14) or band ``midpoints``.
    means : str
        ``marginal`` level means (a randomised factorial), or ``adjusted``: all attributes fitted together by least
        squares (natural samples). The other one's slope is reported second.
    ties : str
        Levels with equal mean sends share the ``mean rank``, or the attribute's ρ is ``missing``.
    missing_levels : str
        A level without stated value or personas: ``drop level``, or ``drop attribute``.
    implausible : str
        ``keep`` or ``drop`` personas flagged in the people table's column `implausible`.
    constant_label : float
        η² that the "constant label" baseline always states.
    gate : float
        Coupling, amplitude and the reliability ceiling are given only if the omnibus test's p is below this.
    player : str
        Seat whose decisions count; may stay empty where only one seat played.
    across_arms : bool
        Also compare what one arm said with what another did (the cross-model matrix).

    Examples
    --------
    >>> bs.analysis.Choices(means="adjusted", ties="missing").means
    'adjusted'
    """

    labels: str = "lower edges"
    means: str = "marginal"
    ties: str = "mean rank"
    missing_levels: str = "drop level"
    implausible: str = "keep"
    constant_label: float = 0.03
    gate: float = 0.01
    player: str = ""
    across_arms: bool = False

    def __post_init__(self) -> None:
        possible = {
            "labels": ("lower edges", "midpoints"),
            "means": ("marginal", "adjusted"),
            "ties": ("mean rank", "missing"),
            "missing_levels": ("drop level", "drop attribute"),
            "implausible": ("keep", "drop"),
        }
        for name, words in possible.items():
            if getattr(self, name) not in words:
                raise ValueError(f"Choices: {name} {getattr(self, name)!r} is not among {', '.join(words)}")
