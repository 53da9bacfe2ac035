import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim.studies import cohorts, confidence
from beliefsim.studies.cohorts import enumerated, propagated


def two_cohorts(relatedness, n=1500, seed=0):
    """A labelled cohort and a new one."""
    return [cohorts.cohort(n, relatedness, rng=np.random.default_rng([seed, part])) for part in (0, 1)]


def test_row_30_judging_jointly_helps_as_far_as_items_are_related_and_never_beats_the_ceiling():
    gain = {}
    for r in (0.0, 0.5, 0.9):
        known, new = two_cohorts(r)
        judge = cohorts.Judge(known)
        p = {how: judge.say(new, how) for how in ("alone", "neighbours", "codes", "ensemble")}
        p["ceiling"] = judge.ceiling(new, r)
        score = {name: float(np.mean((each - (new.truth > 0)) ** 2)) for name, each in p.items()}
        assert score["ceiling"] <= min(score.values()) + 0.003
        gain[r] = {name: score["alone"] - score[name] for name in ("neighbours", "codes", "ensemble")}
        assert min(gain[r].values()) > -0.003
    assert max(abs(each) for each in gain[0.0].values()) < 0.003
    for name in ("neighbours", "codes", "ensemble"):
        assert gain[0.9][name] > gain[0.5][name] > gain[0.0][name]
        assert gain[0.9][name] > 0.02


def test_row_30_an_ensemble_of_random_graphs_varies_less_than_one_of_them():
    known, new = two_cohorts(0.8, n=300)
    judge = cohorts.Judge(known)
    spread = {how: np.std([judge.say(new, how, seed) for seed in range(6)], axis=0).mean()
              for how in ("random graph", "ensemble", "codes")}  # fmt: skip
    assert spread["codes"] == pytest.approx(0, abs=1e-12)
    assert 0.001 < spread["ensemble"] < 0.7 * spread["random graph"]
    with pytest.raises(ValueError, match="how 'best' is not among alone, neighbours, codes, random graph, ensemble"):
        judge.say(new, "best")


def test_row_30_evidence_drawn_anew_moves_joint_judgements_less_than_isolated_ones():
    known, new = two_cohorts(0.95, n=800)
    judge, rng = cohorts.Judge(known), np.random.default_rng(1)
    again = [new.again(rng) for _ in range(5)]
    spread = {how: np.std([judge.say(each, how) for each in again], axis=0).mean() for how in ("alone", "codes")}
    assert spread["codes"] < 0.6 * spread["alone"]
    assert all((each.truth == new.truth).all() and (each.looks == new.looks).all() for each in again)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 30), st.integers(0, 1000))
def test_row_30_contradictions_are_those_counted_pair_by_pair(n, seed):
    rng = np.random.default_rng(seed)
    p, group = rng.random(n), rng.integers(3, size=n)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j and group[i] == group[j]]
    found = cohorts.contradictions(p, group)
    if pairs:
        assert found == pytest.approx(np.mean([(p[i] > 0.5) != (p[j] > 0.5) for i, j in pairs]))
    else:
        assert np.isnan(found)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 8), st.integers(0, 1000))
def test_row_30_belief_propagation_on_trees_equals_going_through_all_states(n, seed):
    rng = np.random.default_rng(seed)
    edges = [(i, int(rng.integers(i))) for i in range(1, n)]
    own, pull = rng.normal(0, 2, n), rng.normal(0, 1, n - 1)
    np.testing.assert_allclose(propagated(own, edges, pull), enumerated(own, edges, pull), atol=1e-6)


def test_row_30_belief_propagation_on_a_loop_is_near_and_bad_graphs_are_refused():
    own, loop = [1.0, -0.5, 0.3, 0.0], [(0, 1), (1, 2), (2, 3), (3, 0)]
    np.testing.assert_allclose(propagated(own, loop, 0.3), enumerated(own, loop, 0.3), atol=0.1)
    assert propagated([1.0], [], 0.3).tolist() == [1.0]
    with pytest.raises(ValueError, match="two different items"):
        propagated([1.0, 2.0], [(1, 1)], 0.3)
    with pytest.raises(ValueError, match="too many states"):
        enumerated(np.zeros(21), loop, 0.3)
    with pytest.raises(ValueError, match="relatedness must be within"):
        cohorts.cohort(5, 2.0, rng=np.random.default_rng(0))


def test_row_30_neighbours_in_the_prompt_are_evidence_as_far_as_they_are_alike():
    gain = {}
    for alike in (50, 70, 90):
        game = confidence.Lookalikes(share=65, alike=alike, rounds=3, frame="verdict")
        seen = bs.play(game, bs.Bayes(game), sessions=2000, seed=3)
        told = bs.elicit(game.question("mark"), bs.ChoiceProbabilities(), bs.Bayes(game), at=seen)
        right = seen[seen["player"] == "item"].drop_duplicates("session").set_index("session")["move"].astype(str)
        yes = told[told["outcome"] == "right"]
        loss = ((yes["value"] - (yes["session"].map(right) == "right")) ** 2).groupby(yes["round"]).mean()
        gain[alike] = loss[1] - loss[3]
    assert gain[50] == pytest.approx(0, abs=1e-12)
    assert gain[90] > gain[70] > 0.01
    with pytest.raises(ValueError, match=r"alike must be within 1\.\.99, got 100"):
        confidence.Lookalikes(alike=100)
