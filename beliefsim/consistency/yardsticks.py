"""Human and published numbers beside those of this study: shares sent, and what attributes explain."""

import numpy as np
import pandas as pd

from beliefsim.datasets import load
from beliefsim.schema import term

from .cells import groups
from .nulls import NO_EFFECTS

_KEYS = ["arm", "condition", "frame", "terms", "style", "read"]


def yardsticks(decisions: pd.DataFrame | None = None) -> pd.DataFrame:
    """Mean share of the endowment sent: people, published runs of language models, and this study's arms.

    Parameters
    ----------
    decisions : DataFrame, optional
        Decisions of this study's first movers; terms that name the endowment. Several arms, conditions, frames or
        endowments are rows of their own.

    Returns
    -------
    DataFrame
        `study`, `who` (human, model, here), `mean` share, `low`, `high` (95 % interval of the mean over persons, where
        their s.d. is known), `sd` with `sd_between` saying between what: ``persons`` (single sends) or ``studies``
        (their means), `lowest`, `highest` of these, `n` persons, and the `mark` of the source.

    Raises
    ------
    ValueError
        If no amount can be read or terms name no endowment.

    References
    ----------
    The data set ``load("trust_means")`` names its sources.

    Examples
    --------
    >>> bs.consistency.yardsticks(decisions).columns[:4].tolist()
    ['study', 'who', 'mean', 'low']
    """
    from scipy.special import stdtrit

    published = load("trust_means")
    rows = published[published["game"] == "trust"]
    scale = rows["endowment"].where(rows["unit"] == "dollars", 1.0).astype(float)
    table = rows[["study", "who", "n", "mark"]].assign(mean=rows["mean_sent"] / scale, sd=rows["sd_sent"] / scale)
    table = table.assign(lowest=rows["lowest_sent"] / scale, highest=rows["highest_sent"] / scale)
    table["sd_between"] = rows["sd_between"].fillna("")
    table["between"] = table["sd"].where(table["sd_between"] == "persons")
    if decisions is not None:
        table = pd.concat([table, _here(decisions)], ignore_index=True)
    n = table["n"].astype(float)
    reach = stdtrit(n - 1, 0.975) * table["between"] / np.sqrt(n)
    table = table.assign(low=table["mean"] - reach, high=table["mean"] + reach)
    order = ["study", "who", "mean", "low", "high", "sd", "sd_between", "lowest", "highest", "n", "mark"]
    return table[order].reset_index(drop=True)


def attribute_effects(metrics: pd.DataFrame | None = None) -> pd.DataFrame:
    """Share of variance that attributes explain: human trust in a survey (η²), simulated sends (ε²).

    The two are different constructs: saying that most people can be trusted, and sending dollars. Survey trust hardly
    predicts sending (Glaeser et al. 2000), so nearness here is no evidence that simulated people are like people.

    Parameters
    ----------
    metrics : DataFrame, optional
        `metrics` of one or more comparisons.

    Returns
    -------
    DataFrame
        `attribute`, `who` (human, here), `series` (survey and year, or arm), `value`, and for simulated sends the band
        `null_low`, `null_high` that ε² has if there are no trait effects, with its `p`.

    References
    ----------
    Glaeser, Laibson, Scheinkman & Soutter (2000), doi:10.1162/003355300554926.

    Examples
    --------
    >>> bs.consistency.attribute_effects().columns[:3].tolist()
    ['attribute', 'who', 'series']
    """
    survey = load("gss_trust").drop_duplicates(["year", "attribute"])
    survey = survey[survey["attribute"] != "real_income_quintile"]  # no attribute of personas
    human = pd.DataFrame({"attribute": survey["attribute"], "who": "human", "value": survey["eta_squared_attribute"]})
    human.insert(2, "series", "GSS " + survey["year"].astype(str))
    if metrics is None:
        return human.reset_index(drop=True)
    return pd.concat([human, _simulated(metrics)], ignore_index=True)


def _here(decisions: pd.DataFrame) -> pd.DataFrame:
    """A row per arm and terms of this study; `between` is the s.d. between personas, which the interval rests on."""
    known = decisions[decisions["amount"].notna()]
    if known.empty:
        raise ValueError("yardsticks: no amount of these decisions could be read")
    varying = [key for key in _KEYS if known[key].nunique() > 1 and key not in ("arm", "read")]
    rows = []
    for keys, positions in groups(known, _KEYS):
        name = ", ".join(filter(None, [keys["arm"], *(keys[key] for key in varying)]))
        rows.append({"study": name, "who": "here", **_spread(known.iloc[positions], keys["terms"])})
    return pd.DataFrame(rows).assign(sd_between="persons", mark="this study")


def _spread(rows: pd.DataFrame, terms: str) -> dict[str, float]:
    """Mean over personas with their s.d., and the s.d. of single sends: what humans' s.d. is."""
    endowment = term(terms, "endowment")
    if not endowment:
        raise ValueError(f"yardsticks need an endowment, and the terms {terms!r} name none (endowment=…)")
    share, weight = rows["amount"].to_numpy() / float(endowment), rows["probability"].fillna(1.0).to_numpy()
    codes, people = pd.factorize(rows["persona"].astype(str))
    total = np.bincount(codes, weight)
    each = np.bincount(codes, weight * share) / total
    weight = weight / total[codes] / len(people)
    mean, happened = float(each.mean()), share[weight > 0]
    between = each.std(ddof=1) if len(each) > 1 else np.nan
    spread = {"mean": mean, "between": between, "sd": float(np.sqrt(max(weight @ share**2 - mean**2, 0.0)))}
    return spread | {"lowest": float(happened.min()), "highest": float(happened.max()), "n": len(people)}


def _simulated(metrics: pd.DataFrame) -> pd.DataFrame:
    keys = ["arm", "condition", "frame", "terms", "style", "attribute"]
    rows = metrics[metrics["metric"].isin(["epsilon_squared", "eta_squared"])]
    rows = rows.drop_duplicates([*keys, "metric"])  # the same for each instrument: it is of what was done
    effect = rows[rows["metric"] == "epsilon_squared"].set_index(keys)["value"]
    eta = rows[(rows["metric"] == "eta_squared") & rows["null"].str.startswith(NO_EFFECTS)].set_index(keys)
    eta = eta.reindex(effect.index)
    # ε² is linear in η² with the same K and N: 1 − (1 − η²)·c.
    c = (1 - effect) / (1 - eta["value"])
    bands = {name: 1 - (1 - eta[name]) * c for name in ("null_low", "null_high")}
    table = effect.to_frame("value").assign(who="here", p=eta["p"], **bands).reset_index()
    varying = [key for key in keys[:-1] if table[key].nunique() > 1 or key == "arm"]
    table["series"] = table[varying].astype(str).agg(lambda words: ", ".join(filter(None, words)), axis=1)
    return table[["attribute", "who", "series", "value", "null_low", "null_high", "p"]]
