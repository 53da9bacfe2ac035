"""Rankings that an agent is told to follow, and the placebo of their length."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import personas, prompts, schema
from ..questions import Turn
from .rankings import permuted, spearman


@dataclass(frozen=True)
class Prior:
    """Rankings of attribute levels that the agent is told to follow.

    Parameters
    ----------
    stated : DataFrame
        Beliefs of one instrument with ranks or means of attribute levels; draws are averaged.
    rho : float or None
        Wanted Spearman correlation with the stated ranking: 1 is the agent's own ranking (self-conditioning), -1 its
        reverse, .8 and .2 the paper's weak and strong perturbations; None is a ranking drawn independently of it.
        Where few levels make it unattainable the nearest is taken (of two equally near, the larger), see `achieved`.
    seed : int
        Of the draw among equally near rankings.

    Attributes
    ----------
    own, ranks : mapping of attribute to {level: rank}
        Stated and imposed ranks, 1 for the highest. Levels never read are left out, as are attributes with fewer
        than two levels read.

    Raises
    ------
    ValueError
        If rho is outside [-1, 1], an attribute is unknown, nothing was stated about levels, or the statements are of
        several arms or instruments.

    References
    ----------
    Mannekote et al. (2025), arXiv:2507.02197, section 4.3. The paper does not give its perturbation.

    Examples
    --------
    >>> prior = bs.Prior(stated, rho=-1.0)
    >>> prior.table()[["attribute", "level", "imposed", "own"]].head(2)
      attribute  level  imposed  own
    0       age  18-29      2.0  3.0
    1       age  30-44      4.0  1.0
    """

    stated: pd.DataFrame = field(repr=False, compare=False)
    rho: float | None = 1.0
    seed: int = 0
    own: Mapping[str, Mapping[str, float]] = field(init=False, repr=False, hash=False)
    ranks: Mapping[str, Mapping[str, float]] = field(init=False, repr=False, hash=False)

    def __post_init__(self) -> None:
        if self.rho is not None and not -1 <= self.rho <= 1:
            raise ValueError(
                f"rho must be within [-1, 1] or None (independent of the stated ranking), got {self.rho!r}"
            )
        own = _stated_ranks(self.stated)
        rng = np.random.default_rng(self.seed)
        imposed = {}
        for attribute, ranks in own.items():
            values = permuted(np.array(list(ranks.values())), self.rho, rng)
            imposed[attribute] = dict(zip(ranks, values.tolist(), strict=True))
        object.__setattr__(self, "own", own)
        object.__setattr__(self, "ranks", imposed)

    @property
    def condition(self) -> str:
        """``self``, ``reversed``, ``random``, or ``imposed`` with the wanted ρ."""
        named = {1.0: "self", -1.0: "reversed", None: "random"}
        return named.get(self.rho, f"imposed {self.rho:g}" if self.rho is not None else "")

    @property
    def achieved(self) -> dict[str, float]:
        """Spearman's ρ between imposed and stated ranking, by attribute."""
        return {
            attribute: spearman(np.array(list(ranks.values())), np.array(list(self.own[attribute].values())))
            for attribute, ranks in self.ranks.items()
        }

    def table(self) -> pd.DataFrame:
        """Imposed and own rank of every level.

        Columns condition, attribute, level, imposed, own, and `achieved`, the attribute's ρ between the two (missing
        where the own ranking is all ties).
        """
        achieved = self.achieved
        rows = [
            (self.condition, attribute, level, rank, self.own[attribute][level], achieved[attribute])
            for attribute, ranks in self.ranks.items()
            for level, rank in ranks.items()
        ]
        return pd.DataFrame(rows, columns=["condition", "attribute", "level", "imposed", "own", "achieved"])

    def beliefs(self) -> pd.DataFrame:
        """The imposed ranks as beliefs under this condition, so that `compare` sets them beside what was done."""
        table, told = self.table(), self.stated.iloc[0]
        origin = {name: told[name] for name in ("arm", "game", "terms", "frame", "style", "instrument", "question")}
        return schema.beliefs(
            **origin,
            condition=self.condition,
            attribute=table["attribute"],
            level=table["level"],
            statistic="rank",
            unit="rank",
            value=table["imposed"],
        )

    def context(self, turn: Turn, position: int) -> str:
        """The rankings as text."""
        return self.text(turn.game.words["construct"])

    def text(self, construct: str) -> str:
        """One line per attribute below an opening line; tied levels share a place."""
        between = prompts.section("interventions", "prior", "between").strip()
        lines = [prompts.render(prompts.section("interventions", "prior", "opening"), {"construct": construct})]
        for attribute, ranks in self.ranks.items():
            places = [
                " and ".join(level for level in ranks if ranks[level] == rank) for rank in sorted({*ranks.values()})
            ]
            values = {"attribute": personas.title(attribute), "order": f" {between} ".join(places)}
            lines.append(prompts.render(prompts.section("interventions", "prior", "attribute"), values))
        return "\n".join(lines)


@dataclass(frozen=True)
class Placebo:
    """A text without bearing on the game, as many words long as another intervention's text.

    Parameters
    ----------
    like : Prior
        The intervention whose length is matched.

    Examples
    --------
    >>> prior = bs.Prior(stated, rho=None, seed=1)
    >>> agent.given(bs.Placebo(prior)).condition
    'placebo'
    """

    like: Prior
    condition: str = "placebo"

    def context(self, turn: Turn, position: int) -> str:
        """Sentences about the room, cut to the length of the matched text."""
        return self.text(turn.game.words["construct"])

    def text(self, construct: str) -> str:
        """The same, for a prior about this construct."""
        wanted = len(self.like.text(construct).split())
        sentences = prompts.section("interventions", "placebo", "sentences").split()
        repeated = itertools.islice(itertools.cycle(sentences), wanted)
        return " ".join(repeated).rstrip(".,") + "."


def _stated_ranks(stated: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Mean rank (1 is highest) of every level that was read, of attributes with at least two."""
    from scipy.stats import rankdata

    told = stated[stated["statistic"].isin(["rank", "mean"]) & (stated["level"] != "") & stated["value"].notna()]
    instruments = told["instrument"].astype(str).unique()
    if len(instruments) != 1:
        raise ValueError(
            f"a prior needs what one instrument stated about levels; given: {', '.join(instruments) or 'none'}"
        )
    if len(arms := told["arm"].astype(str).unique()) != 1:
        raise ValueError(f"a prior needs what one arm stated; given: {', '.join(arms)}; select the rows first")
    sign = 1 if (told["statistic"] == "rank").all() else -1
    means = told.groupby([told["attribute"].astype(str), told["level"].astype(str)], sort=False)["value"].mean()
    found = {}
    for attribute, values in means.groupby(level=0, sort=False):
        personas.levels(str(attribute))  # refuses an unknown attribute
        if len(values) < 2:
            continue
        ranks = rankdata(sign * np.round(values.to_numpy(), 9))
        found[str(attribute)] = dict(zip(values.index.get_level_values(1), ranks.tolist(), strict=True))
    if not found:
        raise ValueError("a prior needs an attribute with at least two levels whose rank or mean could be read")
    return found
