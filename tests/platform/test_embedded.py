import importlib.metadata
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Client, Listener
from pathlib import Path

import pytest

from beliefsim.models import Model, ModelError, Request, embedded
from beliefsim.models.llama_process import Users
from beliefsim.models.weights import find

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process control as on Linux and macOS")

USER = """
import sys
from beliefsim.models import embedded
server = embedded.serve(sys.argv[1])
print(server.address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def weights() -> Path:
    try:
        return find("smollm2-135m-instruct")
    except FileNotFoundError as error:
        pytest.skip(str(error))


@contextmanager
def apart() -> Iterator[Path]:
    """A runtime folder of our own, so that no other user is met; its name is short, as paths of sockets are limited."""
    with tempfile.TemporaryDirectory(prefix="bs") as temporary, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", temporary)
        patch.setenv("TMPDIR", temporary)
        yield Path(temporary) / f"beliefsim-{os.getuid()}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Iterator[Path]:
    tmp_path_factory.getbasetemp()  # pytest's own folder stays where the next tests look for it
    with apart() as folder:
        yield folder


@pytest.fixture(scope="module")
def server(weights: Path, folder: Path) -> Iterator[embedded.Server]:
    with embedded.serve(weights) as running:
        yield running


def user(weights: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(weights)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def status(address: str, key: str | None) -> int:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}/models", headers=headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def comes_true(condition: Callable[[], bool], seconds: float = 30) -> bool:
    """Wait for it; the limit is for a failing test only."""
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.1)
    return condition()


def state(folder: Path) -> dict:
    [file] = folder.glob("*.json")
    return json.loads(file.read_text())


@pytest.mark.parametrize("key", [None, "no-key", "sk-test"])
def test_a_request_without_the_right_key_is_refused(server: embedded.Server, key: str | None) -> None:
    assert status(server.address, key) == 401


def test_the_key_opens_the_door(server: embedded.Server) -> None:
    assert status(server.address, server.key) == 200


def test_a_page_of_another_origin_may_read_nothing(server: embedded.Server) -> None:
    headers = {"Authorization": f"Bearer {server.key}", "Origin": "http://elsewhere.example"}
    with urllib.request.urlopen(urllib.request.Request(f"{server.address}/models", headers=headers)) as answer:
        assert not answer.headers.get("Access-Control-Allow-Origin")


def test_an_answer_names_the_model_without_a_path(server: embedded.Server, weights: Path) -> None:
    request = urllib.request.Request(
        f"{server.address}/chat/completions",
        json.dumps({"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 1}).encode(),
        {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        said = answer.read().decode()
    assert json.loads(said)["choices"][0]["message"]["role"] == "assistant"
    assert str(weights.parent) not in said


def test_what_others_could_read_does_not_hold_the_key(server: embedded.Server, folder: Path) -> None:
    assert server.key not in repr(server)
    assert folder.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in [*folder.glob("*.json"), *folder.glob("*.log")])
    process = Path(f"/proc/{state(folder)['pid']}")
    if process.exists():
        key = server.key.encode()
        assert key not in (process / "cmdline").read_bytes()
        assert key not in (process / "environ").read_bytes()


def test_a_second_process_joins_the_first(server: embedded.Server, weights: Path) -> None:
    second = user(weights)
    assert said(second) == server.address
    second.communicate()
    assert server.alive


def test_the_process_stays_for_who_remains_and_ends_with_the_last(weights: Path) -> None:
    with apart() as folder:
        starter = user(weights)
        address = said(starter)
        second = embedded.serve(weights)
        assert second.address == address
        starter.send_signal(signal.SIGKILL)
        starter.wait()
        time.sleep(4)  # longer than the process lingers without users
        assert second.alive
        assert status(address, second.key) == 200
        second.close()
        assert comes_true(lambda: not list(folder.glob("*.json")))
        with pytest.raises(OSError):
            status(address, second.key)


def test_the_only_user_being_killed_ends_the_process(weights: Path) -> None:
    with apart() as folder:
        only = user(weights)
        said(only)
        pid = state(folder)["pid"]
        only.send_signal(signal.SIGKILL)
        only.wait()
        assert comes_true(lambda: not _runs(pid))
        assert not list(folder.glob("*.json"))


def test_after_a_crash_the_next_user_starts_anew(weights: Path, folder: Path, server: embedded.Server) -> None:
    os.kill(state(folder)["pid"], signal.SIGKILL)
    assert comes_true(lambda: not server.alive)
    with embedded.serve(weights) as fresh:
        assert fresh.key != server.key
        assert status(fresh.address, fresh.key) == 200
        assert len(list(folder.glob("*.socket"))) == 1


def test_a_dead_proxy_does_not_stand_before_the_process(weights: Path, tmp_path: Path, monkeypatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with apart() as folder:
        model = Model("smollm2-135m-instruct", recording=tmp_path / "new.jsonl")
        [reply] = model.ask([Request((("user", "Hello"),), max_tokens=2)])
        assert reply.usage[1] > 0 and not reply.replayed
        environment = Path(f"/proc/{state(folder)['pid']}/environ")
        assert not environment.exists() or b"PROXY=" not in environment.read_bytes()
        model.close()


def test_a_folder_that_others_can_read_is_refused(tmp_path: Path, weights: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"beliefsim-{os.getuid()}").mkdir(mode=0o755)
    with pytest.raises(ModelError, match="only you can read"):
        embedded.serve(weights)


def test_without_xllamacpp_the_error_names_the_extra(weights: Path, monkeypatch) -> None:
    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    with pytest.raises(ModelError, match=r"pip install 'beliefsim\[embedded\]'"):
        embedded.serve(weights)


def test_weights_that_are_not_installed_name_the_command(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("BELIEFSIM_WEIGHTS", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="beliefsim models install smollm2-135m-instruct"):
        embedded.serve("smollm2-135m-instruct")


def test_strangers_do_not_keep_the_process(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    socket = str(folder / f"{secrets.token_hex(3)}.test")
    with Listener(socket, authkey=b"key") as listener:
        users = Users(listener)
        with pytest.raises(Exception):  # noqa: B017 - an authentication error here, an end of file elsewhere
            Client(socket, authkey=b"another")
        users.wait_until_gone(first_seconds=0.5, linger_seconds=60)
        with pytest.raises((EOFError, OSError)):
            Client(socket, authkey=b"key").recv_bytes()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if Path(f"/proc/{pid}").exists() else True
