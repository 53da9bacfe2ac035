"""A population whose say–do consistency is planted, so that the numbers that come back can be checked."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.agents import Known
from beliefsim.beliefs import Belief
from beliefsim.interventions import Intervention, Placebo, Prior
from beliefsim.questions import Asking, Turn

from .cells import level_codes
from .dials import Dials, planted_effects, shares_of
from .ranks import rank_scores
from .rounded import clipped_normal

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ScriptedPopulation(Known):
    """Personas with planted trait effects on what they send, and a teller with planted beliefs about these effects.

    Done effects are per level, w, centred within an attribute. Stated effects are amplitude · (coupling · w +
    √(1 − coupling²) · w⊥), where w⊥ is orthogonal to w and of equal norm over the levels of all attributes, in the
    inner product weighted by the share of personas. A send is the mean plus the persona's effects plus noise, rounded
    and clipped to the legal range. Clipping shrinks done effects by about the share of sends that it touches (1 % with
    default dials); nothing corrects for it.

    Parameters
    ----------
    population : DataFrame or mapping
        A people table (its categorical columns, with their shares), or attribute → levels (equal shares), or
        attribute → {level: share}.
    dials : Dials
    seed : int
        Draws the effects and each person's own deviation.
    arm : str
        Name in tables.
    interventions : tuple of Prior or Placebo
        What personas were told; use `given`.

    Examples
    --------
    >>> agent = ScriptedPopulation({"age": ("young", "old")}, Dials(coupling=1.0), seed=1)
    >>> agent.truth.columns.tolist()
    ['attribute', 'level', 'share', 'done', 'stated']
    """

    population: Any
    dials: Dials = field(default_factory=Dials)
    seed: int = 0
    arm: str = "scripted"
    interventions: tuple[Intervention, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "population", shares_of(self.population))
        if not 0 <= self._eta.sum() < 1:
            raise ValueError(
                f"eta_squared sums to {self._eta.sum():.2f} over {len(self.population)} attributes; it must be below 1"
            )

    @cached_property
    def truth(self) -> pd.DataFrame:
        """Planted effects, a row per level.

        Columns ``attribute``, ``level``, ``share`` of personas, and the deviations ``done`` and ``stated`` as shares
        of the largest legal send.
        """
        done, stated = self._effects
        return pd.DataFrame(
            [(name, level, share) for name, shares in self.population.items() for level, share in shares.items()],
            columns=["attribute", "level", "share"],
        ).assign(done=done, stated=stated)

    @property
    def condition(self) -> str:  # type: ignore[override]
        """Names of the interventions."""
        return "+".join(intervention.condition for intervention in self.interventions)

    def given(self, intervention: Intervention) -> ScriptedPopulation:
        """The same population under one more intervention.

        A `Prior` displaces own effects as far as the dial `compliance` says; a `Placebo` changes nothing.

        Raises
        ------
        ValueError
            If it is another intervention, or a prior about attributes or levels that the population has not.
        """
        if not isinstance(intervention, (Prior, Placebo)):
            raise ValueError(
                f"a scripted population knows what to do with a Prior or a Placebo, not with {intervention!r}"
            )
        if isinstance(intervention, Prior):
            for name, ranks in intervention.ranks.items():
                self._check_attribute(name, ranks)
        return replace(self, interventions=(*self.interventions, intervention))

    @cached_property
    def full_pull(self) -> float:
        """Share of the largest send that a full unit of imposed score moves, at compliance 1.

        A ranking's score is ((K + 1)/2 − rank)/K; obeyed in full, it makes effects as large as the own ones.
        """
        spread = 0.0
        for shares in self.population.values():
            share, score = np.array([*shares.values()]), rank_scores(np.arange(len(shares)) + 1)
            spread += float(share @ (score - share @ score) ** 2)
        return float(np.sqrt(self._share @ self._effects[0] ** 2 / spread)) if spread > 0 else 0.0

    def decide(self, turn: Turn) -> NDArray[Any]:
        """Whole dollars of each session's persona, shape (n,)."""
        space = turn.amounts
        latent = self._persona_means(turn, self._done_now)
        latent += self._noise_sd * _normal(turn.uniform())
        # In place: a million personas are moved through four arrays, not eight.
        latent *= space.high
        np.rint(latent, out=latent)
        return np.clip(latent, space.low, space.high, out=latent)

    def believe(self, asking: Asking) -> Belief:
        """The teller's belief: a row per level of the attribute compared, or a row per persona asked."""
        space = asking.amounts
        if asking.attribute:
            self._check_attribute(asking.attribute, asking.levels)
            means = self.dials.mean + self._stated(asking)
            within = self.dials.sd * np.sqrt(1 - self._eta[list(self.population).index(asking.attribute)])
            return clipped_normal(space, means * space.high, within * space.high)
        means = self._persona_means(asking, self._by_attribute(self._effects[1]))
        return clipped_normal(space, means * space.high, self._noise_sd * space.high)

    @cached_property
    def _share(self) -> Array:
        return np.array([share for shares in self.population.values() for share in shares.values()])

    @property
    def _eta(self) -> Array:
        planted = self.dials.eta_squared
        if not isinstance(planted, Mapping):
            return np.full(len(self.population), float(planted))
        for name in planted:
            self._check_attribute(name)
        return np.array([float(planted.get(name, 0.0)) for name in self.population])

    @property
    def _noise_sd(self) -> float:
        """S.d. of what is new in each draw, as a share of the largest send."""
        return float(self.dials.sd * np.sqrt(1 - self._eta.sum()) * np.sqrt(1 - self.dials.stability))

    @cached_property
    def _effects(self) -> tuple[Array, Array]:
        """Done and stated effects of the stacked levels."""
        sizes = [len(shares) for shares in self.population.values()]
        return planted_effects(self._share, sizes, self._eta, self.dials, np.random.default_rng([self.seed, 1]))

    @property
    def _done_now(self) -> dict[str, dict[str, float]]:
        """Done effects by attribute and level, displaced by an imposed ranking."""
        effects, compliance = self._by_attribute(self._effects[0]), self.dials.compliance
        priors = [intervention.ranks for intervention in self.interventions if isinstance(intervention, Prior)]
        imposed = {name: ranks for prior in priors for name, ranks in prior.items()}  # a later prior overrides
        for name, ranks in imposed.items():
            scores = dict(zip(ranks, rank_scores([*ranks.values()]), strict=True))
            for level, own in effects[name].items():
                pulled = compliance * self.full_pull * scores.get(level, 0.0)
                effects[name][level] = (1 - compliance) * own + pulled
        return effects

    def _by_attribute(self, stacked: Array) -> dict[str, dict[str, float]]:
        values = iter(stacked.tolist())
        return {name: {level: next(values) for level in shares} for name, shares in self.population.items()}

    def _stated(self, asking: Asking) -> Array:
        effects = self._by_attribute(self._effects[1])[asking.attribute]
        stated = np.array([effects[level] for level in asking.levels])
        noise = self.dials.elicitation_noise * np.sqrt(self._share @ self._effects[1] ** 2 / len(self.population))
        rng = np.random.default_rng([self.seed, 2, asking.seed, asking.draw, zlib.crc32(asking.attribute.encode())])
        return stated + noise * rng.standard_normal(len(stated))

    def _persona_means(self, turn: Turn, effects: Mapping[str, Mapping[str, float]]) -> Array:
        if turn.people is None:
            raise ValueError("a scripted population acts for people; give play(..., people)")
        total = self.dials.sd * np.sqrt((1 - self._eta.sum()) * self.dials.stability) * self._deviations(turn.people)
        total += self.dials.mean + self._frame_shift(turn.game.frame)
        for name, by_level in effects.items():
            # A persona without a level has no effect of this attribute; its code -1 is the last entry.
            total += np.append([*by_level.values()], 0.0)[level_codes(turn.people, name, [*by_level])]
        return total

    def _deviations(self, people: pd.DataFrame) -> Array:
        """A standard normal number per person, the same wherever the person comes again."""
        key = f"{self.seed % 10**16:016d}"
        hashes = pd.util.hash_array(people.index.to_numpy(dtype=object), hash_key=key, categorize=False)
        return _normal((hashes >> np.uint64(11)) * 2.0**-53)

    def _frame_shift(self, frame: str) -> float:
        rng = np.random.default_rng([self.seed, 3, zlib.crc32(frame.encode())])
        return float(self.dials.frame_noise * self.dials.sd * rng.standard_normal())

    def _check_attribute(self, name: str, levels: Iterable[str] = ()) -> None:
        if name not in self.population:
            raise ValueError(f"attribute {name!r} is not among the population's {', '.join(self.population)}")
        for level in levels:
            if level not in self.population[name]:
                raise ValueError(f"level {level!r} of {name} is not among {', '.join(self.population[name])}")


def _normal(uniform: Array) -> Array:
    """Normal quantiles of uniform numbers, which are kept off 0 and 1, where they are infinite."""
    from scipy.special import ndtri

    return np.asarray(ndtri(np.clip(uniform, 1e-16, 1 - 1e-16)), dtype=float)
