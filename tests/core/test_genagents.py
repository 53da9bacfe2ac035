"""Loading the GenAgents bank: from a folder, a zip or JSON lines; and what is no bank."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from beliefsim import personas
from beliefsim.personas import codebook
from data.population.fit_population import cramers_v, fit

PEOPLE = "agent_bank/populations/gss_agents"


def _agents(n=3):
    """Agents in the bank's layout, drawn by us: the bank itself is not part of the repository."""
    people = personas.sample(n, design="natural", seed=1, attributes="all").drop(columns=list(personas.AUGMENTED))
    kept = people.drop(columns=["age", "implausible"]).rename(columns={"age_years": "age"})
    agents = json.loads(kept.to_json(orient="records"))
    return {f"id-{i}": {"first_name": "Ada", "last_name": "Smith", **agent} for i, agent in enumerate(agents)}, people


def _write_folder(folder, agents):
    for identity, agent in agents.items():
        place = folder / PEOPLE / identity
        place.mkdir(parents=True)
        (place / "scratch.json").write_text(json.dumps(agent), encoding="utf-8")
    return folder


def _write_lines(path, agents):
    lines = [json.dumps({"id": identity, **agent}) for identity, agent in agents.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _write_zip(path, agents):
    with zipfile.ZipFile(path, "w") as bank:
        for identity, agent in agents.items():
            bank.writestr(f"genagents-main/{PEOPLE}/{identity}/scratch.json", json.dumps(agent))
        single = "genagents-main/agent_bank/populations/single_agent/one/scratch.json"
        bank.writestr(single, json.dumps(next(iter(agents.values()))))
    return path


def test_folder_zip_and_lines_give_the_same_people(tmp_path):
    agents, people = _agents(20)
    folder = personas.load_genagents(_write_folder(tmp_path / "clone", agents))
    assert folder.index.name == "persona" and set(folder.index) == set(agents)
    pd.testing.assert_frame_equal(folder, personas.load_genagents(_write_zip(tmp_path / "bank.zip", agents)))
    lines = personas.load_genagents(_write_lines(tmp_path / "bank.jsonl", agents))
    pd.testing.assert_frame_equal(folder, lines.loc[folder.index])
    for column in people.columns:
        assert lines[column].tolist() == people[column].tolist()


@pytest.mark.parametrize("inner", [".", "agent_bank", "agent_bank/populations", PEOPLE])
def test_any_folder_of_the_banks_path_will_do(tmp_path, inner):
    agents, _ = _agents()
    assert len(personas.load_genagents(_write_folder(tmp_path, agents) / inner)) == 3


def test_unseen_levels_are_kept_after_the_known_ones(tmp_path):
    agents, _ = _agents()
    agents["id-1"] |= {"ethnicity": "Korean", "total_wealth": "$80,000 to $100,000"}
    people = personas.load_genagents(_write_lines(tmp_path / "bank.jsonl", agents))
    assert people.loc["id-1", "ethnicity"] == "Korean"
    assert people["ethnicity"].cat.categories[-1] == "Korean"
    assert not people["total_wealth"].cat.ordered, "where an unseen level stands is not known"
    assert "Total wealth: $80,000 to $100,000." in personas.describe(people.loc["id-1"])


@pytest.mark.parametrize(
    ("age", "band", "told"),
    [
        (17, "under 18", "17 years"),
        ("44", "30-44", "44 years"),
        (65, "65+", "65 years"),
        (None, None, None),
        ("old", None, None),
        (float("inf"), None, None),
    ],
)
def test_ages_are_read_where_they_can_be(tmp_path, age, band, told):
    agents, _ = _agents()
    agents["id-0"]["age"] = age
    people = personas.load_genagents(_write_lines(tmp_path / "bank.jsonl", agents))
    seen = people.loc["id-0", "age"]
    assert seen == band if band else pd.isna(seen)
    assert (
        (told in personas.describe(people.loc["id-0"]))
        if told
        else "years old" not in personas.describe(people.loc["id-0"])
    )


def test_missing_attributes_are_missing_levels(tmp_path):
    agents, _ = _agents()
    del agents["id-2"]["religion"]
    agents["id-1"]["religion"] = ""
    people = personas.load_genagents(_write_lines(tmp_path / "bank.jsonl", agents))
    assert people["religion"].isna().tolist() == [False, True, True]


def test_augmentation_is_drawn_by_seed_and_changes_nothing_else(tmp_path):
    bank = _write_lines(tmp_path / "bank.jsonl", _agents(40)[0])
    plain = personas.load_genagents(bank)
    first, again, other = (personas.load_genagents(bank, augment=True, seed=seed) for seed in (1, 1, 2))
    assert set(first.columns) - set(plain.columns) == set(personas.AUGMENTED)
    pd.testing.assert_frame_equal(first, again)
    assert not first["openness"].equals(other["openness"])
    pd.testing.assert_frame_equal(first[plain.columns], plain)


def test_names_are_told_only_if_asked_for(tmp_path):
    bank = _write_lines(tmp_path / "bank.jsonl", _agents()[0])
    assert "Ada" not in personas.describe(personas.load_genagents(bank).iloc[0])
    named = personas.load_genagents(bank, personal_names=True)
    assert personas.describe(named.iloc[0]).startswith("Your name is Ada Smith.")
    assert personas.describe_many(named)[0] == personas.describe(named.iloc[0])


# what is no bank


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere; expected a clone or zip of the GenAgents repository"):
        personas.load_genagents(tmp_path / "nowhere")


def test_a_folder_without_agents_says_where_they_should_be(tmp_path):
    with pytest.raises(ValueError, match=r"a folder without agent_bank/populations/gss_agents/<id>/scratch\.json"):
        personas.load_genagents(tmp_path)


def test_a_bomb_in_a_zip_is_refused_by_its_size(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("gss_agents/1/scratch.json", b'{"age": 1' + b" " * (1 << 24) + b"}")
    with pytest.raises(ValueError, match=r"scratch.json is 16,777,226 bytes large, an agent at most 1,048,576"):
        personas.load_genagents(tmp_path / "bomb.zip")


def test_a_zip_without_agents_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("README.md", "something else")
    with pytest.raises(ValueError, match="a zip without agent_bank"):
        personas.load_genagents(tmp_path / "other.zip")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": "a", "age": 3', "bank.jsonl, line 2 is not JSON"),
        ("[1, 2]", "line 2 is a JSON list, not an agent's attributes"),
        ('{"name": "x", "score": 2}', "line 2: no key 'id' among name, score"),
        ('{"id": "z", "score": 2}', "agent 2 .z. has keys id, score .*not an agent of the GenAgents bank"),
        ('{"id": "id-0"}', "not an agent of the GenAgents bank"),
    ],
)
def test_a_line_that_is_no_agent_is_named(tmp_path, line, message):
    bank = _write_lines(tmp_path / "bank.jsonl", _agents(1)[0])
    bank.write_text(bank.read_text() + line + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        personas.load_genagents(bank)


def test_a_file_of_other_bytes_and_an_empty_file_are_refused(tmp_path):
    (tmp_path / "bank.jsonl").write_bytes(b"\xff\xfe\x00\x80 not text")
    with pytest.raises(ValueError, match="line 1 is not JSON"):
        personas.load_genagents(tmp_path / "bank.jsonl")
    (tmp_path / "bank.jsonl").write_text("\n")
    with pytest.raises(ValueError, match="holds no agents"):
        personas.load_genagents(tmp_path / "bank.jsonl")


def test_an_agent_that_occurs_twice_is_named(tmp_path):
    bank = _write_lines(tmp_path / "bank.jsonl", _agents()[0])
    bank.write_text(bank.read_text() + bank.read_text().splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match="1 ids more than once, for example 'id-1'"):
        personas.load_genagents(bank)


# the real bank (--genagents PATH)


@pytest.fixture(scope="module")
def bank(genagents):
    lines = Path(genagents) / "gss_agents.jsonl"
    people = personas.load_genagents(lines if lines.exists() else genagents)
    if len(people) < 3505:
        pytest.skip(f"{genagents} holds {len(people)} of the bank's 3,505 agents")
    return people


def test_the_real_bank_has_its_published_counts(bank):
    known = {  # counted on the bank's HEAD 96854071
        "age": {"18-29": 580, "30-44": 1035, "45-64": 1089, "65+": 801},
        "sex": {"Female": 1882, "Male": 1623},
        "race": {"White": 2328, "Black": 655, "Other": 522},
        "same_residence_since_16": {"Same city": 1335, "Different state": 1086, "Same state, different city": 1084},
        "us_citizenship_status": {"A U.S. citizen": 3426, "Not a U.S. citizen": 79},
        "marital_status": {"Married": 1489, "Never married": 1111, "Divorced": 570, "Widowed": 236, "Separated": 99},
    }
    assert len(bank) == 3505 and bank["age_years"].min() == 18 and bank["age_years"].max() == 89
    assert bank["age_years"].mean() == pytest.approx(48.4, abs=0.05)
    assert bank["age_years"].std() == pytest.approx(17.7, abs=0.05)
    for attribute, counts in known.items():
        assert bank[attribute].value_counts().to_dict() == counts


def test_the_codebooks_counts_and_the_trees_tables_are_the_real_banks(bank):
    for name, table in fit(bank).items():
        committed = codebook.read_table(f"population/{name}.csv")
        assert table.astype(str).to_numpy().tolist() == committed.astype(str).to_numpy().tolist(), (
            f"run python data/population/fit_population.py ({name}.csv)"
        )


def test_every_level_of_the_real_bank_is_in_the_codebook(bank):
    for attribute in set(codebook.entries()) - set(personas.AUGMENTED):
        assert tuple(bank[attribute].cat.categories) == personas.levels(attribute, "bank")


def test_natural_people_have_the_real_banks_main_associations(bank):
    people = personas.sample(50_000, design="natural", seed=1, attributes="all")
    main = [  # the twelve pairs of largest mutual information, ancestry and the invented state aside
        ("race", "detailed_race"),
        ("religion", "religion_at_16"),
        ("age", "work_status"),
        ("political_views", "party_identification"),
        ("age", "marital_status"),
        ("born_in_us", "residence_at_16"),
        ("fathers_highest_degree", "mothers_highest_degree"),
        ("detailed_race", "religion_at_16"),
        ("residence_at_16", "same_residence_since_16"),
        ("detailed_race", "residence_at_16"),
        ("family_income_at_16", "total_wealth"),
        ("detailed_race", "speak_other_language"),
    ]
    for pair in main:
        seen, real = (
            cramers_v(pd.crosstab(*(table[name] for name in pair)).to_numpy(float)) for table in (people, bank)
        )
        assert seen == pytest.approx(real, abs=0.03), pair


def test_the_real_bank_is_rarely_implausible(bank):
    assert np.mean(bank["implausible"] != "") < 0.03


def test_the_sample_persona_is_the_real_banks_agent(genagents):
    transcribed = personas.sample_persona()
    found = personas.load_genagents(genagents, personal_names=True).loc[transcribed.name]
    added = ["openness", "conscientiousness"]
    assert transcribed[added].tolist() == ["High", "High"]
    for attribute in transcribed.index.drop(added):
        assert found[attribute] == transcribed[attribute], attribute
