"""What is put before an agent: rankings that it is told to follow, and the placebo of their length."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import personas, prompts, schema
from ..questions import Turn

Array = NDArray[np.float64]
_ENUMERATED = 7  # up to 7! rankings are searched completely; beyond, random ones
_SEARCHED = 20_000


class Intervention(Protocol):
    """A treatment: a name for the column `condition`, and the text that it adds to a prompt.

    Examples
    --------
    >>> bs.Prior(stated).condition
    'self'
    """

    @property
    def condition(self) -> str:
        """Name in tables."""

    def context(self, turn: Turn, position: int) -> str:
        """Text for one session of a turn or an asking."""


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
        own, rng = _stated_ranks(self.stated), np.random.default_rng(self.seed)
        imposed = {name: permuted(_values(ranks), self.rho, rng).tolist() for name, ranks in own.items()}
        object.__setattr__(self, "own", own)
        object.__setattr__(self, "ranks", {name: dict(zip(own[name], imposed[name], strict=True)) for name in own})

    @property
    def condition(self) -> str:
        """``self``, ``reversed``, ``random``, or ``imposed`` with the wanted ρ."""
        if self.rho is None:
            return "random"
        return {1.0: "self", -1.0: "reversed"}.get(self.rho, f"imposed {self.rho:g}")

    @property
    def achieved(self) -> dict[str, float]:
        """Spearman's ρ between imposed and stated ranking, by attribute."""
        return {name: spearman(_values(ranks), _values(self.own[name])) for name, ranks in self.ranks.items()}

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
        return schema.beliefs(
            **told[["arm", "game", "terms", "frame", "style", "instrument", "question"]].to_dict(),
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
            tiers = [[level for level in ranks if ranks[level] == rank] for rank in sorted({*ranks.values()})]
            order = f" {between} ".join(" and ".join(tier) for tier in tiers)
            values = {"attribute": personas.title(attribute), "order": order}
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
    ranks = (sign * means.round(9)).groupby(level=0, sort=False).rank()
    own = {str(name): by_level.droplevel(0).to_dict() for name, by_level in ranks.groupby(level=0, sort=False)}
    for name in own:
        personas.levels(name)  # refuses an unknown attribute
    if not any(len(levels) > 1 for levels in own.values()):
        raise ValueError("a prior needs an attribute with at least two levels whose rank or mean could be read")
    return {name: levels for name, levels in own.items() if len(levels) > 1}


def _values(ranks: Mapping[str, float]) -> Array:
    return np.array(list(ranks.values()))


def permuted(ranks: Array, rho: float | None, rng: np.random.Generator) -> Array:
    """A ranking whose Spearman correlation with the given one is nearest to `rho`.

    Parameters
    ----------
    ranks : ndarray, shape (K,)
        Ranks of K levels; ties have their mean rank.
    rho : float or None
        Wanted correlation; of two equally near ones the larger is taken. 1 gives the same ranks and -1 their mirror,
        ties included; every other ranking is without ties. None draws one independently.
    rng : numpy.random.Generator
        Chooses among rankings of the same correlation.

    Examples
    --------
    >>> permuted(np.array([1.0, 2, 3]), 0.2, np.random.default_rng(1))
    array([1., 3., 2.])
    """
    size = len(ranks)
    if rho == 1:
        return ranks.copy()
    if rho == -1:
        return size + 1 - ranks
    centred = ranks - ranks.mean()
    if rho is None or not centred.any():  # a ranking that is all ties goes together with none
        return rng.permutation(np.arange(1.0, size + 1))
    orders = _orders(size, rng)
    rho_of = (orders - orders.mean(axis=1, keepdims=True)) @ centred
    rho_of /= np.sqrt((centred @ centred) * ((orders[0] - orders[0].mean()) ** 2).sum())
    gap = np.round(np.abs(rho_of - rho), 9)
    near = np.flatnonzero(gap == gap.min())
    return orders[rng.choice(near[np.isclose(rho_of[near], rho_of[near].max())])]


def _orders(size: int, rng: np.random.Generator) -> Array:
    """Rankings to choose from: all of them where they are few."""
    if size <= _ENUMERATED:
        return np.array(list(itertools.permutations(range(1, size + 1))), dtype=float)
    return rng.permuted(np.tile(np.arange(1.0, size + 1), (_SEARCHED, 1)), axis=1)


def spearman(first: Array, second: Array) -> float:
    """Correlation of two columns of ranks, missing where one is all ties."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])
