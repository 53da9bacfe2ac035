"""Exit tests of notebook 04: drift with accumulating context, epistemic traces, evolving case files."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy
from statsmodels.stats.proportion import proportion_confint

import beliefsim as bs
from beliefsim.agents import CaseReader, ScriptedHolder, ScriptedInquirer
from beliefsim.analysis import casework, drift, motifs, repetition, revision, variance_shares
from beliefsim.analysis.drift import shift_rates
from beliefsim.analysis.jackknife import ratio_over_personas
from beliefsim.analysis.traces import edges, scores
from beliefsim.games import CaseFile, Inquiry, State, Topic, topics
from beliefsim.games.topic import KINDS


def drifted(sessions=400, kind="argument", rounds=3, frame="neutral", **dials):
    """Shifts of scripted holders, by the path of language agents."""
    game = Topic("notes", kind=kind, rounds=rounds, frame=frame)
    holder = ScriptedHolder(game, **dials)
    held = bs.play(game, holder, sessions=sessions, seed=1)
    told = bs.elicit(game.question("stance"), bs.ChoiceProbabilities(), holder, at=held, seed=1)
    return drift.shifts(game, told, held)


def test_row_03_without_coupling_alignment_is_its_base_rate_and_with_full_coupling_it_is_one():
    apart = drift.alignment(drifted(coupling=0.0, weight=0.3, spread=0.6), seed=1)
    assert apart["null_low"] <= apart["value"] <= apart["null_high"]
    assert apart["value"] == pytest.approx(apart["base_rate"], abs=0.06)
    assert drift.alignment(drifted(coupling=1.0, weight=0.3, spread=0.6), seed=1)["value"] == 1


@pytest.mark.parametrize("planted", [0.0, 0.5, 0.9])
def test_row_03_the_planted_coupling_comes_back_though_answers_are_noisy(planted):
    dials = {"coupling": planted, "spread": 0.6, "noise": 0.4}
    moved, still = drifted(**dials), drifted(kind="placebo", **dials)
    found = drift.coupling(moved, still)
    assert found.low <= planted <= found.high
    assert found.high - found.low < 0.5
    if planted == 0.9:  # uncorrected, noise hides a part of it
        assert np.corrcoef(moved[moved["round"] == 3]["said"], moved[moved["round"] == 3]["did"])[0, 1] < found.low


def test_row_03_intervals_of_drift_and_coupling_hold_what_was_planted():
    dials = {"coupling": 0.5, "spread": 0.6, "noise": 0.3, "weight": 0.5, "discount": 0.7}
    held = []
    for seed in range(16):
        moved, still = (drifted(60, kind, **dials, seed=100 + seed) for kind in ("argument", "placebo"))
        shift = drift.curve(moved, still).query("what == 'said' and round == 3").iloc[0]
        found = drift.coupling(moved, still)
        held += [(shift["low"] <= 0.85 <= shift["high"], found.low <= 0.5 <= found.high)]
    assert np.mean(held, axis=0).min() > 0.8


def test_row_03_without_noise_the_coupling_is_the_correlation_that_numpy_finds():
    moved, still = drifted(coupling=0.5), drifted(kind="placebo", coupling=0.5)
    last = moved[moved["round"] == 3]
    assert drift.coupling(moved, still).value == pytest.approx(np.corrcoef(last["said"], last["did"])[0, 1], abs=1e-6)


def test_row_03_the_shift_by_round_is_the_discounted_sum_and_nothing_under_a_placebo():
    dials = {"weight": 0.8, "spread": 0.0, "discount": 0.5}
    found = drift.curve(drifted(5, **dials), drifted(5, "placebo", **dials))
    assert found.loc[found["what"] == "said", "value"].tolist() == pytest.approx([0.8, 1.2])
    assert drift.curve(drifted(5, "placebo", **dials))["value"].abs().max() == pytest.approx(0)
    noted = drift.coupling(drifted(5, "placebo", **dials), drifted(5, "placebo", **dials))
    assert np.isnan(noted.value) and "no more than under the placebo" in noted.note


def test_row_03_weight_and_discount_of_the_normative_curve_come_back():
    dials = {"coupling": 0.5, "spread": 0.6, "noise": 0.3, "weight": 0.8, "discount": 0.6}
    held = []
    for seed in range(12):
        moved, still = (drifted(80, kind, 4, **dials, seed=seed) for kind in ("argument", "placebo"))
        found = repetition(moved, still).set_index(["what", "dial"])
        planted = {("said", "weight"): 0.8, ("said", "discount"): 0.6, ("did", "weight"): 0.4, ("did", "discount"): 0.6}
        held += [[found.loc[key, "low"] <= value <= found.loc[key, "high"] for key, value in planted.items()]]
    assert np.mean(held) > 0.85
    exact = repetition(drifted(5, rounds=4, weight=0.8, spread=0.0, discount=0.5)).set_index(["what", "dial"])["value"]
    assert exact["said"].tolist() == pytest.approx([0.8, 0.5, 1.0], abs=1e-4)  # at ½, half is reached after one text
    assert repetition(drifted(5, "placebo")).note.ne("").all()


def test_row_03_rates_are_the_papers_and_asking_again_is_their_floor():
    dials = {"weight": 0.4, "spread": 0.2, "noise": 0.3, "lean": 1.0}
    moved, still = drifted(600, **dials), drifted(600, "placebo", **dials)
    found = shift_rates(moved).set_index(["what", "metric"])
    last = moved[moved["round"] == 3]
    changed = (last["stated"] > 0.5) != (last["stated_before"] > 0.5)
    low, high = proportion_confint(changed.sum(), 600, method="wilson")
    assert found.loc[("said", "changed"), ["value", "low", "high"]].tolist() == pytest.approx(
        [changed.mean(), low, high]
    )
    game = Topic("notes", rounds=3)
    holder = ScriptedHolder(game, **dials)
    held = bs.play(game, holder, sessions=600, seed=1)
    told = bs.elicit(game.question("stance"), bs.ChoiceProbabilities(), holder, at=held, draws=2, seed=1)
    floor = shift_rates(drift.retest(game, told)).set_index(["what", "metric"]).loc[("said", "magnitude")]
    rested = shift_rates(still).set_index(["what", "metric"]).loc[("said", "magnitude")]
    assert floor["low"] < rested["value"] < floor["high"]  # nothing but noise moves under a placebo
    excess = shift_rates(moved, still).set_index(["what", "metric"]).loc[("said", "magnitude")]
    assert excess["low"] > 0 and excess["value"] == pytest.approx(
        found.loc[("said", "magnitude"), "value"] - rested["value"]
    )


def test_row_03_the_longer_way_by_list_and_inspection_gives_the_coupling_too():
    dials = {"coupling": 0.6, "spread": 0.6, "noise": 0.3, "frame": "inspect"}
    found = drift.coupling(drifted(**dials), drifted(kind="placebo", **dials))
    assert found.low <= 0.6 <= found.high
    game = Topic("notes", frame="inspect")
    played = bs.play(game, ScriptedHolder(game), sessions=2)
    assert set(played["player"]) == {"speaker", "inspector", "holder"}
    shown = game.prompt(
        "holder", state=State(("text", "install_editor"), (("none", "order_notebook", "order_notebook"),))
    )
    assert "inspected one: install_editor installs a note editor" in shown


def test_row_03_a_scale_from_0_to_100_tells_the_same_stance():
    game = Topic("notes")
    holder = ScriptedHolder(game, weight=1.0)
    held = bs.play(game, holder, sessions=20, seed=1)
    ways = (bs.ChoiceProbabilities(), bs.instruments.Scale())
    one, other = (bs.elicit(game.question("stance"), way, holder, at=held)["value"] for way in ways)
    assert one.tolist() == pytest.approx(other.tolist())


def test_row_03_stages_and_kinds_show_what_they_say_and_bad_topics_are_refused():
    assert len(Topic("notes", stage="reading").texts(2)) == 3
    debate = Topic("notes", stage="debate", rounds=4)
    assert [text.split()[0] for text in debate.texts(4)] == ["Paper", "Typed", "Whoever"]
    assert debate.doses(4) == (2, 1) and Topic("notes", side="second", rounds=4).doses(4) == (0, 3)
    seen = [Topic("seats", stage="reading", kind=kind).texts(2) for kind in KINDS]
    words = [sorted(re.findall(r"\w+", " ".join(each).lower())) for each in seen]
    assert words[KINDS.index("shuffled")] == words[KINDS.index("argument")] != words[KINDS.index("placebo")]
    with pytest.raises(ValueError, match="topic 'guns' is not among basic_income"):
        Topic("guns")
    with pytest.raises(ValueError, match="persuasion by norms has texts for at most 2"):
        Topic("notes", kind="norms", rounds=3)
    with pytest.raises(ValueError, match="stage 'song' is not among"):
        Topic("notes", stage="song")


@pytest.mark.parametrize("topic", topics(contested=True))
def test_row_03_both_sides_of_a_topic_have_as_many_texts_and_nearly_as_many_words(topic):
    for kind in KINDS:
        games = [Topic(topic, stage="reading", kind=kind, side=side) for side in ("first", "second")]
        first, second = (game.texts(2) for game in games)
        assert len(first) == len(second)
        assert abs(len(" ".join(first).split()) - len(" ".join(second).split())) <= 3


def filed(game, reader, sessions=200, seed=1, claims=("A", "B")):
    """Reports, verdicts and stated beliefs of a reader of case files."""
    read = bs.play(game, reader, sessions=sessions, seed=seed)
    told = [bs.elicit(game.question(each), bs.ChoiceProbabilities(), reader, at=read, seed=seed) for each in claims]
    return read, pd.concat(told)


def finals(game, rule, sessions=200):
    """Whether each final verdict of a reader by a rule is right."""
    read = bs.play(game, CaseReader(game, rule=rule), sessions=sessions, seed=1)
    return casework.selections(game, read).query(f"round == {game.rounds}")["chosen"].to_numpy()


RULES = ("all", "latest", "first", "majority")
DESIGNS = ("retraction", "contradiction", "authority")


def test_row_17_bayes_dominates_every_rule_of_thumb():
    game = CaseFile(rounds=8)
    scores = {}
    for rule in RULES:
        table = casework.selections(game, bs.play(game, CaseReader(game, rule=rule), sessions=1500, seed=1))
        wide = table.pivot(index="session", columns="round", values="chosen").to_numpy()
        crs = np.array([casework.case_scores(row)["crs"] for row in wide])
        scores[rule] = wide[:, -1], table[table["round"] == 8]["iou"].to_numpy(), crs
    for rule in RULES[1:]:
        for best, other in zip(scores["all"], scores[rule], strict=True):
            gap = best - other
            assert gap.mean() > 1.96 * gap.std() / np.sqrt(len(gap)), rule
    for design in DESIGNS:
        assert finals(CaseFile(design=design, rounds=7), "all").all()


def test_row_17_the_posterior_of_claims_is_that_of_plain_counting():
    game = CaseFile(rounds=6, witness=70)
    read, told = filed(game, bs.Bayes(game), 40)
    table = revision.stated_claims(game, read, told)
    assert table["stated"].tolist() == pytest.approx(table["true"].tolist())
    odds = {"audit": 9.0, "witness": 70 / 30, "director": 54 / 46}
    reports = read[(read["player"] == "report") & read["chosen"] & (read["session"] == 3)]["move"].astype(str)
    product = 1.0
    for report in reports:
        source, claim, _, side = report.replace(":", "").split()
        product *= (odds[source] if side == "true" else 1 / odds[source]) if claim == "B" else 1
    last = table[(table["session"] == 3) & (table["claim"] == "B") & (table["round"] == 6)]
    assert last["stated"].iloc[0] == pytest.approx(product / (1 + product))


def test_row_17_the_weights_of_sources_come_back():
    game = CaseFile(rounds=6)
    trust = (0.5, 1.0, 4.0)
    read, told = filed(game, CaseReader(game, trust=trust, noise=0.3), 150)
    found = revision.source_weights(game, read, told)
    planted = np.log(game.reliability / (1 - game.reliability)) * trust
    assert ((found["low"] <= planted) & (planted <= found["high"])).all()
    assert (found["implied_low"] > found["true"]).tolist() == [False, False, True]  # the director's standing


def test_row_17_difficulty_goes_with_the_design_of_updates_and_not_with_their_number():
    rows = []
    for design in DESIGNS:
        for rounds in (6, 8, 10):
            game = CaseFile(design=design, rounds=rounds)
            rows += [(design, rounds, rule, finals(game, rule, 100).mean()) for rule in RULES[1:]]
    table = pd.DataFrame(rows, columns=["design", "rounds", "rule", "right"])
    for _, part in table.groupby("rule"):
        assert part.groupby("design")["right"].mean().var() > 4 * part.groupby("rounds")["right"].mean().var()
    for rule, part in table.groupby("rule"):  # within a rule of thumb designs differ beyond the permutation null
        twice = pd.concat([part, part])
        found = variance_shares(twice, "right", "design", "rounds").set_index("source")
        assert found.loc["design", "share"] > found.loc["design", "null_high"], rule
        assert found.loc["rounds", "share"] < found.loc["design", "low"], rule


def test_row_17_latency_and_over_correction_are_those_that_were_planted():
    game = CaseFile(design="retraction", rounds=7)
    for weight in (0.5, 1.0, 1.5):
        reader = CaseReader(game, evidence_weight=weight)
        found = revision.summary(revision.revised(game, *filed(game, reader, 30))).set_index("metric")["value"]
        assert found["over_correction"] == pytest.approx(weight - 1)
        assert weight != 1 or (found["arrived"] == 1 and found["latency"] == 0 and found["error"] < 1e-9)
    stuck = revision.summary(revision.revised(game, *filed(game, CaseReader(game, rule="first"), 30))).set_index(
        "metric"
    )
    assert stuck.loc["arrived", "value"] == 0 and np.isnan(stuck.loc["latency", "value"])


def test_row_17_reports_that_agree_are_put_together_by_bayes_and_not_by_the_latest():
    game = CaseFile(design="retraction", rounds=8)
    errors = {}
    for rule in ("all", "latest"):
        cases = revision.revised(game, *filed(game, CaseReader(game, rule=rule), 60), claim="B")
        found = revision.summary(cases).set_index("metric")
        errors[rule] = found.loc["error", "value"]
    assert errors["all"] == pytest.approx(0, abs=1e-9) and errors["latest"] > 0.05


def test_row_17_sets_and_files_are_scored_as_by_hand_and_by_sklearn():
    from sklearn.metrics import f1_score, jaccard_score

    sets = {"none": [0, 0], "A": [1, 0], "B": [0, 1], "A and B": [1, 1]}
    for said, one in sets.items():
        for true, other in sets.items():
            found = casework.set_scores(said, true)
            assert found["iou"] == pytest.approx(jaccard_score(other, one, zero_division=1.0))
            assert found["f1"] == pytest.approx(f1_score(other, one, zero_division=1.0))
    awkward = {
        '{"A": true}': "FTF",
        '{"A": "yes", "B": false}': "FTF",
        "[1]": "FFF",
        "": "FFF",
        '{"A": true, "B": true}': "TTF",
    }
    for text, expected in awkward.items():
        checks = casework.file_check(text, "A")
        assert [checks[name] for name in ("complete", "parses", "passes")] == [letter == "T" for letter in expected]
    game = CaseFile(design="authority", rounds=6, frame="filing")
    table = casework.selections(game, filed(game, CaseReader(game), 20)[0])
    assert (table["passes"] == (table["chosen"] == 1)).all() and table["passes"].mean() > 0


def test_row_17_the_case_score_is_the_benchmarks_by_hand():
    right = [1, 1, 0, 0, 1]
    found = casework.case_scores(right)
    assert found["tcr"] == 0.6 and found["continuity"] == 0.25 and found["dispersal"] == 0.75
    assert found["crs"] == pytest.approx((0.6 + 0.25 * 0.75) / 2)
    assert casework.case_scores([1, 1, 1])["crs"] == 1 and casework.case_scores([0, 0])["crs"] == 0
    assert np.isnan(casework.case_scores([1, np.nan])["crs"])
    with pytest.raises(ValueError, match="at least 2 rounds"):
        casework.case_scores([1])


def test_row_17_a_file_that_nobody_could_judge_is_refused():
    with pytest.raises(ValueError, match="could favour what is false"):
        CaseFile(design="authority", rounds=40)
    with pytest.raises(ValueError, match="not identified by design 'authority'"):
        revision.source_weights(CaseFile(design="authority", rounds=6), pd.DataFrame(), pd.DataFrame())
    with pytest.raises(ValueError, match="rule 'last' is not among"):
        CaseReader(CaseFile(), rule="last")
    with pytest.raises(ValueError, match="story 'ghost' is not among archive"):
        CaseFile(story="ghost")


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


@pytest.mark.parametrize("motif", motifs.BREAKDOWNS)
def test_row_10_each_breakdown_is_detected_in_scripted_inquirers(motif):
    box, tested, told = traced(**PLANTED[motif])
    shown = motifs.motifs(box, tested, told)[motif]
    clean = motifs.motifs(*traced())[motif]
    planted = pd.Series([*occasions(motif, box, tested), *[False] * len(clean)])
    found = motifs.detection(pd.concat([shown, clean], ignore_index=True), planted)
    assert found["precision"] >= 0.95 and found["recall"] >= 0.95, found
    assert found["planted"] > 40


@pytest.mark.parametrize("motif", motifs.PRODUCTIVE)
def test_row_10_each_productive_motif_is_detected_through_noise_and_rounding(motif):
    labels, found = [], []
    for who in ({"policy": "plan"}, {"policy": "curious"}, {"policy": "confirm"}, {"update": "ignore"}):
        labels.append(motifs.motifs(*traced(**who, blurred=False))[motif])
        found.append(motifs.motifs(*traced(**who))[motif])
    scores = motifs.detection(pd.concat(found, ignore_index=True), pd.concat(labels, ignore_index=True))
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
    half = scores(*traced("plan", sessions=300, blurred=False, weight=0.5))
    whole = scores(*traced("plan", sessions=300, blurred=False))
    deaf = scores(*traced("plan", update="ignore", sessions=300, blurred=False))
    assert ratio(whole, "progress", "progress_due").value == pytest.approx(1)
    assert ratio(deaf, "progress", "progress_due").value == pytest.approx(0, abs=1e-9)
    found = ratio(half, "progress", "progress_due")
    assert found.low > 0 and found.high < 1


def test_row_10_information_of_chosen_tests_is_the_most_for_the_curious_and_none_for_useless_tests():
    curious, useless = (scores(*traced(policy, sessions=200, blurred=False)) for policy in ("curious", "useless"))
    assert ratio(curious, "nats", "nats_most").value == pytest.approx(1)
    assert ratio(useless, "nats", "nats_most").value == pytest.approx(0, abs=1e-9)
    box, tested, told = traced("curious", sessions=1, blurred=False)
    p = np.array([0.3, 0.2, 0.1, 0.4])  # the first test by hand: left lights under left and either
    lit = np.array([0.9, 0.1, 0.1, 0.9])
    after = [p * each / (p @ each) for each in (lit, 1 - lit)]
    gain = entropy(p) - (p @ lit) * entropy(after[0]) - (p @ (1 - lit)) * entropy(after[1])
    assert box.information(p[None])[0, 0] == pytest.approx(gain)
    assert scores(box, tested, told)["nats"].iloc[0] >= gain


@pytest.mark.parametrize("frame", ["salts", "triples"])
def test_row_10_the_same_problem_in_other_words_shows_the_same_motifs(frame):
    plain, other = (motifs.motifs(*traced("plan", frame=name)) for name in ("neutral", frame))
    assert plain.mean().tolist() == pytest.approx(other.mean().tolist(), abs=0.02)


def test_row_10_a_trace_as_a_graph_contradicts_where_a_result_refutes_the_favourite():
    box, tested, told = traced("plan", sessions=30, blurred=False)
    moves = (
        tested[tested["chosen"]].astype({"move": str, "player": str}).set_index(["session", "round", "player"])["move"]
    )
    for session in range(30):
        graph = edges(box, tested, told, session).query("round == 1").set_index("edge")
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
            each = scores(box, tested, told)
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
