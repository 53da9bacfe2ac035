"""Replications of studies 09, 09b and 09c: what scripted agents were planted with, and the intervals found of it.

Cut and sized as in `benchmarks.persuasion`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import beliefsim as bs
from beliefsim.games import Tips
from beliefsim.measures import calibration, ratio_over_personas, ratio_over_units
from beliefsim.studies import consultation, debate, messages, review
from beliefsim.studies.consultation import Consultation, ScriptedArguer
from beliefsim.studies.debate import Debate, ScriptedDebater
from beliefsim.studies.messages import Relay, ScriptedMessenger
from beliefsim.studies.review import Review, ScriptedReviewer
from benchmarks.persuasion import CHANCES, LONG, Hit, cut

__all__ = ["STUDIES"]

CASES = 1000  # consultations that stand for all
TEAM = ("extractor", "analyser", "reviewer", "citer")
TIPS = {
    "vanilla": (Tips(sure=77, unsure=26), 0.0),
    "calibrated": (Tips(sure=77, unsure=26), 0.9),
    "anti-calibrated": (Tips(sure=26, unsure=56), 0.9),
}


def panels(n: int, many: int, seed: int) -> Iterator[Hit]:
    """09: drift, covariance, shares of right votes and majorities, conformity."""
    for regime, (case, heed) in TIPS.items():
        agent = ScriptedDebater(Debate(case, shown="confidence"), heed=heed)
        line, truths = debate.expected_beliefs(agent), _panel_truth(regime)
        said = bs.play(agent.game, agent, sessions=n * many, seed=seed)
        for _, votes in debate.panel_votes(said, agent.game).groupby(lambda key: key[0] // n):
            for name, truth in (("drift", line[-1] - line[0]), *truths.items()):
                found = _panel(name, votes, agent, seed)
                yield name, regime, truth, found.low, found.high
            for row in debate.round_table(votes).query("measure != 'majority' and round in (1, 5)").itertuples():
                yield row.measure, f"{regime}, round {row.round}", line[row.round - 1], row.low, row.high


def _panel(name: str, votes: pd.DataFrame, agent: ScriptedDebater, seed: int) -> Any:
    """One estimate of what panels vote."""
    if name == "drift":
        return debate.belief_drift(votes)
    if name == "covariance":
        return debate.weight_covariance(votes, agent)
    if name == "conformity":
        row = debate.conformity(votes).iloc[0]
        return bs.measures.Estimate(row["gain"], row["low"], row["high"])
    if name == "present":
        return debate.presence(votes, agent.game.case)
    truth = votes["truth"].groupby("session").first()
    majority = debate.majority_right(debate.ballots(votes, agent.game.rounds), truth)
    if name == "majority":
        return _mean_of(majority, share=True)
    silent = debate.sampled_ballots(votes, 5, np.random.default_rng(seed))
    return _mean_of(majority - debate.majority_right(silent, truth))


@cache
def _panel_truth(regime: str) -> dict[str, float]:
    """Exact where it is easy, else from a long play."""
    case, heed = TIPS[regime]
    agent = ScriptedDebater(Debate(case, shown="confidence"), heed=heed)
    share, sure, unsure = case.share / 100, case.sure / 100, case.unsure / 100
    linked = share * (1 - share) * 2 * heed * 0.75 * (sure - unsure)  # a tip counts 3 of 4
    present = 1 - (1 - share * sure - (1 - share) * unsure) ** 5
    plays = (bs.play(agent.game, agent, sessions=LONG, seed=987_654 + part) for part in range(5))
    talks = [debate.panel_votes(each, agent.game) for each in plays]
    names = ("conformity", "majority", "majority gain")
    found = {name: float(np.mean([_panel(name, talk, agent, 1).value for talk in talks])) for name in names}
    return {"covariance": linked, "present": present, **found}


def small_panels(n: int, many: int, seed: int) -> Iterator[Hit]:
    """09: a language model's panels, of scripted debaters: drift of p(answer) weighed by its posterior."""
    game = Debate(Tips(answers=2, share=50, sure=85, unsure=55), size=3, rounds=2, shown="confidence")
    agent = ScriptedDebater(game, heed=0.9)
    line = debate.expected_beliefs(agent)
    said = bs.play(game, agent, sessions=n * many, seed=seed)
    votes = debate.panel_votes(said, game)
    pooled = bs.elicit(game.question("answer"), CHANCES, bs.Bayes(game), at=said[said["round"] == 1])
    truth = pooled.pivot(index="session", columns="outcome", values="value")
    weighed = votes[list(truth)].mul(truth, level="session").sum(axis=1).groupby(["session", "round"]).mean().unstack()
    for moved in (weighed[2] - weighed[1]).to_numpy().reshape(many, n):
        found = _mean_of(moved)
        yield "expected drift", "calibrated", line[1] - line[0], found.low, found.high


def consultations(n: int, many: int, seed: int) -> Iterator[Hit]:
    """09: right decisions, log losses, and decisions that change when an argument goes.

    Replications draw from cases played once, so that these are the population and their mean is the truth.
    """
    for noise in (0.1, 0.5):
        table, changed = _cases(noise)
        rng = np.random.default_rng([seed, int(10 * noise)])
        for _ in range(many):
            some = rng.integers(len(table), size=n)
            for name in table:
                found = _mean_of(table[name].to_numpy()[some], share=name.startswith("right"))
                yield name, f"noise {noise:g}", table[name].mean(), found.low, found.high
            for name, (moved, arguments) in changed.items():
                found = ratio_over_units(moved[some], arguments[some], share=True)
                yield f"changed, {name}", f"noise {noise:g}", moved.sum() / arguments.sum(), found.low, found.high


@cache
def _cases(noise: float) -> tuple[pd.DataFrame, dict[str, Any]]:
    """What each of many cases gives: numbers; and by kind of argument how much its removal changes, and how many."""
    game = Consultation(size=5)
    said = consultation.argued_cases(bs.play(game, ScriptedArguer(game, noise), sessions=CASES, seed=987_654), game)
    cases = np.arange(CASES)
    table = pd.DataFrame(index=cases)
    for way, by_strength in (("all attack", False), ("none attacks a stronger one", True)):
        table[f"right, {way}"] = consultation.decision_accuracy(said, by_strength)
    for name, p in {
        **consultation.argument_beliefs(said),
        "ceiling": consultation.informed_posterior(said, noise),
    }.items():
        table[f"loss, {name}"] = -np.log(p[cases, said.truth].clip(1e-6))
    table["loss, vote less preferred"] = table["loss, vote"] - table["loss, preferred"]
    flips = pd.concat([consultation.explanation_table(one) for one in _slices(said, 1)]).fillna({"changed": 0.0})
    parts = {str(name): part[["changed", "n"]].to_numpy().T for name, part in flips.groupby("removed")}
    return table, {name: (rate * size, size) for name, (rate, size) in parts.items()}


def relays(n: int, many: int, seed: int) -> Iterator[Hit]:
    """09b: what coarse codes and distrustful readers lose."""
    game = Relay(frame="prose")
    for grain, trust in ((1, 1.0), (10, 1.0), (20, 0.5)):
        agent = ScriptedMessenger(game, grain=grain, trust=trust)
        exact = messages.code_loss(game.shares, agent.code(game.shares))[1]
        if grain == 20:
            believed, p = trust * game.shares + (1 - trust) / 3, game.shares
            exact = (p * np.log(np.where(p > 0, p, 1) / believed.clip(1e-9))).sum(axis=1).mean()
        talk = bs.play(game, agent, sessions=n * many, seed=seed)
        known, heard = (
            bs.elicit(game.question("place"), bs.Percent(), who, at=talk) for who in (bs.Bayes(game), agent)
        )
        for part in cut(messages.transmission_table(known, heard).query("round == 2"), n):
            found = ratio_over_personas(part, "loss", persona="session")
            yield "loss", f"grain {grain}, trust {trust:g}", exact, found.low, found.high


def reviews(n: int, many: int, seed: int) -> Iterator[Hit]:
    """09c: coverage and precision of a team, its judge's errors, correlation of misses, recalibration."""
    game, hit, alarm = Review(TEAM, rounds=6 if n > 100 else 4), 0.5, 0.15
    single = Review(("reader",), rounds=game.rounds)
    for shared, keeps, agrees in ((0.25, 0.6, 0.1), (0.75, 0.95, 0.7)):
        reader, judge = ScriptedReviewer(hit=hit, alarm=alarm, shared=shared), ScriptedReviewer(hit=keeps, alarm=agrees)
        seats = {**dict.fromkeys(TEAM, reader), "judge": judge}
        said = bs.play(game, seats, sessions=n * many, seed=seed)
        found, wrong = (review.union_bound([rate] * 4, shared) for rate in (hit, alarm))
        real = found / (found + wrong)
        kept = real * keeps / (real * keeps + (1 - real) * agrees)
        truths = {
            ("together", "coverage"): found,
            ("together", "alarm"): wrong,
            ("together", "precision"): real,
            ("together", "apart"): found - wrong,
            ("1", "coverage"): hit,
            ("judged", "coverage"): found * keeps,
            ("judged", "precision"): kept,
        }
        errors = {"agrees, planted": keeps, "agrees, not planted": agrees,
                  "bias": real * keeps + (1 - real) * agrees - real}  # fmt: skip
        setting = f"shared {shared:g}"
        for _, part in review.verdict_table(said, game).groupby(lambda key: key[0] // n):
            for row in pd.concat([review.coverage_table(part), review.coverage_table(part, judged=True)]).itertuples():
                if (row.who, row.measure) in truths:
                    yield f"{row.measure} {row.who}", setting, truths[row.who, row.measure], row.low, row.high
            for row in review.judge_errors(part).itertuples():
                yield row.measure, setting, errors[row.measure], row.low, row.high
            if n > 100:
                link = review.miss_correlation(part)
                yield "miss correlation", setting, shared, link.low, link.high
    if n < 100:
        return
    said = bs.play(single, ScriptedReviewer(), sessions=n * many, seed=seed)
    limited = said[said["player"] == "passage"].set_index(["session", "round"])["move"].astype(str).eq("limited")
    for boldness in (0.5, 3.0):
        told = bs.elicit(single.question("passage"), bs.Percent(), ScriptedReviewer(boldness=boldness), at=said)
        for part in cut(told[told["outcome"].astype(str) == "limited"], n):
            right = limited.loc[list(zip(part["session"], part["round"], strict=True))]
            slope = calibration.recalibration(part["value"], right)["recalibration_slope"]
            yield "recalibration slope", f"boldness {boldness:g}", 1 / boldness, slope.low, slope.high


def _slices(whole: Any, n: int) -> Iterator[Any]:
    """What was read of a play, as replications of n sessions each."""
    arrays = {name: value for name, value in vars(whole).items() if isinstance(value, np.ndarray)}
    for first in range(0, len(next(iter(arrays.values()))), n):
        yield replace(whole, **{name: value[first : first + n] for name, value in arrays.items()})


def _mean_of(values: Any, share: bool = False) -> Any:
    return ratio_over_units(values, np.ones(len(values)), share=share)


# Name → the replication, and its sizes: a notebook's default for scripted arms, about a language arm's.
STUDIES = {
    "panels": (panels, (600,)),
    "small panels": (small_panels, (6,)),
    "consultations": (consultations, (150, 4)),
    "relays": (relays, (400, 6)),
    "reviews": (reviews, (500, 8)),
}
