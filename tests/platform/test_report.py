"""The page about one model, and a notebook whose model does not answer as it is asked."""

import json
import random

import pandas as pd
import pytest
from click.testing import CliRunner

from beliefsim import paths
from beliefsim.cli import main
from beliefsim.reproduce import Changes, command, reproduce
from beliefsim.reproduce.notebooks import read_notebook
from tests.platform.servers import completion, serve


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))


@pytest.fixture
def rng():
    return random.Random(1)


def notebook(name):
    return read_notebook(paths.clone() / "notebooks" / f"{name}.ipynb")


def instance(schema, rng):
    """Some value that a schema allows, where it has one; rankings and statements vary."""
    if "enum" in schema:
        return rng.choice(schema["enum"])
    if schema["type"] == "object":
        return {name: instance(part, rng) for name, part in schema["properties"].items()}
    if schema["type"] == "array":
        return rng.sample(schema["items"]["enum"], len(schema["items"]["enum"]))
    return rng.randint(int(schema.get("minimum", 0)), int(schema.get("maximum", 10)))


def drawing(rng):
    """An endpoint without log-probabilities, which obeys schemas and answers everything else in prose."""

    def answer(body):
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        return completion(json.dumps(instance(schema, rng)) if schema else "It is hard to say; perhaps <b>a few</b>.")

    return answer


def test_a_model_that_answers_nothing_legal_is_spared_most_and_ends_with_status_1(tmp_path):
    with serve(lambda body: completion("I would rather <b>not</b> say.")) as server:
        answer = CliRunner().invoke(main, ["report", "mute", "--base-url", server.address, "-p", "n=12"])
    assert answer.exit_code == 1 and "nothing about mute could be measured" in answer.output
    folder = tmp_path / "reports" / "mute"
    card = pd.read_csv(folder / "tables" / "report" / "card.csv")
    assert card.loc[card["metric"] == "read rate", "value"].eq(0).all() and card["low"].isna().all()
    assert sorted(path.name for path in (folder / "tables").iterdir()) == ["02_trust_population", "report"]
    page = (folder / "index.html").read_text()
    places = [
        page.index(f">{words}<")
        for words in ("What does one model do?", "read rate", "Figures, tables, parameters, cost")
    ]
    assert places == sorted(places) and places[-1] < page.index("Do stated trait effects match", places[0])


def test_an_endpoint_without_log_probabilities_gets_a_card_that_says_so(tmp_path, monkeypatch, rng):
    monkeypatch.setattr(command, "_REPORTED", ("02_trust_population", "03b_trust_belief_act"))
    with serve(drawing(rng)) as server:
        answer = CliRunner().invoke(main, ["report", "drawn", "--base-url", server.address, "-p", "n=12"])
    assert answer.exit_code == 0, answer.output
    card = pd.read_csv(tmp_path / "reports" / "drawn" / "tables" / "report" / "card.csv").set_index("metric")
    assert card.loc["legal mass", "note"] == "the endpoint reports no log-probabilities, so moves are sampled"
    assert card.loc["slope", "value"].notna().all() and card.loc[["best-response rate"], "value"].notna().all()
    assert "reports no log-probabilities" in (tmp_path / "reports" / "drawn" / "index.html").read_text()


def test_a_model_that_may_not_be_asked_is_named():
    answer = CliRunner().invoke(main, ["report", "some-hosted-model"])
    assert answer.exit_code == 1 and "--live" in answer.output


def test_the_card_says_what_the_studies_tables_say(tmp_path):
    model = "smollm2-135m-instruct"
    outcomes = reproduce([notebook(name).given({"arms": [model]}) for name in ("03b_trust_belief_act", "report")], 1)
    assert [outcome.error for outcome in outcomes] == ["", ""]
    card = pd.read_csv(tmp_path / "tables" / "report" / "card.csv").set_index("metric")
    edge = pd.read_csv(tmp_path / "tables" / "03b_trust_belief_act" / "edge.csv").set_index("metric")
    for name, metric in {"own-belief regret, dollars": "regret", "best-response rate": "best_response"}.items():
        assert card.loc[name, "value"] == pytest.approx(edge.loc[metric, "value"])
        assert card.loc[name, "low"] <= card.loc[name, "value"] <= card.loc[name, "high"]
    assert card["n"].eq(6).all()


def test_03_runs_to_its_end_where_no_reasoned_reply_can_be_read(tmp_path, rng):
    with serve(drawing(rng)) as server:
        changes = Changes(models=["prose"], base_url=server.address, parameters={"reasoned": "2"})
        [outcome] = reproduce([changes.apply(notebook("03_trust_forecast"))])
        assert server.asked("First think it through") > 0
    assert outcome.status == "succeeded", outcome.error
    means = pd.read_csv(tmp_path / "tables" / "03_trust_forecast" / "styles_groups.csv")
    assert means["plain"].notna().any() and ("reasoning" not in means or means["reasoning"].isna().all())
