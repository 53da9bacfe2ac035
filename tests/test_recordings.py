import json
import math
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beliefsim import recordings
from beliefsim.models import Model, Request
from beliefsim.models.requests import digest
from beliefsim.recordings import Recording, RecordingError
from tests.servers import completion, serve

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
    kinds = [next(iter(json.loads(each))) for each in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert kinds == ["recording", "prompt", "settings", *["key"] * 5]


def test_a_bad_line_is_named_by_its_number_and_the_rest_is_used(tmp_path):
    path = tmp_path / "a.jsonl"
    write(path, line("one"), line("two"))
    lines = path.read_text().splitlines()
    lines.insert(3, "<html>what?</html>")
    path.write_text("\n".join(lines) + "\n")
    with pytest.warns(UserWarning, match="line 4 cannot be read"):
        again = Recording(path)
    assert again.line(digest("one"))["text"] == again.line(digest("two"))["text"] == "hello"


def test_a_damaged_reply_is_named_and_asked_for_again(tmp_path):
    path = tmp_path / "a.jsonl"
    write(path, line("one"), line("two"))
    damaged = [each.replace('"text":"hello"', '"text":"hel', 1) if digest("one") in each else each
               for each in path.read_text().splitlines()]  # fmt: skip
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


def test_a_second_writer_is_refused(tmp_path):
    first = Recording(tmp_path / "a.jsonl")
    first.acquire(HEADER)
    with pytest.raises(RecordingError, match="another process is writing"):
        Recording(tmp_path / "a.jsonl").acquire(HEADER)
    first.release()
    second = Recording(tmp_path / "a.jsonl")
    second.acquire(HEADER)
    second.release()


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


def test_the_sidecar_is_used_and_rebuilt_when_it_does_not_fit(tmp_path):
    path = tmp_path / "a.jsonl"
    recording = write(path, *(line(str(number)) for number in range(50)))
    recording._index.save()
    write(path, line("later"))
    again = Recording(path)  # sidecar, then the tail
    assert again.line(digest("7"))
    assert again.line(digest("later"))
    [sidecar] = (tmp_path / "recordings" / ".index").iterdir()
    path.write_text(path.read_text().replace("hello", "goodbye, all"))  # same name, other content
    assert Recording(path).line(digest("49"))["text"] == "goodbye, all"
    sidecar.write_bytes(b"junk")
    assert Recording(path).line(digest("49"))["text"] == "goodbye, all"


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
        file.write_text(file.read_text().replace('"text":"hello"', '"text":"hello'))
        recordings._opened.clear()
        [again] = Model("any", base_url=server.address, recording=file).ask([request])
        assert (again.text, again.replayed, again.id) == ("hello", False, reply.id)
        recordings._opened.clear()
        [third] = Model("any", base_url=server.address, recording=file).ask([request])
        assert third.replayed
