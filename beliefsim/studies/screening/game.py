"""Screening applicants: beliefs about a hire, and steps that cost."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beliefsim.beliefs import Options, Space
from beliefsim.games import Evidence, State
from beliefsim.games.evidence import Array
from beliefsim.games.terms import check_whole


@dataclass(frozen=True)
class Screening(Evidence):
    """Reject, phone or interview an applicant whom readers have marked; a missed good hire is dear.

    Phoning is a cheap noisy look whose result is followed, so that the best step by expected cost is that of the
    dynamic programme with one call.

    Parameters
    ----------
    good_percent : int, 1 to 99
        Good hires in 100 applicants.
    hits, alarms : int, 1 to 99
        Strong marks in 100 good and in 100 bad applications.
    phone_hits, phone_alarms : int, 1 to 99
        Calls that go well with 100 good and with 100 bad applicants.
    phone, interview, missed : int
        Costs in dollars of a call, of an interview, and of rejecting a good applicant.
    rounds : int
        Readers, who mark independently given the applicant.
    frame : str
        The wording, a file in ``texts/screening``.

    References
    ----------
    Wald (1945), doi:10.1214/aoms/1177731118 (looking on at a cost).

    Examples
    --------
    >>> from beliefsim.studies import screening
    >>> game = screening.Screening()
    >>> game.costs  # rows good, bad; columns reject, phone, interview
    array([[40000., 10150.,  2500.],
           [    0.,   775.,  2500.]])
    """

    good_percent: int = 10
    hits: int = 70
    alarms: int = 35
    phone_hits: int = 80
    phone_alarms: int = 25
    phone: int = 150
    interview: int = 2500
    missed: int = 40_000
    rounds: int = 3
    seats = ("applicant", "reader", "screener")

    def __post_init__(self) -> None:
        for name in ("good_percent", "hits", "alarms", "phone_hits", "phone_alarms"):
            check_whole(name, getattr(self, name), least=1, most=99)
        for name in ("phone", "interview", "missed"):
            check_whole(name, getattr(self, name), least=0)
        super().__post_init__()

    @property
    def hidden(self) -> Options:
        """What the applicant would be."""
        return Options(("good", "bad"), unit="applicant")

    @property
    def signals(self) -> Options:
        """A reader's marks."""
        return Options(("strong", "weak"), unit="mark")

    @property
    def steps(self) -> Options:
        """What can be done."""
        return Options(("reject", "phone", "interview"), unit="step")

    @property
    def prior(self) -> Array:
        """Chances of the kinds."""
        return np.array([self.good_percent, 100 - self.good_percent]) / 100

    @property
    def likelihood(self) -> Array:
        """Marks given the kind."""
        return np.array([[self.hits, 100 - self.hits], [self.alarms, 100 - self.alarms]]) / 100

    @property
    def call(self) -> Array:
        """Chances that a call goes well or badly given the kind, shape (2, 2)."""
        well = np.array([self.phone_hits, self.phone_alarms]) / 100
        return np.column_stack([well, 1 - well])

    @property
    def costs(self) -> Array:
        """Expected cost in dollars of each step (columns) with a good and a bad applicant (rows)."""
        reject, interview = np.array([self.missed, 0.0]), np.full(2, float(self.interview))
        phone = self.phone + self.call[:, 0] * interview + self.call[:, 1] * reject
        return np.column_stack([reject, phone, interview])

    def moves(self, state: State) -> Space:
        """The kind, then a mark, then a step."""
        return self.steps if len(state.moves) == 2 else super().moves(state)

    def worth(self, p: Array) -> Array:
        """Minus the expected cost of each step, shape (n, 3)."""
        return -p @ self.costs

    def payoffs(self, state: State) -> dict[str, Any]:
        """Minus the cost, its mean over calls."""
        kind, step = self.hidden.index(state.moves[0]), self.steps.index(state.moves[2])
        return {self.seats[2]: -self.costs[kind, step]}
