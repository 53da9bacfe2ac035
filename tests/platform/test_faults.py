"""What a run survives. `make faults` runs the same and prints the table."""

import warnings

import pytest

from beliefsim import recordings
from benchmarks.faults import ENDPOINT, MACHINE, endpoint_fault
from tests.platform.servers import REFUSALS


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path / "results"))
    monkeypatch.setattr(recordings, "_opened", {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("fault", ENDPOINT)
def test_an_endpoint_that_misbehaves_loses_nothing_and_is_asked_nothing_twice(fault, tmp_path):
    row = endpoint_fault(fault, tmp_path, count=15)
    assert row["injected"] == 5
    assert row["written"] == (10 if fault in REFUSALS else 15)
    assert (row["lost"], row["asked_twice"], row["wrong"]) == (0, 0, 0)


@pytest.mark.parametrize("fault", [name for name in MACHINE if name != "interrupt"])  # as a kill, and milder
def test_a_run_that_is_stopped_goes_on_where_it_was(fault, tmp_path):
    row = MACHINE[fault](fault, tmp_path)
    assert row["written"] > 0
    assert (row["lost"], row["asked_twice"], row["wrong"]) == (0, 0, 0)
