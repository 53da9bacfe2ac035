"""Replications of studies 08 and 08b: what scripted agents were planted with, and the intervals found of it.

A play of many sessions is cut into replications of n, since sessions are independent; n is a notebook's default for
scripted arms, or about what language arms have. Truth is exact where a formula has it, else a long play's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtr

import beliefsim as bs
from beliefsim.measures import ratio_over_personas, updating
from beliefsim.studies import appeals, opponents, persuasion
from beliefsim.studies.appeals import Appeal, ScriptedSceptic
from beliefsim.studies.opponents import AttitudePredictor, ScriptedListener, ScriptedPersuader, ScriptedSpeaker, Talk
from beliefsim.studies.persuasion import Persuasion, ScriptedBuyer

__all__ = ["STUDIES", "Hit", "cut"]

Hit = tuple[str, str, float, float, float]  # statistic, setting, truth, low, high
LONG = 20_000  # sessions of the play that stands for a truth without a formula
CHANCES = bs.ChoiceProbabilities()
WEIGHTS = [1.6, -1.2, 0.7, 1.1, 0.9, -1.6, 0.3, -0.1, -0.6, -0.9]


def buyers(n: int, many: int, seed: int) -> Iterator[Hit]:
    """08: sales and residual of Bayesian and noisy buyers; obedience is read exactly, and nothing of it is chance."""
    rule = np.polynomial.hermite_e.hermegauss(80)
    for name, prior, honest, dials in (
        ("best types, prior .1", 0.1, persuasion.best_honesty(0.1, 0.5), {}),
        ("noise 1, obedience .8", 0.4, 0.6, {"noise": 1.0, "obedience": 0.8}),
    ):
        shop = Persuasion(prior_percent=100 * prior, honest_percent=100 * honest)
        buyer = ScriptedBuyer(shop, **dials)
        sold = bs.play(shop, buyer, sessions=n * many, seed=seed)
        told = bs.elicit(shop.question("item"), bs.Percent(renormalise=True), buyer, at=sold, seed=seed)
        praised = prior + (1 - prior) * (1 - honest)
        after = logit(prior / praised)  # log-odds of good once it is praised
        noise, obeys = dials.get("noise", 0.0), dials.get("obedience", 1.0)
        enough = praised * (ndtr(after / noise) if noise else 1.0)
        residual = praised * (expit(after + noise * rule[0]) @ rule[1]) / rule[1].sum() - prior
        success, most = enough * obeys + (1 - enough) * (1 - obeys), min(1.0, prior / 0.5)
        truths = {"success": success, "efficiency": success / most, "exploitability": success - most}
        truths |= {"residual": residual, "residual_l1": 2 * abs(residual)}
        for part in cut(persuasion.session_table(shop, sold, told), n):
            for row in persuasion.persuasion_metrics(shop, part).itertuples():
                if row.metric in truths:
                    yield row.metric, name, truths[row.metric], row.low, row.high


def weights_of_evidence(n: int, many: int, seed: int) -> Iterator[Hit]:
    """08: Grether's regression on what noisy buyers state in five shops."""
    shops = ((0.2, 0.4), (0.2, 0.8), (0.6, 0.4), (0.6, 0.8), (0.4, 0.6))
    for weight, base in ((0.5, 1.0), (1.5, 0.8)):
        tables = []
        for number, (prior, honest) in enumerate(shops):
            shop = Persuasion(prior_percent=100 * prior, honest_percent=100 * honest)
            buyer = ScriptedBuyer(shop, evidence_weight=weight, prior_weight=base, noise=0.4)
            own = 10 * seed + number  # games with one seed share their noise
            sold = bs.play(shop, buyer, sessions=n * many, seed=own)
            said = bs.elicit(shop.question("item"), bs.Percent(), buyer, at=sold, seed=own)
            told = updating.updates(shop, sold, said)
            tables.append(told.assign(part=told["session"].str.split().str[-1].astype(int) // n))
        for _, part in pd.concat(tables).query("0 < log_lr").groupby("part"):
            found = updating.grether(part).set_index("dial")
            for dial, planted in (("evidence_weight", weight), ("prior_weight", base)):
                yield dial, f"weights {weight:g} and {base:g}", planted, *found.loc[dial, ["low", "high"]]


def uplift(n: int, many: int, seed: int) -> Iterator[Hit]:
    """08b: what persuaders with insight or a predictor gain, and how well they predict."""
    talk = Talk("trees", rounds=3)
    for insight in (0.5, "predictor"):
        truth = _uplift_truth(insight)
        table, right = _talked(talk, insight, n * many, seed)
        for part in cut(table, n):
            found = ratio_over_personas(part, "uplift", persona="session")
            yield "uplift", f"insight {insight}", truth["uplift"], found.low, found.high
        for guess, own in zip(*(list(cut(each, n)) for each in right), strict=True):
            for row in opponents.prediction_scores(guess, own).itertuples():
                yield row.metric, f"insight {insight}", truth[row.metric], row.low, row.high


def _talked(talk: Talk, insight: Any, sessions: int, seed: int) -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
    """Uplift of each session, and what was guessed of attitudes beside what they were."""
    listener = ScriptedListener(talk, seed=seed)
    how: dict[str, Any] = {"insight": insight}
    if insight == "predictor":
        how = {"predictor": AttitudePredictor.trained_elsewhere(talk, 60)}
    speaker = ScriptedPersuader(listener, seed=seed + 1_000_000, **how)
    played = bs.play(talk, {"listener": listener, "speaker": speaker}, sessions=sessions, seed=seed)
    told = opponents.attitude_table(bs.elicit(talk.question("claim"), CHANCES, listener, at=played))
    wide = told.pivot(index="session", columns="round", values="claim").reset_index()
    early = played[played["round"] <= 2]
    pairs = [(bs.elicit(talk.question(name, about="speaker/listener"), CHANCES, speaker, at=early),
              bs.elicit(talk.question(name), CHANCES, listener, at=early)) for name in talk.counters]  # fmt: skip
    guess, own = (pd.concat(each) for each in zip(*pairs, strict=True))
    return wide.assign(uplift=wide[3] - wide[1]), (guess[guess["round"] == 2], own[own["round"] == 1])


@cache
def _uplift_truth(insight: Any) -> dict[str, float]:
    talk = Talk("trees", rounds=3)
    if insight == "predictor":
        table, right = _talked(talk, insight, LONG // 4, 987_654)
        return {"uplift": table["uplift"].mean(), **opponents.prediction_scores(*right).set_index("metric")["value"]}
    network, minds = ScriptedListener(talk).network, np.array(list(np.ndindex(5, 5, 5)))

    def gained(believed: Any) -> Any:
        hits = network.plan(np.broadcast_to(believed, minds.shape), talk.rounds - 1)
        return network.claim(minds, hits) - network.claim(minds, 0 * hits)

    accuracy = insight + (1 - insight) / 5
    blind = np.mean([gained(guess) for guess in minds])
    gain = insight * gained(minds).mean() + (1 - insight) * blind
    return {"uplift": gain, "accuracy": accuracy, "brier": 2 * (1 - accuracy)}


def strengths(n: int, many: int, seed: int) -> Iterator[Hit]:
    """08b: Bradley–Terry strengths of dimensions, minds changed by fifths of stubbornness, and dollars given."""
    appeal = Appeal("trees")
    planted = dict(zip(appeal.dimensions, WEIGHTS, strict=True))
    sceptics = ScriptedSceptic(appeal, planted, stubbornness=0.5, spread=1.2, coupling=0.6, seed=seed)
    rows = []
    for name in planted:
        heard = bs.play(
            appeal, {"listener": sceptics, "speaker": ScriptedSpeaker((name,))}, sessions=n * many, seed=seed
        )
        told = bs.elicit(appeal.question("change"), CHANCES, sceptics, at=heard)
        rows.append(appeals.heard_appeals(appeal, heard, told))
    said = pd.concat(rows, ignore_index=True)
    said["gave"] += np.random.default_rng(seed).normal(0, 0.5, len(said))
    stubborn = sceptics.stubborn(np.arange(n * many))
    for part in cut(said, n):
        ranked = appeals.strengths_of(part, "argument", "session", "change").set_index("argument")
        for name, row in ranked.iterrows():
            yield "strength", str(name), planted[str(name)] - np.mean(WEIGHTS), row["low"], row["high"]
        some = part[part["argument"].isin(appeal.dimensions[:5])]
        paid = appeals.slope_within(some, "change", "gave", "session")
        yield "slope_within", "coupling .6", 3 * 0.6, paid.low, paid.high
        if n < 100:
            continue
        own = stubborn[part["session"].min() :][:n]
        fifths = pd.qcut(own, 5, labels=False)
        for name in ("knowledge", "identity", "romance"):
            each = part[part["argument"] == name].sort_values("session")
            for fifth in (0, 2, 4):
                found = ratio_over_personas(each[fifths == fifth], "change", persona="session", share=True)
                truth = float(expit(planted[name] - own[fifths == fifth]).mean())
                yield "changed", f"{name}, fifth {fifth + 1}", truth, found.low, found.high


def cut(table: pd.DataFrame, n: int) -> Iterator[pd.DataFrame]:
    """Replications of n sessions each."""
    return (part for _, part in table.groupby(table["session"] // n))


# Name → the replication, and its sizes: a notebook's default for scripted arms, about a language arm's.
STUDIES = {
    "buyers": (buyers, (1000, 100)),
    "weights": (weights_of_evidence, (250,)),
    "uplift": (uplift, (200, 5)),
    "strengths": (strengths, (200, 20)),
}
