"""Requests that are sent from other processes: one writer, nothing asked twice, a killed worker costs little."""

import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pytest

import beliefsim as bs
from beliefsim.models import Budget, BudgetSpent, Limits, Model, ModelError
from beliefsim.run import Run
from tests.platform.servers import completion, serve

QUICK = Limits(concurrency=4, start=4, attempt_seconds=5, backoff_seconds=0.02)


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))


@pytest.fixture(scope="module")
def pool():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


def _answers(body):
    return completion('{"sent": 4}')


def _played(model, executor=None, n=20, draws=1):
    people, agent = bs.personas.sample(n, design="factorial", seed=1), bs.LanguageAgent(model, read="sampled")
    return bs.play(bs.games.TrustGame(), agent, people, draws=draws, seed=1, executor=executor)


def test_workers_play_what_is_played_here_and_one_writer_records_it(pool, tmp_path):
    with serve(_answers) as server:
        here = _played(Model("any", base_url=server.address, recording=tmp_path / "here.jsonl", limits=QUICK))
        model = Model("any", base_url=server.address, recording=tmp_path / "there.jsonl", limits=QUICK)
        there = _played(model, pool)
        sent = len(server.bodies)
        again = _played(model, pool)
        assert len(server.bodies) == sent
    assert there.equals(here) and again.equals(here)
    assert len(model.recording.to_frame()) == model.bill.calls == 20


def test_a_half_recorded_run_asks_only_for_the_rest(pool):
    with serve(_answers) as server:
        model = Model("any", base_url=server.address, limits=QUICK)
        here = _played(model, draws=1)
        before = len(server.bodies)
        more = _played(model, pool, draws=3)
        assert len(server.bodies) - before == 40
    assert set(here["reply"]) <= set(more["reply"])


def test_a_budget_holds_for_all_workers(pool):
    with serve(_answers) as server:
        model = Model("any", base_url=server.address, limits=QUICK, budget=Budget(calls=7))
        with pytest.raises(BudgetSpent):
            _played(model, pool)
        assert model.bill.calls == 7


def test_a_lost_worker_stops_the_run_and_the_next_run_goes_on(tmp_path):
    with serve(_answers, delay_seconds=0.05) as server:
        model = Model("any", base_url=server.address, limits=QUICK)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as doomed:
            worker = doomed.submit(os.getpid).result()
            with ThreadPoolExecutor(1) as thread:
                run = thread.submit(_played, model, doomed, 60)
                while model.bill.calls < 8:
                    time.sleep(0.01)
                os.kill(worker, signal.SIGKILL)
                with pytest.raises(ModelError, match="a worker was lost"):
                    run.result()
        kept = set(model.recording.to_frame()["reply"])
        assert len(kept) >= 8
        decisions = _played(model, n=60)
    assert kept <= set(decisions["reply"])


def test_a_scheduler_without_dask_or_without_an_answer_says_so(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setenv(*Run(scheduler="tcp://127.0.0.1:9").setting)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    with pytest.raises(ModelError, match="no dask scheduler answers"):
        Model("any", base_url="http://localhost:1/v1")


def test_a_cluster_survives_a_killed_worker():
    distributed = pytest.importorskip("distributed")
    with (
        serve(_answers, delay_seconds=0.05) as server,
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        workers = list(client.run(os.getpid).values())
        model = Model("any", base_url=server.address, limits=QUICK)
        with ThreadPoolExecutor(1) as thread:
            run = thread.submit(_played, model, client.get_executor(), 60)
            while model.bill.calls < 8:
                time.sleep(0.01)
            os.kill(workers[0], signal.SIGKILL)
            decisions = run.result()
        sent = len(server.bodies)
        again = _played(model, client.get_executor(), 60)
        assert len(server.bodies) == sent
    assert decisions["amount"].notna().all() and again.equals(decisions)
    assert decisions["session"].nunique() == 60
