import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import beliefsim as bs
from beliefsim import schema
from beliefsim.consistency import Choices, Dials, ScriptedPopulation, compare, nulls
from beliefsim.consistency.cells import Cells
from beliefsim.consistency.measures import CANNOT_TELL
from beliefsim.consistency.ranks import spearman
from beliefsim.consistency.slopes import Adjusted, coupling, slope
from beliefsim.studies import population
from tests.populations import planted

GAME = bs.games.TrustGame()
TRAITS = ["age", "openness", "highest_degree_received", "political_views"]
PEOPLE = bs.personas.sample(200, design="factorial", seed=1)


def told(agent, instrument=None, by=TRAITS, **options):
    return bs.elicit(GAME.question("sent", by=by), instrument or bs.GroupMeans(), agent, **options)


AGENT = ScriptedPopulation(PEOPLE, Dials(coupling=0.6), seed=1)
STATED = told(AGENT)
DECISIONS = bs.play(GAME, AGENT, PEOPLE, seed=1)


def frame_of(cells):
    data = pd.DataFrame({f"a{k}": column for k, column in enumerate(cells.columns)})
    return data.assign(y=cells.amounts)


def test_with_one_attribute_the_slope_is_least_squares_and_its_interval_nearly_hc3():
    cells = planted(200, 0.2, 0.5, np.random.default_rng(1), [6])
    data = pd.DataFrame({"y": cells.amounts, "x": cells.stated[cells.columns[0]]})
    fit = smf.ols("y ~ x", data).fit(cov_type="HC3", use_t=True)
    found = slope(cells)
    assert found.value == pytest.approx(fit.params["x"])
    np.testing.assert_allclose([found.low, found.high], fit.conf_int().loc["x"], rtol=0.01)


def test_the_adjusted_slope_and_its_interval_are_a_contrast_of_statsmodels_hc3():
    cells = planted(150, 0.05, 0.5, np.random.default_rng(2), [4, 3, 2])
    fit = smf.ols("y ~ C(a0) + C(a1) + C(a2)", frame_of(cells)).fit(cov_type="HC3", use_t=True)
    mean = np.repeat(np.add.reduceat(cells.n * cells.stated, cells.starts) / 150, [4, 3, 2])
    weight = cells.n * (cells.stated - mean)
    weight /= (weight * (cells.stated - mean)).sum()
    names = [name for name in fit.params.index if name != "Intercept"]
    contrast = np.array([0.0, *(weight[int(name.split("[T.")[1][:-1])] for name in names)])
    test = fit.t_test(contrast)
    found = Adjusted(cells).slope()
    assert found.value == pytest.approx(float(np.squeeze(test.effect)))
    np.testing.assert_allclose([found.low, found.high], np.squeeze(test.conf_int()))


def test_adjusted_means_take_a_confounded_attribute_apart():
    rng = np.random.default_rng(3)
    age = rng.integers(0, 4, 4000)
    work = np.where(rng.random(4000) < 0.8, age, rng.integers(0, 4, 4000))
    sends = 5 + 0.6 * age + rng.normal(0, 2, 4000)
    cells = Cells(
        ("age", "work"), tuple("01230123"), np.array([0, 4]), (age, 4 + work), np.tile(np.arange(4.0), 2), sends
    )
    assert cells.effects.eta_squared[1] > 0.05
    np.testing.assert_allclose(np.diff(Adjusted(cells).effects[4:]), 0, atol=0.2)
    np.testing.assert_allclose(np.diff(Adjusted(cells).effects[:4]), 0.6, atol=0.2)


def test_attributes_that_cannot_be_told_apart_have_no_adjusted_slope():
    age = np.arange(40) % 4
    cells = Cells(
        ("a", "b"), tuple("01230123"), np.array([0, 4]), (age, 4 + age), np.arange(8.0), age + np.arange(40) % 3
    )
    assert "cannot be told apart" in Adjusted(cells).slope().note
    assert np.isfinite(slope(cells).value)


def test_permuted_sends_have_the_covariance_of_their_normal_limit(monkeypatch):
    cells = planted(120, 0.05, 0.5, np.random.default_rng(4), [3, 2])
    exact = np.concatenate([sums for sums, _ in nulls.permuted_sends(cells, 20_000, np.random.default_rng(1))])
    monkeypatch.setattr(nulls, "LARGE", 100)
    normal, effects = next(nulls.permuted_sends(cells, 20_000, np.random.default_rng(1)))
    np.testing.assert_allclose(np.cov(exact.T), np.cov(normal.T), atol=0.06 * np.cov(exact.T).max())
    np.testing.assert_allclose(exact.mean(axis=0), normal.mean(axis=0), rtol=0.01)
    assert effects.eta_squared[:, 0].mean() == pytest.approx(2 / 119, rel=0.05)


def test_p_values_of_a_population_without_trait_effects_are_uniform():
    rng = np.random.default_rng(5)
    p = []
    for _ in range(60):
        cells = planted(60, 0.0, 0.0, rng, [4, 3])
        cells = Cells(**{**cells.__dict__, "stated": rng.normal(size=7)}) if not cells.stated.any() else cells
        value = spearman(cells.stated, cells.means, cells.starts).mean()
        draws = [
            spearman(np.broadcast_to(cells.stated, sums.shape), sums / cells.n, cells.starts).mean(axis=1)
            for sums, _ in nulls.permuted_sends(cells, 199, rng)
        ]
        p.append(nulls.summary("", value, np.concatenate(draws)).p)
    assert 0.4 < np.mean(p) < 0.65
    assert np.mean(np.array(p) <= 0.05) < 0.17


@pytest.mark.parametrize("lam", [0.0, 0.5, 1.0])
def test_the_slopes_interval_covers_what_is_planted(lam):
    rng = np.random.default_rng(6)
    covered = [0, 0]
    for _ in range(150):
        cells = planted(100, 0.05, lam, rng)
        for number, found in enumerate((slope(cells), coupling(cells, rng)["coupling"])):
            covered[number] += found.low <= lam <= found.high
    assert 0.90 <= covered[0] / 150 <= 0.99
    assert covered[1] / 150 >= 0.90


def test_the_power_of_the_median_does_not_grow_with_n_but_that_of_the_slope_does():
    rng = np.random.default_rng(7)
    power = {}
    for n in (50, 1000):
        found = np.zeros(2)
        for _ in range(60):
            cells = planted(n, 0.05, 0.5, rng)
            sums = np.concatenate([sums for sums, _ in nulls.permuted_sends(cells, 99, rng)])
            rho = np.median(spearman(np.broadcast_to(cells.stated, sums.shape), sums / cells.n, cells.starts), axis=1)
            value = np.median(spearman(cells.stated, cells.means, cells.starts))
            found += [nulls.summary("", value, rho).p <= 0.05, slope(cells).low > 0]
        power[n] = found / 60
    assert power[1000][0] < 0.35
    assert power[1000][0] - power[50][0] < 0.25
    assert power[50][1] > 0.4
    assert power[1000][1] > 0.95


def test_small_effects_in_small_samples_seldom_pass_the_gate():
    rng = np.random.default_rng(8)
    passed = 0
    for _ in range(60):
        cells = planted(50, 0.01, 0.5, rng)
        draws = [effects.epsilon_squared.sum(axis=-1) for _, effects in nulls.permuted_sends(cells, 199, rng)]
        passed += nulls.summary("", cells.effects.epsilon_squared.sum(), np.concatenate(draws)).p < 0.01
    assert passed / 60 < 0.3


def test_a_constant_label_beats_the_true_zero_on_the_papers_distance_but_not_on_bias():
    rng = np.random.default_rng(9)
    honest, constant, bias = [], [], []
    for _ in range(200):
        effects = planted(50, 1e-9, 1.0, rng).effects
        honest.append(np.median(np.abs(effects.eta_squared)))
        constant.append(np.median(np.abs(effects.eta_squared - 0.03)))
        bias.append(effects.epsilon_squared.mean())
    assert np.mean(honest) == pytest.approx(0.045, abs=0.006)
    assert np.mean(constant) == pytest.approx(0.026, abs=0.004)
    assert np.mean(bias) == pytest.approx(0, abs=0.004)


def test_compare_gives_named_nulls_and_the_papers_statistics():
    result = compare(STATED, DECISIONS, PEOPLE, seed=1, permutations=500)
    rows = result.metrics[result.metrics["attribute"] == ""]
    assert rows.loc[rows["metric"] == "slope", "null"].tolist() == ["no trait effects", "rankings unrelated"]
    assert rows.loc[rows["metric"] == "median_rho", "null"].tolist() == ["no trait effects", "rankings unrelated"]
    assert set(result.metrics["attribute"]) == {"", *TRAITS}
    levels = result.levels[result.levels["attribute"] == "age"]
    means = DECISIONS.set_index("persona")["amount"].groupby(PEOPLE["age"], observed=True).mean()
    np.testing.assert_allclose(levels["done"], means)
    assert (levels["done_low"] < levels["done"]).all()
    assert (levels["n"] == 50).all()
    assert "slope" in result._repr_html_()
    assert result.headline["metric"].tolist() == ["slope", "coupling", "amplitude"]


def test_the_same_seed_gives_the_same_table():
    first, again = (compare(STATED, DECISIONS, PEOPLE, seed=3, permutations=200).metrics for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_coupling_is_withheld_where_no_trait_effect_can_be_seen():
    agent = ScriptedPopulation(PEOPLE, Dials(eta_squared=0.0), seed=1)
    stated = STATED
    result = compare(stated, bs.play(GAME, agent, PEOPLE, seed=4), PEOPLE, permutations=500)
    for name in ("coupling", "amplitude", "reliability_ceiling"):
        row = result.row(name)
        assert np.isnan(row["value"])
        assert row["note"] == CANNOT_TELL
    assert np.isfinite(result.row("slope")["value"])


def test_too_few_permutations_for_the_gate_say_so():
    row = compare(STATED, DECISIONS, PEOPLE, permutations=50).row("coupling")
    assert "50 permutations cannot give p < 0.01" in row["note"]


def test_all_sends_equal_make_rho_missing_with_the_reason():
    result = compare(STATED, DECISIONS.assign(amount=4.0), PEOPLE, permutations=100)
    row = result.row("rho", "age")
    assert np.isnan(row["value"])
    assert "all amounts are equal" in row["note"]


def test_equal_level_means_make_one_attributes_rho_missing_but_not_the_others():
    people = pd.DataFrame(
        {"a": pd.Categorical(list("xxyy") * 5), "b": pd.Categorical(list("uvuv") * 5)},
        index=pd.Index([f"p{k}" for k in range(20)], name="persona"),
    )
    sends = np.tile([1.0, 5.0, 1.0, 5.0], 5)
    decisions = schema.decisions(arm="m", player="trustor", persona=people.index, amount=sends, probability=1.0)
    rows = [("a", "x", 4.0), ("a", "y", 5.0), ("b", "u", 2.0), ("b", "v", 6.0)]
    attribute, level, value = zip(*rows, strict=True)
    stated = schema.beliefs(
        arm="m", instrument="CTX+$", attribute=list(attribute), level=list(level), statistic="mean", value=list(value)
    )
    result = compare(stated, decisions, people, permutations=100)
    assert "all level means are equal" in result.row("rho", "a")["note"]
    assert result.row("rho", "b")["value"] == 1
    assert result.row("median_rho")["value"] == 1


def test_levels_without_statement_or_personas_are_named_in_the_note():
    stated = STATED.copy()
    stated.loc[stated["level"] == "65+", "value"] = np.nan
    few = PEOPLE[PEOPLE["openness"] != "Low"]
    played = DECISIONS[DECISIONS["persona"].isin(few.index)]
    result = compare(stated, played, few, permutations=100)
    assert "no stated value for 65+" in result.row("rho", "age")["note"]
    assert "no personas with" in result.row("rho", "openness")["note"]
    dropped = compare(stated, played, few, permutations=100, choices=Choices(missing_levels="drop attribute"))
    assert np.isnan(dropped.row("rho", "age")["value"])
    assert np.isnan(result.levels.set_index(["attribute", "level"]).loc[("age", "65+"), "stated"])


def test_one_level_only_and_fewer_personas_than_levels_are_stated_as_missing():
    young = PEOPLE[PEOPLE["age"] == "18-29"]
    result = compare(STATED, DECISIONS[DECISIONS["persona"].isin(young.index)], young, permutations=100)
    assert "left out" in result.row("rho", "age")["note"]
    three = PEOPLE.iloc[:3]
    small = compare(STATED, DECISIONS[DECISIONS["persona"].isin(three.index)], three, permutations=100)
    assert "no personas with" in small.row("rho", "highest_degree_received")["note"]


def test_unread_replies_stay_missing_and_bound_the_slope():
    unread = DECISIONS.copy()
    unread.loc[::10, "amount"] = np.nan
    result = compare(STATED, pd.concat([unread, DECISIONS.iloc[::20]]), PEOPLE, permutations=100)
    assert result.row("read_rate")["value"] < 1
    bounds = result.row("slope_worst_case")
    assert bounds["low"] < result.row("slope")["value"] < bounds["high"]
    assert (result.levels["read_rate"] < 1).any()


def test_an_exact_distribution_counts_by_its_expected_amount():
    exact = schema.decisions(
        arm="scripted",
        player="trustor",
        persona=np.repeat(PEOPLE.index.to_numpy(), 2),
        amount=np.tile([0.0, 10.0], len(PEOPLE)),
        probability=np.column_stack([1 - DECISIONS["amount"] / 10, DECISIONS["amount"] / 10]).ravel(),
        read="exact",
    )
    assert compare(STATED, exact, PEOPLE, permutations=50).row("slope")["value"] == pytest.approx(
        compare(STATED, DECISIONS, PEOPLE, permutations=50).row("slope")["value"]
    )
    both = schema.concat([exact, schema.decisions(**{name: DECISIONS[name] for name in exact})])
    assert set(compare(STATED, both, PEOPLE, permutations=50).metrics["read"]) == {"exact", "sampled"}


def test_arms_frames_and_conditions_are_compared_each_by_itself():
    other = bs.play(bs.games.TrustGame(frame="investment"), AGENT.given(bs.Placebo(bs.Prior(STATED))), PEOPLE, seed=2)
    both = schema.concat([DECISIONS, other])
    found = compare(schema.concat([STATED, told(AGENT, bs.Ranking())]), both, PEOPLE, permutations=50)
    keys = found.headline[["frame", "condition", "instrument"]].drop_duplicates()
    assert len(keys) == 4
    assert found.row("slope", frame="investment", instrument="CTX+$")["condition"] == "placebo"
    with pytest.raises(ValueError, match=r"4 rows for metric 'slope'"):
        found.row("slope")


def test_a_statement_in_another_style_is_not_compared():
    result = compare(STATED.assign(style="reasoning"), DECISIONS, PEOPLE, permutations=50)
    assert "nothing was stated with style 'plain'" in result.row("slope")["note"]


def test_natural_samples_put_the_adjusted_slope_first():
    marginal = compare(STATED, DECISIONS, PEOPLE, permutations=50)
    adjusted = compare(STATED, DECISIONS, PEOPLE, permutations=200, choices=Choices(means="adjusted"))
    assert adjusted.row("slope")["value"] == pytest.approx(marginal.row("slope_adjusted")["value"])
    assert adjusted.row("slope_marginal")["value"] == pytest.approx(marginal.row("slope")["value"])
    assert np.isfinite(adjusted.row("coupling")["high"])


def test_the_null_of_the_median_is_the_same_band_at_any_n():
    bands = []
    for n in (100, 2000):
        people = bs.personas.sample(n, seed=2)
        agent = ScriptedPopulation(people, Dials(eta_squared=0.02), seed=1)
        result = compare(told(agent), bs.play(GAME, agent, people, seed=1), people, permutations=1000)
        row, slope_row = result.row("median_rho"), result.row("slope")
        bands.append((row["null_high"] - row["null_low"], slope_row["null_high"] - slope_row["null_low"]))
    assert bands[1][0] == pytest.approx(bands[0][0], rel=0.15)
    assert bands[1][1] < bands[0][1] / 3


@pytest.mark.parametrize(
    ("stated", "decisions", "message"),
    [
        (STATED.iloc[:0], DECISIONS, "no stated row compares levels"),
        (STATED, DECISIONS.iloc[:0], "decisions table is empty"),
        (STATED.assign(arm="other"), DECISIONS, r"no arm both stated and played: stated by other, played by scripted"),
        (STATED.assign(attribute="shoe"), DECISIONS, "attribute 'shoe' is not a column of the people table"),
        (STATED, DECISIONS.assign(persona="nobody"), "persona 'nobody' of the decisions is not in"),
        (STATED.drop(columns="statistic"), DECISIONS, "lacks columns"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(stated, decisions, message):
    with pytest.raises(ValueError, match=message):
        compare(stated, decisions, PEOPLE, permutations=10)


def test_decisions_of_two_seats_need_a_choice():
    game = bs.games.TrustGame(trustee="player")
    both = bs.play(game, {"trustor": AGENT, "trustee": AGENT}, PEOPLE, seed=1)
    with pytest.raises(ValueError, match="choose one with Choices"):
        compare(STATED, both, PEOPLE, permutations=10)
    found = compare(STATED, both, PEOPLE, permutations=10, choices=Choices(player="trustor"))
    assert np.isfinite(found.row("slope")["value"]) or found.row("slope")["note"]


def test_another_arms_statement_can_be_set_beside_play():
    matrix = compare(STATED.assign(arm="other"), DECISIONS, PEOPLE, permutations=50, choices=Choices(across_arms=True))
    assert matrix.row("slope")["stated_by"] == "other"


def test_implausible_personas_can_be_left_out():
    kept = compare(STATED, DECISIONS, PEOPLE, permutations=50)
    dropped = compare(STATED, DECISIONS, PEOPLE, permutations=50, choices=Choices(implausible="drop"))
    assert kept.row("slope")["n"] == 200
    assert dropped.row("slope")["n"] == (PEOPLE["implausible"] == "").sum() < 200


def test_sends_weigh_moves_by_their_probability_and_average_draws():
    rows = schema.decisions(
        arm="a", persona=["x", "x", "x", "y"], session=[0, 0, 1, 2], amount=[2.0, 4.0, 9.0, np.nan],
        probability=[0.5, 0.5, 1.0, np.nan],
    )  # fmt: skip
    found = bs.consistency.sends(rows).droplevel(["arm", "condition", "frame", "terms"])
    assert found["x"] == 6.0
    assert np.isnan(found["y"])


@pytest.mark.parametrize(
    ("coupling", "size", "verdict"),
    [(1.0, 400, "supported"), (0.0, 1000, "contradicted"), (-1.0, 400, "contradicted"), (0.5, 30, "cannot tell")],
)
def test_a_claim_is_told_as_far_as_the_data_reach(coupling, size, verdict):
    people = bs.personas.sample(size, seed=3)
    share = 0.05 if size > 30 else 0.005
    agent = bs.ScriptedPopulation(people, bs.Dials(coupling=coupling, eta_squared=share), seed=2)
    game = bs.games.TrustGame()
    question = game.question("sent", by=bs.personas.TEST_ATTRIBUTES)
    result = bs.compare(bs.elicit(question, bs.GroupMeans(), agent), bs.play(game, agent, people, seed=1), people)
    line = population.coupling_claim(result, "CTX+$")
    assert line["verdict"].startswith(verdict), line
    assert ("N needed" in line["verdict"]) == (verdict == "cannot tell")


def test_the_papers_table_sets_published_medians_beside_ours():
    people = bs.personas.sample(60, seed=1)
    agent, game = bs.ScriptedPopulation(people, seed=1), bs.games.TrustGame()
    stated = bs.elicit(game.question("sent", by=bs.personas.TEST_ATTRIBUTES), bs.GroupMeans(), agent)
    result = bs.compare(stated, bs.play(game, agent, people), people, permutations=100)
    table = population.paper_table(result, bs.load("mannekote2025/table3")).set_index("attribute")
    assert table.loc["Median", "ρ, published gemma-2-27b"] == 0.83
    assert np.isnan(table.loc["religion", "ρ, published gemma-2-27b"])  # the paper's table leaves it out
    assert table.loc["Median", "rho"] == np.median(table["rho"].drop("Median"))
