"""Exit tests of notebook 04: drift with accumulating context, epistemic traces, evolving case files."""

import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim.agents import CaseReader, ScriptedHolder
from beliefsim.analysis import drift, revision
from beliefsim.games import CaseFile, State, Topic


def drifted(sessions=400, stage="persuasion", **dials):
    """Shifts of scripted holders, by the path of language agents."""
    game = Topic("notes", stage=stage, rounds=3)
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
    moved, still = drifted(**dials), drifted(stage="placebo", **dials, seed=1)
    found = drift.coupling(moved, still)
    assert found.low <= planted <= found.high
    assert found.high - found.low < 0.5
    if planted == 0.9:  # uncorrected, noise hides a part of it
        assert np.corrcoef(moved[moved["round"] == 3]["said"], moved[moved["round"] == 3]["did"])[0, 1] < found.low


def test_row_03_without_noise_the_coupling_is_the_correlation_that_numpy_finds():
    moved, still = drifted(coupling=0.5), drifted(stage="placebo", coupling=0.5)
    last = moved[moved["round"] == 3]
    assert drift.coupling(moved, still).value == pytest.approx(np.corrcoef(last["said"], last["did"])[0, 1], abs=1e-6)


def test_row_03_the_shift_by_round_is_the_discounted_sum_and_nothing_under_a_placebo():
    dials = {"weight": 0.8, "spread": 0.0, "discount": 0.5}
    found = drift.curve(drifted(5, **dials), drifted(5, "placebo", **dials))
    assert found.loc[found["what"] == "said", "value"].tolist() == pytest.approx([0.8, 1.2])
    assert drift.curve(drifted(5, "placebo", **dials))["value"].abs().max() == pytest.approx(0)
    noted = drift.coupling(drifted(5, "placebo", **dials), drifted(5, "placebo", **dials))
    assert np.isnan(noted.value) and "no more than under the placebo" in noted.note


def test_row_03_stages_show_what_they_say_and_bad_topics_are_refused():
    assert len(Topic("notes", stage="reading", rounds=2).texts(2)) == 3
    debate = Topic("notes", stage="debate", rounds=4).texts(4)
    assert [text.split()[0] for text in debate] == ["Paper", "Typed", "Whoever"]
    words = [
        [len(text.split()) for text in Topic("seats", stage=each, rounds=4).texts(4)]
        for each in ("placebo", "persuasion")
    ]
    assert words[0] == words[1]
    with pytest.raises(ValueError, match="topic 'guns' is not among desks"):
        Topic("guns")
    with pytest.raises(ValueError, match="persuasion has texts for at most 4"):
        Topic("notes", rounds=9)
    with pytest.raises(ValueError, match="stage 'song' is not among"):
        Topic("notes", stage="song")


def filed(game, reader, sessions=200, seed=1):
    """Reports, verdicts and beliefs of a reader of case files."""
    read = bs.play(game, reader, sessions=sessions, seed=seed)
    return read, bs.elicit(game.question("claim"), bs.ChoiceProbabilities(), reader, at=read, seed=seed)


def successes(game, read):
    """Whether each verdict was right: sessions by rounds."""
    verdicts = read[(read["player"] == "analyst") & read["chosen"]]
    return verdicts.pivot(index="session", columns="round", values="payoff").to_numpy()


def scored(game, reader, sessions=200):
    right = successes(game, filed(game, reader, sessions)[0])
    return np.mean([revision.case_scores(row)["crs"] for row in right])


RULES = ("all", "latest", "first", "majority")
DESIGNS = ("retraction", "contradiction", "authority")


def test_row_17_bayes_dominates_every_rule_of_thumb():
    game = CaseFile(rounds=6)
    right = {rule: successes(game, filed(game, CaseReader(game, rule=rule), 1500)[0]) for rule in RULES}
    for rule in RULES[1:]:
        gap = right["all"][:, -1] - right[rule][:, -1]
        assert gap.mean() > 1.96 * gap.std() / np.sqrt(len(gap)), rule
        scores = [np.mean([revision.case_scores(row)["crs"] for row in right[each]]) for each in ("all", rule)]
        assert scores[0] > scores[1], rule
    for design in DESIGNS:
        final = successes(CaseFile(design=design, rounds=6), filed(CaseFile(design=design, rounds=6), bs.Bayes(CaseFile(design=design, rounds=6)))[0])
        assert final[:, -1].all()


def test_row_17_the_weights_of_sources_come_back():
    game = CaseFile(rounds=6)
    trust = (0.5, 1.0, 4.0)
    read, told = filed(game, CaseReader(game, trust=trust, noise=0.3), 150)
    found = revision.source_weights(game, read, told)
    planted = np.log(game.reliability / (1 - game.reliability)) * trust
    assert ((found["low"] <= planted) & (planted <= found["high"])).all()
    assert found["implied"].is_monotonic_decreasing is False  # the director is trusted more than it deserves


def test_row_17_difficulty_goes_with_the_design_of_updates_and_not_with_their_number():
    rows = []
    for design in DESIGNS:
        for rounds in (4, 6, 8):
            game = CaseFile(design=design, rounds=rounds)
            for rule in RULES[1:]:
                final = successes(game, filed(game, CaseReader(game, rule=rule))[0])[:, -1]
                rows.append((design, rounds, rule, final.mean()))
    table = pd.DataFrame(rows, columns=["design", "rounds", "rule", "right"])
    by_design, by_rounds = (table.groupby(name)["right"].mean().var(ddof=0) for name in ("design", "rounds"))
    assert by_design > 4 * by_rounds


def test_row_17_latency_and_over_correction_are_those_that_were_planted():
    game = CaseFile(design="retraction", rounds=5)
    for weight in (0.5, 1.0, 1.5):
        reader = CaseReader(game, evidence_weight=weight)
        found = revision.revision(game, *filed(game, reader, 30)).set_index("metric")["value"]
        assert found["over_correction"] == pytest.approx(weight - 1)
        assert found["arrived"] == 1 if weight == 1 else True
    stuck = revision.revision(game, *filed(game, CaseReader(game, rule="first"), 30)).set_index("metric")
    assert stuck.loc["arrived", "value"] == 0 and np.isnan(stuck.loc["latency", "value"])


def test_row_17_the_case_score_is_the_benchmarks_by_hand():
    right = [1, 1, 0, 0, 1]
    found = revision.case_scores(right)
    assert found["tcr"] == 0.6 and found["continuity"] == 0.25 and found["dispersal"] == 0.75
    assert found["crs"] == pytest.approx((0.6 + 0.25 * 0.75) / 2)
    assert revision.case_scores([1, 1, 1])["crs"] == 1 and revision.case_scores([0, 0])["crs"] == 0
    assert np.isnan(revision.case_scores([1, np.nan])["crs"])
    with pytest.raises(ValueError, match="at least 2 rounds"):
        revision.case_scores([1])


def test_row_17_a_file_that_nobody_could_judge_is_refused():
    with pytest.raises(ValueError, match="could favour what is false"):
        CaseFile(design="authority", rounds=20)
    with pytest.raises(ValueError, match="not identified by design 'authority'"):
        revision.source_weights(CaseFile(design="authority"), pd.DataFrame(), pd.DataFrame())
    with pytest.raises(ValueError, match="rule 'last' is not among"):
        CaseReader(CaseFile(), rule="last")
    assert CaseFile().truth(CaseFile().question("claim"), State(("true", "audit says true"))).p[0, 0] == 0.9
