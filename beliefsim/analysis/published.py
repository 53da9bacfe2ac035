"""Published rank correlations against chance: medians and weighted means of tables of ρ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .ranks import Discrete, median_null, rho_null, weighted_null

__all__ = ["against_chance", "attainable_rho", "random_medians"]


def random_medians(levels: Sequence[int]) -> Discrete:
    """Exact distribution of the median ρ over attributes with these numbers of levels, rankings being random.

    Examples
    --------
    >>> nine = random_medians([4, 3, 6, 5, 3, 4, 3, 2, 4])
    >>> round(nine.sd, 3), round(nine.at_least(.4), 2)
    (0.37, 0.26)
    """
    return median_null([untied(k) for k in levels])


def attainable_rho(rho: float, levels: int) -> float:
    """The ρ that two rankings without ties can have and that is nearest to a printed one."""
    values = untied(levels).values
    return float(values[np.abs(values - rho).argmin()])


def against_chance(rows: pd.DataFrame) -> pd.DataFrame:
    """Medians and weighted means of published ρ, each with its exact one-sided p under random rankings.

    Parameters
    ----------
    rows : DataFrame
        Columns of ``load("mannekote2025/table3")``: `elicitation`, `model`, `levels`, `spearman_rho`,
        `abs_delta_eta_squared`; one row per attribute.

    Returns
    -------
    DataFrame
        One row per elicitation × model: `median_rho` (as printed), `median_rho_p`, `weighted_rho`, `weighted_rho_p`,
        `weighted_rho_sd` (its null s.d., 1/√Σ(K − 1)), `median_abs_delta_eta_squared`, `attributes`.

    Examples
    --------
    >>> bs.analysis.against_chance(bs.load("mannekote2025/table3"))[["model", "median_rho"]].head(2)
               model  median_rho
    0    gemma-2-27b        0.80
    1  llama-3.1-70b        0.49
    """
    lacking = {"elicitation", "model", "levels", "spearman_rho", "abs_delta_eta_squared"} - set(rows.columns)
    if lacking:
        raise ValueError(f"the published rows lack columns {sorted(lacking)}; see data/mannekote2025/description.md")
    found = []
    for (elicitation, model), part in rows.groupby(["elicitation", "model"], sort=False):
        levels = part["levels"].tolist()
        weights = part["levels"].to_numpy(dtype=float) - 1
        rho = np.array([attainable_rho(*pair) for pair in zip(part["spearman_rho"], levels, strict=True)])
        weighted, null = float(rho @ weights / weights.sum()), [untied(k) for k in levels]
        found.append(
            {
                "elicitation": elicitation,
                "model": model,
                "median_rho": float(part["spearman_rho"].median()),
                "median_rho_p": median_null(null).at_least(float(np.median(rho))),
                "weighted_rho": weighted,
                "weighted_rho_p": weighted_null(null, list(weights)).at_least(weighted),
                "weighted_rho_sd": float(1 / np.sqrt(weights.sum())),
                "median_abs_delta_eta_squared": float(part["abs_delta_eta_squared"].median()),
                "attributes": len(part),
            }
        )
    return pd.DataFrame(found)


def untied(levels: int) -> Discrete:
    order = np.arange(levels, dtype=float)
    return rho_null(order, order)
