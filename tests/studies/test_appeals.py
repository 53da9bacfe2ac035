import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim import prompts
from beliefsim.games import State
from beliefsim.studies import appeals
from beliefsim.studies.appeals import Appeal, ScriptedSceptic
from beliefsim.studies.opponents import ScriptedSpeaker, Talk

WEIGHTS = dict(zip(Appeal.dimensions, [1.6, -1.2, 0.7, 1.1, 0.9, -1.6, 0.3, -0.1, -0.6, -0.9], strict=True))


def appealed(sceptic, names, sessions):
    """What each argument did to each sceptic, through play and elicit."""
    game, rows = sceptic.game, []
    for name in names:
        crew = {"listener": sceptic, "speaker": ScriptedSpeaker((name,))}
        heard = bs.play(game, crew, sessions=sessions, seed=1)
        asks = [game.question(each) for each in ("change", "opinion")]
        told = pd.concat([bs.elicit(ask, bs.ChoiceProbabilities(), sceptic, at=heard) for ask in asks])
        rows.append(appeals.heard_appeals(game, heard, told))
    return pd.concat(rows, ignore_index=True)


def test_row_26_planted_weights_of_dimensions_come_back_in_rank_and_size():
    sceptic = ScriptedSceptic(Appeal("trees"), WEIGHTS, stubbornness=0.5, spread=1.2, seed=2)
    rows = appealed(sceptic, Appeal.dimensions, 200)
    found = appeals.strengths_of(rows, "argument", "session", "change")
    planted = found["argument"].map(WEIGHTS) - np.mean(list(WEIGHTS.values()))
    assert found["strength"].corr(planted, method="spearman") > 0.9
    covered = (found["low"] <= planted) & (planted <= found["high"])
    assert covered.sum() >= 8
    assert np.polyfit(planted, found["strength"], 1)[0] == pytest.approx(1, abs=0.2)


def test_row_26_strengths_do_not_hang_on_how_stubborn_the_sceptics_are():
    means = []
    for stubborn in (-0.5, 1.0):
        sceptic = ScriptedSceptic(Appeal(), WEIGHTS, stubbornness=stubborn, spread=1.5, seed=5)
        found = appeals.strengths_of(appealed(sceptic, Appeal.dimensions, 250), "argument", "session", "change")
        means.append(found.set_index("argument")[["strength", "changed"]])
    assert means[0]["changed"].mean() > means[1]["changed"].mean() + 0.15
    np.testing.assert_allclose(means[0]["strength"], means[1]["strength"].reindex(means[0].index), atol=0.75)


@pytest.mark.parametrize("coupling", [0.0, 0.5, 1.0])
def test_row_26_the_costly_act_follows_the_changed_mind_as_far_as_planted(coupling):
    sceptic = ScriptedSceptic(Appeal(stake=5), WEIGHTS, coupling=coupling, seed=2)
    found = appeals.slope_within(appealed(sceptic, Appeal.dimensions[:5], 150), "change", "gave", "session")
    assert found.value == pytest.approx(3 * coupling, abs=1e-9)  # $4 instead of $1


def test_before_an_argument_nothing_has_changed_and_opinions_follow_changed_minds():
    rows = appealed(ScriptedSceptic(Appeal(), WEIGHTS, seed=2), ["trust", "neutral"], 60)
    assert (rows["change_1"] == 0).all() and (rows["opinion_1"] == 3).all() and (rows["gave_1"] == 1).all()
    np.testing.assert_allclose(rows["opinion"], 3 + 2 * rows["change"])
    assert rows.groupby("argument")["change"].mean()["neutral"] < 0.2


def test_row_26_the_share_of_changed_minds_falls_with_stubbornness_along_the_logistic_line():
    sceptic = ScriptedSceptic(Appeal(), WEIGHTS, spread=2.0, seed=4)
    rows = appealed(sceptic, ["trust"], 4000)
    stubborn = sceptic.stubborn(np.arange(4000))
    bins = np.digitize(stubborn, [-2, -1, 0, 1, 2])
    line = 1 / (1 + np.exp(stubborn - WEIGHTS["trust"]))
    for each in range(6):
        assert rows["change"][bins == each].mean() == pytest.approx(line[bins == each].mean(), abs=0.06)


@given(st.integers(2, 6), st.integers(0, 10_000))
def test_strengths_are_those_of_a_logistic_regression(k, seed):
    import statsmodels.api as sm

    wins = np.random.default_rng(seed).integers(1, 20, size=(k, k)) * (1 - np.eye(k))
    pairs = [(a, b) for a in range(k) for b in range(a)]
    x = np.array([np.eye(k)[a] - np.eye(k)[b] for a, b in pairs])[:, 1:]
    y = np.array([(wins[a, b], wins[b, a]) for a, b in pairs])
    other = np.append(0, np.asarray(sm.GLM(y, x, family=sm.families.Binomial()).fit().params))
    np.testing.assert_allclose(appeals.strengths(wins), other - other.mean(), atol=1e-5)


def test_intervals_of_strengths_cover_what_was_planted():
    planted, covered = np.array([0.8, 0.2, -0.3, -0.7]), []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        odds = planted - rng.normal(0.3, 1.0, size=(80, 1))
        changed = rng.random((80, 4)) < 1 / (1 + np.exp(-odds))
        rows = pd.DataFrame(changed.astype(float)).rename_axis("who").reset_index().melt("who", var_name="what")
        found = appeals.strengths_of(rows, "what", "who", "value").sort_values("what")
        covered.append(((found["low"] <= planted) & (planted <= found["high"])).to_numpy())
    assert 0.91 <= np.mean(covered) <= 0.98


def test_units_of_one_cluster_are_left_out_together():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(rng.random((12, 4))).rename_axis("who").reset_index().melt("who", var_name="what")
    alone = appeals.strengths_of(rows, "what", "who", "value")
    pairs = appeals.strengths_of(rows.assign(text=rows["who"] // 2), "what", "who", "value", cluster="text")
    assert set(alone["n"]) == {12} and set(pairs["n"]) == {6}
    np.testing.assert_allclose(pairs["strength"], alone["strength"])
    # Six texts, each read twice in the very same way, are six units however many readers there were.
    once = rows[rows["who"] < 6]
    twice = pd.concat([once, once.assign(who=once["who"] + 6)]).assign(text=lambda each: each["who"] % 6)
    for column in ("low", "high"):
        single = appeals.strengths_of(once, "what", "who", "value")[column]
        double = appeals.strengths_of(twice, "what", "who", "value", cluster="text")[column]
        np.testing.assert_allclose(single, double, atol=1e-8)


def test_an_item_that_never_won_has_no_strength_and_missing_answers_leave_a_unit_out():
    assert np.isnan(appeals.strengths([[0, 2, 1], [0, 0, 0], [1, 1, 0]])).all()
    np.testing.assert_array_equal(appeals.discordant_wins([[1, 0], [np.nan, 1]]), [[0, 1], [0, 0]])
    with pytest.raises(ValueError, match=r"within \[0, 1\]"):
        appeals.discordant_wins([[2, 0]])
    with pytest.raises(ValueError, match="square table"):
        appeals.strengths([[0, 1, 2]])


@pytest.mark.parametrize("claim", prompts.names("claims"))
def test_arguments_of_a_claim_are_of_one_length_and_complete(claim):
    game = Appeal(claim)
    assert {len(words.split()) for words in game.arguments.values()} == {23}
    wanted = {*Appeal.dimensions, "neutral", "other side", "against first", "against second", "against third"}
    assert wanted <= set(game.arguments) and len(set(game.arguments.values())) == len(game.arguments)
    assert all(len(prompts.section("claims", claim, name).splitlines()) == 2 for name in Talk.counters)


def test_the_prompts_of_an_appeal_read_as_in_the_transcript(transcript):
    appeal = Appeal("trees", firmness=3)
    people = bs.personas.sample(4, seed=1, attributes=["age", "openness"]).iloc[0]
    after = State((), ((2, appeal.argument("trust")),))
    seen = [appeal.prompt("listener", people, after), appeal.prompt("speaker")]
    seen += [
        bs.instruments.preview(appeal.question(name), bs.ChoiceProbabilities(), people, state)
        for name, state in (("opinion", State()), ("change", after))
    ]
    transcript("appeal_neutral", "\n\n======\n\n".join(seen))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Appeal(stake=0), "stake must be a whole number of at least 1"),
        (lambda: Appeal(firmness=6), r"firmness must be within 0\.\.5"),
        (lambda: Appeal().argument("trst"), "did you mean 'trust'"),
        (lambda: Appeal().question("change", horizon=1), "no by=, horizon= or given="),
        (lambda: Appeal().question("changed"), "opinion, change"),
        (lambda: ScriptedSceptic(Appeal(), {"charm": 1.0}), "argument 'charm' is not among"),
        (lambda: ScriptedSceptic(Appeal(), {}, coupling=2.0), "dial coupling must be within"),
    ],
)
def test_bad_input_is_refused_with_what_is_possible(make, match):
    with pytest.raises(ValueError, match=match):
        make()
