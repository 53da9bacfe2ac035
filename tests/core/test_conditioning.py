import numpy as np
import pytest

import beliefsim as bs
from beliefsim.consistency import compare, conditioning, conditions
from beliefsim.consistency.paired import Pairs
from beliefsim.studies.population import pull_claim

GAME = bs.games.TrustGame()
PEOPLE = bs.personas.sample(3000, design="factorial", seed=1)
FEW = PEOPLE.iloc[:300]
QUESTION = GAME.question("sent", by=list(bs.personas.TEST_ATTRIBUTES))


def planted(seed=6, **dials):
    return bs.ScriptedPopulation(PEOPLE, bs.Dials(sd=0.15, **dials), seed=seed)


def own(agent):
    return bs.elicit(QUESTION, bs.Ranking(), agent)


def conditioned(agent, rho, people=PEOPLE, known=True, seed=1):
    """What a scripted agent does with a prior, through the calls that a language agent would get."""
    prior = bs.Prior(own(agent), rho=rho, seed=seed)
    placebo = bs.play(GAME, agent.given(bs.Placebo(prior)), people, seed=3)
    after = bs.play(GAME, agent.given(prior), people, seed=4)
    full = agent.full_pull * GAME.endowment if known else None
    return conditioning(after, placebo, people, prior, full=full)


@pytest.mark.parametrize("coupling", [0.3, 1.0])
@pytest.mark.parametrize("compliance", [0.0, 0.5, 1.0])
def test_row_01_planted_compliance_comes_back_also_when_stated_and_behavioural_own_differ(coupling, compliance):
    found = conditioned(planted(coupling=coupling, compliance=compliance), None)
    assert found.compliance.value == pytest.approx(compliance, abs=0.08)
    assert found.compliance.high - found.compliance.low < 0.25
    # Clipping takes up to one per cent from effects.
    assert found.compliance.low - 0.01 <= compliance <= found.compliance.high + 0.01
    if coupling == 1.0:
        assert found.displacement.value == pytest.approx(compliance, abs=0.1)


@pytest.mark.parametrize("coupling", [0.3, 1.0])
@pytest.mark.parametrize("compliance", [0.0, 0.5, 1.0])
def test_row_01_compliance_comes_back_as_for_a_model_whose_full_pull_is_estimated(coupling, compliance):
    found = conditioned(planted(coupling=coupling, compliance=compliance), None, PEOPLE.iloc[:1200], known=False)
    assert found.compliance.value == pytest.approx(compliance, abs=0.12)
    assert found.compliance.low < compliance < found.compliance.high


@pytest.mark.parametrize("compliance", [0.0, 0.5, 1.0])
def test_row_01_reversing_the_own_ranking_recovers_compliance_of_a_consistent_agent(compliance):
    found = conditioned(planted(compliance=compliance), -1)
    assert np.isnan(found.pull.value)
    assert "collinear" in found.pull.note
    # A ranking is not linear in dollars, which adds a few hundredths at full compliance.
    assert found.compliance.value == pytest.approx(compliance, abs=0.08)


def test_row_01_reversal_is_no_measure_of_compliance_where_stated_and_done_differ():
    found = conditioned(planted(coupling=0.3, compliance=1.0), -1)
    assert found.compliance.value > 1.3
    assert "where stated and done own effects agree" in found.compliance.note


def test_row_01_imposed_rankings_of_the_paper_are_followed_by_the_compliant_only():
    for rho in (0.8, 0.2):
        follows, ignores = (conditioned(planted(compliance=share), rho) for share in (1.0, 0.0))
        assert follows.pull.low > 0
        assert ignores.pull.low < 0 < ignores.pull.high


def test_the_shift_of_the_own_slope_tells_reversal_from_repetition():
    agent = planted(compliance=1.0)
    assert conditioned(agent, -1).own_shift.high < 0
    follows, ignores = (conditioned(planted(coupling=0.3, compliance=share), 1).own_shift for share in (1.0, 0.0))
    assert follows.low > 0
    assert ignores.low < 0 < ignores.high


def test_self_conditioning_asks_for_nothing_new():
    found = conditioned(planted(compliance=0.5), 1)
    assert np.isnan(found.compliance.value)
    assert found.compliance.note == "the own ranking asks for nothing new"


def test_a_placebo_changes_nothing_but_the_name_of_the_condition():
    agent = planted()
    prior = bs.Prior(own(agent))
    plain, placebo = (bs.play(GAME, one, FEW, seed=1) for one in (agent, agent.given(bs.Placebo(prior))))
    assert set(placebo["condition"]) == {"placebo"}
    assert placebo["amount"].equals(plain["amount"])


def test_a_later_prior_overrides_an_earlier_one_and_both_are_named():
    agent = planted()
    first, second = (bs.Prior(own(agent), rho=rho) for rho in (None, -1))
    both = bs.play(GAME, agent.given(first).given(second), FEW, seed=1)
    assert set(both["condition"]) == {"random+reversed"}
    assert both["amount"].equals(bs.play(GAME, agent.given(second), FEW, seed=1)["amount"])


def test_without_trait_effects_compliance_of_a_model_is_missing_with_the_reason():
    found = conditioned(planted(eta_squared=0.0), None, people=FEW, known=False)
    assert np.isnan(found.compliance.value)
    assert "a full pull" in found.compliance.note


def test_compare_sets_each_imposed_ranking_beside_what_was_done_under_it():
    agent = planted(compliance=1.0)
    stated = own(agent)
    priors = [bs.Prior(stated, rho=rho) for rho in (1, -1)]
    played = [bs.play(GAME, one, PEOPLE, seed=1) for one in (agent, *map(agent.given, priors))]
    said = bs.schema.concat([stated, *(prior.beliefs() for prior in priors)])
    result = compare(said, bs.schema.concat(played), PEOPLE, permutations=100)
    for condition in ("", "self", "reversed"):
        assert result.row("median_rho", condition=condition)["value"] > 0.7


def test_conditions_gives_a_row_per_condition_and_metric_and_names_what_is_absent():
    agent = planted()
    priors = [bs.Prior(own(agent), rho=rho) for rho in (1, None)]
    treated = [agent.given(bs.Placebo(priors[0])), *map(agent.given, priors)]
    decisions = bs.schema.concat([bs.play(GAME, one, FEW, seed=1) for one in treated])
    table = conditions(decisions, FEW, priors, full=1.0)
    assert table.groupby("condition", sort=False)["metric"].apply(list).to_dict() == {
        name: ["pull", "own_shift", "displacement", "compliance"] for name in ("self", "random")
    }
    with pytest.raises(ValueError, match="no decisions under reversed; given: placebo, self, random"):
        conditions(decisions, FEW, [bs.Prior(own(agent), rho=-1)])


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.1, 0.9, "supported"), (-0.9, -0.1, "contradicted"), (-0.2, 1.2, "cannot tell")]
)
def test_the_ledger_says_whether_an_imposed_ranking_was_followed(low, high, verdict):
    agent = planted()
    prior = bs.Prior(own(agent), rho=None)
    treated = [agent.given(bs.Placebo(prior)), agent.given(prior)]
    decisions = bs.schema.concat([bs.play(GAME, one, FEW, seed=1) for one in treated])
    table = conditions(decisions, FEW, [prior])
    claim = pull_claim(table.assign(low=low, value=(low + high) / 2, high=high))
    assert claim["verdict"].startswith(verdict)
    assert bs.outputs.Claim(**claim).arm == "scripted"
    if verdict == "cannot tell":
        # (1.96 + .8416)² · (.7/1.96)² / .5² · 300 personas
        assert "1,202 personas" in claim["verdict"]


def test_conditioning_needs_the_same_personas_in_both_conditions():
    agent = planted()
    tables = [bs.play(GAME, agent, part, seed=1) for part in (FEW.iloc[:200], FEW.iloc[200:])]
    with pytest.raises(ValueError, match="0 personas were read in both conditions"):
        conditioning(*tables, FEW, bs.Prior(own(agent)))


def test_a_score_counts_places_above_the_middle_of_each_attribute():
    table = bs.Prior(own(planted())).table()
    age = table[table["attribute"] == "age"]
    places = age.set_index("level")["imposed"].reindex(FEW["age"].astype(str)).to_numpy()
    amounts = np.arange(300.0)
    np.testing.assert_allclose(Pairs(FEW, age, amounts, amounts).imposed, (2.5 - places) / 4)
    played = bs.play(GAME, planted(), FEW, seed=1)
    for wrong, message in (
        (table.assign(attribute="shoe_size", level=table.index.astype(str)), "attribute 'shoe_size' is not a column"),
        (table.iloc[[0, 0]], "select one condition"),
        (table.drop(columns="own"), r"lacks columns \['own'\]"),
    ):
        with pytest.raises(ValueError, match=message):
            conditioning(played, played, FEW, wrong)


def test_what_a_scripted_population_cannot_do_with_an_intervention_is_said():
    agent = bs.ScriptedPopulation({"openness": ("High", "Low")}, bs.Dials(eta_squared=0.1))
    with pytest.raises(ValueError, match="'age' is not among the population's openness"):
        agent.given(bs.Prior(own(planted())))
    with pytest.raises(ValueError, match="a Prior or a Placebo"):
        agent.given("be kind")
