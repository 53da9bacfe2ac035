"""`beliefsim recordings verify|merge|stats`."""

import json
import re

import pytest
from click.testing import CliRunner

from beliefsim import paths, recordings
from beliefsim.cli import main
from beliefsim.models import Model, Request
from beliefsim.models.weights import catalogue
from beliefsim.recordings.upkeep import files, merge, verify
from tests.platform.servers import completion, serve

WEIGHTS = {name: entry.sha256 for name, entry in catalogue().items()}


@pytest.fixture(autouse=True)
def _results(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path / "results"))
    monkeypatch.setattr(recordings, "_opened", {})


def recorded(path, numbers, model="any", say="answer to"):
    """A recording that a model wrote, of one question each."""
    with serve(lambda body: completion(f"{say} {body['messages'][-1]['content']}", usage=(100, 10))) as server:
        requests = [Request((("user", f"question {number}"),), prefill='{"é": ') for number in numbers]
        asked = Model(model, base_url=server.address, recording=path)
        return [reply.id for reply in asked.ask(requests)]


def call(*words):
    return CliRunner().invoke(main, ["recordings", *map(str, words)])


def edited(path, kind, change):
    """Change the first line of a kind; return its number."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith(f'{{"{kind}"'))
    lines[at] = change(lines[at])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return at + 1


def test_what_a_model_wrote_is_good(tmp_path):
    recorded(tmp_path / "a.jsonl", range(5))
    answer = call("verify", tmp_path)
    assert answer.exit_code == 0 and answer.output.startswith("1 recordings, no lines at fault\n")


def test_what_cannot_be_noticed_is_said(tmp_path):
    path = tmp_path / "a.jsonl"
    recorded(path, range(2))
    edited(path, "key", lambda line: line.replace("answer to", "a forged answer to"))
    answer = call("verify", path)
    assert answer.exit_code == 0 and "a forged answer" in path.read_text(encoding="utf-8")
    assert "cannot be noticed" in answer.output


def test_foreign_files_are_named_by_verify_and_stats(tmp_path):
    recorded(tmp_path / "a.jsonl", [1])
    (tmp_path / "b.jsonl").write_bytes(b"a,b\n1,2\n" * 1000)
    (tmp_path / "c.jsonl").write_bytes(b"")
    assert [flaw.line for file in files([tmp_path]) for flaw in verify(file)] == [1, 1]
    with pytest.warns(UserWarning, match="b.jsonl is no recording"):
        answer = call("stats", tmp_path)
    assert answer.exit_code == 0 and "1" in answer.output
    assert call("merge", tmp_path / "d.jsonl", tmp_path / "a.jsonl", tmp_path / "b.jsonl").exit_code == 1


def test_recordings_of_the_clone_are_good():
    assert [flaw for file in files([paths.data() / "recordings"]) for flaw in verify(file, WEIGHTS)] == []


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("key", lambda line: line[:-9], "cannot be read as JSON"),
        ("key", lambda line: '{"what":1}', "none of the lines of a recording"),
        ("key", lambda line: line.replace('"draw":0', '"draw":1'), "does not belong to its prompt"),
        ("key", lambda line: line.replace('"text":', '"said":'), "has no text"),
        ("key", lambda line: f"{line}\n{line}", r"is there already, in line \d"),
        ("prompt", lambda line: line.replace("question", "Question"), "was changed: its content has the hash"),
        ("settings", lambda line: line.replace("1.0", "0.7"), "was changed: its content has the hash"),
        ("prompt", lambda line: '{"endpoint":{}}', "is not in the lines before"),
        ("recording", lambda line: line.replace('"recording":1', '"recording":2'), "format version 2.*upgrade"),
        ("recording", lambda line: "{}", "none of the lines"),
        ("endpoint", lambda line: '{"recording":1,"model":"b","weights":""}', "second header"),
    ],
)
def test_a_fault_is_named_by_file_and_line(tmp_path, kind, change, words):
    path = tmp_path / "a.jsonl"
    recorded(path, range(3))
    line = edited(path, kind, change)
    flaw = verify(path)[0]
    assert flaw.line in (line, line + 1, line + 2) and flaw.path == path
    answer = call("verify", path)
    assert answer.exit_code == 1
    assert answer.output.startswith(f"{path}, line {flaw.line}: ")
    assert re.search(words, answer.output)


def test_a_torn_last_line_and_other_weights_are_faults(tmp_path):
    path = tmp_path / "smollm2-135m-instruct.jsonl"
    recorded(path, range(3), "smollm2-135m-instruct")
    path.write_bytes(path.read_bytes()[:-20])
    [torn] = verify(path)
    assert "written in part" in torn.words
    edited(path, "recording", lambda line: line.replace('"weights":""', '"weights":"0123"'))
    assert "other weights than the catalogue's" in verify(path, WEIGHTS)[0].words


def test_a_path_that_is_not_there_is_told(tmp_path):
    answer = call("verify", tmp_path / "none")
    assert answer.exit_code == 1 and "no recording at" in answer.output


def test_a_merge_is_the_union_and_every_reply_is_found_in_it(tmp_path):
    first = recorded(tmp_path / "a.jsonl", range(0, 6))
    second = recorded(tmp_path / "b.jsonl", range(4, 9))
    answer = call("merge", tmp_path / "c.jsonl", tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert answer.exit_code == 0 and "9 replies (2 were there twice)" in answer.output
    assert verify(tmp_path / "c.jsonl") == []
    assert recorded(tmp_path / "c.jsonl", range(9)) == list(dict.fromkeys(first + second))
    kinds = [next(iter(json.loads(line))) for line in (tmp_path / "c.jsonl").read_bytes().splitlines()]
    assert set(kinds) == {"recording", "endpoint", "settings", "prompt", "key"}
    assert [kinds.count(each) for each in ("recording", "settings", "prompt", "key")] == [1, 1, 9, 9]
    assert call("merge", tmp_path / "c.jsonl", tmp_path / "a.jsonl").exit_code == 1  # it exists


def test_a_merge_refuses_another_model(tmp_path):
    recorded(tmp_path / "a.jsonl", range(2))
    recorded(tmp_path / "b.jsonl", range(2), "other")
    answer = call("merge", tmp_path / "c.jsonl", tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert answer.exit_code == 1 and "another model: model 'other'" in answer.output
    assert not (tmp_path / "c.jsonl").exists()


def test_two_replies_under_one_key_are_named_unless_the_first_is_to_be_kept(tmp_path):
    sources = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    [key] = recorded(sources[0], [1])
    recorded(sources[1], [1], say="another answer to")
    answer = call("merge", tmp_path / "c.jsonl", *sources)
    assert answer.exit_code == 1 and key in answer.output and re.search(r"b.jsonl, line \d", answer.output)
    assert list(tmp_path.glob("*c.jsonl*")) == []
    merged = merge(tmp_path / "c.jsonl", sources, keep_first=True)
    assert merged.replies == 1 and '"answer to' in merged.path.read_text(encoding="utf-8")


def test_a_merge_leaves_bad_lines_out_and_says_so(tmp_path):
    path = tmp_path / "a.jsonl"
    recorded(path, range(3))
    line = edited(path, "key", lambda line: line[:-9])
    answer = call("merge", tmp_path / "c.jsonl", path)
    assert f"left out: {path}, line {line}: cannot be read" in answer.output and "2 replies" in answer.output
    assert verify(tmp_path / "c.jsonl") == []


def test_stats_count_replies_tokens_and_cost(tmp_path):
    folder = tmp_path / "02_trust"
    recorded(folder / "a.jsonl", range(3), "gpt-4.1-mini")
    hosted = b'{"endpoint":{"url":"https://api.openai.com/v1"}}'
    lines = (folder / "a.jsonl").read_bytes().splitlines()
    lines = [hosted if line.startswith(b'{"endpoint"') else line for line in lines]
    (folder / "a.jsonl").write_bytes(b"\n".join([*lines, b""]))
    answer = call("stats", folder)
    assert answer.exit_code == 0
    row = answer.output.splitlines()[2].split()
    assert row[:7] == ["02_trust", "gpt-4.1-mini", "3", "3", "300", "0", "30"]
    assert "stop 3" in answer.output and "https://api.openai.com/v1" in answer.output and "$0.00" in answer.output
    assert call("stats").output == "no recordings\n" or "smollm2" in call("stats").output
