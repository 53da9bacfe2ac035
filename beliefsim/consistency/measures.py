"""Every number that `compare` reports for one arm, condition, frame and instrument."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim.measures import Estimate

from . import nulls, ranks
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
    stated: Mapping[str, Statement]  # by attribute
    notes: Mapping[str, str]  # by attribute, what was left out and why
    choices: Choices
    permutations: int
    rng: np.random.Generator
    unread: Array  # (N,) share of each persona's probability that could not be read
    ends: tuple[float, float]  # smallest and largest possible amount, for worst-case bounds
    _rows: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.choices.means == "adjusted":
            self.unread, self.cells = self.unread[self.cells.everywhere], self.cells.complete()

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
            self._rho(number, name)
            self._effect_size(number, name)
        for name, note in self.notes.items():
            if name not in self.cells.attributes:
                self._add("rho", np.nan, attribute=name, note=note)
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
        adjusted, data = self.choices.means == "adjusted", self.statistics.data
        slopes = {"marginal": slope(self.cells), "adjusted": self.statistics.adjusted.slope()}
        first = slopes.pop(self.choices.means)
        self._add("slope", first, self._null(data.slope[0], self.statistics.no_effects.slope, "both"))
        self._add("slope", first, summary(UNRELATED, first.value, self.statistics.unrelated_slope, "both"))
        for name, second in slopes.items():
            self._add(f"slope_{name}", second)
        note = "Σ ε² over attributes, the omnibus statistic"
        self._add("trait_effects", float(data.omnibus[0]), self.omnibus, note=note)
        if not self._passed:
            few = 1 / (1 + self.permutations) >= self.choices.gate
            closed = f"cannot tell: {self.permutations} permutations cannot give p < {self.choices.gate:g}"
            for name in ("coupling", "amplitude"):
                self._add(name, np.nan, note=closed if few else CANNOT_TELL)
            return
        dials = self.statistics.adjusted.coupling(self.rng) if adjusted else coupling(self.cells, self.rng)
        for name, dial in dials.items():
            self._add(name, dial)
        self._elicitation_noise(dials["coupling"])

    def _elicitation_noise(self, uncorrected: Estimate) -> None:
        """λ̂·√(V_s/(V_s − noise)): the target without correction is λ/√(1 + σ²_ν/V_w′)."""
        noise, replies = self._stacked("noise"), min(statement.replies for statement in self._statements)
        if replies < 2 or not np.isfinite(noise).all():
            return
        k = self.cells.sizes[self.cells.owner]
        clean = self._stated_variance - (self.cells.n * noise / replies * (k - 1) / k).sum()
        self._add("elicitation_noise", float(np.sqrt(noise.mean())), note=f"s.d. over {replies} replies")
        if clean > 0:
            by = float(np.sqrt(self._stated_variance / clean))
            low, high = uncorrected.low * by, uncorrected.high * by
            self._add("coupling_corrected", Estimate(uncorrected.value * by, low, high))

    def _ranks(self) -> None:
        known = self.statistics.known
        if not known.any():
            self._add("median_rho", np.nan, note="ρ is undefined for every attribute")
            return
        weights = (self.cells.sizes - 1)[known].astype(float)
        exact = {"median_rho": ranks.median_null(self.statistics.unrelated_rho),
                 "weighted_rho": ranks.weighted_null(self.statistics.unrelated_rho, list(weights))}  # fmt: skip
        for name, unrelated in exact.items():
            value = float(getattr(self.statistics.data, name)[0])
            note = "the paper's statistic: its null band does not shrink with N" if name == "median_rho" else ""
            self._add(name, value, self._null(value, getattr(self.statistics.no_effects, name)), note=note)
            self._add(name, value, nulls.exact_band(value, unrelated), note=note)

    def _effect_sizes(self) -> None:
        stated, effects = self._stated_eta, self.cells.effects
        some = np.isfinite(stated)
        if not some.any():
            return

        def median(values: Array) -> float:
            return float(np.median(values[some]))

        distance = median(np.abs(stated - effects.eta_squared))
        null = self._null(distance, np.median(self.statistics.no_effects.distance[:, some], axis=1), "less")
        self._add("median_abs_delta_eta_squared", distance, null)
        label = self.choices.constant_label
        constant, note = median(np.abs(label - effects.eta_squared)), f"an agent that always says {label:g}"
        self._add("median_abs_delta_eta_squared_constant", constant, note=note)
        self._add("median_bias", median(effects.epsilon_squared - stated), note="ε² done − η² stated")

    def _ceilings(self) -> None:
        dollars, note = all(statement.dollars for statement in self._statements), "personas act as stated"
        if dollars:
            means, sds = self.cells.stated, self._stacked("sd")
        else:
            means, sds = nulls.stated_in_dollars(self.cells, self._stated_eta)
            note += "; η² assumed from the label"
        if np.isfinite(sds).all():
            drawn = nulls.stated_ceiling(self.cells, means, sds, 2_000, self.rng)
            for name in ("median_rho", "weighted_rho", *(["slope"] if dollars else [])):
                low, middle, high = map(float, np.quantile(drawn[name], [0.025, 0.5, 0.975]))
                self._add(f"stated_ceiling_{name}", Estimate(middle, low, high, note))
        if self._passed:
            self._add("reliability_ceiling", nulls.reliability_ceiling(self.cells, self.rng))
        else:
            self._add("reliability_ceiling", np.nan, note=CANNOT_TELL)

    def _read_rate(self) -> None:
        rate = float(1 - self.unread.mean())
        self._add("read_rate", rate)
        if rate < 1:
            self._add("slope_worst_case", self._worst_case())

    def _worst_case(self) -> Estimate:
        """The slope if every unread amount were the one that lowers it most, or raises it most."""
        x = np.append(centred(self.cells.n, self.cells.stated, self.cells.starts), 0.0)
        weight = sum(x[column] for column in self.cells.columns) / self._stated_variance
        legible = float(weight @ ((1 - self.unread) * self.cells.amounts))
        at_ends = np.outer(self.ends, weight * self.unread)
        low, high = (legible + end.sum() for end in (at_ends.min(axis=0), at_ends.max(axis=0)))
        note = "bounds: unread amounts at the ends of the scale, for personas with at least one reply"
        return Estimate(self.statistics.data.slope[0], low, high, note)

    def _rho(self, number: int, name: str) -> None:
        value, known = float(self.statistics.data.rho[0, number]), self.statistics.known
        note = "; ".join(filter(None, [self.notes.get(name, ""), "" if known[number] else self._why_no_rho(number)]))
        self._add("rho", value, self._null(value, self.statistics.no_effects.rho[:, number]), name, note)
        if known[number]:
            unrelated = self.statistics.unrelated_rho[int(known[:number].sum())]
            self._add("rho", value, nulls.exact_band(value, unrelated), name, note)

    def _effect_size(self, number: int, name: str) -> None:
        null, effects, column = self.statistics.no_effects, self.cells.effects, self.cells.columns[number]
        sizes = (effects.eta_squared, effects.epsilon_squared, effects.omega_squared, self._stated_eta)
        done, epsilon, omega, stated = (float(size[number]) for size in sizes)
        distance, inside = abs(stated - done), column >= 0
        self._add("eta_squared", done, self._null(done, null.eta_squared[:, number]), name)
        self._add("epsilon_squared", epsilon, attribute=name)
        self._add("omega_squared", omega, attribute=name)
        rank = rank_epsilon_squared(self.cells.amounts[inside], column[inside])
        self._add("rank_epsilon_squared", rank, attribute=name)
        self._add("eta_squared_stated", stated, attribute=name)
        self._add("abs_delta_eta_squared", distance, self._null(distance, null.distance[:, number], "less"), name)
        self._add("abs_delta_eta_squared_constant", abs(self.choices.constant_label - done), attribute=name)
        self._add("bias", epsilon - stated, attribute=name)

    def _why_no_rho(self, number: int) -> str:
        stated, done = (values[self.cells.owner == number] for values in (self.cells.stated, self.statistics.done))
        if np.ptp(stated) == 0:
            return "all stated levels are equal: ρ is undefined"
        return "all level means are equal: ρ is undefined" if np.ptp(done) < 1e-9 else "tied level means"

    def _nothing_varies(self) -> list[dict[str, Any]]:
        note = "all amounts are equal: no slope, no ρ, no effect size"
        for metric in ("slope", "coupling", "amplitude", "median_rho", "weighted_rho"):
            self._add(metric, np.nan, note=note)
        for name in self.cells.attributes:
            for metric in ("rho", "eta_squared", "epsilon_squared", "omega_squared", "abs_delta_eta_squared"):
                self._add(metric, np.nan, attribute=name, note=note)
        self._add("read_rate", float(1 - self.unread.mean()))
        return self._rows

    def _null(self, value: float, draws: Array, side: str = "greater") -> Null:
        return summary(nulls.null_name(self.cells), value, draws, side)

    @property
    def _passed(self) -> bool:
        """Whether the omnibus test lets coupling, amplitude and the reliability ceiling through."""
        return self.omnibus.p < self.choices.gate

    @property
    def _statements(self) -> list[Statement]:
        return [self.stated[name] for name in self.cells.attributes]

    def _stacked(self, field: str) -> Array:
        """A field of the statements, of the levels that are cells, shape (L,)."""
        blocks = np.split(np.array(self.cells.levels), self.cells.starts[1:])
        pairs = zip(self._statements, blocks, strict=True)
        return np.concatenate([getattr(each, field)[np.isin(each.levels, block)] for each, block in pairs])

    @cached_property
    def _stated_eta(self) -> Array:
        return np.array([statement.eta_squared for statement in self._statements])

    @cached_property
    def _stated_variance(self) -> Any:
        return slope_from_means(self.cells.n, self.cells.stated, self.cells.means, self.cells.starts)[1]

    def _add(
        self, metric: str, value: Estimate | float, null: Null | None = None, attribute: str = "", note: str = ""
    ) -> None:
        estimate = value if isinstance(value, Estimate) else Estimate(value, note=note)
        row = {"attribute": attribute, "metric": metric, "n": len(self.cells.amounts)}
        self._rows.append(row | vars(estimate) | vars(null or Null()))
