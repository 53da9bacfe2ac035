import dataclasses

import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim import schema
from beliefsim.consistency import Dials, Plan, ScriptedPopulation, power_table
from beliefsim.consistency.paired import fieller
from beliefsim.consistency.power import minimum_detectable_slope, needed_personas, power, slope_error
from beliefsim.consistency.slopes import slope
from beliefsim.measures import Estimate, verdict
from beliefsim.studies.population import agreement
from beliefsim.studies.robustness import slope_over_frames, variance_table
from tests.populations import NINE, planted

GAME = bs.games.TrustGame()
TRAITS = ["age", "openness", "highest_degree_received", "political_views"]
PEOPLE = bs.personas.sample(400, design="factorial", seed=1, attributes=TRAITS)
AGENT = ScriptedPopulation(PEOPLE, Dials(coupling=0.6), seed=1)
STATED = bs.elicit(GAME.question("sent", by=TRAITS), bs.GroupMeans(), AGENT)


def test_fiellers_interval_covers_a_ratio_and_is_missing_where_the_bottom_may_be_zero():
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(500):
        top, bottom = rng.normal(1.0, 0.2), rng.normal(2.0, 0.4)
        found = fieller(top, bottom, np.diag([0.04, 0.16]), 10_000)
        covered += found.low <= 0.5 <= found.high
    assert 0.92 <= covered / 500 <= 0.98
    unbounded = fieller(1.0, 0.3, np.diag([0.04, 0.16]), 10_000)
    assert np.isnan(unbounded.low)
    assert "no bounded interval" in unbounded.note


@pytest.mark.parametrize(("n", "eta", "lam"), [(50, 0.05, 1.0), (200, 0.01, 0.5), (200, 0.05, 0.5)])
def test_the_power_formula_agrees_with_simulated_studies(n, eta, lam):
    rng = np.random.default_rng(1)
    found = [slope(planted(n, eta, lam, rng)) for _ in range(300)]
    plan = Plan(n, levels=NINE, eta_squared=eta, coupling=lam)
    assert np.std([one.value for one in found]) == pytest.approx(slope_error(plan), rel=0.15)
    rejected = np.mean([one.low > 0 or one.high < 0 for one in found])
    assert rejected == pytest.approx(power(plan), abs=0.1)


def test_more_personas_and_wordings_detect_smaller_slopes_but_wordings_set_a_floor():
    small, large = (minimum_detectable_slope(Plan(n)) for n in (50, 500))
    assert large < small
    noisy = Plan(200, frame_noise=0.6, coupling=0.5)
    assert needed_personas(noisy) is None
    assert needed_personas(dataclasses.replace(noisy, frames=16)) < 500
    assert np.isnan(minimum_detectable_slope(Plan(5, eta_squared=0.01)))


def test_needed_personas_is_the_fewest_with_the_wanted_power():
    plan = Plan(2, coupling=0.5, eta_squared=0.01)
    n = needed_personas(plan)
    assert power(dataclasses.replace(plan, personas=n)) >= 0.8 > power(dataclasses.replace(plan, personas=n - 1))


def test_a_power_table_has_a_row_per_plan():
    table = power_table(Plan(200), personas=(50, 200), frames=(1, 8), eta_squared=(0.05,), coupling=(0.5,))
    assert len(table) == 4
    assert table["power"].between(0, 1).all()


@pytest.mark.parametrize("change", [{"personas": 1}, {"frames": 0}, {"eta_squared": 0.2}, {"eta_squared": 0.0}])
def test_an_impossible_plan_is_refused(change):
    with pytest.raises(ValueError, match="Plan: "):
        Plan(**({"personas": 100} | change))


def with_frames(agent, people, frames, seed, draws=1, frame_noise=0.8, slope_noise=0.0):
    """Decisions in several wordings; `slope_noise` is the s.d. by which wordings stretch trait effects."""
    rng = np.random.default_rng(seed)
    truth = agent.truth.set_index(["attribute", "level"])["done"]
    trait = sum(truth[name].reindex(people[name].astype(str)).to_numpy() for name in TRAITS) * 10
    tables = []
    for frame in range(frames):
        table = bs.play(GAME, agent, people, draws=draws, seed=100 * seed + frame)
        stretched = np.tile(trait, draws) * rng.normal(0, slope_noise)
        amount = table["amount"] + rng.normal(0, frame_noise) + stretched
        tables.append(
            schema.decisions(**{name: table[name] for name in table} | {"amount": amount, "frame": f"f{frame}"})
        )
    return schema.concat(tables)


def test_the_variance_table_takes_traits_persons_wordings_and_draws_apart():
    found = []
    for seed in range(6):
        agent = ScriptedPopulation(PEOPLE, seed=seed)
        found.append(variance_table(with_frames(agent, PEOPLE, 8, seed, draws=3), PEOPLE))
    mean = pd.concat(found).groupby("source")["variance"].mean()
    # Four traits of η² .05, the rest half the person's; rounding adds 1/12 to draws.
    assert mean["trait"] == pytest.approx(4 * 0.2, rel=0.2)
    assert mean["persona"] == pytest.approx(4 * 0.4, rel=0.1)
    assert mean["draw"] == pytest.approx(4 * 0.4 + 1 / 12, rel=0.1)
    assert mean["frame"] == pytest.approx(0.8**2, rel=0.5)
    assert mean["persona × frame"] == pytest.approx(0, abs=0.05)
    assert found[0]["share"].sum() == pytest.approx(1)


def test_what_one_draw_or_one_wording_cannot_tell_is_missing_with_a_note():
    table = variance_table(bs.play(GAME, AGENT, PEOPLE, seed=1), PEOPLE).set_index("source")
    assert np.isnan(table.loc["draw", "variance"])
    assert "one draw" in table.loc["draw", "note"]
    assert table.loc["frame", "note"] == "one frame"


def test_an_interval_over_wordings_covers_where_one_over_personas_does_not():
    wide = narrow = 0
    for seed in range(60):
        people = bs.personas.sample(800, seed=seed, attributes=TRAITS)
        agent = ScriptedPopulation(people, Dials(coupling=0.6), seed=seed)
        stated = bs.elicit(GAME.question("sent", by=TRAITS), bs.GroupMeans(), agent)
        decisions = with_frames(agent, people, 3, seed, slope_noise=0.6)
        row = slope_over_frames(stated, decisions, people).iloc[0]
        wide += row["low"] <= 0.6 <= row["high"]
        narrow += row["persona_low"] <= 0.6 <= row["persona_high"]
    assert narrow / 60 < 0.7
    assert wide / 60 > 0.88


def test_one_wording_gives_no_interval_over_wordings():
    with pytest.raises(ValueError, match="at least two frames"):
        slope_over_frames(STATED, bs.play(GAME, AGENT, PEOPLE, seed=1), PEOPLE)


def test_agreement_is_best_for_a_teller_who_knows_the_effects():
    planted = Dials(coupling=1.0, eta_squared={"age": 0.6})
    agent = ScriptedPopulation(PEOPLE, planted, seed=3)
    stated = bs.elicit(GAME.question("sent", by=["age"]), bs.GroupMeans(), agent)
    found = agreement(stated, bs.play(GAME, agent, PEOPLE, seed=1), PEOPLE)
    assert len(found) == 4
    assert found["wasserstein"].mean() < found["wasserstein_constant"].mean() / 2
    assert found["total_variation"].between(0, 1).all()
    missing = agreement(stated.assign(value=np.nan), bs.play(GAME, agent, PEOPLE, seed=1), PEOPLE)
    assert missing["wasserstein"].isna().all()


def test_an_open_verdict_names_the_n_that_a_power_analysis_gives():
    from statsmodels.stats.power import NormalIndPower

    reach = 1.96 * 2.0 / np.sqrt(50)  # 50 units with a standard deviation of 2
    needed = NormalIndPower(ddof=0).solve_power(0.4 / 2.0, ratio=0, alpha=0.05, power=0.8)
    said = verdict(Estimate(0.1, 0.1 - reach, 0.1 + reach), 50, smallest=0.4)
    assert said == f"cannot tell (N needed: {int(np.ceil(needed))} units for 80 % power at 0.4)"


@pytest.mark.parametrize(
    ("ends", "within", "word"),
    [
        ((0.1, 0.3), (0, np.inf), "supported"),
        ((-0.3, -0.1), (0, np.inf), "contradicted"),
        ((-0.1, 0.1), (-0.25, 0.25), "supported"),  # as good as equal
        ((0.3, 0.9), (-0.25, 0.25), "contradicted"),
        ((0.2, 0.9), (-0.25, 0.25), "cannot tell"),
        ((np.nan, np.nan), (0, np.inf), "cannot tell"),
    ],
)
def test_a_verdict_asks_whether_the_interval_lies_in_the_claimed_region(ends, within, word):
    assert verdict(Estimate(np.mean(ends), *ends), 20, within=within).startswith(word)
