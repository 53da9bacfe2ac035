"""Exit tests of row 3 (notebook 04): drift with accumulating context."""

import re

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

import beliefsim as bs
from beliefsim.games import State
from beliefsim.studies import topics
from beliefsim.studies.topics import KINDS, ScriptedHolder, Topic, shift_rates, topic_names


def drifted(sessions=400, kind="argument", rounds=3, frame="neutral", **dials):
    """Shifts of scripted holders, by the path of language agents."""
    game = Topic("notes", kind=kind, rounds=rounds, frame=frame)
    holder = ScriptedHolder(game, **dials)
    held = bs.play(game, holder, sessions=sessions, seed=1)
    told = bs.elicit(game.question("stance"), bs.ChoiceProbabilities(), holder, at=held, seed=1)
    return topics.shift_table(game, told, held)


def test_row_03_without_coupling_alignment_is_its_base_rate_and_with_full_coupling_it_is_one():
    apart = topics.alignment(drifted(coupling=0.0, weight=0.3, spread=0.6), seed=1)
    assert apart["null_low"] <= apart["value"] <= apart["null_high"]
    assert apart["value"] == pytest.approx(apart["base_rate"], abs=0.06)
    assert topics.alignment(drifted(coupling=1.0, weight=0.3, spread=0.6), seed=1)["value"] == 1


@pytest.mark.parametrize("planted", [0.0, 0.5, 0.9])
def test_row_03_the_planted_coupling_comes_back_though_answers_are_noisy(planted):
    dials = {"coupling": planted, "spread": 0.6, "noise": 0.4}
    moved, still = drifted(**dials), drifted(kind="placebo", **dials)
    found = topics.coupling(moved, still)
    assert found.low <= planted <= found.high
    assert found.high - found.low < 0.5
    if planted == 0.9:  # uncorrected, noise hides a part of it
        assert np.corrcoef(moved[moved["round"] == 3]["said"], moved[moved["round"] == 3]["did"])[0, 1] < found.low


def test_row_03_intervals_of_drift_and_coupling_hold_what_was_planted():
    dials = {"coupling": 0.5, "spread": 0.6, "noise": 0.3, "weight": 0.5, "discount": 0.7}
    held = []
    for seed in range(16):
        moved, still = (drifted(60, kind, **dials, seed=100 + seed) for kind in ("argument", "placebo"))
        shift = topics.drift_by_round(moved, still).query("what == 'said' and round == 3").iloc[0]
        found = topics.coupling(moved, still)
        held += [(shift["low"] <= 0.85 <= shift["high"], found.low <= 0.5 <= found.high)]
    assert np.mean(held, axis=0).min() > 0.8


def test_row_03_without_noise_the_coupling_is_the_correlation_that_numpy_finds():
    moved, still = drifted(coupling=0.5), drifted(kind="placebo", coupling=0.5)
    last = moved[moved["round"] == 3]
    assert topics.coupling(moved, still).value == pytest.approx(np.corrcoef(last["said"], last["did"])[0, 1], abs=1e-6)


def test_row_03_the_shift_by_round_is_the_discounted_sum_and_nothing_under_a_placebo():
    dials = {"weight": 0.8, "spread": 0.0, "discount": 0.5}
    found = topics.drift_by_round(drifted(5, **dials), drifted(5, "placebo", **dials))
    assert found.loc[found["what"] == "said", "value"].tolist() == pytest.approx([0.8, 1.2])
    assert topics.drift_by_round(drifted(5, "placebo", **dials))["value"].abs().max() == pytest.approx(0)
    noted = topics.coupling(drifted(5, "placebo", **dials), drifted(5, "placebo", **dials))
    assert np.isnan(noted.value) and "no more than under the placebo" in noted.note


def test_row_03_weight_and_discount_of_the_normative_curve_come_back():
    dials = {"coupling": 0.5, "spread": 0.6, "noise": 0.3, "weight": 0.8, "discount": 0.6}
    held = []
    for seed in range(12):
        moved, still = (drifted(80, kind, 4, **dials, seed=seed) for kind in ("argument", "placebo"))
        found = topics.repetition_dials(moved, still).set_index(["what", "dial"])
        planted = {("said", "weight"): 0.8, ("said", "discount"): 0.6, ("did", "weight"): 0.4, ("did", "discount"): 0.6}
        held += [[found.loc[key, "low"] <= value <= found.loc[key, "high"] for key, value in planted.items()]]
    assert np.mean(held) > 0.85
    exact = topics.repetition_dials(drifted(5, rounds=4, weight=0.8, spread=0.0, discount=0.5)).set_index(
        ["what", "dial"]
    )["value"]
    assert exact["said"].tolist() == pytest.approx([0.8, 0.5, 1.0], abs=1e-4)  # at ½, half is reached after one text
    assert topics.repetition_dials(drifted(5, "placebo")).note.ne("").all()


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
    floor = shift_rates(topics.retest_shifts(game, told)).set_index(["what", "metric"]).loc[("said", "magnitude")]
    rested = shift_rates(still).set_index(["what", "metric"]).loc[("said", "magnitude")]
    assert floor["low"] < rested["value"] < floor["high"]  # nothing but noise moves under a placebo
    excess = shift_rates(moved, still).set_index(["what", "metric"]).loc[("said", "magnitude")]
    assert excess["low"] > 0 and excess["value"] == pytest.approx(
        found.loc[("said", "magnitude"), "value"] - rested["value"]
    )


def test_row_03_the_longer_way_by_list_and_inspection_gives_the_coupling_too():
    dials = {"coupling": 0.6, "spread": 0.6, "noise": 0.3, "frame": "inspect"}
    found = topics.coupling(drifted(**dials), drifted(kind="placebo", **dials))
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
    ways = (bs.ChoiceProbabilities(), topics.Scale())
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


@pytest.mark.parametrize("topic", topic_names(contested=True))
def test_row_03_both_sides_of_a_topic_have_as_many_texts_and_nearly_as_many_words(topic):
    for kind in KINDS:
        games = [Topic(topic, stage="reading", kind=kind, side=side) for side in ("first", "second")]
        first, second = (game.texts(2) for game in games)
        assert len(first) == len(second)
        assert abs(len(" ".join(first).split()) - len(" ".join(second).split())) <= 3
