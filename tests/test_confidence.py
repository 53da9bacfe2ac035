from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

import beliefsim as bs
from beliefsim.analysis import confidence as trust
from beliefsim.analysis import decisions, judging, selfcheck

SCREEN = bs.games.Screening()
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
    ratios = decisions.pooled_log_ratios(np.stack([np.log(found[0] / found[1])] * 3, axis=-1))
    marks = np.array(list(product([0, 1], repeat=3)))
    p = expit(logit(0.1) + ratios[marks].sum(axis=1))
    np.testing.assert_allclose(p, [SCREEN.truth(SCREEN.question("applicant"), _state(row)).p[0, 0] for row in marks])
    beliefs = np.column_stack([p, 1 - p])
    steps = decisions.expected_costs(beliefs, SCREEN.costs).argmin(axis=1)
    cost, look = decisions.look_or_act(beliefs, REJECT_OR_INTERVIEW, SCREEN.call, SCREEN.phone)
    np.testing.assert_array_equal(steps == 1, look)
    assert set(steps) >= {0, 1}
    np.testing.assert_allclose(cost, decisions.expected_costs(beliefs, SCREEN.costs).min(axis=1))
    # every policy of three marks and one call, gone through
    np.testing.assert_allclose(cost, [_cheapest_policy(each) for each in p])
    gain = decisions.value_of_information(beliefs, REJECT_OR_INTERVIEW, SCREEN.call, SCREEN.phone)
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
    cost = np.column_stack([true, 1 - true]) @ SCREEN.costs
    saved = []
    for shared in (0.0, 0.5, 1.0):
        tellers = [bs.ScriptedTeller(SCREEN, noise=2.0, shared=shared, seed=seed) for seed in range(5)]
        odds = logit(np.stack([stated(teller, marked) for teller in tellers], axis=1))
        if shared in (0.0, 0.5):
            found = np.corrcoef((odds - logit(true)[:, None]).T)[np.triu_indices(5, 1)].mean()
            assert found == pytest.approx(shared, abs=0.06)
        single, pooled = expit(odds), expit(decisions.pooled_log_ratios(odds))
        paid = [_paid(cost, p) for p in (*single.T, pooled)]
        saved.append(np.mean(paid[:-1]) - paid[-1])
        assert min(paid) >= cost.min(axis=1).mean()
    assert saved[0] > saved[1] > saved[2] == pytest.approx(0)


def _paid(cost, p):
    steps = decisions.expected_costs(np.column_stack([p, 1 - p]), SCREEN.costs).argmin(axis=1)
    return cost[np.arange(len(p)), steps].mean()


def test_row_11_agents_act_at_least_expected_cost_by_their_own_belief():
    marked = bs.play(SCREEN, bs.ScriptedTeller(SCREEN, prior_weight=0.0), sessions=40, seed=1)
    first = marked[(marked["player"] == "screener") & (marked["probability"] > 0)]
    steps = first[first["round"] == 1]
    assert set(steps["move"]) == {"interview"}  # an even prior makes an interview cheapest
    assert (steps["payoff"].abs() <= 2500).all()


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 0.99), st.integers(1, 3))
def test_more_looks_never_cost_more_and_equal_a_recursion_written_out(p, looks):
    cost, _ = decisions.look_or_act([[p, 1 - p]], REJECT_OR_INTERVIEW, SCREEN.call, SCREEN.phone, looks)
    fewer, _ = decisions.look_or_act([[p, 1 - p]], REJECT_OR_INTERVIEW, SCREEN.call, SCREEN.phone, looks - 1)
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
    found = decisions.shapley(worth.__getitem__, ["a", "b", "c"]).set_index("player")["value"]
    orders = list(permutations("abc"))
    for player in "abc":
        added = [worth[frozenset(o[: o.index(player) + 1])] - worth[frozenset(o[: o.index(player)])] for o in orders]
        assert found[player] == pytest.approx(np.mean(added))
    assert found.sum() == pytest.approx(12)


def test_bad_beliefs_are_missing_and_bad_costs_refused():
    rows = [[0.5, 0.5], [0.5, 0.6], [-0.1, 1.1], [np.nan, 1.0]]
    kept = decisions.expected_costs(rows, SCREEN.costs)
    assert np.isnan(kept).all(axis=1).tolist() == [False, True, True, True]
    told = decisions.expected_costs(rows, SCREEN.costs, renormalise=True)
    np.testing.assert_allclose(told[1], np.array([5, 6]) / 11 @ SCREEN.costs)
    with pytest.raises(ValueError, match="costs must be a table"):
        decisions.expected_costs([[0.5, 0.5]], [[-1, 0], [0, 1]])
    with pytest.raises(ValueError, match="the price of a signal must be 0 or more, got -1"):
        decisions.value_of_information([[0.5, 0.5]], REJECT_OR_INTERVIEW, SCREEN.call, -1)
    with pytest.raises(ValueError, match="must sum to 1"):
        decisions.posterior([[0.5, 0.5]], [[0.5, 0.6], [0.5, 0.5]])
    with pytest.raises(ValueError, match="interview must be a whole number of at least 0, got -1"):
        bs.games.Screening(interview=-1)
    with pytest.raises(ValueError, match="is not among median, trimmed, mean"):
        decisions.pooled_log_ratios([1.0], "best")
    with pytest.raises(ValueError, match="applicant must be within"):
        SCREEN.question("mark", given={"applicant": "fine"})


def samples_of(consistency, items, samples=5, knows=0.6):
    """Each sum's answers and verdicts, by play."""
    solver, tables = bs.ScriptedSolver(knows=knows, consistency=consistency), []
    for first, second in items:
        moves = bs.play(bs.games.Addition(first, second), solver, draws=samples, seed=first)
        wide = moves[moves["chosen"]].pivot_table("move", "draw", "player", aggfunc="first", observed=True)
        right = int(wide.loc[0, "solver"]) == first + second
        wide = wide.rename(columns={"solver": "answer"}).reset_index()
        tables.append(wide.assign(item=f"{first}+{second}", right=right))
    return pd.concat(tables)


def checked(samples):
    """One row per item: agreement, the checker's doubts about the first answer, and whether that is right."""
    table = selfcheck.surprise(samples)
    first = samples["item"].map(table.set_index("item")["answer"])
    about = samples[samples["answer"] == first]
    doubt = (about["checker"] == "no").groupby(about["item"]).mean()
    right = samples.groupby("item")["right"].first()
    return table.assign(contextual=table["item"].map(doubt), right=table["item"].map(right))


def test_row_13_detection_falls_from_certain_to_chance_as_errors_become_consistent():
    pairs = [(a, b) for a in range(11, 35) for b in (7,)]
    known = [(a, 90) for a in range(11, 23)]
    curve = {}
    for c in (0.0, 0.8, 1.0):
        items, others = checked(samples_of(c, pairs)), checked(samples_of(c, known))
        scores = selfcheck.detectors(items, others)
        curve[c] = {name: selfcheck.detection(scores[name], items["right"])["auroc"] for name in scores}
    assert all(curve[0.0][name] > 0.95 for name in curve[0.0])
    assert all(curve[1.0][name] == 0.5 for name in curve[1.0])
    assert curve[0.0]["symbolic"] > curve[0.8]["symbolic"] > 0.5
    expected = selfcheck.consistent_error_auroc([0.8], 5)[0]
    wrong = int((~items["right"]).sum())
    assert abs(curve[0.8]["symbolic"] - expected) < 2.5 * 0.5 * np.sqrt(0.33 * 0.67 / wrong)


def test_row_13_the_theory_line_is_what_simulated_samples_give():
    from sklearn.metrics import roc_auc_score

    rng, c, n = np.random.default_rng(1), 0.7, 4
    wrong = rng.choice(12, size=(20_000, n), p=[c] + [(1 - c) / 11] * 11)
    hidden = (wrong == wrong[:, :1]).all(axis=1)
    found = roc_auc_score([0] * 20_000 + [1] * 20_000, [0.0] * 20_000 + list(1.0 - hidden))
    assert found == pytest.approx(selfcheck.consistent_error_auroc(c, n), abs=0.005)


def test_row_13_detectors_refuse_items_they_were_trained_on():
    rows = pd.DataFrame({"item": [1], "surprise": [0], "distinct": [1], "contextual": [0], "right": [1]})
    with pytest.raises(ValueError, match="other items"):
        selfcheck.detectors(rows, rows)
    assert np.isnan(selfcheck.detection([0.1, 0.2], [1, 1])["auroc"])
    with pytest.raises(ValueError, match="dial consistency must be within"):
        bs.ScriptedSolver(consistency=1.2)


def perceptions(weight, n=1200):
    """Beliefs of a weak and a strong agent that look at the same items apart from each other, and the right answers."""
    looks = [bs.games.Lookup(answers=4, share=share, rounds=3) for share in (45, 60)]
    played = [bs.play(game, bs.Bayes(game), sessions=n, seed=seed) for seed, game in enumerate(looks, start=1)]
    kinds = [rows[rows["player"] == "key"].set_index("session")["move"].astype(str) for rows in played]
    order = [kind.sort_values(kind="stable") for kind in kinds]
    count = pd.concat([kind.value_counts() for kind in kinds], axis=1).min(axis=1)
    keep = [np.concatenate([kind[kind == name].index[: count[name]] for name in "ABCD"]) for kind in order]
    beliefs = {}
    for name, game, rows, some, w in zip(("weak", "strong"), looks, played, keep, (weight, 1.0), strict=True):
        told = bs.elicit(game.question("answer"), bs.Percent(), bs.ScriptedTeller(game, evidence_weight=w), at=rows)
        last = told[told["round"] == 3].pivot(index="session", columns="outcome", values="value")
        beliefs[name] = last.loc[some].to_numpy()
    return beliefs, np.repeat(np.arange(4), count.loc[list("ABCD")])


def test_row_15_trust_beats_boldness_at_every_overconfidence_and_equals_it_when_calibrated():
    gains = []
    for weight in (1.0, 1.5, 2.5, 5.0):
        beliefs, right = perceptions(weight)
        half = np.arange(len(right)) % 2 == 0
        t = {name: trust.temperature(p[half], right[half]) for name, p in beliefs.items()}
        test = {name: p[~half] for name, p in beliefs.items()}
        accuracy = [(trust.trusted(test, each)[0] == right[~half]).mean() for each in (None, t)]
        assert t["weak"] == pytest.approx(weight, rel=0.15)
        assert accuracy[1] >= accuracy[0]
        gains.append(accuracy[1] - accuracy[0])
    assert gains[0] == pytest.approx(0, abs=1e-9)
    assert gains[-1] > 0.02


def test_row_15_measures_are_those_written_out():
    rng = np.random.default_rng(1)
    stated_, right = rng.random(300), rng.random(300) < 0.5
    found = trust.confidence(stated_, right, threshold=0.7).set_index("metric")["value"]
    assert found["ocr"] == pytest.approx(np.mean((stated_ >= 0.7) & ~right))
    assert found["ccc"] == pytest.approx(np.corrcoef(stated_, right)[0, 1])
    assert found["mcip"] == pytest.approx(stated_[~right].mean())
    from scipy.stats import binomtest, pearsonr

    rows = trust.confidence(stated_, right, threshold=0.7).set_index("metric")
    ends = pearsonr(stated_, right.astype(float)).confidence_interval()
    np.testing.assert_allclose(rows.loc["ccc", ["low", "high"]].astype(float), ends, atol=1e-9)
    wilson = binomtest(int(((stated_ >= 0.7) & ~right).sum()), 300).proportion_ci(method="wilson")
    np.testing.assert_allclose(rows.loc["ocr", ["low", "high"]].astype(float), wilson, atol=1e-9)


def test_row_15_recalibration_mends_planted_overconfidence_and_logistic_equals_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    odds = rng.normal(0, 2, 4000)
    right, said = rng.random(4000) < expit(odds / 2), expit(odds)
    for how in ("isotonic", "logistic"):
        mended = trust.recalibrated(said[:2000], right[:2000], said[2000:], how)
        table = trust.confidence(mended, right[2000:]).set_index("metric")["value"]
        assert table["ece"] < 0.045 < trust.confidence(said, right).set_index("metric")["value"]["ece"]
    fit = sm.Logit(right[:2000].astype(float), sm.add_constant(odds[:2000])).fit(disp=0)
    np.testing.assert_allclose(mended, fit.predict(sm.add_constant(odds[2000:])), atol=1e-3)
    assert np.isnan(trust.recalibrated([0.2, 0.8, 0.5], [0, 1, 1], [np.nan])[0])
    with pytest.raises(ValueError, match="is not among isotonic, logistic"):
        trust.recalibrated([0.2], [1], [0.3], "magic")


def passages(noise, n, seed):
    """A constant and a passage's length, which tells nothing; and whether the passage was right."""
    rng = np.random.default_rng(seed)
    return np.column_stack([np.ones(n), rng.normal(size=n)]), rng.random(n) > noise


def test_row_21_proper_rewards_recover_calibration_and_reward_for_accuracy_does_not():
    x, right = passages(0.3, 2000, seed=1)
    new, happened = passages(0.3, 2000, seed=2)
    ece, null = {}, {}
    for reward in ("accuracy", "brier", "log", "margin"):
        weights = trust.trained_confidence(x, right, reward, start=[0.0, 1.0], steps=5000)
        row = trust.confidence(expit(new @ weights), happened).set_index("metric").loc["ece"]
        ece[reward], null[reward] = row["value"], row["null_high"]
    for reward in ("brier", "log", "margin"):
        assert ece[reward] < 0.05
    assert ece["accuracy"] > 0.2 > null["accuracy"]
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=np.inf, fit_intercept=False).fit(x, right)
    weights = trust.trained_confidence(x, right, "log", start=[0.0, 1.0])
    np.testing.assert_allclose(weights, fit.coef_[0], atol=1e-3)


def test_row_21_transfer_to_other_noise_costs_the_difference_of_the_noises():
    x, right = passages(0.2, 4000, seed=3)
    weights = trust.trained_confidence(x[:, :1], right, "brier", start=[0.0])
    for noise in (0.1, 0.4):
        new, happened = passages(noise, 4000, seed=4)
        found = trust.confidence(expit(new[:, :1] @ weights), happened).set_index("metric").loc["ece", "value"]
        assert found == pytest.approx(abs(noise - 0.2), abs=0.03)


def test_row_21_a_teller_who_takes_passages_for_proof_shows_the_dichotomy_and_bayes_does_not():
    over = {}
    for tool, share in (("neutral", 60), ("check", 95)):
        game = bs.games.Lookup(share=share, rounds=3, frame=tool)
        drawn = bs.play(game, bs.Bayes(game), sessions=500, seed=5)
        key = drawn[drawn["player"] == "key"].set_index("session")["move"].astype(str)
        for name, weight in (("bayes", 1.0), ("credulous", 3.0 if tool == "neutral" else 1.0)):
            told = bs.elicit(
                game.question("answer"), bs.Percent(), bs.ScriptedTeller(game, evidence_weight=weight), at=drawn
            )
            best = told.loc[told.groupby(["session", "round"], observed=True)["value"].idxmax()]
            best = best[best["round"] == 3]
            right = (best["outcome"].astype(str) == best["session"].map(key)).to_numpy()
            table = trust.confidence(best["value"], right, seed=1).set_index("metric")
            over[name, tool] = table.loc["ece", "value"] - table.loc["ece", "null_high"]
    assert over["credulous", "neutral"] > 0.1
    assert max(over["bayes", "neutral"], over["bayes", "check"], over["credulous", "check"]) < 0.02


def judged(relatedness, k=8, seed=0, n=1500):
    """Brier scores of a judge alone, with neighbours, with learned codes, and the exact ceiling."""
    from sklearn.linear_model import LogisticRegression

    known, new = (judging.cohort(n, relatedness, rng=np.random.default_rng([seed, part])) for part in (0, 1))

    def seen(some):
        near = some.evidence[judging.neighbours(some.looks, k)].mean(axis=1)
        codes = judging.learned_codes(known, some.looks)
        same = np.bincount(codes, some.evidence, 32)[codes] - some.evidence
        return np.column_stack([some.evidence, near, same / np.maximum(np.bincount(codes, minlength=32)[codes] - 1, 1)])

    train, test = seen(known), seen(new)
    columns = {"alone": [0], "neighbours": [0, 1], "codes": [0, 2]}
    p = {
        name: LogisticRegression().fit(train[:, at], known.truth > 0).predict_proba(test[:, at])[:, 1]
        for name, at in columns.items()
    }
    edges = np.column_stack([np.arange(n), n + new.group])
    exact = judging.propagated(np.concatenate([new.evidence, np.zeros(32)]), edges, np.arctanh(min(relatedness, 0.999)))
    p["ceiling"] = expit(exact[:n])
    return {name: float(np.mean((each - (new.truth > 0)) ** 2)) for name, each in p.items()}


def test_row_30_judging_jointly_helps_as_far_as_items_are_related_and_never_beats_the_ceiling():
    gain = {}
    for r in (0.0, 0.5, 0.9):
        score = judged(r)
        assert score["ceiling"] <= min(score.values()) + 0.003
        gain[r] = {name: score["alone"] - score[name] for name in ("neighbours", "codes")}
        assert min(gain[r].values()) > -0.003
    assert max(abs(each) for each in gain[0.0].values()) < 0.003
    for name in ("neighbours", "codes"):
        assert gain[0.9][name] > gain[0.5][name] > gain[0.0][name]
        assert gain[0.9][name] > 0.02


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 8), st.integers(0, 1000))
def test_row_30_belief_propagation_on_trees_equals_going_through_all_states(n, seed):
    rng = np.random.default_rng(seed)
    edges = [(i, int(rng.integers(i))) for i in range(1, n)]
    own, pull = rng.normal(0, 2, n), rng.normal(0, 1, n - 1)
    np.testing.assert_allclose(judging.propagated(own, edges, pull), judging.enumerated(own, edges, pull), atol=1e-6)


def test_row_30_belief_propagation_on_a_loop_is_near_and_bad_graphs_are_refused():
    own, loop = [1.0, -0.5, 0.3, 0.0], [(0, 1), (1, 2), (2, 3), (3, 0)]
    np.testing.assert_allclose(judging.propagated(own, loop, 0.3), judging.enumerated(own, loop, 0.3), atol=0.1)
    assert judging.propagated([1.0], [], 0.3).tolist() == [1.0]
    with pytest.raises(ValueError, match="two different items"):
        judging.propagated([1.0, 2.0], [(1, 1)], 0.3)
    with pytest.raises(ValueError, match="too many states"):
        judging.enumerated(np.zeros(21), loop, 0.3)
    with pytest.raises(ValueError, match="relatedness must be within"):
        judging.cohort(5, 2.0, rng=np.random.default_rng(0))
