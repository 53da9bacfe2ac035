"""Interventions: what is put before an agent besides persona and rules. Each makes a new agent."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import personas, prompts
from .questions import Block

__all__ = ["Intervention", "Placebo", "Prior", "permuted"]

_ENUMERATED = 7  # up to 7! rankings are searched completely; beyond, random ones
_SEARCHED = 20_000


class Intervention(Protocol):
    """A treatment: a name for the column `condition`, and the text that it adds to a prompt."""

    @property
    def condition(self) -> str:
        """Name in tables."""

    def context(self, block: Block, position: int) -> str:
        """Text for one session of a block."""


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
        Where few levels make it unattainable the nearest is taken, see `achieved`.
    seed : int
        Of the draw among equally near rankings.

    Raises
    ------
    ValueError
        If rho is outside [-1, 1], an attribute is unknown, or nothing was stated about levels.

    References
    ----------
    Mannekote et al. (2025), arXiv:2507.02197, section 4.3. The paper does not give its perturbation.
    """

    stated: pd.DataFrame = field(repr=False, compare=False)
    rho: float | None = 1.0
    seed: int = 0
    own: Mapping[str, Mapping[str, float]] = field(init=False, repr=False)
    ranks: Mapping[str, Mapping[str, float]] = field(init=False, repr=False)

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
            attribute: _spearman(np.array(list(ranks.values())), np.array(list(self.own[attribute].values())))
            for attribute, ranks in self.ranks.items()
        }

    def table(self) -> pd.DataFrame:
        """Imposed and own rank of every level: columns condition, attribute, level, imposed, own."""
        rows = [
            (self.condition, attribute, level, rank, self.own[attribute][level])
            for attribute, ranks in self.ranks.items()
            for level, rank in ranks.items()
        ]
        return pd.DataFrame(rows, columns=["condition", "attribute", "level", "imposed", "own"])

    def context(self, block: Block, position: int) -> str:
        """The rankings as text."""
        return self.text(block.game.words["construct"])

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
    """

    like: Prior
    condition: str = "placebo"

    def context(self, block: Block, position: int) -> str:
        """Sentences about the room, cut to the length of the matched text."""
        wanted = len(self.like.context(block, position).split())
        sentences = prompts.section("interventions", "placebo", "sentences").split()
        repeated = itertools.islice(itertools.cycle(sentences), wanted)
        return " ".join(repeated).rstrip(".,") + "."


def permuted(ranks: NDArray[np.float64], rho: float | None, rng: np.random.Generator) -> NDArray[np.float64]:
    """The ranks in another order, whose Spearman correlation with the given order is nearest to `rho`.

    Parameters
    ----------
    ranks : ndarray, shape (K,)
        Ranks of K levels.
    rho : float or None
        Wanted correlation; None draws an order independently.
    rng : numpy.random.Generator
        Chooses among equally near orders.
    """
    size = len(ranks)
    if rho is None:
        return rng.permutation(ranks)
    if rho == 1:
        return ranks.copy()
    if size <= _ENUMERATED:
        orders = np.array(list(itertools.permutations(range(size))))
    else:
        orders = np.vstack([np.argsort(rng.random((_SEARCHED, size)), axis=1), np.argsort(np.argsort(-ranks))])
    centred = ranks - ranks.mean()
    spread = float(centred @ centred)
    found = centred[orders] @ centred / spread if spread else np.ones(len(orders))
    if rho == -1:
        return size + 1 - ranks
    distance = np.abs(found - rho)
    nearest = np.flatnonzero(distance <= distance.min() + 1e-9)
    return ranks[orders[rng.choice(nearest)]]


def _stated_ranks(stated: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Mean rank (1 is highest) of every level by attribute; levels never read are left out."""
    from scipy.stats import rankdata

    told = stated[stated["statistic"].isin(["rank", "mean"]) & (stated["level"] != "") & stated["value"].notna()]
    instruments = told["instrument"].astype(str).unique()
    if len(instruments) != 1:
        raise ValueError(
            f"a prior needs what one instrument stated about levels; given: {', '.join(instruments) or 'none'}"
        )
    sign = 1 if (told["statistic"] == "rank").all() else -1
    means = told.groupby([told["attribute"].astype(str), told["level"].astype(str)], sort=False)["value"].mean()
    found = {}
    for attribute, values in means.groupby(level=0, sort=False):
        personas.levels(str(attribute))  # refuses an unknown attribute
        ranks = rankdata(sign * np.round(values.to_numpy(), 9))
        found[str(attribute)] = dict(zip(values.index.get_level_values(1), ranks.tolist(), strict=True))
    return found


def _spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])
