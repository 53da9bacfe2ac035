"""Do agents know who they are?"""

import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

import beliefsim as bs
from beliefsim import instruments
from beliefsim.questions import Asking
from beliefsim.studies import robustness
from beliefsim.studies.robustness import recovered_attributes
from tests.platform.servers import completion, serve

GAME = bs.games.TrustGame()
PEOPLE = bs.personas.sample(24, seed=1)
AGES = {"18 to 29": "18-29", "30 to 44": "30-44", "45 to 64": "45-64", "65 or more": "65+"}


def ask(agent, *attributes, people=PEOPLE, **more):
    questions = [instruments.own_attribute(GAME, people[attribute]) for attribute in attributes]
    return pd.concat([bs.elicit(one, instruments.OwnAttribute(), agent, people, **more) for one in questions])


def first_listed(body):
    """A model that names the first answer of the list with probability .9, whatever the persona."""
    last = body["messages"][-1]
    asked = " ".join(message["content"] for message in body["messages"])
    listed = re.search(r'\{"age": "<(.*?)>"\}', asked)
    if not listed:
        begun = last["content"] if last["role"] == "assistant" else ""
        return completion(begun + "6", top=[("6", [("6", 0.9), (" ", 0.05)])] if body.get("logprobs") else None)
    names = listed[1].split(" or ")
    tokens = [(name + '"', 0.9 if name == names[0] else 0.1 / (len(names) - 1)) for name in names]
    return completion('{"age": "' + tokens[0][0], top=[(tokens[0][0], tokens)])


def reader(body):
    """A model that reads its age off the description; it cannot continue an answer and gives no log-probabilities."""
    said = " ".join(message["content"] for message in body["messages"])
    age = next((age for words, age in AGES.items() if f"You are {words} years old" in said), "unknown")
    return completion(json.dumps({"age": age}))


def test_scripted_people_know_every_attribute():
    agent = bs.ScriptedPopulation(PEOPLE, seed=1)
    found = recovered_attributes(ask(agent, *bs.personas.TEST_ATTRIBUTES), PEOPLE).set_index("attribute")
    assert (found["recovery"] == 1).all() and (found["n"] == 24).all() and (found["read_rate"] == 1).all()
    assert found.loc["age", "chance"] == 0.25 and found.loc["us_citizenship_status", "levels"] == 2
    assert (found["low"] > found["chance"]).all()


@pytest.mark.filterwarnings("ignore:model")  # what each endpoint cannot do is said
def test_a_model_that_reads_its_description_is_told_from_one_that_names_the_first_answer(tmp_path):
    tables = []
    for name, answer, read in (("reader", reader, "sampled"), ("first", first_listed, "exact")):
        with serve(answer) as server:
            model = bs.Model(name, base_url=server.address, recording=tmp_path / f"{name}.jsonl")
            tables.append(ask(bs.LanguageAgent(model, read=read), "age"))
    found = recovered_attributes(pd.concat(tables), PEOPLE).set_index("arm")
    assert found.loc["reader", "recovery"] == 1
    assert found.loc["first", "read"] == "exact"
    assert found.loc["first", "recovery"] == pytest.approx(0.25)  # every rotation was asked and averaged
    assert found.loc["first", "low"] < 0.25 < found.loc["first", "high"]


def test_an_answer_that_names_no_level_is_missing_and_lowers_the_read_rate():
    told = ask(bs.ScriptedPopulation(PEOPLE, seed=1), "age")
    lost = told["persona"].isin(PEOPLE.index[:6])
    told.loc[lost, "value"] = np.nan
    found = recovered_attributes(told, PEOPLE).iloc[0]
    assert found["n"] == 18 and found["read_rate"] == 0.75 and found["recovery"] == 1
    assert found["low"] == pytest.approx(binomtest(18, 18).proportion_ci(method="wilson").low, abs=1e-12)


def test_draws_of_one_persona_count_once():
    told = ask(bs.ScriptedPopulation(PEOPLE, seed=1), "age", draws=3)
    assert recovered_attributes(told, PEOPLE)["n"].tolist() == [24]


def test_questions_and_instruments_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="asks for a persona's own level, not for 'urn'"):
        bs.elicit(bs.games.Urns().question("urn"), instruments.OwnAttribute(), None)
    with pytest.raises(ValueError, match="needs a categorical column"):
        instruments.own_attribute(GAME, PEOPLE["implausible"])
    with pytest.raises(ValueError, match="needs personas with 'age'"):
        bs.elicit(
            instruments.own_attribute(GAME, PEOPLE["age"]), instruments.OwnAttribute(), bs.ScriptedPopulation(PEOPLE)
        )
    with pytest.raises(ValueError, match="nothing was told about own attributes"):
        recovered_attributes(ask(bs.ScriptedPopulation(PEOPLE), "age").assign(instrument="bet"), PEOPLE)


def test_the_prompts_read_as_in_the_transcript(transcript):
    question = instruments.own_attribute(GAME, PEOPLE["age"])
    texts = [instruments.preview(question, instruments.OwnAttribute(), PEOPLE.iloc[0], draw=draw) for draw in range(3)]
    asking = Asking(GAME, "trustor", GAME.start(), np.arange(1), PEOPLE.iloc[:1], question=question)
    assert instruments.OwnAttribute().truth(asking).p.sum() == 1
    transcript("own_attribute", "\n\n======\n\n".join(texts))


def test_the_figure_shows_recovery_with_chance():
    found = recovered_attributes(ask(bs.ScriptedPopulation(PEOPLE, seed=1), "age", "religion"), PEOPLE)
    fig = robustness.attributes_recovered(found)
    [axes] = fig.axes
    assert axes.lines[0].get_xdata().tolist() == [1, 1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["age", "religion"]
    assert "24 personas" in fig.caption and "age 1.00" in fig.alt
