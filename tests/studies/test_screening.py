from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

import beliefsim as bs
from beliefsim.measures import updating
from beliefsim.studies import screening
from beliefsim.studies.screening.decisions import posterior

SCREEN = screening.Screening()
REJECT_OR_INTERVIEW = SCREEN.costs[:, [0, 2]]


def likelihoods(agent, game=SCREEN, draws=1):
    """Elicited chances of marks given good and bad, shape (draws, 2, 2)."""
    asked = [
        bs.elicit(game.question("mark", given={"applicant": kind}), bs.Percent(), agent, draws=draws)
        for kind in game.hidden.texts
    ]
    return np.stack([rows["value"].to_numpy().reshape(draws, 2) for rows in asked], axis=1)


def stated(agent, marked, game=SCREEN):
    """Stated probability of a good applicant after the last mark."""
    rows = bs.elicit(game.question("applicant"), bs.Percent(), agent, at=marked)
    return rows[(rows["outcome"] == "good") & (rows["round"] == game.rounds)]["value"].to_numpy()


def test_row_11_with_exact_likelihoods_the_policy_is_that_of_the_dynamic_programme():
    found = likelihoods(bs.Bayes(SCREEN))[0]
    np.testing.assert_allclose(found, SCREEN.likelihood)
    ratios = screening.pooled_log_ratios(np.stack([np.log(found[0] / found[1])] * 3, axis=-1))
    marks = np.array(list(product([0, 1], repeat=3)))
    p = expit(logit(0.1) + ratios[marks].sum(axis=1))
    np.testing.assert_allclose(p, [SCREEN.truth(SCREEN.question("applicant"), _state(row)).p[0, 0] for row in marks])
    beliefs = np.column_stack([p, 1 - p])
    steps = screening.expected_costs(beliefs, SCREEN.costs).argmin(axis=1)
    cost, look = screening.look_or_act(beliefs, REJECT_OR_INTERVIEW, SCREEN.call, SCREEN.phone)
    np.testing.assert_array_equal(steps == 1, look)
    assert set(steps) >= {0, 1}
    np.testing.assert_allclose(cost, screening.expected_costs(beliefs, SCREEN.costs).min(axis=1))
    # every policy of three marks and one call, gone through
    np.testing.assert_allclose(cost, [_cheapest_policy(each) for each in p])
    gain = screening.value_of_information(beliefs, REJECT_OR_INTERVIEW, SCREEN.call, SCREEN.phone)
    np.testing.assert_array_equal(gain > 0, look)


def _state(row):
    kinds = [SCREEN.signals.texts[mark] for mark in row]
    return bs.games.State(("good", kinds[-1]), tuple(("good", kind, "reject") for kind in kinds[:-1]))


def _cheapest_policy(p):
    """Least expected cost over all plans: reject, interview, or phone with either step after either result."""
    well, badly = SCREEN.call[:, 0], SCREEN.call[:, 1]
    price = {"reject": np.array([40_000.0, 0.0]), "interview": np.array([2500.0, 2500.0])}
    weights = np.array([p, 1 - p])
    plans = [weights @ cost for cost in price.values()]
    plans += [150 + weights @ (well * price[one] + badly * price[two]) for one, two in product(price, repeat=2)]
    return min(plans)


def test_row_11_savings_of_pooling_models_fall_as_their_errors_correlate():
    marked = bs.play(SCREEN, bs.Bayes(SCREEN), sessions=600, seed=1)
    true = stated(bs.Bayes(SCREEN), marked)
    saved = []
    for shared in (0.0, 0.5, 1.0):
        tellers = [bs.ScriptedTeller(SCREEN, noise=2.0, shared=shared, seed=seed) for seed in range(5)]
        odds = logit(np.stack([stated(teller, marked) for teller in tellers], axis=1))
        if shared in (0.0, 0.5):
            found = np.corrcoef((odds - logit(true)[:, None]).T)[np.triu_indices(5, 1)].mean()
            assert found == pytest.approx(shared, abs=0.06)
        said = {str(number): expit(one) for number, one in enumerate(odds.T)}
        said["pooled"] = expit(screening.pooled_log_ratios(odds))
        table = screening.policy_table(said, SCREEN.costs, true, true > 0.5).set_index("policy")
        saved.append(table["cost"].drop("pooled").mean() - table["cost"]["pooled"])
        assert (table["regret"] >= 0).all()
    assert saved[0] > saved[1] > saved[2] == pytest.approx(0)


def test_row_11_agents_act_at_least_expected_cost_by_their_own_belief():
    marked = bs.play(SCREEN, bs.ScriptedTeller(SCREEN, prior_weight=0.0), sessions=40, seed=1)
    first = marked[(marked["player"] == "screener") & (marked["probability"] > 0)]
    steps = first[first["round"] == 1]
    assert set(steps["move"]) == {"interview"}  # an even prior makes an interview cheapest
    assert (steps["payoff"].abs() <= 2500).all()


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 0.99), st.integers(1, 3))
def test_more_looks_never_cost_more_and_equal_a_recursion_written_out(p, looks):
    cost, _ = screening.look_or_act([[p, 1 - p]], REJECT_OR_INTERVIEW, SCREEN.call, SCREEN.phone, looks)
    fewer, _ = screening.look_or_act([[p, 1 - p]], REJECT_OR_INTERVIEW, SCREEN.call, SCREEN.phone, looks - 1)
    assert cost[0] <= fewer[0] + 1e-9

    def recursive(q, left):
        now = min(40_000 * q, 2500)
        if not left:
            return now
        well = q * 0.8 + (1 - q) * 0.25
        after = well * recursive(q * 0.8 / well, left - 1) + (1 - well) * recursive(q * 0.2 / (1 - well), left - 1)
        return min(now, 150 + after)

    assert cost[0] == pytest.approx(recursive(p, looks))


def test_shapley_shares_sum_to_the_whole_and_equal_the_mean_over_orders():
    from itertools import permutations

    worth = {frozenset(some): value for some, value in zip(
        [(), "a", "b", "c", "ab", "ac", "bc", "abc"], [0, 3, 1, 0, 9, 4, 2, 12], strict=True)}  # fmt: skip
    found = screening.shapley(worth.__getitem__, ["a", "b", "c"]).set_index("player")["value"]
    orders = list(permutations("abc"))
    for player in "abc":
        added = [worth[frozenset(o[: o.index(player) + 1])] - worth[frozenset(o[: o.index(player)])] for o in orders]
        assert found[player] == pytest.approx(np.mean(added))
    assert found.sum() == pytest.approx(12)


def test_bad_beliefs_are_missing_and_bad_costs_refused():
    rows = [[0.5, 0.5], [0.5, 0.6], [-0.1, 1.1], [np.nan, 1.0]]
    kept = screening.expected_costs(rows, SCREEN.costs)
    assert np.isnan(kept).all(axis=1).tolist() == [False, True, True, True]
    told = screening.expected_costs(rows, SCREEN.costs, renormalise=True)
    np.testing.assert_allclose(told[1], np.array([5, 6]) / 11 @ SCREEN.costs)
    with pytest.raises(ValueError, match="costs must be a table"):
        screening.expected_costs([[0.5, 0.5]], [[-1, 0], [0, 1]])
    with pytest.raises(ValueError, match="the price of a signal must be 0 or more, got -1"):
        screening.value_of_information([[0.5, 0.5]], REJECT_OR_INTERVIEW, SCREEN.call, -1)
    with pytest.raises(ValueError, match="must sum to 1"):
        posterior([[0.5, 0.5]], [[0.5, 0.6], [0.5, 0.5]])
    with pytest.raises(ValueError, match="interview must be a whole number of at least 0, got -1"):
        screening.Screening(interview=-1)
    with pytest.raises(ValueError, match="is not among median, trimmed, mean"):
        screening.pooled_log_ratios([1.0], "best")
    with pytest.raises(ValueError, match="applicant must be within"):
        SCREEN.question("mark", given={"applicant": "fine"})


def test_row_11_robust_pooling_survives_a_broken_model_and_a_mean_does_not():
    marked = bs.play(SCREEN, bs.Bayes(SCREEN), sessions=400, seed=2)
    true = stated(bs.Bayes(SCREEN), marked)
    crew = [bs.ScriptedTeller(SCREEN, noise=0.5, seed=seed) for seed in range(4)]
    crew.append(bs.ScriptedTeller(SCREEN, evidence_weight=-6.0))  # reads every mark the wrong way round
    odds = np.stack([logit(np.clip(stated(each, marked), 1e-9, 1 - 1e-9)) for each in crew], axis=1)
    said = {how: expit(screening.pooled_log_ratios(odds, how)) for how in ("mean", "median", "trimmed")}
    table = screening.policy_table(said, SCREEN.costs, true, true > 0.5).set_index("policy")["regret"]
    assert max(table["median"], table["trimmed"]) < 0.4 * table["mean"]


def test_row_11_where_models_disagree_the_trigger_calls():
    odds = logit(np.array([[0.01, 0.01, 0.02], [0.01, 0.9, 0.9], [0.8, 0.9, 0.9]]))
    steps = screening.disagreement(odds, SCREEN.costs, ask=1)
    assert [SCREEN.steps.texts[each] for each in steps.argmax(axis=1)] == ["reject", "phone", "interview"]


def test_row_11_policies_score_beliefs_as_sklearn_does_and_cost_what_their_steps_cost():
    from sklearn.metrics import brier_score_loss, log_loss

    rng = np.random.default_rng(3)
    true = rng.random(500)
    happened, said = rng.random(500) < true, np.clip(true + rng.normal(0, 0.1, 500), 0.01, 0.99)
    table = screening.policy_table({"said": said, "oracle": true}, SCREEN.costs, true, happened).set_index("policy")
    assert table.loc["said", "brier"] == pytest.approx(brier_score_loss(happened, said))
    assert table.loc["said", "log"] == pytest.approx(log_loss(happened, said))
    assert table.loc["oracle", "regret"] == 0 < table.loc["said", "regret"]
    assert table.loc["oracle", "ece"] < table.loc["oracle", "ece_null_high"]
    always = {"said": np.tile([0.0, 0.0, 1.0], (500, 1))}
    assert screening.policy_table({"said": said}, SCREEN.costs, true, happened, steps=always)["cost"].item() == 2500


def test_row_11_a_group_whose_base_rate_is_overweighed_is_looked_at_less():
    marked = bs.play(SCREEN, bs.Bayes(SCREEN), sessions=800, seed=4)
    second = np.arange(800) % 2 == 1
    fair, hard = (stated(bs.ScriptedTeller(SCREEN, prior_weight=weight), marked) for weight in (1.0, 2.0))
    found = {}
    for name, p in {"fair": fair, "biased": np.where(second, hard, fair)}.items():
        found[name] = screening.parity_gap(screening.cheapest(p, SCREEN.costs)[:, 0] == 0, second)
    assert found["fair"].low < 0 < found["fair"].high
    assert found["biased"].low > 0.1


def test_row_11_beliefs_that_follow_bayes_rule_cohere_and_others_err_by_what_they_add():
    marked = bs.play(SCREEN, bs.Bayes(SCREEN), sessions=60, seed=5)
    found = {}
    for weight in (1.0, 2.0):
        told = bs.elicit(
            SCREEN.question("applicant"), bs.Percent(), bs.ScriptedTeller(SCREEN, evidence_weight=weight), at=marked
        )
        table = updating.updates(SCREEN, marked, told)
        found[weight] = updating.coherence(table).value
    assert found[1.0] == pytest.approx(0, abs=1e-12)
    rows = table.sort_values(["session", "round"])
    before = rows.groupby("session")["stated"].shift()
    step = rows.groupby("session")["log_lr"].diff()
    written_out = (expit(logit(before) + 2 * step) - expit(logit(before) + step)).abs().mean()
    assert found[2.0] == pytest.approx(written_out)


"""Figures of decisions, by the data that reached the axes."""


def test_policies_are_drawn_in_order_with_intervals_and_the_least_cost_dashed():
    true = np.array([0.5, 0.1, 0.9, 0.01])
    table = screening.policy_table({"a": true, "b": 1 - true}, [[9, 2], [0, 2]], true, true > 0.3)
    axes = screening.costs(table, "Two screening.").axes[0]
    least, marks = axes.get_lines()
    assert marks.get_xdata().tolist() == table["cost"].tolist()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert least.get_xdata() == pytest.approx([table["cost"][0]] * 2)
    assert axes.collections[0].get_segments()[1][:, 0] == pytest.approx(table.loc[1, ["low", "high"]].tolist())


def test_savings_show_what_each_player_adds_alone_last_and_on_average():
    shares = screening.shapley(lambda some: np.array([3.0, 5.0]) * len(some) ** 2, ["a", "b"])
    axes = screening.savings(shares, "Two players.").axes[0]
    assert [bar.get_width() for bar in axes.patches] == [8.0, 8.0]
    alone, last = (line.get_xdata().tolist() for line in axes.get_lines()[:2])
    assert (alone, last) == ([4.0, 4.0], [12.0, 12.0])
