"""Persuasion: a seller who may be honest speaks to a buyer; how honest to say one is, is the seller's choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from beliefsim import prompts
from beliefsim.beliefs import Belief, Integers, Options, Space
from beliefsim.games import Evidence, Game, State
from beliefsim.games.evidence import Array
from beliefsim.questions import Question

MATERIAL = str(Path(__file__).parent / "material")
_NEVER = 1e-12  # what cannot happen keeps this chance, so that weighted evidence stays finite
_TIE = 1e-6  # an indifferent buyer buys, as the theory has it


@dataclass(frozen=True)
class Persuasion(Evidence):
    """A buyer hears a seller who tells which types of sellers there are, and buys or not.

    Honest sellers say what the item is; the others call every item good. Nobody is bound beforehand: in the frames
    ``neutral`` (numbers) and ``prose`` the types are part of what the seller says; in ``naive`` and ``strong`` the
    seller only urges, so that a wise buyer learns nothing (take honest_percent 0). The buyer gains
    100 − threshold_percent by a good item, loses threshold_percent by a bad one, and so buys if good is as likely as
    the threshold.

    Parameters
    ----------
    prior_percent, threshold_percent : float, between 0 and 100
        Good items in 100, and the chance in 100 from which on the buyer should buy.
    honest_percent : float, 0 to 100
        Honest sellers in 100.
    rounds : int
        1: the seller speaks once.
    frame : str
        The wording, a file in ``texts/persuasion``.

    References
    ----------
    Kamenica & Gentzkow (2011), doi:10.1257/aer.101.6.2590; narrated types: He et al. (2025), arXiv:2510.13387.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> game = persuasion.Persuasion(prior_percent=30, honest_percent=400 / 7)  # just honest enough
    >>> game.truth(game.question("item"), bs.games.State(("good", "good"))).p.round(3).tolist()
    [[0.5, 0.5]]
    """

    prior_percent: float = 30
    threshold_percent: float = 50
    honest_percent: float = 60
    rounds: int = 1
    seats = ("item", "seller", "buyer")
    asked: ClassVar[Mapping[str, tuple[str, Integers | Options]]] = MappingProxyType(
        {"type": ("buyer/seller", Options(("honest", "dishonest"), unit="seller"))}
    )

    def __post_init__(self) -> None:
        _check_between(self, "prior_percent", "threshold_percent")
        if not 0 <= self.honest_percent <= 100:
            raise ValueError(f"honest_percent must be within 0..100, got {self.honest_percent!r}")
        if self.rounds != 1:
            raise ValueError(f"rounds must be 1, as the seller speaks once; got {self.rounds!r}")
        super().__post_init__()

    @property
    def hidden(self) -> Options:
        """What the item may be."""
        return Options(("good", "bad"), unit="item")

    @property
    def signals(self) -> Options:
        """What the seller may say of it."""
        return Options(("good", "bad"), unit="message")

    @property
    def prior(self) -> Array:
        """Chances of a good and of a bad item."""
        return np.array([self.prior_percent, 100 - self.prior_percent]) / 100

    @property
    def likelihood(self) -> Array:
        """A good item is called good; a bad one is called bad by honest sellers."""
        honest = np.clip(self.honest_percent / 100, _NEVER, 1 - _NEVER)
        return np.array([[1 - _NEVER, _NEVER], [1 - honest, honest]])

    def moves(self, state: State) -> Space:
        """The item, what the seller says, and whether the buyer buys."""
        return Options(("yes", "no"), unit="answer") if len(state.moves) == 2 else super().moves(state)

    def worth(self, p: Array) -> Array:
        """Expected payoff of buying and of not buying."""
        return np.column_stack([p[..., 0] - self.threshold_percent / 100 + _TIE, np.zeros(len(p))])

    def payoffs(self, state: State) -> dict[str, Any]:
        """The seller earns a point by a sale; the buyer gains or loses, in points."""
        bought = (np.asarray(state.moves[2]) == "yes").astype(float)
        good = (np.asarray(state.moves[0]) == "good").astype(float)
        return {"seller": bought, "buyer": bought * (100 * good - self.threshold_percent)}

    def truth(self, question: Question, state: State) -> Belief:
        """The posterior about the item, or about the seller's type, given what the seller said."""
        if question.name != "type":
            return super().truth(question, state)
        honest, said = self.honest_percent / 100, self.seen(state)
        told = np.array([[1.0, 1.0]])  # chances of what was said from an honest and from another seller
        if said:
            good = np.atleast_1d(np.asarray(said[0])) == "good"
            told = np.column_stack([np.where(good, *self.prior), good])
        return Belief.normalised(question.listed, told * [honest, 1 - honest])

    def history(self, state: State) -> str:
        """What the seller said."""
        said = self.seen(state)
        return self.text("history", None, signal=str(said[0])) if said else self.text("nothing")

    def values(self, state: State | None = None) -> dict[str, Any]:
        """Also what the buyer gains, the share of honest sellers in words, and numbers without needless decimals."""
        numbers = {name: f"{getattr(self, name):g}" for name in ("prior_percent", "threshold_percent")}
        words = [line.split(": ", 1) for line in prompts.section(MATERIAL, "shares", "of 100").splitlines()]
        share = [word for least, word in words if self.honest_percent >= float(least)][-1]
        honest = f"{self.honest_percent:.3g}"
        return {
            **super().values(state),
            **numbers,
            "gain": f"{100 - self.threshold_percent:g}",
            "honest_percent": honest,
            "honest_share": share,
        }


@dataclass(frozen=True)
class Pitch(Game):
    """A seller chooses how many of ten sellers to call honest, and sells to a buyer who believes it.

    What is said is what happens, as in `Persuasion` with ten times as many honest in 100: the type is drawn
    accordingly after the choice. The payoff is the chance of a sale to a buyer who reasons by Bayes' rule.

    Parameters
    ----------
    prior_percent, threshold_percent : float, between 0 and 100
        As in `Persuasion`.
    frame : str
        The wording, a file in ``texts/pitch``.

    References
    ----------
    Kamenica & Gentzkow (2011), doi:10.1257/aer.101.6.2590.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> persuasion.Pitch(prior_percent=30).payoffs(bs.games.State(([0, 5, 6, 10],)))["seller"].round(2).tolist()
    [0.0, 0.0, 0.58, 0.3]
    """

    prior_percent: float = 30
    threshold_percent: float = 50
    seats = ("seller",)

    def __post_init__(self) -> None:
        _check_between(self, "prior_percent", "threshold_percent")
        super().__post_init__()

    def moves(self, state: State) -> Integers:
        """Honest sellers of ten."""
        return Integers(0, 10, unit="sellers")

    def payoffs(self, state: State) -> dict[str, Any]:
        """Chance of a sale."""
        return {"seller": self.sales(np.asarray(state.moves[0]) / 10, self.threshold_percent / 100)}

    def sales(self, honest: Array, threshold: float) -> Array:
        """Chance of a sale by share of honest sellers, to a buyer who needs this chance of a good item.

        Called bad, an item is never bought, unless what is said does not count.
        """
        prior = self.prior_percent / 100
        good = prior + (1 - prior) * (1 - np.asarray(honest))
        return np.where(prior >= threshold * good - 1e-9, good, 0.0)

    def values(self, state: State | None = None) -> dict[str, Any]:
        """Also what the buyer gains."""
        return {**super().values(state), "gain": f"{100 - self.threshold_percent:g}"}


def _check_between(game: Any, *names: str) -> None:
    for name in names:
        if not 0 < getattr(game, name) < 100:
            raise ValueError(f"{name} must lie between 0 and 100, got {getattr(game, name)!r}")
