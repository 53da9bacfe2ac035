"""`beliefsim plan`, with a small real notebook and a real kernel; and the ledger beside a plan."""

import re
import shutil
import string
import textwrap
import warnings

import nbformat
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

import beliefsim as bs
from beliefsim import outputs, recordings
from beliefsim.cli import main
from beliefsim.models.probing import LLAMA_CPP
from beliefsim.outputs import Claim, ledger
from beliefsim.run import Run
from tests.platform.servers import completion, serve

PARAMETERS = """
    arms: list = ["scripted", "gpt-4.1-mini"]  # who plays
    n: int = 5  # personas
    live: bool = False  # whether requests may go elsewhere
    base_url: str = ""  # endpoint
"""
PLAYS = """
    import beliefsim as bs
    people = bs.personas.sample(n, design="natural", seed=1)
    agent = bs.LanguageAgent(bs.Model("gpt-4.1-mini"), read="sampled")
    done = bs.play(bs.games.TrustGame(), agent, people)
    question = bs.games.TrustGame().question("sent", by=["age", "openness"])
    for _ in range(2):  # what is asked again is replayed
        bs.elicit(question, bs.GroupMeans(), agent, draws=3)
"""
CLAIMS = """
    lines = [{"claim": "it goes together", "arm": arm, "metric": "slope", "n": n} for arm in arms]
    bs.outputs.claims([line | {"edge": "consistency", "verdict": "supported"} for line in lines])
"""


@pytest.fixture
def paper(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path / "results"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in (PARAMETERS, PLAYS, CLAIMS)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "01_one.ipynb")
    (tmp_path / "paper.yml").write_text("01_one: {n: 7}\n")
    return tmp_path / "paper.yml"


def call(paper, *options):
    return CliRunner().invoke(main, ["plan", "--paper", str(paper), *options])


def test_a_plan_counts_requests_and_says_what_can_be_found(paper, tmp_path):
    answer = call(paper, "-p", "n=60")
    assert answer.exit_code == 0, answer.output
    made = yaml.safe_load((tmp_path / "results/plan/01_one.yml").read_text())
    [request] = made["requests"]
    assert (request["model"], request["calls"], request["recorded"]) == ("gpt-4.1-mini", 60 + 2 * 3, 0)
    assert request["tokens_in"] > 66 * 100
    assert request["dollars"] == pytest.approx(
        (0.4 * request["tokens_in"] + 1.6 * request["tokens_out"]) / 1e6, abs=1e-4
    )
    assert made["rehearsal"] == "complete" and made["parameters"]["n"] == 60
    first, second = made["claims"]
    assert (first["arm"], second["arm"], first["n"]) == ("scripted", "gpt-4.1-mini", 60)
    assert 0.3 < first["minimum_detectable_slope"] < 0.7 and 50 < first["personas_needed"] < 100
    assert "verdict" not in first
    assert "at most 66 calls (0 recorded)" in answer.output
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == [".gitignore", "plan"]
    assert not list(tmp_path.rglob("*.jsonl"))


def test_a_rehearsal_that_stops_says_where(paper, tmp_path):
    notebook = nbformat.read(tmp_path / "01_one.ipynb", as_version=4)
    notebook.cells.insert(2, nbformat.v4.new_code_cell("assert n > 100, 'too few'"))
    nbformat.write(notebook, tmp_path / "01_one.ipynb")
    answer = call(paper)
    assert answer.exit_code == 1 and "go up to there: 01_one, cell" in answer.output and "too few" in answer.output
    made = yaml.safe_load((tmp_path / "results/plan/01_one.yml").read_text())
    assert made["claims"] == [] and made["requests"][0]["calls"] == 7 + 6


def test_an_unknown_parameter_is_refused_before_anything_is_rehearsed(paper, tmp_path):
    answer = call(paper, "-p", "m=60")
    assert answer.exit_code == 1 and "parameter 'm' is unknown to 01_one.ipynb" in answer.output
    assert not (tmp_path / "results").exists()


LINE = {"claim": "it goes together", "arm": "m", "edge": "consistency", "metric": "slope", "n": 200}
PLAN = {"written": "2026-01-01", "requests": [{"model": "m", "calls": 100, "recorded": 0}], "claims": [LINE]}


def claim(**more):
    return Claim(**{"claim": "it goes together", "edge": "consistency", "arm": "m", "verdict": "supported"}
                 | {"metric": "slope", "n": 200} | more)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "recorded", "words"),
    [
        (claim(), 0, "as planned"),
        (claim(n=50), 0, "planned with n = 200, not 50"),
        (claim(metric="median ρ"), 0, "planned metric: slope"),
        (claim(claim="it does not"), 0, "not planned"),
        (claim(arm="other"), 0, "not planned"),
        (claim(), 30, "planned after 30 of 130 replies were recorded"),
        (claim(n=50), 30, "planned with n = 200, not 50; planned after 30 of 130 replies were recorded"),
    ],
)
def test_a_line_is_set_against_the_plan(told, recorded, words):
    assert ledger.against(told, PLAN | {"requests": [{"model": "m", "calls": 100, "recorded": recorded}]}) == words


def test_the_ledger_names_what_was_planned_and_not_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))
    monkeypatch.setenv(*Run(study="99_test").setting)
    (tmp_path / "plan").mkdir()
    dropped = LINE | {"claim": "it lasts"}
    (tmp_path / "plan/99_test.yml").write_text(yaml.safe_dump(PLAN | {"claims": [LINE, dropped]}))
    outputs.claims([claim()])
    table = pd.read_csv(tmp_path / "tables/99_test/claims.csv")
    assert table["claim"].tolist() == ["it goes together", "it lasts"]
    assert table["verdict"].tolist() == ["supported", "not run"]
    assert table["plan"].iloc[0] == "as planned" and table["evidence"].iloc[1] == "planned, not reported"


def test_without_a_plan_the_ledger_has_no_column_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))
    monkeypatch.setenv(*Run(study="99_test").setting)
    outputs.claims([Claim("it goes together", "consistency", "m", "not run")])
    header = (tmp_path / "tables/99_test/claims.csv").read_text().splitlines()[0]
    assert header == "claim,edge,arm,verdict,evidence"


def test_a_dry_run_counts_what_recordings_lack_and_writes_nothing(paper, tmp_path):
    answer = CliRunner().invoke(main, ["reproduce", "--dry-run", "--paper", str(paper)])
    assert answer.exit_code == 0, answer.output
    assert "01_one: complete" in answer.output and "nothing was sent" in answer.output
    assert re.search(r"gpt-4.1-mini: at most 13 calls \(0 recorded\), about [\d,]+ tokens in.*\$0\.0", answer.output)
    assert not (tmp_path / "results").exists()


def test_a_dry_run_finds_recorded_replies(paper, tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "_opened", {})
    people = bs.personas.sample(7, design="natural", seed=1)
    with serve(lambda body: completion('{"sent": 4}')) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = bs.Model("gpt-4.1-mini", base_url=server.address)
        model._exchange.traits = LLAMA_CPP  # no probing: what a dry run takes an unknown endpoint for
        bs.play(bs.games.TrustGame(), bs.LanguageAgent(model, read="sampled"), people)
    before = {path: path.read_bytes() for path in (tmp_path / "results").rglob("*") if path.is_file()}
    answer = CliRunner().invoke(main, ["reproduce", "--dry-run", "--paper", str(paper)])
    assert "at most 6 calls (7 recorded)" in answer.output
    assert before == {path: path.read_bytes() for path in (tmp_path / "results").rglob("*") if path.is_file()}


SHARED = """
    import beliefsim as bs
    agent = bs.LanguageAgent(bs.Model("a-model", base_url=base_url))
    done = bs.play(bs.games.TrustGame(), agent, sessions=20)  # nobody in particular: twenty times the same prompt
    bs.reply(done["reply"].iloc[0])
"""
DIFFERENT = """
    import beliefsim as bs
    game, people = bs.games.TrustGame(), bs.personas.sample(8, design="natural", seed=1)
    agent = bs.LanguageAgent(bs.Model("a-model", base_url=base_url))
    played = bs.play(game, agent, people)
    question = game.question("sent", by=["age", "openness"])
    told = [bs.elicit(question, way, agent, draws=2) for way in (bs.GroupMeans(), bs.Ranking())]
    thinker = bs.LanguageAgent(agent.model, style="reasoning")
    bs.play(game, thinker, people.iloc[:2])
    bs.widgets.explore(game, people, agent)
    bs.reply(told[0]["reply"].iloc[0])
"""
PROBES = ("Say ok.", "Count from 1 to 20.", 'Answer with the JSON {"ok": true}.')


def flat(body):
    """An endpoint that can do everything, to which every character is equally likely."""
    begun = body["messages"][-1]["content"] if body["messages"][-1]["role"] == "assistant" else ""
    if begun.startswith("1 2 3"):
        return completion(begun + "6", top=[("6", [("6", 0.9), (" ", 0.05)])])
    if body.get("logprobs"):
        return completion(begun + "0", top=[("0", [(each, 0.01) for each in string.printable[:95]])])
    return completion('{"sent": 4}')


def test_the_planned_count_is_the_number_of_requests_that_an_endpoint_then_receives(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path / "results"))
    parameters = 'arms: list = ["a-model"]  # who plays\nbase_url: str = ""  # endpoint'
    for name, cell in {"01_shared": SHARED, "02_different": DIFFERENT}.items():
        cells = [nbformat.v4.new_code_cell(textwrap.dedent(each).strip()) for each in (parameters, cell)]
        cells[0].metadata["tags"] = ["parameters"]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    paper = tmp_path / "paper.yml"
    for name in ("01_shared", "02_different"):
        paper.write_text(f"{name}: {{}}")
        with serve(flat) as server:
            answer = call(paper, "--base-url", server.address)
            assert answer.exit_code == 0, answer.output
            assert not server.bodies
            made = yaml.safe_load((tmp_path / f"results/plan/{name}.yml").read_text())
            answer = CliRunner().invoke(main, ["reproduce", "--paper", str(paper), "--base-url", server.address])
            assert answer.exit_code == 0, answer.output
            received = [body for body in server.bodies if not body["messages"][0]["content"].startswith(PROBES)]
        [request] = made["requests"]
        assert (request["calls"], request["recorded"]) == (len(received), 0)
        shutil.rmtree(tmp_path / "results")  # the second notebook shares prompts with the first


@pytest.mark.parametrize("command", [["plan"], ["reproduce", "--dry-run"]])
def test_an_impossible_parameter_ends_with_status_1_and_says_why(paper, command):
    answer = CliRunner().invoke(main, [*command, "--paper", str(paper), "-p", "n=-4"])
    assert answer.exit_code == 1
    assert re.search(r"01_one: .*stopped.*ValueError: .*-4", answer.output)
