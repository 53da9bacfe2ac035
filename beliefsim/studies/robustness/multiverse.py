"""How the headline moves over the reasonable analysis choices: one row per specification."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace

import numpy as np
import pandas as pd

from beliefsim.consistency import Choices
from beliefsim.consistency.cells import Cells
from beliefsim.consistency.comparison import Pair, pairs
from beliefsim.consistency.nulls import summary
from beliefsim.consistency.slopes import Adjusted, centred, slope
from beliefsim.consistency.statistics import Statistics
from beliefsim.measures import Estimate

GRID: Mapping[str, Sequence[str]] = {
    "means": ("marginal", "adjusted"),
    "implausible": ("keep", "drop"),
    "missing_levels": ("drop level", "drop attribute"),
    "ties": ("mean rank", "missing"),
}
"""Choices that can move the slope or the median ρ; labels of effect sizes move neither."""
_NUMBERS = ["slope", "low", "high", "p", "per_sd", "per_sd_low", "per_sd_high", "median_rho", "n", "note"]


def multiverse(
    stated: pd.DataFrame,
    decisions: pd.DataFrame,
    people: pd.DataFrame,
    *,
    grid: Mapping[str, Sequence[str]] | None = None,
    permutations: int = 200,
    seed: int = 0,
) -> pd.DataFrame:
    """Say–do slope and median ρ under every combination of analysis choices, instruments, wordings and arms.

    Parameters
    ----------
    stated, decisions, people : DataFrame
        As for `compare`; several instruments, frames, terms, conditions or arms are specifications too.
    grid : mapping of str to sequence of str
        Fields of `Choices` with the values to try; `GRID` by default.
    permutations : int
        Draws of the null "no trait effects" for each specification's p.
    seed : int

    Returns
    -------
    DataFrame
        A row per specification: what names it, the grid's fields, then `slope` with `low`, `high` and `p`; `per_sd`
        with its interval, the dollars that people send more whose stated effects are one s.d. higher (one scale for
        rankings and dollars); `median_rho`; personas `n`; `note`, why something is missing.

    Raises
    ------
    ValueError
        If the grid names no field of `Choices`, and as in `compare`.

    References
    ----------
    Steegen et al. (2016), doi:10.1177/1745691616658637; Simonsohn, Simmons & Nelson (2020),
    doi:10.1038/s41562-020-0912-z.

    Examples
    --------
    >>> from beliefsim.studies import robustness
    >>> table = robustness.multiverse(stated, decisions, people, grid={"means": ("marginal", "adjusted")})
    >>> table[["means", "slope"]].round(2)
          means  slope
    0  marginal   1.25
    1  adjusted   1.30
    """
    grid = GRID if grid is None else grid
    known = [field.name for field in fields(Choices)]
    if unknown := [name for name in grid if name not in known]:
        raise ValueError(f"multiverse: {', '.join(unknown)} not among the fields of Choices: {', '.join(known)}")
    rows = []
    for chosen in _combinations(grid):
        one = replace(Choices(), **chosen)  # type: ignore[arg-type]
        for pair in pairs(stated, decisions, people, one):
            rows.append(pair.named | chosen | _measured(pair, one, permutations, np.random.default_rng(seed)))
    return pd.DataFrame(rows)


def _combinations(grid: Mapping[str, Sequence[str]]) -> Iterator[dict[str, str]]:
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def _measured(pair: Pair, choices: Choices, permutations: int, rng: np.random.Generator) -> dict[str, object]:
    missing: dict[str, object] = {**dict.fromkeys(_NUMBERS, np.nan), "n": 0}
    cells = pair.cells
    if cells is None:
        return missing | {"note": pair.reason}
    adjusted = choices.means == "adjusted"
    cells = cells.complete() if adjusted else cells
    if not cells.amounts.var() > 0:
        return missing | {"n": len(cells.amounts), "note": "all amounts are equal"}
    eta = np.array([pair.stated[name].eta_squared for name in cells.attributes])
    statistics = Statistics(cells, eta, choices, permutations, rng)
    found = Adjusted(cells).slope() if adjusted else slope(cells)
    return _row(found, cells, statistics)


def _row(found: Estimate, cells: Cells, statistics: Statistics) -> dict[str, object]:
    x = centred(cells.n, cells.stated, cells.starts)
    spread = float(np.sqrt((cells.n * x**2).sum() / len(cells.amounts)))
    p = summary("", found.value, statistics.no_effects.slope, "both").p
    values = (found.value, found.low, found.high, p, *(spread * each for each in (found.value, found.low, found.high)))
    rho = float(statistics.data.median_rho[0]) if statistics.known.any() else float("nan")
    return dict(zip(_NUMBERS, (*values, rho, len(cells.amounts), found.note), strict=True))
