"""Personas: the codebook, the designs, and how a person reads."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beliefsim import paths, personas
from beliefsim.personas import plausibility, sampling
from data.population.fit_population import cramers_v

DESIGNS = tuple(sampling.DESIGNS)
FOLDER = paths.package / "personas"


def association(people, one, other):
    return cramers_v(pd.crosstab(people[one], people[other]).to_numpy(dtype=float))


# the codebook


def test_each_level_has_one_row_and_a_sentence_in_the_second_person():
    book = personas.attributes()
    assert not book.duplicated(["attribute", "level"]).any()
    assert not book.duplicated(["attribute", "prose"]).any(), "two levels of one attribute that read the same"
    assert book["prose"].str.contains(r"\b[Yy]ou(?:r|rs)?\b").all()
    assert book["prose"].str.endswith(".").all()
    assert book.groupby("attribute")["order"].apply(lambda order: list(order) == list(range(1, len(order) + 1))).all()


def test_the_ten_test_attributes_have_the_number_of_levels_that_the_paper_prints():
    published = {  # Mannekote et al. (2025), Table 5
        "age": 4,
        "conscientiousness": 3,
        "openness": 3,
        "family_structure_at_16": 6,
        "highest_degree_received": 5,
        "political_views": 4,
        "religion": 5,
        "same_residence_since_16": 3,
        "us_citizenship_status": 2,
        "work_status": 4,
    }
    assert {name: len(personas.levels(name)) for name in personas.TEST_ATTRIBUTES} == published


def test_family_structure_has_the_papers_levels_or_the_banks():
    paper = set(personas.levels("family_structure_at_16"))
    bank = set(personas.levels("family_structure_at_16", "bank"))
    assert "Foster care" in paper and "Lived with parents" in bank and not paper & bank


def test_counts_stand_in_the_codebook_and_are_missing_where_the_bank_lacks_the_level():
    book = personas.attributes().set_index(["attribute", "level"])["count"]
    assert book["religion", "None"] == 1003
    assert book["highest_degree_received", "Bachelor's"] == 740
    assert pd.isna(book["family_structure_at_16", "Foster care"]) and pd.isna(book["openness", "High"])


def test_every_column_of_every_table_is_described():
    text = (FOLDER / "tables.md").read_text(encoding="utf-8")
    for table in sorted(FOLDER.rglob("*.csv")):
        section = text[text.index(table.name) :]
        for column in pd.read_csv(table, nrows=0).columns:
            assert re.search(rf"[|,`] ?{column}\b", section), f"{table.name}: {column} is not in tables.md"


def test_rules_name_levels_of_the_codebook():
    for rule in personas.rules().to_dict("records"):
        assert set(rule["levels"].split("|")) <= set(personas.levels(rule["attribute"], "bank"))
        assert set(rule["other_levels"].split("|")) <= set(personas.levels(rule["other"], "bank"))


# designs


@settings(max_examples=30, deadline=None)
@given(n=st.integers(6, 400), seed=st.integers(0, 2**32), design=st.sampled_from(["factorial", "balanced"]))
def test_levels_are_as_frequent_as_each_other(n, seed, design):
    people = personas.sample(n, design=design, seed=seed)
    for attribute in personas.TEST_ATTRIBUTES:
        counts = people[attribute].value_counts()
        assert counts.max() - counts.min() <= 1 and counts.sum() == n


def test_a_divisible_factorial_has_exactly_equal_counts():
    people = personas.sample(240, design="factorial", seed=4)
    for attribute in personas.TEST_ATTRIBUTES:
        assert set(people[attribute].value_counts()) == {240 // len(personas.levels(attribute))}


def test_attributes_of_a_factorial_are_independent():
    people = personas.sample(60_000, design="factorial", seed=5)
    names = personas.TEST_ATTRIBUTES
    found = [association(people, a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    assert max(found) < 0.02


def test_the_odd_person_out_does_not_always_get_the_same_level():
    first = {
        personas.sample(7, seed=seed, attributes="openness")["openness"].value_counts().idxmax() for seed in range(20)
    }
    assert len(first) == 3


def test_a_factorial_flags_what_a_balanced_design_avoids():
    factorial = personas.sample(2_000, design="factorial", seed=6)
    balanced = personas.sample(2_000, design="balanced", seed=6)
    young = factorial["age"].isin(["18-29", "30-44"]) & (factorial["work_status"] == "Retired")
    assert young.any() and factorial.loc[young, "implausible"].str.contains("retired before 45").all()
    assert not factorial.loc[~young, "implausible"].str.contains("retired").any()
    assert (balanced["implausible"] == "").all()


def test_a_balanced_design_of_every_attribute_and_level_is_plausible():
    people = personas.sample(9_000, design="balanced", seed=7, attributes="all", levels="bank")
    assert (people["implausible"] == "").mean() > 0.99


def test_several_reasons_stand_in_one_cell():
    people = pd.DataFrame(
        {
            "age": pd.Categorical(["18-29", None]),
            "work_status": pd.Categorical(["Retired", "Retired"]),
            "marital_status": pd.Categorical(["Widowed", "Widowed"]),
        }
    )
    assert personas.implausible(people).tolist() == ["retired before 45; widowed before 30", ""]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_same_seed_gives_the_same_people_and_another_seed_others(design):
    draw = [personas.sample(50, design=design, seed=seed) for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(draw[0], draw[1])
    assert not draw[0].equals(draw[2])


@pytest.mark.parametrize("design", ["factorial", "natural"])
def test_an_attribute_does_not_depend_on_which_others_are_asked_for(design):
    few = personas.sample(100, design=design, seed=3, attributes=["work_status", "openness"])
    many = personas.sample(100, design=design, seed=3)
    pd.testing.assert_frame_equal(few[["work_status", "openness"]], many[["work_status", "openness"]])


@pytest.mark.parametrize("design", DESIGNS)
def test_people_have_text_ids_categorical_attributes_and_a_flag(design):
    people = personas.sample(1_000, design=design, seed=1)
    assert people.index.name == "persona" and people.index.is_unique and people.index.is_monotonic_increasing
    assert all(isinstance(identity, str) for identity in people.index)
    assert all(isinstance(people[name].dtype, pd.CategoricalDtype) for name in personas.TEST_ATTRIBUTES)
    assert people["age"].cat.ordered and not people["religion"].cat.ordered
    assert people["implausible"].map(type).eq(str).all()
    assert people[list(personas.TEST_ATTRIBUTES)].notna().all(axis=None)


# errors


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"n": 5}, "n = 5 is below the 6 levels of family_structure_at_16.*raise n or leave"),
        ({"n": 0}, "n = 0 is not a whole number of people"),
        ({"n": 2.5}, "n = 2.5 is not a whole number"),
        ({"n": 50, "design": "factorail"}, "design 'factorail' is not among factorial, .*did you mean 'factorial'"),
        ({"n": 50, "attributes": ["opennes"]}, "attribute 'opennes' is not among .*did you mean 'openness'"),
        ({"n": 50, "attributes": "opennes"}, "did you mean 'openness'"),
        ({"n": 50, "attributes": ["age", "age"]}, "attributes age are given more than once"),
        ({"n": 50, "attributes": []}, "no attributes"),
        ({"n": 50, "levels": "papers"}, "levels 'papers' is not among paper, bank .*did you mean 'paper'"),
        ({"n": 50, "design": "natural", "levels": "paper"}, "the paper's own levels have no counts"),
    ],
)
def test_a_sample_that_cannot_be_drawn_says_what_is_possible(given_, message):
    with pytest.raises(ValueError, match=message):
        personas.sample(**given_)


def test_levels_of_an_unknown_attribute_are_refused_with_the_near_miss():
    with pytest.raises(ValueError, match=r"'religon' is not among .*did you mean 'religion'"):
        personas.levels("religon")


# prose


def test_a_description_is_short_and_reads_in_the_codebooks_order():
    person = {name: personas.levels(name)[-1] for name in reversed(personas.TEST_ATTRIBUTES)}
    assert personas.describe(person) == (
        "You are 65 or more years old. You are not a U.S. citizen. You live in another state than at 16. At 16 you "
        "lived in foster care. You have a graduate degree. You have an unusual work situation. You have no religion. "
        "You are extremely conservative. You are very open to new experiences. You are very conscientious."
    )


def test_ten_attributes_take_about_ninety_tokens_at_most():
    told = personas.describe_many(personas.sample(500, seed=1))
    assert max(len(re.findall(r"\w+|[^\w\s]", text)) for text in told) <= 90  # words and marks, about one token each


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), design=st.sampled_from(DESIGNS), everything=st.booleans())
def test_many_descriptions_are_each_the_description_of_the_row(seed, design, everything):
    people = personas.sample(100, design=design, seed=seed, attributes="all" if everything else None)
    people.loc[people.index[3], "age"] = None
    people.loc[people.index[4], "religion"] = None
    assert personas.describe_many(people) == [personas.describe(row) for _, row in people.iterrows()]


def test_no_two_different_people_read_the_same():
    people = personas.sample(2_000, design="factorial", seed=2)
    distinct = people[list(personas.TEST_ATTRIBUTES)].drop_duplicates()
    assert len(set(personas.describe_many(people))) == len(distinct)


def test_unseen_levels_and_attributes_are_told_as_they_stand():
    person = {"ethnicity": "Korean", "favourite_game": "chess", "implausible": "retired before 45", "religion": None}
    assert personas.describe(person) == "Ancestry: Korean. Favourite game: chess."


def test_nobody_and_nothing_are_described_by_nothing():
    assert personas.describe({}) == ""
    assert personas.describe_many(pd.DataFrame(index=["a", "b"])) == ["", ""]


def test_the_papers_sample_persona_is_a_person_of_the_codebook():
    person = personas.sample_persona()
    assert person.name == "0023952f-142e-434b-82e2-7a7451b7c55f"
    for attribute in person.index.drop(["name", "age_years"]):
        assert person[attribute] in personas.levels(attribute, "bank")
    text = personas.describe(person)
    assert text.startswith("Your name is Ethan Robinson. You are 25 years old. You are a man.")
    assert text.endswith("You are very open to new experiences. You are very conscientious.")


def test_a_rule_about_attributes_that_are_not_there_does_not_apply():
    assert plausibility.applicable(("age", "openness")) == ()
