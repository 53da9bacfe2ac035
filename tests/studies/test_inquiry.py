"""Exit tests of row 10 (notebook 04b): epistemic traces of an inquiry."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy

import beliefsim as bs
from beliefsim.games import State
from beliefsim.measures import ratio_over_personas, variance_shares
from beliefsim.studies.inquiry import (
    BREAKDOWNS,
    PRODUCTIVE,
    Inquiry,
    ScriptedInquirer,
    detection_scores,
    motif_table,
    trace_graph,
    trace_scores,
)


def traced(policy="curious", update="bayes", sessions=400, seed=1, blurred=True, weight=1.0, **terms):
    """A scripted inquirer's tests and beliefs; blurred, its answers are rounded to a percent and slightly noisy."""
    box = Inquiry(rounds=6, **terms)
    dials = {"noise": 0.08, "rounding": 0.01} if blurred else {}
    who = ScriptedInquirer(box, policy=policy, update=update, evidence_weight=weight, **dials)
    tested = bs.play(box, who, sessions=sessions, seed=seed)
    told = bs.elicit(box.question(box.key("rule")), bs.ChoiceProbabilities(), who, at=tested, seed=seed)
    return box, tested, told


# By breakdown: who shows it by construction. Sessions whose results give no occasion are labelled by `occasions`.
PLANTED = {
    "untested claim": {"policy": "idle", "update": "restless"},
    "one-sided confirmation": {"policy": "confirm"},
    "contradiction without repair": {"update": "ignore"},
    "premature commitment": {"policy": "hasty"},
    "evidence non-uptake": {"update": "ignore"},
    "disconnected evidence": {"update": "contrary"},
    "unsupported judgement": {"policy": "useless", "update": "restless"},
    "uninformative test": {"policy": "useless"},
    "fixed belief": {"policy": "plan", "update": "ignore"},
    "stalled revision": {"policy": "plan", "update": "tire"},
    "fixed-hypothesis tuning": {"policy": "plan", "update": "cling"},
}


def results_of(box, tested):
    """Tests and results as text, sessions by rounds, without the last round's, which come too late."""
    rows = tested[tested["chosen"]].astype({"move": str})
    wide = [
        rows[rows["player"] == seat].pivot(index="session", columns="round", values="move").to_numpy()[:, :-1]
        for seat in ("inquirer", "result")
    ]
    return wide


def posteriors(box, tested):
    """Bayes' beliefs by hand, from tests and results alone."""
    lights = {"left": "left either", "right": "right either", "both": "left right both either"}
    tests, results = results_of(box, tested)
    found = []
    for row in range(len(tests)):
        p = {"left": 0.3, "right": 0.2, "both": 0.1, "either": 0.4}
        path = [list(p.values())]
        for test, result in zip(tests[row], results[row], strict=True):
            for rule in p:
                if test != "stop":
                    p[rule] *= 0.9 if (rule in lights[test].split()) == (result == "lit") else 0.1
            path.append([value / sum(p.values()) for value in p.values()])
        found.append(path)
    return np.array(found)


def occasions(motif, box, tested):
    """Where results let a planted departure show: computed without the detector."""
    bayes = posteriors(box, tested)
    tests, results = results_of(box, tested)
    due = 0.5 * np.abs(np.diff(bayes, axis=1)).sum(axis=-1) >= 0.2
    favourite = 3  # either
    if motif == "contradiction without repair":
        return ((results == "dark") & (tests != "both")).any(axis=1)
    if motif in ("evidence non-uptake", "disconnected evidence", "fixed belief"):
        return due.any(axis=1)
    if motif == "stalled revision":
        return due[:, :2].any(axis=1) & due[:, 2:].any(axis=1)
    if motif == "fixed-hypothesis tuning":
        return bayes[:, -1].argmax(axis=-1) != favourite
    return np.ones(len(tests), dtype=bool)


@pytest.mark.parametrize("motif", BREAKDOWNS)
def test_row_10_each_breakdown_is_detected_in_scripted_inquirers(motif):
    box, tested, told = traced(**PLANTED[motif])
    shown = motif_table(box, tested, told)[motif]
    clean = motif_table(*traced())[motif]
    planted = pd.Series([*occasions(motif, box, tested), *[False] * len(clean)])
    found = detection_scores(pd.concat([shown, clean], ignore_index=True), planted)
    assert found["precision"] >= 0.95 and found["recall"] >= 0.95, found
    assert found["planted"] > 40


@pytest.mark.parametrize("motif", PRODUCTIVE)
def test_row_10_each_productive_motif_is_detected_through_noise_and_rounding(motif):
    labels, found = [], []
    for who in ({"policy": "plan"}, {"policy": "curious"}, {"policy": "confirm"}, {"update": "ignore"}):
        labels.append(motif_table(*traced(**who, blurred=False))[motif])
        found.append(motif_table(*traced(**who))[motif])
    scores = detection_scores(pd.concat(found, ignore_index=True), pd.concat(labels, ignore_index=True))
    assert scores["precision"] >= 0.95 and scores["recall"] >= 0.95, scores
    assert 40 < scores["planted"] < scores["n"]


def test_row_10_the_optimal_inquirer_earns_what_brute_force_finds():
    def worth(p, left, cost=1.0, prize=20.0):
        """Dollars from optimal tests to the end, by plain recursion over dictionaries."""
        best = prize * max(p.values())
        if left == 0:
            return best
        lights = {"left": ("left", "either"), "right": ("right", "either"), "both": tuple(p)}
        for rules in lights.values():
            total = -cost
            for lit in (True, False):
                joint = {rule: p[rule] * (0.9 if (rule in rules) == lit else 0.1) for rule in p}
                chance = sum(joint.values())
                total += chance * worth({rule: value / chance for rule, value in joint.items()}, left - 1)
            best = max(best, total)
        return best

    box = Inquiry()
    for left in (1, 2, 3):
        mine = box.values_of(box.prior[None], left).max()
        assert mine == pytest.approx(worth(dict(zip(box.hidden.names, box.prior, strict=True)), left))


def test_row_10_the_optimal_inquirer_earns_most():
    earned = {}
    for policy in ("optimal", "curious", "plan", "confirm", "useless", "hasty", "idle"):
        box = Inquiry(rounds=4)
        who = ScriptedInquirer(box, policy=policy)
        tested = bs.play(box, who, sessions=800, seed=3)
        costs = tested[tested["player"].eq("inquirer") & tested["chosen"]].groupby("session")["payoff"].sum()
        moves = (
            tested[tested["chosen"]].astype({"move": str}).pivot(index="session", columns=["round", "player"])["move"]
        )
        state = State((), ())
        for number in range(1, 5):
            past = (moves[number, "inquirer"], moves[number, "result"])
            state = State((), (*state.past, (moves[1, "rule"].to_numpy(), *(each.to_numpy() for each in past))))
        right = box.truth(box.question("rule"), State((moves[1, "rule"].to_numpy(),), state.past)).p.max(axis=1)
        earned[policy] = (costs.to_numpy() + 20 * right).mean()
    assert max(earned, key=earned.get) == "optimal", earned
    assert earned["idle"] == pytest.approx(8)


def test_row_10_planted_shares_of_variance_come_back():
    planted = np.array([0.6, 0.05, 0.05, 0.3])
    found = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        a, b, n = 12, 12, 3
        draws = [rng.standard_normal(shape) for shape in ((a, 1, 1), (1, b, 1), (a, b, 1), (a, b, n))]
        y = sum(np.sqrt(share) * part for share, part in zip(planted, draws, strict=True))
        index = pd.MultiIndex.from_product([range(a), range(b), range(n)], names=["model", "scaffold", "run"])
        table = pd.Series(np.broadcast_to(y, (a, b, n)).ravel(), index=index, name="score").reset_index()
        found.append(variance_shares(table, "score", "model", "scaffold", permutations=2)["share"])
    assert np.mean(found, axis=0) == pytest.approx(planted, abs=0.06)
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    table["m"], table["s"] = table["model"].astype(str), table["scaffold"].astype(str)
    squares = sm.stats.anova_lm(smf.ols("score ~ m * s", table).fit())["mean_sq"]
    assert variance_shares(table, "score", "model", "scaffold", permutations=2)[
        "mean_square"
    ].tolist() == pytest.approx(squares.tolist())


def test_row_10_intervals_of_variance_shares_hold_what_was_planted():
    planted, (a, b, n), held = np.array([0.4, 0.02, 0.08, 0.5]), (6, 4, 10), []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        draws = [rng.standard_normal(shape) for shape in ((a, 1, 1), (1, b, 1), (a, b, 1), (a, b, n))]
        y = sum(np.sqrt(share) * part for share, part in zip(planted, draws, strict=True))
        index = pd.MultiIndex.from_product([range(a), range(b), range(n)], names=["model", "scaffold", "run"])
        table = pd.Series(np.broadcast_to(y, (a, b, n)).ravel(), index=index, name="score").reset_index()
        found = variance_shares(table, "score", "model", "scaffold", permutations=2, seed=seed)
        held.append((found["low"] <= planted) & (planted <= found["high"]))
    assert np.mean(held, axis=0).min() > 0.87


def ratio(table, above, below):
    """A ratio over traces with its interval."""
    return ratio_over_personas(table, above, below, persona="session")


def test_row_10_efficiency_of_updates_is_what_was_planted():
    half = trace_scores(*traced("plan", sessions=300, blurred=False, weight=0.5))
    whole = trace_scores(*traced("plan", sessions=300, blurred=False))
    deaf = trace_scores(*traced("plan", update="ignore", sessions=300, blurred=False))
    assert ratio(whole, "progress", "progress_due").value == pytest.approx(1)
    assert ratio(deaf, "progress", "progress_due").value == pytest.approx(0, abs=1e-9)
    found = ratio(half, "progress", "progress_due")
    assert found.low > 0 and found.high < 1


def test_row_10_information_of_chosen_tests_is_the_most_for_the_curious_and_none_for_useless_tests():
    curious, useless = (trace_scores(*traced(policy, sessions=200, blurred=False)) for policy in ("curious", "useless"))
    assert ratio(curious, "nats", "nats_most").value == pytest.approx(1)
    assert ratio(useless, "nats", "nats_most").value == pytest.approx(0, abs=1e-9)
    box, tested, told = traced("curious", sessions=1, blurred=False)
    p = np.array([0.3, 0.2, 0.1, 0.4])  # the first test by hand: left lights under left and either
    lit = np.array([0.9, 0.1, 0.1, 0.9])
    after = [p * each / (p @ each) for each in (lit, 1 - lit)]
    gain = entropy(p) - (p @ lit) * entropy(after[0]) - (p @ (1 - lit)) * entropy(after[1])
    assert box.information(p[None])[0, 0] == pytest.approx(gain)
    assert trace_scores(box, tested, told)["nats"].iloc[0] >= gain


@pytest.mark.parametrize("frame", ["salts", "triples"])
def test_row_10_the_same_problem_in_other_words_shows_the_same_motifs(frame):
    plain, other = (motif_table(*traced("plan", frame=name)) for name in ("neutral", frame))
    assert plain.mean().tolist() == pytest.approx(other.mean().tolist(), abs=0.02)


def test_row_10_a_trace_as_a_graph_contradicts_where_a_result_refutes_the_favourite():
    box, tested, told = traced("plan", sessions=30, blurred=False)
    moves = (
        tested[tested["chosen"]].astype({"move": str, "player": str}).set_index(["session", "round", "player"])["move"]
    )
    for session in range(30):
        graph = trace_graph(box, tested, told, session).query("round == 1").set_index("edge")
        assert graph.loc["tests", "to"] == "T left"
        dark = moves[session, 1, "result"] == "dark"  # the favourite at first is either, which lights
        assert ("contradicts" in graph.index) == dark


def test_row_10_models_and_scaffolds_that_were_planted_are_told_apart():
    rows = []
    for model in (0.1, 0.4, 0.7, 1.0):
        for scaffold in (-0.02, 0.0, 0.02):
            box = Inquiry(rounds=4)
            who = ScriptedInquirer(box, policy="plan", evidence_weight=model + scaffold, noise=0.1)
            tested = bs.play(box, who, sessions=40, seed=1)
            told = bs.elicit(box.question("rule"), bs.ChoiceProbabilities(), who, at=tested)
            each = trace_scores(box, tested, told)
            rows.append(each.assign(model=model, scaffold=scaffold))
    found = variance_shares(pd.concat(rows), "uptake", "model", "scaffold").set_index("source")
    assert found.loc["model", "share"] > 0.8 and found.loc["model", "share"] > found.loc["model", "null_high"]
    assert found.loc["scaffold", "share"] < 0.02


def test_row_10_an_inquiry_that_cannot_identify_the_rule_says_so():
    with pytest.raises(ValueError, match="tests left, both cannot tell left from either, right from both"):
        Inquiry(tests=(0, 2))
    with pytest.raises(ValueError, match="tests sulfate, water cannot tell barium from lead, silver from sodium"):
        Inquiry(tests=(0, 2), frame="salts")
    with pytest.raises(ValueError, match="are not among 0, 1, 2, the places of left, right, both"):
        Inquiry(tests=(3,))
    with pytest.raises(ValueError, match="balanced table"):
        rows = pd.DataFrame({"m": [1, 1, 2], "s": [1, 2, 1], "y": 0.0})
        variance_shares(rows, "y", "m", "s")
