import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim.agents import Acts, Known
from beliefsim.games import State, Tips
from beliefsim.measures.calibration import expected_calibration_error
from beliefsim.studies import debate
from beliefsim.studies.consultation import Diagnosis
from beliefsim.studies.debate import Debate, ScriptedDebater, martingale

ANSWERS = ["A", "B", "C", "D"]
CALIBRATED, AGAINST = Tips(sure=77, unsure=26), Tips(sure=26, unsure=56)
REGIMES = {  # case, how much sure votes count, and the plan's simulated accuracies in rounds 1 and 5 [sim]
    "vanilla": (CALIBRATED, 0.0, 0.394, 0.394),
    "calibrated": (CALIBRATED, 0.9, 0.396, 0.523),
    "anti-calibrated": (AGAINST, 0.9, 0.401, 0.326),
}


def talked(case, heed=0.0, n=1500, seed=1, **terms):
    game = Debate(case, shown="confidence" if heed else "votes", **terms)
    agent = ScriptedDebater(game, heed=heed)
    return debate.panel_votes(bs.play(game, agent, sessions=n, seed=seed), game), agent


@pytest.mark.parametrize("regime", REGIMES)
def test_row_27_the_three_regimes_come_out_of_play_and_the_theory_line_is_inside_the_interval(regime):
    case, heed, first, last = REGIMES[regime]
    votes, agent = talked(case, heed)
    path = debate.round_table(votes).query("measure == 'belief'").set_index("round")
    theory = debate.expected_beliefs(agent)
    assert ((path["low"] <= theory) & (theory <= path["high"])).all()
    assert theory[[0, -1]] == pytest.approx([first, last], abs=0.005)
    drift, link = debate.belief_drift(votes), debate.weight_covariance(votes, agent)
    signs = {"vanilla": 0, "calibrated": 1, "anti-calibrated": -1}
    for found in (drift, link):
        assert (int(found.low > 0) - int(found.high < 0)) == signs[regime]


def test_row_27_the_sign_of_drift_is_that_of_the_covariance_at_every_setting():
    for sure, unsure, heed in itertools.product((26, 50, 80), (26, 50, 80), (-0.6, 0.0, 0.6)):
        game = Debate(Tips(sure=sure, unsure=unsure), shown="confidence")
        path = debate.expected_beliefs(ScriptedDebater(game, heed=heed))
        assert np.sign(round(path[-1] - path[0], 9)) == np.sign(heed * (sure - unsure))


@settings(max_examples=20)
@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=3), st.integers(0, 1000))
def test_row_27_the_recursion_is_what_going_through_all_votes_gives(p, seed):
    n, total = len(p), 3.0
    weights = np.random.default_rng(seed).uniform(0.1, 2.0, n)

    def onward(counts, left):
        """Mean belief after all further rounds, over every way to vote; counts are (right, all) by member."""
        belief = counts[:, 0] / counts[:, 1]
        if not left:
            return belief
        after = np.zeros(n)
        for votes in itertools.product((0, 1), repeat=n):
            chance = np.prod(np.where(votes, belief, 1 - belief))
            others = weights.sum() - weights
            right = weights @ votes - weights * votes
            after += chance * onward(counts + np.column_stack([right, others]), left - 1)
        return after

    start = np.column_stack([total * np.array(p), np.full(n, total)])
    found = martingale.expected_path(np.array([p]), weights[None], total, 3)[0, -1]
    np.testing.assert_allclose(found, onward(start, 2), atol=1e-12)
    equal = martingale.expected_path(np.array([p]), np.ones((1, n)), total, 5)[0].mean(axis=1)
    np.testing.assert_allclose(equal, np.mean(p))


def test_row_27_a_diverse_panel_holds_the_right_answer_more_often_as_counted_over_all_tips():
    case, size, pool = Tips(answers=3, sure=60, unsure=60), 2, 4
    present, exact = {}, {}
    for panel in ("random", "diverse"):
        votes, _ = talked(case, n=4000, size=size, candidates=pool, panel=panel, rounds=1)
        present[panel] = debate.presence(votes, case).value
        exact[panel] = 0.0
        for named in itertools.product(range(3), repeat=pool):  # answer 0 is right
            chosen = named[:size] if panel == "random" else list(dict.fromkeys(named))[:size]
            exact[panel] += np.prod([0.6 if one == 0 else 0.2 for one in named]) * (0 in chosen)
        assert present[panel] == pytest.approx(exact[panel], abs=2.5 * 0.5 / np.sqrt(4000))
    assert exact["random"] == pytest.approx(1 - 0.4**size)
    assert exact["diverse"] > exact["random"]


def test_row_27_final_beliefs_are_too_sure_where_confidence_misleads_and_too_cautious_where_tips_are_good():
    for case, heed, sign in ((AGAINST, 0.9, 1), (Tips(sure=70, unsure=70), 0.0, -1)):
        votes, _ = talked(case, heed)
        last = votes.xs(5, level="round")
        sure, right = (
            last[ANSWERS[: case.answers]].max(axis=1),
            last[ANSWERS[: case.answers]].idxmax(axis=1) == last["truth"],
        )
        who = last.index.get_level_values("session")
        ece, null = expected_calibration_error(sure, right, groups=who, draws=200)
        assert ece.low > null[1]
        assert np.sign(sure.mean() - right.mean()) == sign


def test_the_covariance_is_numpys_and_conformity_is_what_a_loop_finds():
    votes, agent = talked(CALIBRATED, 0.5, n=60, size=3, rounds=3)
    first = votes.xs(1, level="round")
    weights = first["signal"].map(lambda signal: 1.5 if "unsure" not in signal else 0.5)
    expected = np.cov(weights, first["vote"] == first["truth"], bias=True)[0, 1]
    assert debate.weight_covariance(votes, agent).value == pytest.approx(expected)
    after, before = [], []
    for (session, number), cast in votes[votes.index.get_level_values("round") < 3].groupby(["session", "round"]):
        for (_, _, member), vote in cast["vote"].items():
            others = cast["vote"].drop(member, level="member").value_counts()
            if (others == others.max()).sum() == 1 and others.idxmax() != vote:
                after.append(votes.loc[(session, number + 1, member), others.idxmax()])
                before.append(votes.loc[(session, number, member), others.idxmax()])
    row = debate.conformity(votes).iloc[0]
    assert (row["conformity"], row["before"], row["n"]) == pytest.approx((np.mean(after), np.mean(before), len(after)))
    assert row["low"] > 0


def test_majorities_share_ties_and_votes_without_talk_follow_first_beliefs():
    ballots = pd.DataFrame([["A", "A", "B"], ["A", "B", "C"], ["A", "A", "B"], [np.nan] * 3])
    right = debate.majority_right(ballots, pd.Series(["A", "B", "C", "A"]))
    np.testing.assert_allclose(right, [1, 1 / 3, 0, np.nan])
    posterior = pd.DataFrame({"A": [0.5] * 4, "B": 0.3, "C": 0.2})
    np.testing.assert_allclose(debate.majority_right(ballots, posterior), [0.5, 1 / 3, 0.5, np.nan])
    votes, _ = talked(CALIBRATED, n=3000, size=3, rounds=1)
    drawn = debate.sampled_ballots(votes, 40, np.random.default_rng(1))
    assert drawn.shape == (3000, 120)
    share = drawn.eq(votes["truth"].groupby("session").first(), axis=0).to_numpy().mean()
    belief = debate.round_table(votes).query("measure == 'belief'")["value"].item()
    assert share == pytest.approx(belief, abs=0.005)


def test_bayes_knows_all_signals_or_one_members_own():
    game = Debate(Tips(answers=2, sure=80, unsure=60), size=2, rounds=2)
    state = State(("A", "A sure", "B unsure"))
    both = game.truth(game.question("answer"), state).p[0]
    assert both[0] == pytest.approx(0.8 * 0.4 / (0.8 * 0.4 + 0.2 * 0.6))
    assert game.truth(game.question("answer", about="member 2/key"), state).p[0] == pytest.approx([0.4, 0.6])
    voted = bs.play(game, ScriptedDebater(game), sessions=3, seed=1)
    told = bs.elicit(game.question("answer"), bs.Percent(), bs.Bayes(game), at=voted)
    assert set(told["round"]) == {1, 2}
    assert told.groupby(["session", "round"], observed=True)["value"].sum().tolist() == pytest.approx([1.0] * 6)


def test_a_member_asked_for_its_belief_knows_its_tip_and_the_votes_and_a_scripted_one_votes_by_it():
    game = Debate(Tips(answers=2, unsure=55), size=3, rounds=2, shown="confidence")
    asked, voted = (
        game.question("answer", about="self"),
        bs.play(game, ScriptedDebater(game, heed=0.9), sessions=9, seed=1),
    )
    told = bs.elicit(asked, bs.ChoiceProbabilities(), ScriptedDebater(game, heed=0.9), at=voted)
    wide = told.pivot(index="session", columns=["round", "outcome"], values="value").sort_index(axis=1)
    own = debate.panel_votes(voted, game).xs("member 1", level="member")[["A", "B"]]
    assert np.allclose(wide.to_numpy().reshape(18, 2), own)
    start = ("A", "B sure", "A sure", "A unsure")
    seen = bs.instruments.preview(asked, bs.ChoiceProbabilities(), state=State(start, ((*start, "B", "A", "A"),)))
    assert "Tips so far: B sure. Your own votes so far: B." in seen and "taken together" not in seen
    assert "A (sure), A (unsure), B (sure)" in seen


def test_a_debate_of_one_stands_still_and_an_empty_panel_is_refused():
    votes, _ = talked(CALIBRATED, 0.9, n=20, size=1, rounds=4)
    assert votes[ANSWERS].groupby("session").agg(np.ptp).to_numpy().max() < 1e-12
    for terms, text in (
        ({"size": 0}, "size must be a whole number of at least 1, got 0"),
        ({"size": 3, "candidates": 2}, "candidates must be 0 or at least size=3, got 2"),
        ({"shown": "names"}, "shown 'names' is not among votes, confidence"),
        ({"panel": "best"}, "panel 'best' is not among random, diverse"),
        ({"case": Diagnosis(), "shown": "confidence"}, "the signals of diagnosis have no tone"),
    ):
        with pytest.raises(ValueError, match=text):
            Debate(**terms)
    with pytest.raises(ValueError, match=r"unsure must be a whole number of at least 26"):
        Tips(unsure=25)
    with pytest.raises(ValueError, match=r"heed within \[-1, 1\]"):
        ScriptedDebater(Debate(shown="confidence"), heed=2.0)
    with pytest.raises(ValueError, match="this debate shows votes only"):
        ScriptedDebater(Debate(), heed=0.5)
    with pytest.raises(ValueError, match="panel 'diverse'"):
        debate.expected_beliefs(ScriptedDebater(Debate(candidates=9, panel="diverse")))
    with pytest.raises(ValueError, match="is asked about"):
        bs.play(Debate(), ScriptedDebater(Debate(size=2)))


class Mumbler(Known):
    """Never answers in the form that was asked for."""

    def act(self, turn):
        return Acts(np.full(len(turn), -1))


def test_a_member_who_never_answers_in_form_is_missing_and_the_others_first_votes_are_kept():
    game = Debate(CALIBRATED, size=2, rounds=2)
    seats = {"member 1": ScriptedDebater(game), "member 2": Mumbler()}
    votes = debate.panel_votes(bs.play(game, seats, sessions=5, seed=1), game)
    read = votes[ANSWERS].notna().all(axis=1).unstack(["round", "member"])
    assert read[1, "member 1"].all() and not read.drop(columns=[(1, "member 1")]).to_numpy().any()
    assert votes["vote"].xs("member 2", level="member").isna().all()
    assert np.isnan(debate.belief_drift(votes).value)
    assert debate.conformity(votes)["n"].item() == 0


@pytest.mark.parametrize("shown", ["votes", "confidence"])
def test_the_prompts_of_a_debate_read_as_in_the_transcript(shown, transcript):
    game = Debate(Tips(answers=3, sure=75, unsure=40), size=3, rounds=2, shown=shown)
    start = ("A", "B sure", "A unsure", "B unsure")
    later = State(start, ((*start, "B", "A", "C"),))
    seen = [game.prompt("member 1", None, State(start)), game.prompt("member 2", None, later)]
    seen.append(bs.instruments.preview(game.question("answer"), bs.ChoiceProbabilities(), state=later))
    transcript(f"debate_{shown}", "\n\n======\n\n".join(seen))


@pytest.mark.parametrize(("case", "seen"), [(Tips(), ("A", "B sure")), (Diagnosis(), ("birch", "cough present"))])
def test_the_prompts_of_cases_read_as_in_the_transcript(case, seen, transcript):
    shown = [case.prompt(case.seats[2]), case.prompt(case.seats[2], None, State(seen))]
    transcript(f"{case.name}_neutral", "\n\n======\n\n".join(shown))
