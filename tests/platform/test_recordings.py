import io
import itertools
import json
import math
import os
import re
import signal
import subprocess
import sys
import threading
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beliefsim import paths, recordings
from beliefsim.models import Model, Request
from beliefsim.recordings import Recording, RecordingError, index, lines, upkeep
from beliefsim.recordings.keys import digest
from tests.platform.servers import completion, serve

HEADER = {"model": "any", "weights": ""}


@pytest.fixture(autouse=True)
def _results(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))
    monkeypatch.setattr(recordings, "_opened", {})


def line(name, text="hello", **changes):
    known = {"key": digest(name), "prompt": digest(f"prompt of {name}"), "settings": digest("settings"), "draw": 0}
    return {**known, "text": text, "finish": "stop", "usage": [5, 2, 0, 0], **changes}


def write(path, *lines):
    recording = Recording(path)
    recording.acquire(HEADER)
    for each in lines:
        recording.add(each, [["user", f"asked for {each['text']}"]], {"temperature": 1.0})
    recording.release()
    return recording


def test_a_written_reply_is_there_in_the_next_process(tmp_path):
    write(tmp_path / "a.jsonl", line("one"), line("two", "bye"))
    found = Recording(tmp_path / "a.jsonl").reply(digest("two"))
    assert (found.text, found.messages, found.settings) == ("bye", (("user", "asked for bye"),), {"temperature": 1.0})
    assert found.provenance["model"] == "any"
    assert "asked for bye" in str(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_was(tmp_path, texts):
    path = tmp_path / f"{digest(str(texts))}.jsonl"
    write(path, *(line(str(at), text) for at, text in enumerate(texts)))
    again = Recording(path)
    assert [again.line(digest(str(at)))["text"] for at in range(len(texts))] == texts
    assert again.to_frame()["text"].tolist() == texts


def test_a_prompt_and_its_settings_are_written_once(tmp_path):
    same = {"prompt": digest("p")}
    write(tmp_path / "a.jsonl", *(line(str(draw), draw=draw, **same) for draw in range(5)))
    kinds = [next(iter(json.loads(each))) for each in (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert kinds == ["recording", "prompt", "settings", *["key"] * 5]


def test_a_bad_line_is_named_by_its_number_and_the_rest_is_used(tmp_path):
    path = tmp_path / "a.jsonl"
    write(path, line("one"), line("two"))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines.insert(3, "<html>what?</html>")
    path.write_text("\n".join(lines) + "\n")
    with pytest.warns(UserWarning, match="line 4 cannot be read"):
        again = Recording(path)
    assert again.line(digest("one"))["text"] == again.line(digest("two"))["text"] == "hello"


def test_a_damaged_reply_is_named_and_asked_for_again(tmp_path):
    path = tmp_path / "a.jsonl"
    write(path, line("one"), line("two"))
    damaged = [each.replace('"text":"hello"', '"text":"hel', 1) if digest("one") in each else each
               for each in path.read_text(encoding="utf-8").splitlines()]  # fmt: skip
    path.write_text("\n".join(damaged) + "\n")
    again = Recording(path)
    with pytest.warns(UserWarning, match="line 4"):
        assert again.line(digest("one")) is None
    with pytest.warns(UserWarning, match="line 4"):
        assert again.to_frame()["reply"].tolist() == [digest("two")]
    again.acquire(HEADER)
    again.add(line("one", "anew"), [["user", "x"]], {})
    again.release()
    assert Recording(path).line(digest("one"))["text"] == "anew"


def test_a_torn_last_line_is_ignored_and_dropped_by_the_next_writer(tmp_path):
    path = tmp_path / "a.jsonl"
    write(path, line("one"), line("two"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    with pytest.warns(UserWarning, match="the last line, which was written in part, cannot be read"):
        again = Recording(path)
    assert again.line(digest("one"))
    assert again.line(digest("two")) is None
    with pytest.warns(UserWarning, match="written in part"):
        write(path, line("two"))
    assert path.read_bytes() == whole


def test_a_newer_format_is_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"recording":99,"model":"any"}\n')
    with pytest.raises(RecordingError, match=r"format version 99.*upgrade"):
        Recording(tmp_path / "a.jsonl")


@pytest.mark.parametrize("content", ["a,b\n1,2\n", '{"something":1}\n', "[]\n", "\x80\x04pickle\n"])
def test_another_kind_of_file_is_refused(tmp_path, content):
    (tmp_path / "a.jsonl").write_text(content)
    with pytest.raises(RecordingError, match="is no recording"):
        Recording(tmp_path / "a.jsonl")


class Heard(io.StringIO):
    """Tells a test that something was shown."""

    def __init__(self):
        super().__init__()
        self.event = threading.Event()

    def write(self, text):
        super().write(text)
        self.event.set()


def test_a_second_writer_waits_for_the_first_and_says_so(tmp_path, monkeypatch):
    heard = Heard()
    monkeypatch.setattr(sys, "stderr", heard)
    first, second = Recording(tmp_path / "a.jsonl"), Recording(tmp_path / "a.jsonl")
    first.acquire(HEADER)
    waiting = threading.Thread(target=second.acquire, args=[HEADER])
    waiting.start()
    assert heard.event.wait(30)
    first.add(line("one"), [["user", "x"]], {})
    first.release()
    waiting.join(30)
    assert re.search(
        rf"process {os.getpid()} on .* is writing {tmp_path / 'a.jsonl'}; this one waits", heard.getvalue()
    )
    assert second.line(digest("one"))  # what was written meanwhile is known, and not asked for again
    second.release()


WRITER = """
import sys
from pathlib import Path
from beliefsim.recordings import Recording
from beliefsim.recordings.keys import digest
recording = Recording(Path(sys.argv[1]))
try:
    for number in range(40):
        recording.acquire({"model": "any", "weights": ""})
        key = digest(f"{sys.argv[2]} {number}")
        line = {"key": key, "prompt": digest(key), "settings": digest("s"), "draw": number, "text": "x" * 5000}
        recording.add({**line, "finish": "stop", "usage": [1, 1, 0, 0]}, [["user", key]], {})
        recording.release()
except KeyboardInterrupt:
    print("stopped", recording._writers)
"""


def writer(path, name):
    command = [sys.executable, "-c", WRITER, str(path), name]
    environment = {**os.environ, "PYTHONPATH": str(paths.clone())}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, encoding="utf-8", **pipes)


def test_a_writer_that_waits_can_be_interrupted(tmp_path):
    recording = Recording(tmp_path / "a.jsonl")
    recording.acquire(HEADER)
    with writer(tmp_path / "a.jsonl", "other") as other:
        assert "is writing" in other.stderr.readline()
        other.send_signal(signal.SIGINT)
        assert other.communicate(timeout=30)[0] == "stopped 0\n"
    recording.release()


def test_two_processes_never_mix_their_lines(tmp_path):
    path = tmp_path / "a.jsonl"
    with writer(path, "one") as one, writer(path, "two") as two:
        assert (one.wait(60), two.wait(60)) == (0, 0)
    kinds = [next(iter(json.loads(each))) for each in path.read_bytes().splitlines()]
    assert sorted(kinds) == ["key"] * 80 + ["prompt"] * 80 + ["recording", "settings"]
    recording = Recording(path)
    assert all(recording.reply(digest(f"{name} {number}")) for name in ("one", "two") for number in range(40))


@pytest.mark.filterwarnings("ignore:.*written in part")
def test_a_writer_that_was_killed_at_any_byte_leaves_a_file_that_is_continued(tmp_path):
    path, lines = tmp_path / "a.jsonl", [line("one"), line("two", "é")]
    write(path, *lines)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        found = [Recording(path).line(each["key"]) for each in lines]
        assert found[: len(found) - found.count(None)] == lines[: len(found) - found.count(None)]
        write(path, *lines)
        assert path.read_bytes() == whole


@pytest.mark.parametrize("few", [5, 1000])
@pytest.mark.parametrize("block", [64, 1 << 20])
def test_every_line_is_found_also_in_large_files_and_in_lines_longer_than_a_block(tmp_path, monkeypatch, few, block):
    monkeypatch.setattr(index, "_FEW", few)
    monkeypatch.setattr(index, "_BLOCK", block)
    path = tmp_path / "a.jsonl"
    write(path, *(line(str(number), "x" * number) for number in range(40)))
    path.write_bytes(path.read_bytes() + json.dumps(line("7", "a second")).replace(" ", "").encode() + b"\n")
    again = Recording(path)
    texts = [again.line(digest(str(number)))["text"] for number in range(40)]
    assert texts == [
        "x" * number if number != 7 else "asecond" for number in range(40)
    ]  # the last line of a key counts
    assert again.line(digest("another")) is None and digest("another") not in again
    assert len(again) >= 81


def test_lines_that_end_as_on_windows_are_read_and_continued(tmp_path):
    path = tmp_path / "a.jsonl"
    write(path, line("one"), line("two"))
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    again = write(path, line("two"), line("three"))
    assert [again.line(digest(name))["text"] for name in ("one", "two", "three")] == ["hello"] * 3
    assert again.to_frame()["reply"].tolist() == [digest("one"), digest("two"), digest("three")]
    assert again.reply(digest("one")).provenance["model"] == "any"


def test_recordings_stay_byte_exact_in_a_clone_that_changes_line_ends(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    recorded = source / "data" / "recordings" / "study" / "any.jsonl"
    write(recorded, line("one"))
    (source / ".gitattributes").write_bytes((paths.clone() / ".gitattributes").read_bytes())
    (source / "code.py").write_bytes(b"a = 1\n")
    who = ["-c", "user.name=any", "-c", "user.email=any@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "Begin"]):
        subprocess.run(["git", *command], cwd=source, check=True)
    subprocess.run(["git", "clone", "-q", "-c", "core.autocrlf=true", str(source), str(target)], check=True)
    assert (target / "code.py").read_bytes() == b"a = 1\r\n"  # the setting is in force
    cloned = target / recorded.relative_to(source)
    assert cloned.read_bytes() == recorded.read_bytes()
    assert Recording(cloned).line(digest("one"))


def test_nothing_is_used_that_windows_lacks_and_files_are_binary_there(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "pread")
    monkeypatch.setattr(os, "O_BINARY", os.O_CLOEXEC, raising=False)
    flags, opened = [], os.open
    monkeypatch.setattr(
        os, "open", lambda path, flag, *rest: flags.append((str(path), flag)) or opened(path, flag, *rest)
    )
    path = tmp_path / "a.jsonl"
    assert write(path, line("one")).line(digest("one"))["text"] == "hello"
    assert [flag & os.O_CLOEXEC for name, flag in flags if name == str(path)] == [os.O_CLOEXEC]


BRACES = "[" * 200_000
FIELDS = ("prompt", "settings", "draw", "text", "finish", "usage", "prefill", "reasoning", "logprobs")
VALUES = (
    "null",
    "true",
    "1.5",
    '{"a":1}',
    "[null]",
    '[["a",[["b",null]]]]',
    '[["a",[["b"]]]]',
    '[["a",["bc"]]]',
    '["a"]',
)
HOSTILE = {
    "open braces": '"draw":' + BRACES,
    "closed braces": f'"more":{BRACES}{"]" * 200_000}',
    "deep": f'"more":{"[" * 900}{"]" * 900}',
    "digits": f'"draw":{"9" * 5000}',
    "tokens": '"usage":[99999999999,2,0,0]',
    "negative": '"usage":[-1,2,0,0]',
    "few tokens": '"usage":[1]',
    **{f"{name} is {value}": f'"{name}":{value}' for name, value in itertools.product(FIELDS, VALUES)},
}


def unreadable(path):
    """Lines that `verify` finds no reader for (the hashes of these tests are made up)."""
    return [flaw.line for flaw in upkeep.verify(path) if re.search("cannot be read|of the right type", flaw.words)]


@pytest.mark.parametrize("field", HOSTILE.values(), ids=HOSTILE)
def test_a_strangers_reply_is_named_and_skipped(tmp_path, field):
    path = tmp_path / "a.jsonl"
    write(path, line("one"), line("two"))
    good = json.dumps(line("bad"), separators=(",", ":"))[:-1]
    path.write_bytes(path.read_bytes() + f"{good},{field}}}\n".encode() + b"\n")
    again = Recording(path)
    with pytest.warns(UserWarning, match="a.jsonl: line 7 .*cannot be read"):
        assert again.line(digest("bad")) is None
    with pytest.warns(UserWarning, match="a.jsonl: line 7 cannot be read"):
        assert again.to_frame()["reply"].tolist() == [digest("one"), digest("two")]
    assert again.reply(digest("bad")) is None and again.reply(digest("one"))
    assert unreadable(path) == [7]


def test_a_line_that_could_not_be_read_is_not_written(tmp_path):
    recording = write(tmp_path / "a.jsonl", line("one"))
    before = recording.path.read_bytes()
    recording.acquire(HEADER)
    with pytest.raises(RecordingError, match=r"a.jsonl: the line .* has no usage of the right type"):
        recording.add(line("bad", prompt=line("one")["prompt"], usage=[1.5, None]), [], {})
    recording.release()
    assert recording.path.read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("prompt", '"messages":"hi"'),
        ("prompt", '"messages":[["user"]]'),
        ("prompt", '"messages":[["user",{"text":"hi"}]]'),
        ("prompt", '"messages":[1]'),
        ("settings", '"value":[]'),
        ("settings", f'"value":{{"schema":{"[" * 900}{"]" * 900}}}'),
    ],
)
def test_a_strangers_prompt_or_settings_leave_the_reply_without_them(tmp_path, kind, content):
    path = tmp_path / "a.jsonl"
    write(path, line("one"))
    lines = path.read_bytes().splitlines()
    at = next(at for at, each in enumerate(lines) if each.startswith(f'{{"{kind}"'.encode()))
    lines[at] = f'{{"{kind}":"{line("one")[kind]}",{content}}}'.encode()
    path.write_bytes(b"\n".join([*lines, b""]))
    with pytest.warns(UserWarning, match=f"line {at + 1} "):
        reply = Recording(path).reply(digest("one"))
    assert reply.text == "hello" and "hello" in str(reply)
    assert unreadable(path) == [at + 1]


@pytest.mark.parametrize("endpoint", ["1", '{"url":5}', '{"traits":"many"}', '{"made":null}', '{"model":["a"]}'])
def test_a_strangers_endpoint_is_no_provenance(tmp_path, endpoint):
    path = tmp_path / "a.jsonl"
    write(path, line("one"))
    path.write_bytes(path.read_bytes() + f'{{"endpoint":{endpoint}}}\n'.encode())
    assert Recording(path).provenance == HEADER
    assert unreadable(path) == [5]


def test_a_line_of_braces_takes_time_in_proportion_to_its_length(monkeypatch):
    scanned = []
    monkeypatch.setattr(lines.json, "loads", lambda data: scanned.append(len(data)) or json.JSONDecoder().decode("x"))
    with pytest.raises(ValueError, match="cannot be read"):
        lines.parsed(b'{"key":' + b"{" * 200_000)
    assert scanned == [200_007]  # once: nothing tries again at each brace


def foreign(folder):
    """Files that are no recordings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.jsonl").write_bytes(b'{"id":1}')
    (folder / "b.jsonl").write_bytes(bytes(range(256)) * 100)
    (folder / "c.jsonl").mkdir()
    (folder / "d.jsonl").write_bytes(b'{"recording":"1","model":"any","weights":""}\n')
    (folder / "e.jsonl").write_bytes(b'{"recording":1,"model":7,"weights":""}\n')
    (folder / "f.jsonl").write_bytes(b'{"recording":' + BRACES.encode() + b"\n")
    return sorted(folder.iterdir())


def test_foreign_files_among_recordings_are_named_once_and_skipped(tmp_path):
    files = foreign(tmp_path / "recordings")
    write(tmp_path / "recordings" / "z.jsonl", line("one"))
    with pytest.warns(UserWarning) as told:
        assert recordings.reply(digest("one")).text == "hello"
    assert [str(file) in str(each.message) for file, each in zip(files, told, strict=True)] == [True] * len(files)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert recordings.reply(digest("one")).text == "hello"
        with pytest.raises(KeyError):
            recordings.reply(digest("none"))


def test_a_foreign_file_is_never_written(tmp_path):
    for file in foreign(tmp_path):
        before = file.read_bytes() if file.is_file() else b""
        with pytest.raises(RecordingError, match=file.name):
            Recording(file).acquire(HEADER)
        assert file.is_dir() or file.read_bytes() == before


def test_a_file_that_became_another_is_refused_when_it_is_to_be_written(tmp_path):
    recording = write(tmp_path / "a.jsonl", line("one"))
    (tmp_path / "a.jsonl").write_bytes(b"something else\n")
    with pytest.raises(RecordingError, match="no recording"):
        recording.acquire(HEADER)
    assert (tmp_path / "a.jsonl").read_bytes() == b"something else\n"
    write(tmp_path / "b.jsonl", line("one"))
    (tmp_path / "b.jsonl").replace(tmp_path / "a.jsonl")
    recording.acquire(HEADER)  # the failure left no lock behind
    recording.release()
    assert recording.line(digest("one"))


def test_nothing_is_written_by_who_is_not_the_writer(tmp_path):
    recording = write(tmp_path / "a.jsonl", line("one"))
    before = recording.path.read_bytes()
    with pytest.raises(AssertionError, match="acquire"):
        recording.add(line("two"), [["user", "x"]], {})
    assert recording.path.read_bytes() == before


def test_two_names_of_one_file_have_one_writer(tmp_path):
    write(tmp_path / "a.jsonl", line("one"))
    (tmp_path / "b.jsonl").symlink_to(tmp_path / "a.jsonl")
    assert recordings.opened(tmp_path / "a.jsonl") is recordings.opened(tmp_path / "b.jsonl")


def test_a_reader_sees_what_another_wrote_when_it_writes_itself(tmp_path):
    early = Recording(tmp_path / "a.jsonl")
    write(tmp_path / "a.jsonl", line("one"))
    early.acquire(HEADER)
    early.release()
    assert early.line(digest("one"))


def test_a_file_that_was_replaced_is_read_anew(tmp_path):
    path = tmp_path / "a.jsonl"
    early = write(path, line("one"), line("two"), line("three"))
    assert early.line(digest("one"))
    path.unlink()
    early.acquire(HEADER)
    early.add(line("four"), [["user", "x"]], {})
    early.release()
    assert (early.line(digest("one")), early.line(digest("four"))["text"]) == (None, "hello")
    assert Recording(path).to_frame()["reply"].tolist() == [digest("four")]


def test_hostile_text_is_escaped_where_it_becomes_html(tmp_path):
    evil = "<script>alert(1)</script>"
    recording = write(tmp_path / "a.jsonl", line("one", evil))
    shown = recording.reply(digest("one"))._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_an_unknown_reply_says_where_was_looked(tmp_path):
    write(tmp_path / "recordings" / "any.jsonl", line("one"))
    assert recordings.reply(digest("one")).text == "hello"
    with pytest.raises(KeyError, match=r"no reply 'abc'.*recordings"):
        recordings.reply("abc")
    with pytest.raises(KeyError, match="no reply"):
        recordings.reply("")


def test_a_table_holds_every_reply_and_its_tokens(tmp_path):
    table = write(tmp_path / "a.jsonl", line("one", draw=3), line("two", prefill="{")).to_frame()
    assert table["draw"].tolist() == [3, 0]
    assert table["prefill"].tolist() == ["", "{"]
    assert table[["input", "output"]].to_numpy().tolist() == [[5, 2], [5, 2]]
    assert Recording(tmp_path / "none.jsonl").to_frame().empty


def test_tokens_are_summed_as_often_as_paid_and_missing_for_a_reply_that_is_not_recorded(tmp_path):
    write(tmp_path / "recordings" / "any.jsonl", line("a"), line("b"))
    assert recordings.tokens([digest("a"), digest("b"), digest("a")]) == 21
    assert recordings.tokens([]) == 0
    assert math.isnan(recordings.tokens([digest("a"), digest("never")]))


def test_a_damaged_reply_is_asked_for_again_by_a_model(tmp_path):
    request = Request((("user", "hi"),))
    with serve(lambda body: completion("hello")) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file = tmp_path / "a.jsonl"
        [reply] = Model("any", base_url=server.address, recording=file).ask([request])
        file.write_text(file.read_text(encoding="utf-8").replace('"text":"hello"', '"text":"hello'))
        recordings._opened.clear()
        [again] = Model("any", base_url=server.address, recording=file).ask([request])
        assert (again.text, again.replayed, again.id) == ("hello", False, reply.id)
        recordings._opened.clear()
        [third] = Model("any", base_url=server.address, recording=file).ask([request])
        assert third.replayed
