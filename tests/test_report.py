"""The page about one model."""

import pandas as pd
import pytest
from click.testing import CliRunner

from beliefsim import paths
from beliefsim.cli import main
from beliefsim.reproduce import reproduce
from beliefsim.reproduce.notebooks import read
from beliefsim.reproduce.report import rows
from tests.servers import completion, serve


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))


@pytest.mark.filterwarnings("ignore")
def test_a_model_that_answers_nothing_legal_gets_a_sentence_and_no_numbers(tmp_path):
    with serve(lambda body: completion("I would rather <b>not</b> say.")) as server:
        found = CliRunner().invoke(main, ["report", "mute", "--base-url", server.address, "-p", "n=12"])
    assert found.exit_code == 0, found.output
    card = (tmp_path / "reports" / "mute" / "card.html").read_text()
    assert "Read rate 0: of 6 moves" in card and "<table>" not in card
    assert pd.read_csv(tmp_path / "reports" / "mute" / "card.csv").empty


def test_a_model_that_may_not_be_asked_is_named():
    found = CliRunner().invoke(main, ["report", "some-hosted-model"])
    assert found.exit_code == 1 and "--live" in found.output


def test_the_card_says_what_the_studies_tables_say(tmp_path):
    model = "smollm2-135m-instruct"
    notebook = read(paths.clone() / "notebooks" / "03b_trust_belief_act.ipynb").given({"arms": [model]})
    [outcome] = reproduce([notebook])
    assert outcome.status == "succeeded", outcome.error
    card = rows(tmp_path).set_index("metric")
    edge = pd.read_csv(tmp_path / "tables" / "03b_trust_belief_act" / "edge.csv").set_index("metric")
    for name, metric in {"own-belief regret": "regret", "best-response rate": "best_response"}.items():
        assert card.loc[name, "value"] == pytest.approx(edge.loc[metric, "value"])
        assert card.loc[name, "low"] <= card.loc[name, "value"] <= card.loc[name, "high"]
    assert card["n"].eq(6).all()
