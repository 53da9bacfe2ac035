"""Files of every system: names, encodings, terminals that know only ASCII."""

import ast
import os
import subprocess
import sys

import pytest

from beliefsim import paths
from beliefsim.recordings import committed

NAMES = ["org/model", "org_model", "org:model", "org//model", "org model", "modèle", "modéle", "model-1.5b"]


def test_different_models_have_different_files():
    files = {paths.file_name(name) for name in NAMES}
    assert len(files) == len(NAMES)
    assert all(set(file).isdisjoint("/\\: ") for file in files)


def test_names_of_committed_recordings_stay():
    names = {file.stem for file in committed("*")}
    assert names and {paths.file_name(name) for name in names} == names


@pytest.mark.parametrize("file", sorted(paths.package.rglob("*.py")), ids=str)
def test_every_text_file_is_opened_with_its_encoding(file):
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        named = {keyword.arg for keyword in call.keywords}
        where = f"{file}, line {call.lineno}"
        if name in ("read_text", "write_text", "fdopen", "open", "TextIOWrapper"):
            modes = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            other = ast.unparse(call.func) in ("os.open", "Image.open", "archive.open", "webbrowser.open")
            binary = any("b" in mode for mode in modes if set(mode) <= set("rwab+x")) and name not in ("write_text",)
            assert other or binary or "encoding" in named, f"{where}: {ast.unparse(call)} names no encoding"
        assert "text" not in named or name not in ("run", "Popen", "check_output"), f"{where}: encoding, not text=True"


WORDS = """
import sys
from pathlib import Path
import beliefsim as bs
from beliefsim.cli import main
from beliefsim.recordings import Recording
from beliefsim.recordings.keys import digest
recording = Recording(bs.paths.recordings() / f"{bs.paths.file_name('modèle')}.jsonl")
recording.acquire({"model": "modèle", "weights": ""})
line = {"key": digest("k"), "prompt": digest("p"), "settings": digest("s"), "draw": 0, "text": "é → 5"}
recording.add({**line, "finish": "stop", "usage": [1, 1, 0, 0]}, [["user", "très"]], {})
recording.release()
assert bs.reply(digest("k")).text == "é → 5"
bs.paths.write(bs.paths.results() / "e.txt", "é → 5")
assert bs.games.TrustGame().prompt("trustor")
main(["recordings", "verify"])
"""


def test_a_terminal_and_paths_beyond_ascii_work_without_utf8(tmp_path):
    results = tmp_path / "données"
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environment |= {"BELIEFSIM_RESULTS": str(results), "PYTHONPATH": str(paths.clone())}
    (tmp_path / "words.py").write_text(WORDS, encoding="utf-8")
    done = subprocess.run([sys.executable, tmp_path / "words.py"], env=environment, capture_output=True, check=False)
    said = done.stdout.decode("utf-8", "replace")
    assert "does not belong to its prompt" in said and " recordings, " in said, done.stderr.decode("utf-8", "replace")
    assert b"Traceback" not in done.stderr
    assert (results / "e.txt").read_bytes() == "é → 5".encode()
