"""The manipulation check: does an agent know who it is?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from .. import personas, prompts
from ..beliefs import Belief, Options
from ..questions import Asking, Question
from .single import ChoiceProbabilities

_UNIT = "level"


def own_attribute(game: Any, column: pd.Series) -> Question:
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
    return Question(str(column.name), game, game.players[0], "self", Options(levels, unit=_UNIT))


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
        if question.space.unit != _UNIT or question.about != "self":
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
