"""Every number that `compare` reports for one arm, condition, frame and instrument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim.measures import Estimate

from . import nulls, ranks
from .ceilings import reliability_ceiling, stated_ceiling, stated_in_dollars
from .cells import Cells
from .effects import rank_epsilon_squared
from .nulls import UNRELATED, Null, summary
from .slopes import centred, coupling, slope, slope_from_means
from .statements import Choices, Statement
from .statistics import Statistics

Array = NDArray[np.float64]
CANNOT_TELL = "cannot tell: no trait effects to be consistent with"


@dataclass
class Measures:
    """Rows of the metrics table for one set of cells."""

    cells: Cells
    said: Mapping[str, Statement]
    notes: Mapping[str, str]  # by attribute, what was left out and why
    choices: Choices
    permutations: int
    rng: np.random.Generator
    unread: Array  # (N,) share of each persona's probability that could not be read
    ends: tuple[float, float]  # smallest and largest possible amount, for worst-case bounds
    _rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.choices.means == "adjusted" and not self.cells.covered:
            self.unread = self.unread[np.all([column >= 0 for column in self.cells.columns], axis=0)]
            self.cells = self.cells.complete()

    def rows(self) -> list[dict[str, Any]]:
        """All rows, the headline first."""
        self._rows = []
        if not self.cells.amounts.var() > 0:
            return self._nothing_varies()
        self._headline()
        self._ranks()
        self._effect_sizes()
        self._ceilings()
        self._read_rate()
        for number, name in enumerate(self.cells.attributes):
            self._attribute(number, name)
        for name, note in self.notes.items():
            if name not in self.cells.attributes:
                self._add("rho", Estimate(np.nan, note=note), attribute=name)
        return self._rows

    @cached_property
    def statistics(self) -> Statistics:
        """The data's statistics and their nulls."""
        return Statistics(self.cells, self._stated_eta, self.choices, self.permutations, self.rng)

    @cached_property
    def omnibus(self) -> Null:
        """Test of any trait effect."""
        return self._null(self.statistics.data.omnibus[0], self.statistics.no_effects.omnibus)

    def _headline(self) -> None:
        first, second = self._slopes()
        self._add("slope", first, self._null(self.statistics.data.slope[0], self.statistics.no_effects.slope, "both"))
        self._add("slope", first, summary(UNRELATED, first.value, self.statistics.unrelated_slope, "both"))
        other = "adjusted" if self.choices.means == "marginal" else "marginal"
        self._add(f"slope_{other}", second)
        share = Estimate(float(self.statistics.data.omnibus[0]), note="Σ ε² over attributes, the omnibus statistic")
        self._add("trait_effects", share, self.omnibus)
        open_ = self.omnibus.p < self.choices.gate
        closed = CANNOT_TELL
        if 1 / (1 + self.permutations) >= self.choices.gate:
            closed = f"cannot tell: {self.permutations} permutations cannot give p < {self.choices.gate:g}"
        found = self._dials() if open_ else {}
        for name in ("coupling", "amplitude"):
            self._add(name, found.get(name, Estimate(np.nan, note=closed)))
        if open_:
            self._elicitation_noise(found["coupling"])

    def _slopes(self) -> tuple[Estimate, Estimate]:
        both = slope(self.cells), self.statistics.adjusted.slope()
        return both if self.choices.means == "marginal" else both[::-1]

    def _dials(self) -> dict[str, Estimate]:
        adjusted = self.choices.means == "adjusted"
        return self.statistics.adjusted.coupling(self.rng) if adjusted else coupling(self.cells, self.rng)

    def _elicitation_noise(self, found: Estimate) -> None:
        """λ̂·√(V_s/(V_s − noise)): the target without correction is λ/√(1 + σ²_ν/V_w′)."""
        noise, replies = self._stacked("noise"), min(statement.replies for statement in self._statements)
        if replies < 2 or not np.isfinite(noise).all():
            return
        _, v = slope_from_means(self.cells.n, self.cells.stated, self.cells.means, self.cells.starts)
        k = self.cells.sizes[self.cells.owner]
        clean = v - (self.cells.n * noise / replies * (k - 1) / k).sum()
        self._add("elicitation_noise", Estimate(float(np.sqrt(noise.mean())), note=f"s.d. over {replies} replies"))
        if clean > 0:
            by = float(np.sqrt(v / clean))
            self._add("coupling_corrected", Estimate(found.value * by, found.low * by, found.high * by))

    def _ranks(self) -> None:
        if not self.statistics.known.any():
            self._add("median_rho", Estimate(np.nan, note="ρ is undefined for every attribute"))
            return
        weights = (self.cells.sizes - 1)[self.statistics.known].astype(float)
        exact = {"median_rho": ranks.median_null(self.statistics.unrelated_rho),
                 "weighted_rho": ranks.weighted_null(self.statistics.unrelated_rho, list(weights))}  # fmt: skip
        for name, null in exact.items():
            value = float(getattr(self.statistics.data, name)[0])
            note = "the paper's statistic: its null band does not shrink with N" if name == "median_rho" else ""
            self._add(name, Estimate(value, note=note), self._null(value, getattr(self.statistics.no_effects, name)))
            self._add(name, Estimate(value, note=note), nulls.exact_band(value, null))

    def _effect_sizes(self) -> None:
        stated = self._stated_eta
        some = np.isfinite(stated)
        if not some.any():
            return
        done, bias = self.cells.effects.eta_squared, self.cells.effects.epsilon_squared - stated
        distance = float(np.median(np.abs(stated - done)[some]))
        null = self._null(distance, np.median(self.statistics.no_effects.distance[:, some], axis=1), "less")
        self._add("median_abs_delta_eta_squared", Estimate(distance), null)
        constant = float(np.median(np.abs(self.choices.constant_label - done)[some]))
        note = f"an agent that always says {self.choices.constant_label:g}"
        self._add("median_abs_delta_eta_squared_constant", Estimate(constant, note=note))
        self._add("median_bias", Estimate(float(np.median(bias[some])), note="ε² done − η² stated"))

    def _ceilings(self) -> None:
        cells, stated = self.cells, self._stated_eta
        if self._dollars:
            means, sds = cells.stated, self._stacked("sd")
        else:
            means, sds = stated_in_dollars(cells, stated)
        note = "personas act as stated" + ("" if self._dollars else "; η² assumed from the label")
        if np.isfinite(sds).all():
            found = stated_ceiling(cells, means, sds, 2_000, self.rng)
            for name in ("median_rho", "weighted_rho", *(["slope"] if self._dollars else [])):
                self._add(f"stated_ceiling_{name}", _middle(found[name], note))
        missing = Estimate(np.nan, note=CANNOT_TELL)
        passed = self.omnibus.p < self.choices.gate
        self._add("reliability_ceiling", Estimate(reliability_ceiling(cells, self.rng)) if passed else missing)

    def _read_rate(self) -> None:
        rate = float(1 - self.unread.mean())
        self._add("read_rate", Estimate(rate))
        if rate < 1:
            self._add("slope_worst_case", self._worst_case())

    def _worst_case(self) -> Estimate:
        """The slope if every unread amount were the one that lowers it most, or raises it most."""
        _, v = slope_from_means(self.cells.n, self.cells.stated, self.cells.means, self.cells.starts)
        x = np.append(centred(self.cells.n, self.cells.stated, self.cells.starts), 0.0)
        weight = sum(x[column] for column in self.cells.columns) / v
        read = float(weight @ ((1 - self.unread) * self.cells.amounts))
        at_ends = np.outer(self.ends, weight * self.unread)
        note = "bounds: unread amounts at the ends of the scale, for personas with at least one reply"
        return Estimate(
            self.statistics.data.slope[0], read + at_ends.min(axis=0).sum(), read + at_ends.max(axis=0).sum(), note
        )

    def _attribute(self, number: int, name: str) -> None:
        data, null, effects = self.statistics.data, self.statistics.no_effects, self.cells.effects
        value, note = float(data.rho[0, number]), self.notes.get(name, "")
        if np.isnan(value):
            note = "; ".join(filter(None, [note, self._why_no_rho(number)]))
        self._add("rho", Estimate(value, note=note), self._null(value, null.rho[:, number]), name)
        if self.statistics.known[number]:
            exact = self.statistics.unrelated_rho[int(self.statistics.known[:number].sum())]
            self._add("rho", Estimate(value, note=note), nulls.exact_band(value, exact), name)
        done = float(effects.eta_squared[number])
        self._add("eta_squared", Estimate(done), self._null(done, null.eta_squared[:, number]), name)
        self._add("epsilon_squared", Estimate(float(effects.epsilon_squared[number])), attribute=name)
        self._add("omega_squared", Estimate(float(effects.omega_squared[number])), attribute=name)
        inside = self.cells.columns[number] >= 0
        rank = rank_epsilon_squared(self.cells.amounts[inside], self.cells.columns[number][inside])
        self._add("rank_epsilon_squared", Estimate(rank), attribute=name)
        stated = float(self._stated_eta[number])
        self._add("eta_squared_stated", Estimate(stated), attribute=name)
        distance = abs(stated - done)
        self._add(
            "abs_delta_eta_squared", Estimate(distance), self._null(distance, null.distance[:, number], "less"), name
        )
        constant = abs(self.choices.constant_label - done)
        self._add("abs_delta_eta_squared_constant", Estimate(constant), attribute=name)
        self._add("bias", Estimate(float(effects.epsilon_squared[number]) - stated), attribute=name)

    def _why_no_rho(self, number: int) -> str:
        block = slice(self.cells.starts[number], self.cells.starts[number] + self.cells.sizes[number])
        if np.ptp(self.cells.stated[block]) == 0:
            return "all stated levels are equal: ρ is undefined"
        done = self.statistics.done[block]
        return "all level means are equal: ρ is undefined" if np.ptp(done) < 1e-9 else "tied level means"

    def _nothing_varies(self) -> list[dict[str, Any]]:
        note = "all amounts are equal: no slope, no ρ, no effect size"
        for name in ("slope", "coupling", "amplitude", "median_rho", "weighted_rho"):
            self._add(name, Estimate(np.nan, note=note))
        for name in self.cells.attributes:
            for metric in ("rho", "eta_squared", "epsilon_squared", "omega_squared", "abs_delta_eta_squared"):
                self._add(metric, Estimate(np.nan, note=note), attribute=name)
        self._add("read_rate", Estimate(float(1 - self.unread.mean())))
        return self._rows

    def _null(self, value: float, draws: Array, side: str = "greater") -> Null:
        return summary(nulls.null_name(self.cells), value, draws, side)

    @property
    def _statements(self) -> list[Statement]:
        return [self.said[name] for name in self.cells.attributes]

    def _stacked(self, field: str) -> Array:
        """A field of the statements, of the levels that are cells, shape (L,)."""
        blocks = np.split(np.array(self.cells.levels), self.cells.starts[1:])
        pairs = zip(self._statements, blocks, strict=True)
        return np.concatenate([getattr(said, field)[np.isin(said.levels, block)] for said, block in pairs])

    @cached_property
    def _stated_eta(self) -> Array:
        return np.array([statement.eta_squared for statement in self._statements])

    @property
    def _dollars(self) -> bool:
        return all(statement.dollars for statement in self._statements)

    def _add(self, metric: str, estimate: Estimate, null: Null | None = None, attribute: str = "") -> None:
        null = null or Null()
        self._rows.append(
            {"attribute": attribute, "metric": metric, "value": estimate.value, "low": estimate.low}
            | {"high": estimate.high, "null": null.name, "null_low": null.low, "null_high": null.high, "p": null.p}
            | {"n": len(self.cells.amounts), "note": estimate.note}
        )


def _middle(draws: Array, note: str) -> Estimate:
    low, middle, high = np.quantile(draws, [0.025, 0.5, 0.975])
    return Estimate(float(middle), float(low), float(high), note)
