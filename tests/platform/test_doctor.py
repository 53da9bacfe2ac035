import importlib.metadata
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from beliefsim import doctor
from beliefsim.cli import main


@pytest.fixture(autouse=True)
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path / "results"))
    return tmp_path / "results"


def test_the_kernel_starts_and_knows_beliefsim() -> None:
    assert doctor._kernel().good


def test_each_line_says_ok_or_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", doctor.CHECKS[:-1])
    for finding in doctor.examine():
        assert re.match(r"ok    \w|MEND  .*: .+", str(finding))


def test_missing_weights_name_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BELIEFSIM_WEIGHTS", str(tmp_path))
    found = doctor._weights()
    assert not found.good and "beliefsim models install" in found.text


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: ["not-a-package>=1", 'other; extra == "dev"'])
    found = doctor._packages()
    assert not found.good and "not-a-package>=1" in found.text and "other" not in found.text


def test_a_full_disk_and_a_results_folder_that_is_a_file_are_told(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results.write_text("")
    found = doctor._results()
    assert not found.good and "BELIEFSIM_RESULTS" in found.text
    results.unlink()
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1e6))
    found = doctor._results()
    assert not found.good and "make room" in found.text


def test_a_proxy_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    assert doctor._proxy().text == "proxy: none"
    monkeypatch.setenv("HTTPS_PROXY", "http://user:planted-password@proxy.example:3128")
    found = doctor._proxy()
    assert "https through proxy.example" in found.text and "planted" not in str(found)


def test_a_check_that_breaks_is_a_finding_and_the_status_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def kernel() -> doctor.Finding:
        raise RuntimeError("no kernel")

    monkeypatch.setattr(doctor, "CHECKS", (kernel, doctor._proxy))
    ran = CliRunner().invoke(main, ["doctor"])
    assert ran.exit_code == 1
    assert "MEND  kernel: RuntimeError: no kernel" in ran.output and "ok    proxy" in ran.output
    monkeypatch.setattr(doctor, "CHECKS", (doctor._proxy,))
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 0
