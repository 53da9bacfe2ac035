"""`beliefsim reproduce`: what a run asked, by notebook and instrument; and asked from a cluster."""

import asyncio
import json
import re
import textwrap

import nbformat
import pytest
from click.testing import CliRunner

from beliefsim.cli import main
from tests.platform.servers import completion, refuse, serve

PARAMETERS = """
    arms: list[str] = ["any"]  # who plays
    n: int = 5  # personas
    base_url: str = ""  # endpoint
    live: bool = False  # whether requests may go elsewhere
"""
PLAYS = """
    import beliefsim as bs
    people = bs.personas.sample(n, design="natural", seed=1)
    agent = bs.LanguageAgent(bs.Model("any", base_url=base_url), read="sampled")
    game = bs.games.TrustGame()
    for _ in range(2):  # what is asked again is replayed, and counted once
        done = bs.play(game, agent, people)
    stated = bs.elicit(game.question("sent", by=["age", "openness"]), bs.GroupMeans(), agent, draws=2)
    bs.outputs.table(done[["persona", "amount"]], "sends")
"""


@pytest.fixture
def paper(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path / "results"))
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(cell).strip()) for cell in (PARAMETERS, PLAYS)]
    cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "01_one.ipynb")
    (tmp_path / "paper.yml").write_text("01_one: {}\n")
    return tmp_path / "paper.yml"


def call(paper, *options, command="reproduce"):
    return CliRunner().invoke(main, [command, "--paper", str(paper), *options])


def asked(tmp_path):
    manifest = json.loads((tmp_path / "results/manifest.json").read_text())
    return {row["instrument"]: row for row in manifest["notebooks"]["01_one"]["asked"]}


def test_a_run_is_billed_by_instrument_and_a_rerun_by_what_was_recorded(paper, tmp_path):
    with serve(lambda body: completion('{"sent": 4}', usage=(100, 10))) as server:
        answer = call(paper, "--base-url", server.address)
        assert answer.exit_code == 0, answer.output
        assert re.search(r"any: 9 calls \(0 recorded\), 900 tokens in, 90 out: \$0.00", answer.output)
        first = asked(tmp_path)
        answer = call(paper, "--base-url", server.address)
        second = asked(tmp_path)
    assert "calls" not in answer.output
    assert (first["play"]["calls"], first["CTX+$"]["calls"], first["play"]["recorded"]) == (5, 4, 0)
    assert (first["CTX+$"]["tokens_in"], first["CTX+$"]["tokens_out"]) == (400, 40)
    assert (second["play"]["calls"], second["play"]["recorded"], second["play"]["recorded_in"]) == (0, 5, 500)
    page = (tmp_path / "results/index.html").read_text()
    assert "Replies, tokens and cost" in page and "<td>CTX+$</td>" in page


@pytest.mark.parametrize(("command", "code"), [("reproduce", 0), ("record", 1)])
def test_requests_that_failed_are_told_and_a_recording_without_them_is_not_done(
    paper, tmp_path, monkeypatch, command, code
):
    monkeypatch.setattr("beliefsim.paths.data", lambda: tmp_path / "data")
    refusing = [True]

    async def answer(body):
        if refusing[0] and "They differ in openness" in json.dumps(body["messages"]):
            await asyncio.sleep(0.3)  # others are answered first: a run of refusals only would end at once
            return refuse(400, "not this one")
        return completion('{"sent": 4}', usage=(100, 10))

    with serve(answer) as server:
        said = call(paper, "--base-url", server.address, command=command)
        assert said.exit_code == code
        assert "any: 8 calls (0 recorded)" in said.output and "1 failed and are missing" in said.output
        assert ("requests failed: 1; the same command asks for what the recording lacks" in said.output) == (code == 1)
        refusing[0], before = False, len(server.bodies)
        again = call(paper, "--base-url", server.address, command=command)
        assert again.exit_code == 0 and "are missing" not in again.output and len(server.bodies) == before + 1


def test_notebooks_are_sent_from_a_cluster_and_recorded_here(paper, tmp_path):
    distributed = pytest.importorskip("distributed")
    with (
        serve(lambda body: completion('{"sent": 4}', usage=(100, 10))) as server,
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
    ):
        address = cluster.scheduler_address
        answer = call(paper, "--base-url", server.address, "--scheduler", address)
        assert answer.exit_code == 0, answer.output
        assert f"{address}: 1 workers" in answer.output
        with distributed.Client(address, set_as_default=False) as client:
            sent = client.run(
                lambda: __import__("beliefsim.models.distributed").models.distributed._client.cache_info()
            )
    assert [each.currsize for each in sent.values()] == [1]  # the worker has opened the connection
    assert asked(tmp_path)["play"]["calls"] == 5
    replies = (tmp_path / "results/recordings/any.jsonl").read_text().count('{"key"')
    assert replies == 9


@pytest.mark.parametrize("command", ["reproduce", "record"])
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "http://127.0.0.1:9"])
def test_a_scheduler_that_does_not_answer_is_told_before_anything_runs(paper, tmp_path, monkeypatch, address, command):
    pytest.importorskip("distributed")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    __import__("dask").config.refresh()
    answer = call(paper, "--scheduler", address, command=command)
    assert answer.exit_code == 1 and f"no dask scheduler answers at {address}" in answer.output
    assert not (tmp_path / "results").exists()
