"""Faults on purpose: `python -m benchmarks.faults` prints what each does to a run and writes results/faults.json.

An endpoint on loopback misbehaves, the process is killed, the disk is full, the file is torn. After each, a second run
must find every reply that was written (`lost` counts those it does not), ask for none of them (`asked_twice`), and no
reply may be that of another question, or none at all (`wrong`).
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from beliefsim import paths
from beliefsim.models import Limits, Model, ModelError, Reply, Request
from beliefsim.recordings.upkeep import verify
from tests.platform.servers import FAULTS, REFUSALS, Faulty, Server, serve

__all__ = ["ENDPOINT", "MACHINE", "endpoint_fault", "run"]

QUICK = Limits(concurrency=8, start=8, attempt_seconds=0.4, backoff_seconds=0.02, deadline_seconds=8, attempts=6)
_CHILD = """
import sys
from benchmarks.faults import ask_all
ask_all(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
"""


def questions(count: int) -> Iterator[Request]:
    """Requests that the faulty server knows."""
    return (Request((("user", f"question {number}"),), max_tokens=8) for number in range(count))


def endpoint_fault(name: str, folder: Path, count: int = 30) -> dict[str, Any]:
    """Run against an endpoint with one kind of fault, twice; the row of the table."""
    faulty, file = Faulty(name), folder / "any.jsonl"
    with serve(faulty) as server:
        replies = list(_model(server.address, file).ask(questions(count)))
        first = len(server.bodies)
        written = _written(file)
        again = list(_model(server.address, file).ask(questions(count)))
        asked_twice = len(_asked(server, first) & written)
    lost = sum(new.id not in written for new in replies if not new.error) + sum(bool(each.error) for each in again)
    return _row(name, faulty.injected, first, len(written), lost, asked_twice, _wrong(replies) + _wrong(again))


def killed(name: str, folder: Path, count: int = 120) -> dict[str, Any]:
    """Kill -9 (or interrupt) a run in the middle; go on."""
    stop = signal.SIGKILL if name == "kill -9" else signal.SIGINT
    return _stopped(name, folder, count, lambda child: child.send_signal(stop))


def interrupted_cell(name: str, folder: Path, count: int = 120) -> dict[str, Any]:
    """Ctrl-C in a notebook cell; the same process asks again."""
    return _stopped(name, folder, count, lambda child: child.send_signal(signal.SIGINT), "again")


def disk_full(name: str, folder: Path, count: int = 120) -> dict[str, Any]:
    """The file may not grow beyond 6 kB, as on a full disk; then it may."""
    return _stopped(name, folder, count, lambda child: None, "small")


def torn(name: str, folder: Path, count: int = 30) -> dict[str, Any]:
    """A last line that was written in part, as after a loss of power."""
    file = folder / "any.jsonl"
    with serve(Faulty("500", every=0)) as server:
        list(_model(server.address, file).ask(questions(count)))
        data = file.read_bytes()
        file.write_bytes(data[: -len(data.splitlines()[-1]) // 2])
        return _resumed(name, server, file, count, 1)


def two_writers(name: str, folder: Path, count: int = 60) -> dict[str, Any]:
    """A second process writes the same recording: this one waits for it, and asks for what is then lacking."""
    file = folder / "any.jsonl"
    with serve(Faulty("500", every=0), delay_seconds=0.1) as server:
        child = _child(server, file, count)
        _wait_for(file, 6)
        list(_model(server.address, file).ask(questions(2 * count)))
        child.wait(30)
        twice = sum(number - 1 for number in _counts(server).values())
        row = _resumed(name, server, file, 2 * count, 1)
        return {**row, "asked_twice": row["asked_twice"] + twice}


ENDPOINT = (*FAULTS, *REFUSALS)
MACHINE: dict[str, Callable[[str, Path], dict[str, Any]]] = {
    "kill -9": killed,
    "interrupt": killed,
    "interrupted cell": interrupted_cell,
    "full disk": disk_full,
    "torn last line": torn,
    "two writers": two_writers,
}


def ask_all(address: str, file: str, count: int, how: str = "") -> None:
    """What a child process does."""
    if how == "small":
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6000, resource.RLIM_INFINITY))
    model = _model(address, Path(file))
    try:
        list(model.ask(questions(count)))
    except KeyboardInterrupt:
        if how == "again":
            list(model.ask(questions(count)))
    except ModelError as error:
        sys.exit(str(error))


def run() -> dict[str, Any]:
    """Run all; the content of results/faults.json."""
    warnings.simplefilter("ignore")
    rows = []
    for name in [*ENDPOINT, *MACHINE]:
        with tempfile.TemporaryDirectory() as folder:
            started = time.monotonic()
            row = MACHINE[name](name, Path(folder)) if name in MACHINE else endpoint_fault(name, Path(folder))
            rows.append({**row, "seconds": round(time.monotonic() - started, 1)})
    totals = {each: sum(row[each] for row in rows) for each in ("injected", "lost", "asked_twice", "wrong")}
    return {**totals, "faults": rows}


def _stopped(
    name: str, folder: Path, count: int, stop: Callable[[subprocess.Popen[str]], None], how: str = ""
) -> dict[str, Any]:
    file = folder / "any.jsonl"
    with serve(Faulty("500", every=0), delay_seconds=0.05) as server:
        child = _child(server, file, count, how)
        _wait_for(file, 10)
        stop(child)
        child.wait(30)
        if how == "again":
            twice = sum(number - 1 for number in _counts(server).values())
            row = _resumed(name, server, file, count, 1)
            # a request that was in flight when the cell was interrupted is answered once and not sent again
            return {**row, "asked_twice": row["asked_twice"] + twice}
        return _resumed(name, server, file, count, 1)


def _resumed(name: str, server: Server, file: Path, count: int, injected: int) -> dict[str, Any]:
    first, written = len(server.bodies), _written(file)
    replies = list(_model(server.address, file).ask(questions(count)))
    asked_twice = len(_asked(server, first) & written)
    lost = sum(bool(each.error) for each in replies) + len(written - _written(file)) + (len(_written(file)) != count)
    _verify(file)
    return _row(name, injected, first, len(written), lost, asked_twice, _wrong(replies))


def _row(name: str, injected: int, sent: int, written: int, lost: int, asked_twice: int, wrong: int) -> dict[str, Any]:
    found = {"injected": injected, "sent": sent, "written": written}
    return {"fault": name, **found, "lost": lost, "asked_twice": asked_twice, "wrong": wrong}


def _wrong(replies: list[Reply]) -> int:
    """Replies that answer another question, or were taken for an answer and are none."""
    return sum(
        re.findall(r"answer to(?: question (\d+))?", reply.text) not in ([str(number)], [""])
        for number, reply in enumerate(replies)
        if not reply.error and reply.finish != "refusal"
    )


def _model(address: str, file: Path) -> Model:
    from beliefsim import recordings

    recordings._opened.clear()  # as a new process would
    return Model("any", base_url=address, recording=file, limits=QUICK)


def _written(file: Path) -> set[str]:
    """Keys in a recording, read without the package's index."""
    keys = set()
    for line in file.read_bytes().splitlines() if file.exists() else ():
        try:
            keys.add(json.loads(line).get("key"))
        except ValueError:
            continue
    return keys - {None}


def _asked(server: Server, start: int) -> set[str]:
    """Keys of the questions asked since the request numbered `start`."""
    from beliefsim.models.exchange import Exchange

    with tempfile.TemporaryDirectory() as folder:
        exchange = Exchange("any", "", [], Path(folder) / "none.jsonl")
        exchange.traits = _model(server.address, Path(folder) / "traits.jsonl").traits
        return {
            exchange.key(Request((("user", body["messages"][-1]["content"]),), max_tokens=8))
            for body in server.bodies[start:]
            if body["messages"][-1]["content"].startswith("question ")
        }


def _counts(server: Server) -> dict[str, int]:
    asked = [body["messages"][-1]["content"] for body in server.bodies]
    return {each: asked.count(each) for each in asked if each.startswith("question ")}


def _verify(file: Path) -> None:
    if flaws := verify(file):
        raise AssertionError(f"{file}: {flaws}")


def _command(server: Server, file: Path, count: int, how: str = "") -> list[str]:
    return [sys.executable, "-c", _CHILD, server.address, str(file), str(count), *([how] if how else [])]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(paths.clone()), "PYTHONWARNINGS": "ignore"}


def _child(server: Server, file: Path, count: int, how: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        _command(server, file, count, how), text=True, stderr=subprocess.DEVNULL, env=_environment()
    )


def _wait_for(file: Path, replies: int) -> None:
    deadline = time.monotonic() + 30
    while len(_written(file)) < replies:
        if time.monotonic() > deadline:
            raise AssertionError(f"{file} did not get {replies} replies")
        time.sleep(0.01)


def main() -> None:
    """Print the table and write it."""
    found = run()
    header = list(found["faults"][0])
    print(" ".join(f"{each:>12}" if each != "fault" else f"{each:24}" for each in header))
    for row in found["faults"]:
        print(" ".join(f"{row[each]:>12}" if each != "fault" else f"{row[each]:24}" for each in header))
    target = paths.results() / "faults.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n")
    injected, lost, twice, wrong = (found[each] for each in ("injected", "lost", "asked_twice", "wrong"))
    print(f"injected {injected}, lost {lost}, asked twice {twice}, wrong {wrong}: {target}")
    sys.exit(bool(lost or twice or wrong))


if __name__ == "__main__":
    main()
