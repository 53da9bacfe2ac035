"""Instruments that compare groups, asked as a researcher: the three elicitation strategies of the core paper."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import answers, personas, prompts
from ..beliefs import Belief, Integers
from ..questions import Asking, Question
from .instrument import Array, Cell, Instrument

EFFECT_SIZES: Mapping[str, float] = {"none": 0.0, "small": 0.01, "medium": 0.06, "large": 0.14}
"""Lower edges of Cohen's labels as shares of variance. Cohen (1988), doi:10.4324/9780203771587."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class _Groups(Instrument):
    context = True  # whether the rules of the game are shown

    def check(self, question: Question) -> None:
        if not question.levels:
            raise ValueError(
                f"{self.name} compares the levels of an attribute; ask game.question({question.name!r}, by=[...])"
            )

    def messages(self, asking: Asking, persona: str, *, context: str, style: str) -> prompts.Messages:
        listed = "\n".join(f"{letter}: {level}" for letter, level in self._listing(asking).items())
        ask = self._ask(asking, {"attribute": personas.title(asking.attribute), "levels": listed})
        values = {"ask": ask, "context": context, "answer": answers.instruction(style, self.form(asking))}
        if not self.context:
            return prompts.messages(prompts.section("instruments", self.text, "without rules"), values)
        values["rules"] = asking.game.rules()
        return prompts.messages(prompts.section("instruments", self.text, "with rules"), values)

    def _listing(self, asking: Asking) -> dict[str, str]:
        """Letters → levels; the listing rotates with the draw, so that order effects average out."""
        turn = asking.draw % len(asking.levels)
        return dict(zip(_LETTERS, asking.levels[turn:] + asking.levels[:turn], strict=False))


@dataclass(frozen=True)
class Ranking(_Groups):
    """Ranking of an attribute's levels with a verbal effect size (NOCTX+TR, CTX+TR).

    Parameters
    ----------
    context : bool
        Whether the rules of the game are shown.
    effect_sizes : mapping of str to float
        The share of variance (η²) that each verbal label stands for. The paper does not say; band midpoints
        (.005, .035, .1, .2) are an alternative.

    References
    ----------
    Mannekote et al. (2025), arXiv:2507.02197, section 4.1.

    Examples
    --------
    >>> told = bs.elicit(game.question("sent", by=["openness"]), bs.Ranking(), agent)
    >>> told.loc[told["statistic"] == "rank", ["level", "value"]]
          level  value
    0       Low    1.0
    1  Moderate    2.0
    2      High    3.0
    """

    context: bool = True
    effect_sizes: Mapping[str, float] = field(default_factory=lambda: dict(EFFECT_SIZES), hash=False)
    text = "ranking"
    max_tokens = 80

    @property
    def name(self) -> str:
        """CTX+TR or NOCTX+TR, as in the paper."""
        return "CTX+TR" if self.context else "NOCTX+TR"

    def cells(self, asking: Asking) -> list[Cell]:
        """A rank per level (1 is highest) and the attribute's share of variance."""
        return [Cell("rank", "rank", level) for level in asking.levels] + [Cell("effect_size", "eta_squared")]

    def form(self, asking: Asking) -> str:
        """Letters from highest to lowest, and a label."""
        letters = ", ".join(self._listing(asking))
        labels = " or ".join(self.effect_sizes)
        return f'{{"ranking": "<{letters} from highest to lowest, with > between them>", "effect": "<{labels}>"}}'

    def schema(self, asking: Asking) -> dict[str, Any]:
        """All rankings where they are few, else a pattern."""
        ranking = answers.property_of_ranking(list(self._listing(asking)))
        return answers.schema({"ranking": ranking, "effect": {"type": "string", "enum": list(self.effect_sizes)}})

    def read(self, text: str, asking: Asking) -> Array:
        """Ranks (ties take the mean rank) and the label's share of variance; each missing by itself."""
        found = answers.last_object(text) or {"ranking": text}
        ranks = self._ranks(str(found.get("ranking", "")), asking)
        label = str(found.get("effect", "")).strip().casefold()
        return np.append(ranks, self.effect_sizes.get(label, np.nan))

    def _ranks(self, said: str, asking: Asking) -> Array:
        listing = self._listing(asking)
        for letter, level in listing.items():
            said = re.sub(rf"(?<!\w){re.escape(level)}(?!\w)", letter, said, flags=re.IGNORECASE)
        ranks = dict(zip(listing.values(), answers.ranking(said, list(listing)), strict=True))
        return np.array([ranks[level] for level in asking.levels])

    def express(self, belief: Belief) -> Array:
        """Levels by their believed mean; the largest label not above the believed share of variance."""
        from scipy.stats import rankdata

        ranks = rankdata(-np.round(belief.mean, 9))
        between, within = belief.mean.var(), float(np.mean(belief.sd**2))
        share = between / (between + within) if between + within > 0 else 0.0
        label = max((size for size in self.effect_sizes.values() if size <= share), default=0.0)
        return np.append(ranks, label)


@dataclass(frozen=True)
class GroupMeans(_Groups):
    """Mean and standard deviation of the amount by level (CTX+$), groups of 100 people each.

    References
    ----------
    Mannekote et al. (2025), arXiv:2507.02197, section 4.1.

    Examples
    --------
    >>> told = bs.elicit(game.question("sent", by=["openness"]), bs.GroupMeans(), agent)
    >>> told.loc[told["statistic"] == "mean", ["level", "value", "unit"]].round(2)
          level  value     unit
    0       Low   5.21  dollars
    2  Moderate   5.06  dollars
    4      High   4.73  dollars
    """

    text = "group_means"
    max_tokens = 220

    @property
    def name(self) -> str:
        """CTX+$, as in the paper."""
        return "CTX+$"

    def check(self, question: Question) -> None:
        """It needs levels and an amount."""
        super().check(question)
        if not isinstance(question.space, Integers):
            raise ValueError(f"{self.name} states amounts; the outcomes of {question.name!r} are {question.space}")

    def cells(self, asking: Asking) -> list[Cell]:
        """Mean and s.d. per level."""
        unit = asking.space.unit
        return [Cell(statistic, unit, level) for level in asking.levels for statistic in ("mean", "sd")]

    def form(self, asking: Asking) -> str:
        """An object per letter."""
        first = next(iter(self._listing(asking)))
        more = ", ..." if len(asking.levels) > 1 else ""
        return f'{{"{first}": {{"mean": <dollars>, "sd": <dollars>}}{more}}}'

    def schema(self, asking: Asking) -> dict[str, Any]:
        """Numbers within the space; llama.cpp does not enforce the bounds of decimals, so `read` checks."""
        bounds = {"type": "number", "minimum": asking.amounts.low, "maximum": asking.amounts.high}
        pair = answers.schema({"mean": bounds, "sd": {**bounds, "minimum": 0}})
        return answers.schema(dict.fromkeys(self._listing(asking), pair))

    def read(self, text: str, asking: Asking) -> Array:
        """Means and s.d.s within the legal range; each missing by itself."""
        space = asking.amounts
        found = answers.last_object(text) or {}
        stated = {level: found.get(letter, found.get(level)) for letter, level in self._listing(asking).items()}
        pairs = [pair if isinstance(pair := stated[level], dict) else {} for level in asking.levels]
        values = np.array([[answers.number(pair.get(name)) for name in ("mean", "sd")] for pair in pairs])
        least, most = (space.low, 0), (space.high, space.high - space.low)
        return np.where((values >= least) & (values <= most), values, np.nan).ravel()

    def express(self, belief: Belief) -> Array:
        """The believed means and s.d.s."""
        return np.column_stack([belief.mean, belief.sd]).ravel()
