"""The paper's table layout, published medians against chance, and lines of the claims ledger."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from beliefsim.consistency import Comparison, Plan
from beliefsim.consistency.power import needed_personas
from beliefsim.consistency.ranks import median_null, untied, weighted_null
from beliefsim.measures import verdict, with_interval

_NOTABLE = 0.5  # a coupling below it is not worth calling consistency
_PULL = 0.5  # dollars per unit of imposed score that are worth finding
_ASSUMED = 0.05  # η² of one attribute where a study found none to go by


def paper_table(comparison: Comparison, published: pd.DataFrame | None = None) -> pd.DataFrame:
    """`|Δη²|` and ρ by instrument and attribute, with medians: the layout of the paper's Table 3.

    Parameters
    ----------
    comparison : Comparison
        Of one arm under one condition and frame.
    published : DataFrame, optional
        ``load("mannekote2025/table3")``, to be set beside: a column with ρ per model.

    Returns
    -------
    DataFrame
        A row per instrument × attribute, then the median with its band under random rankings and its p; columns
        ``instrument, attribute, abs_delta_eta_squared, rho, null_low, null_high, p, note``, and the published ones.

    Examples
    --------
    >>> from beliefsim.studies import population
    >>> population.paper_table(result).shape
    (3, 8)
    """
    rows = comparison.metrics
    rows = rows[(rows["null"] == "rankings unrelated") | ~rows["metric"].isin(["rho", "median_rho"])]
    parts = []
    for instrument, found in rows.groupby("instrument", sort=False):
        kinds = {"abs_delta_eta_squared": "rho", "median_abs_delta_eta_squared": "median_rho"}
        for delta, rho in kinds.items():
            effect = found[found["metric"] == delta].drop_duplicates("attribute").set_index("attribute")["value"]
            ranks = found[found["metric"] == rho].set_index("attribute")
            part = ranks[["value", "null_low", "null_high", "p", "note"]].rename(columns={"value": "rho"})
            part.insert(0, "abs_delta_eta_squared", effect)
            parts.append(part.reset_index().assign(instrument=instrument))
    table = pd.concat(parts, ignore_index=True)
    table["attribute"] = table["attribute"].replace("", "Median")
    columns = ["instrument", "attribute", "abs_delta_eta_squared", "rho", "null_low", "null_high", "p"]
    if published is None:
        return table[[*columns, "note"]]
    rho = published.pivot(index=["elicitation", "attribute"], columns="model", values="spearman_rho")
    medians = rho.groupby(level="elicitation").median().assign(attribute="Median").set_index("attribute", append=True)
    beside = pd.concat([rho, medians]).rename(columns="ρ, published {}".format)
    return table[[*columns, "note"]].join(beside, on=["instrument", "attribute"])


def coupling_claim(comparison: Comparison, instrument: str, **where: str) -> dict[str, Any]:
    """Ledger line: what is stated about groups and what its people do go together.

    Supported when the slope's interval is above 0 and its p under "no trait effects" is below .05. Contradicted when
    the interval is below 0, or when the coupling is known well enough to say that it is below ½. Otherwise cannot
    tell, with the personas needed for 80 % power at coupling ½ and the trait effects that were found.

    Parameters
    ----------
    comparison : Comparison
    instrument : str
        Name of the instrument.
    **where : str
        Further keys (arm, frame, condition …) where the comparison holds several groups.

    Examples
    --------
    >>> from beliefsim.studies import population
    >>> population.coupling_claim(result, "CTX+$")["verdict"]
    'supported'
    """
    row = comparison.row("slope", instrument=instrument, **where)
    claim = f"stated ({instrument}) and done trait effects go together"
    if pd.isna(row["value"]):
        return _line(claim, row, "cannot tell (N needed: readable statements and moves)", str(row["note"]))
    evidence = f"slope {with_interval(row)}, null {row['null']} [{row['null_low']:.2f}, {row['null_high']:.2f}]"
    evidence += f", p = {row['p']:.3g}, {int(row['n'])} personas"
    coupling = comparison.row("coupling", instrument=instrument, **where)
    if pd.notna(coupling["value"]):
        evidence += f"; coupling {with_interval(coupling)}"
    if row["low"] > 0 and row["p"] < 0.05:
        return _line(claim, row, "supported", evidence)
    if row["high"] < 0 or coupling["high"] < _NOTABLE:
        return _line(claim, row, "contradicted", evidence)
    return _line(claim, row, f"cannot tell (N needed: {_needed(comparison, row)})", evidence)


def pull_claim(table: pd.DataFrame, condition: str = "random") -> dict[str, Any]:
    """Ledger line: a ranking put into the prompt moves what people do.

    Supported when the pull's interval is above 0, contradicted when it lies below $0.5 per unit of imposed score;
    otherwise cannot tell, with the personas needed for 80 % power.

    Parameters
    ----------
    table : DataFrame
        From `conditions`, of one arm.
    condition : str
        Whose pull is meant; a ranking drawn independently of the own one is the clean test.

    Examples
    --------
    >>> prior = bs.Prior(stated, rho=None, seed=1)
    >>> played = [bs.play(game, agent.given(each), people, seed=1) for each in (prior, bs.Placebo(prior))]
    >>> from beliefsim.studies import population
    >>> population.pull_claim(bs.consistency.conditions(bs.schema.concat(played), people, [prior]))["edge"]
    'consistency'
    """
    rows = table[(table["metric"] == "pull") & (table["condition"] == condition)]
    if len(rows) != 1:
        known = ", ".join(table["condition"].unique())
        raise ValueError(f"{len(rows)} rows with the pull of condition {condition!r}; conditions are {known}")
    row = rows.iloc[0]
    claim = f"a ranking in the prompt ({condition}) moves what people do"
    if pd.isna(row["low"]):
        return _line(claim, row, "cannot tell (N needed: more personas than terms)", str(row["note"]))
    evidence = f"pull {with_interval(row)} dollars per unit, null 0"
    evidence += f", {int(row['n'])} personas"
    if row["high"] < _PULL or row["low"] > 0:
        return _line(claim, row, "supported" if row["low"] > 0 else "contradicted", evidence)
    return _line(claim, row, verdict(row, int(row["n"]), smallest=_PULL, unit="personas"), evidence)


def _line(claim: str, row: pd.Series, verdict: str, evidence: str) -> dict[str, Any]:
    line = {"claim": claim, "edge": "consistency", "arm": str(row["arm"]), "metric": str(row["metric"])}
    return line | {"n": int(row["n"]), "verdict": verdict, "evidence": evidence}


def _needed(comparison: Comparison, row: pd.Series) -> str:
    same = comparison.metrics[
        (comparison.metrics["arm"] == row["arm"]) & (comparison.metrics["instrument"] == row["instrument"])
    ]
    found = same.loc[same["metric"] == "epsilon_squared", "value"].mean()
    share = max(float(found), 0.0) or _ASSUMED
    sizes = (
        comparison.levels[comparison.levels["instrument"] == row["instrument"]].groupby("attribute")["level"].nunique()
    )
    plan = Plan(2, levels=tuple(sizes), eta_squared=min(share, 0.9 / len(sizes)))
    number = needed_personas(replace(plan, coupling=_NOTABLE))
    assumed = f"coupling .5, mean ε² {share:.3f}" + ("" if found > 0 else " assumed")
    return f"{number} personas for 80 % power at {assumed}" if number else f"over a million personas at {assumed}"


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
    >>> from beliefsim.studies import population
    >>> population.against_chance(bs.load("mannekote2025/table3"))[["model", "median_rho"]].head(2)
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
