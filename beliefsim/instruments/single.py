"""Instruments about one outcome, put to a persona in its seat or to a researcher; those that ask for one answer.

The manipulation check is one of them: does an agent know who it is?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from .. import answers, personas, prompts
from ..beliefs import Belief, Integers, Options
from ..questions import Asking, Question
from .instrument import Array, Cell, Instrument

if TYPE_CHECKING:
    from ..games import Game

_LEVEL = "level"  # the unit of a persona's own attribute


@dataclass(frozen=True)
class SingleOutcome(Instrument):
    """Base of instruments that ask about one move or one fact, not about groups."""

    spaces: ClassVar[tuple[type, ...]] = (Integers, Options)

    def check(self, question: Question) -> None:
        """It needs one outcome from a list."""
        if question.levels:
            raise ValueError(f"{self.name} asks about one outcome; ask game.question({question.name!r}) without by=")
        if not isinstance(question.space, self.spaces):
            wanted = " or ".join(space.__name__ for space in self.spaces)
            raise ValueError(f"{self.name} needs {wanted}; the outcomes of {question.name!r} are {question.space}")

    def messages(self, asking: Asking, persona: str, *, context: str, style: str) -> prompts.Messages:
        """The game's own prompt, with the instrument's question in the place of the move's."""
        texts = asking.listed.texts
        ends = {"low": texts[0], "high": texts[-1]}
        ask = self._ask(asking, {"when": _when(asking), "outcomes": ", ".join(texts), **ends})
        answer = answers.instruction(style, self.form(asking))
        return asking.game.messages(asking.seat, persona, asking.state, context=context, ask=ask, answer=answer)

    def cells(self, asking: Asking) -> list[Cell]:
        """A probability per outcome."""
        return [Cell("probability", "probability", outcome=text) for text in asking.listed.texts]

    def express(self, belief: Belief) -> Array:
        """The believed probabilities."""
        return belief.p


@dataclass(frozen=True)
class OneAnswer(SingleOutcome):
    """Base of instruments that ask for one of the outcomes, and so can be read exactly."""

    max_tokens = 24
    exact = True

    def form(self, asking: Asking) -> str:
        """The answer, under the question's name."""
        return answers.form(asking.question.name, asking.space)

    def schema(self, asking: Asking) -> dict[str, Any]:
        """One of the outcomes."""
        return answers.schema({asking.question.name: answers.property_of(asking.space)})

    def named(self, text: str, asking: Asking) -> str | None:
        """The outcome that a reply names, or None."""
        return answers.move(text, asking.question.name, asking.space)


@dataclass(frozen=True)
class ChoiceProbabilities(OneAnswer):
    """One answer is asked for, and the probability of each possible answer is read.

    A model's probabilities are read exactly where its log-probabilities are given; listed options are asked in every
    rotation and averaged. Where a reply is sampled, all probability is on what it says: average over draws.

    References
    ----------
    Santurkar et al. (2023), arXiv:2303.17548 (answers' log-probabilities as an opinion distribution); Zheng et al.
    (2024), arXiv:2309.03882 (models prefer some positions in a list, and rotation removes it).

    Examples
    --------
    >>> urns = bs.games.Urns()
    >>> bs.elicit(urns.question("urn"), bs.ChoiceProbabilities(), bs.Bayes(urns))[["outcome", "value", "unit"]]
      outcome  value         unit
    0       A    0.5  probability
    1       B    0.5  probability
    """

    text = "choice_probabilities"

    def read(self, text: str, asking: Asking) -> Array:
        """All probability on the outcome that was said."""
        named = self.named(text, asking)
        return np.array([np.nan if named is None else float(named == outcome) for outcome in asking.listed.texts])


@dataclass(frozen=True)
class Forecast(OneAnswer):
    """One number, the best estimate. Read exactly it is the median, the optimal report under absolute error.

    References
    ----------
    Gneiting (2011), doi:10.1198/jasa.2011.r10138; Mannekote et al. (2025), arXiv:2507.02197, section 5.

    Examples
    --------
    >>> coin = bs.games.Coin()
    >>> bs.elicit(coin.question("heads"), bs.Forecast(), bs.Bayes(coin))[["statistic", "value", "unit"]]
      statistic  value          unit
    0     point    5.0  heads in ten
    """

    text = "forecast"
    spaces = (Integers,)

    def cells(self, asking: Asking) -> list[Cell]:
        """The point, in the outcome's unit."""
        return [Cell("point", asking.listed.unit)]

    def read(self, text: str, asking: Asking) -> Array:
        """A legal number; another is missing."""
        named = self.named(text, asking)
        return np.array([np.nan if named is None else float(named)])

    def express(self, belief: Belief) -> Array:
        """The median of the belief."""
        return belief.median[..., None]


def own_attribute(game: Game, column: pd.Series) -> Question:
    """The question which level of an attribute a persona has.

    Parameters
    ----------
    game : Game
        The persona is asked in the seat that moves first, before it moves.
    column : Series
        A categorical column of a people table, for example ``people["age"]``; its categories are the answers.

    Raises
    ------
    ValueError
        If the column has no name or is not categorical.

    Examples
    --------
    >>> bs.instruments.own_attribute(game, people["openness"]).name
    'openness'
    """
    if not isinstance(column.dtype, pd.CategoricalDtype) or not column.name:
        raise ValueError(f"own_attribute needs a categorical column of a people table, got {column.name!r}")
    levels = tuple(str(level) for level in column.cat.categories)
    return Question(str(column.name), game, game.players[0], "self", Options(levels, unit=_LEVEL))


@dataclass(frozen=True)
class OwnAttribute(ChoiceProbabilities):
    """Which level of an attribute the persona has: read like any choice, the levels listed in every rotation.

    Ask with ``own_attribute(game, people["age"])``; compare with `recovered_attributes`.

    Examples
    --------
    >>> asked = bs.instruments.own_attribute(game, people["openness"])
    >>> bs.elicit(asked, bs.instruments.OwnAttribute(), agent, people)["outcome"].unique().tolist()
    ['Low', 'Moderate', 'High']
    """

    text = "own_attribute"

    def check(self, question: Question) -> None:
        """It needs a question of `own_attribute`."""
        super().check(question)
        if question.space.unit != _LEVEL or question.about != "self":
            raise ValueError(
                f"{self.name} asks for a persona's own level, not for {question.name!r}: "
                'use bs.instruments.own_attribute(game, people["age"])'
            )

    def truth(self, asking: Asking) -> Belief:
        """The level that each persona has, shape (n, K); missing where it has none.

        Raises
        ------
        ValueError
            If there are no personas, or they lack the attribute.
        """
        name, space = asking.question.name, asking.listed
        if asking.people is None or name not in asking.people:
            raise ValueError(f"{self.name} needs personas with {name!r}: give elicit(..., people)")
        codes = pd.Index(space.texts).get_indexer(pd.Index(asking.people[name].astype(str)))
        return Belief.normalised(space, codes[:, None] == range(len(space)))

    def _ask(self, asking: Asking, values: dict[str, Any]) -> str:
        template = prompts.section("instruments", self.text, self.paraphrase(asking))
        outcomes = {"outcomes": "; ".join(asking.listed.texts)}
        return prompts.render(template, {"attribute": personas.title(asking.question.name), **outcomes})


def _when(asking: Asking) -> str:
    """What is supposed, and the round asked about, in words; no round unless a player's move is asked about."""
    question, game = asking.question, asking.game
    phrases = []
    for move, value in question.given.items():
        own = asking.seat in game.seats and game.key(asking.seat) == move
        word = game.words[f"{move}.self" if own else move]
        phrases.append(prompts.render(prompts.section("phrases", "given", "if"), {"move": word, "value": value}))
    if game.rounds > 1 and question.seat not in game.chance and question.name not in game.asked:
        title = ("coming", "next", "later")[min(question.horizon, 2)]
        ahead = {"horizon": question.horizon} if title == "later" else {}
        values = {"target": asking.state.round + question.horizon, **ahead}
        phrases.append(prompts.render(prompts.section("phrases", "when", title), values))
    return "".join(f" {phrase}" for phrase in phrases)
