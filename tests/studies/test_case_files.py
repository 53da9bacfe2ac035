"""Exit tests of row 17 (notebook 04c): evolving case files."""

import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim.measures import variance_shares
from beliefsim.studies import case_files
from beliefsim.studies.case_files import CaseFile, CaseReader, revision, scores


def filed(game, reader, sessions=200, seed=1, claims=("A", "B")):
    """Reports, verdicts and stated beliefs of a reader of case files."""
    read = bs.play(game, reader, sessions=sessions, seed=seed)
    told = [bs.elicit(game.question(each), bs.ChoiceProbabilities(), reader, at=read, seed=seed) for each in claims]
    return read, pd.concat(told)


def finals(game, rule, sessions=200):
    """Whether each final verdict of a reader by a rule is right."""
    read = bs.play(game, CaseReader(game, rule=rule), sessions=sessions, seed=1)
    return case_files.verdict_scores(game, read).query(f"round == {game.rounds}")["chosen"].to_numpy()


RULES = ("all", "latest", "first", "majority")
DESIGNS = ("retraction", "contradiction", "authority")


def test_row_17_bayes_dominates_every_rule_of_thumb():
    game = CaseFile(rounds=8)
    reached = {}
    for rule in RULES:
        table = case_files.verdict_scores(game, bs.play(game, CaseReader(game, rule=rule), sessions=1500, seed=1))
        wide = table.pivot(index="session", columns="round", values="chosen").to_numpy()
        crs = np.array([case_files.case_scores(row)["crs"] for row in wide])
        reached[rule] = wide[:, -1], table[table["round"] == 8]["iou"].to_numpy(), crs
    for rule in RULES[1:]:
        for best, other in zip(reached["all"], reached[rule], strict=True):
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
    found = case_files.source_weights(game, read, told)
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
        found = case_files.revision_summary(case_files.revision_table(game, *filed(game, reader, 30))).set_index(
            "metric"
        )["value"]
        assert found["over_correction"] == pytest.approx(weight - 1)
        assert weight != 1 or (found["arrived"] == 1 and found["latency"] == 0 and found["error"] < 1e-9)
    stuck = case_files.revision_summary(
        case_files.revision_table(game, *filed(game, CaseReader(game, rule="first"), 30))
    ).set_index("metric")
    assert stuck.loc["arrived", "value"] == 0 and np.isnan(stuck.loc["latency", "value"])


def test_row_17_reports_that_agree_are_put_together_by_bayes_and_not_by_the_latest():
    game = CaseFile(design="retraction", rounds=8)
    errors = {}
    for rule in ("all", "latest"):
        cases = case_files.revision_table(game, *filed(game, CaseReader(game, rule=rule), 60), claim="B")
        found = case_files.revision_summary(cases).set_index("metric")
        errors[rule] = found.loc["error", "value"]
    assert errors["all"] == pytest.approx(0, abs=1e-9) and errors["latest"] > 0.05


def test_row_17_sets_and_files_are_scored_as_by_hand_and_by_sklearn():
    from sklearn.metrics import f1_score, jaccard_score

    sets = {"none": [0, 0], "A": [1, 0], "B": [0, 1], "A and B": [1, 1]}
    for said, one in sets.items():
        for true, other in sets.items():
            found = case_files.set_scores(said, true)
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
        checks = scores.file_check(text, "A")
        assert [checks[name] for name in ("complete", "parses", "passes")] == [letter == "T" for letter in expected]
    game = CaseFile(design="authority", rounds=6, frame="filing")
    table = case_files.verdict_scores(game, filed(game, CaseReader(game), 20)[0])
    assert (table["passes"] == (table["chosen"] == 1)).all() and table["passes"].mean() > 0


def test_row_17_the_case_score_is_the_benchmarks_by_hand():
    right = [1, 1, 0, 0, 1]
    found = case_files.case_scores(right)
    assert found["tcr"] == 0.6 and found["continuity"] == 0.25 and found["dispersal"] == 0.75
    assert found["crs"] == pytest.approx((0.6 + 0.25 * 0.75) / 2)
    assert case_files.case_scores([1, 1, 1])["crs"] == 1 and case_files.case_scores([0, 0])["crs"] == 0
    assert np.isnan(case_files.case_scores([1, np.nan])["crs"])
    with pytest.raises(ValueError, match="at least 2 rounds"):
        case_files.case_scores([1])


def test_row_17_a_file_that_nobody_could_judge_is_refused():
    with pytest.raises(ValueError, match="could favour what is false"):
        CaseFile(design="authority", rounds=40)
    with pytest.raises(ValueError, match="not identified by design 'authority'"):
        case_files.source_weights(CaseFile(design="authority", rounds=6), pd.DataFrame(), pd.DataFrame())
    with pytest.raises(ValueError, match="rule 'last' is not among"):
        CaseReader(CaseFile(), rule="last")
    with pytest.raises(ValueError, match="story 'ghost' is not among archive"):
        CaseFile(story="ghost")
