"""Endpoints as they are: proxies, reruns, models that think, odd shapes, other models behind a name, secrets."""

import asyncio
import json
import threading
import time
import traceback
import warnings

import pytest
from aiohttp import web

from beliefsim import recordings
from beliefsim.models import Budget, Limits, Model, ModelError, Request, runs
from beliefsim.models.endpoint import Endpoint, headers, proxy
from beliefsim.models.probing import LLAMA_CPP, Traits
from beliefsim.run import Run
from tests.platform.servers import REFUSALS, completion, refuse, serve, wire

QUICK = Limits(concurrency=8, start=8, attempt_seconds=5, backoff_seconds=0.01, deadline_seconds=20, attempts=4)
KEY = "sk-planted-0123456789"
SCHEMA = {"type": "object", "properties": {"sent": {"type": "integer"}}}
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))
    monkeypatch.setattr(recordings, "_opened", {})
    for name in ("OPENAI_API_KEY", "BELIEFSIM_RUN", *PROXIES, *map(str.lower, PROXIES)):
        monkeypatch.delenv(name, raising=False)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*choices are read")
        yield


def asked(number=0, **changes):
    return Request((("user", f"question {number}"),), **changes)


def model(server, name="any", limits=QUICK, **settings):
    """A model as a new process would make it."""
    recordings._opened.clear()
    return Model(name, base_url=server.address, limits=limits, **settings)


def to_questions(answer):
    """An endpoint that answers probes plainly, and questions by `answer`."""
    return lambda body: answer(body) if "question" in str(body["messages"]) else completion("ok")


def recorded(tmp_path, name="any"):
    """Lines of replies."""
    file = tmp_path / "recordings" / f"{name}.jsonl"
    lines = map(json.loads, file.read_text().splitlines() if file.exists() else ())
    return [line for line in lines if "key" in line]


# proxies


@pytest.mark.parametrize("variable", PROXIES[:3])
def test_this_machine_is_asked_past_every_proxy(monkeypatch, variable):
    with serve(to_questions(lambda body: completion("the proxy's"))) as between, serve(completion_of("own")) as server:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{between.port}")
        assert [reply.text for reply in model(server).ask([asked()])] == ["own"]
        assert not between.bodies
    for here in ("http://localhost:1/v1", "http://[::1]:1/v1", "http://127.0.0.2/v1"):
        assert proxy(here) is None and Endpoint(here).free


def completion_of(text):
    return lambda body: completion(text)


def test_an_error_behind_a_proxy_names_the_proxy_without_its_password(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://user:hidden@127.0.0.1:9")
    elsewhere = Model("any", base_url="http://models.example.org/v1", live=True, limits=QUICK)
    with pytest.raises(ModelError, match=r"connection failed through the proxy 127\.0\.0\.1:9") as caught:
        list(elsewhere.ask([asked()]))
    assert "hidden" not in str(caught.value)
    monkeypatch.setenv("NO_PROXY", "example.org")
    assert proxy("http://models.example.org/v1") is None


# reruns, and prompts that are refused


@pytest.mark.parametrize("words", REFUSALS)
def test_a_refused_prompt_is_missing_and_the_run_goes_on_also_when_it_comes_first(words):
    def answer(body):
        return REFUSALS[words]() if "question 0" in str(body) else completion("ok")

    with serve(answer) as server, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        replies = list(model(server).ask(asked(number) for number in range(12)))
        assert [bool(reply.error) for reply in replies] == [True] + [False] * 11
        assert server.asked("question 0") == 1
        again = list(model(server).ask(asked(number) for number in range(12)))  # replayed replies count
        assert sum(reply.replayed for reply in again) == 11
    ends = [str(each.message) for each in told if "requests failed" in str(each.message)]
    assert len(ends) == 2 and all("1 of 12 requests failed and are missing" in each for each in ends)


def test_several_different_prompts_that_are_refused_stop_a_run_without_replies():
    with serve(to_questions(lambda body: refuse(400, "unknown field"))) as server:
        with pytest.raises(ModelError, match="400: unknown field"):
            list(model(server).ask(asked(number) for number in range(500)))
        assert server.asked("question") <= 4 * QUICK.concurrency
        with pytest.raises(ModelError, match="every request failed: 400"):
            list(model(server).ask(asked(0, draw=draw) for draw in range(8)))  # one prompt only


def test_a_run_ends_with_one_line_about_what_was_cut_or_refused(recwarn):
    def answer(body):
        number = int(body["messages"][-1]["content"].split()[-1])
        if number < 2:
            return completion("I cannot", finish="length")
        return completion(None, refusal="No.") if number == 2 else completion("fine")

    with serve(to_questions(answer)) as server:
        list(model(server).ask(asked(number) for number in range(6)))
        list(model(server).ask(asked(number) for number in range(6)))  # told when they were asked
    [told] = [str(each.message) for each in recwarn if "of 6 replies" in str(each.message)]
    assert "2 cut" in told and "1 refused" in told and "\n" not in told


# models that think


def thinker(enough, think=False):
    """Takes a temperature; spends fewer tokens than `enough` on its thoughts."""

    def answer(body):
        if body.get("max_tokens", body.get("max_completion_tokens")) < enough:
            return wire("thinking_spends_max_tokens")
        return completion(
            "<think>4 or 5?</think>\n5" if think else "5", **({} if think else {"reasoning_content": "hm"})
        )

    return answer


@pytest.mark.parametrize("think", [False, True])
def test_a_model_that_thinks_is_found_out_and_gets_room(think, tmp_path):
    with serve(thinker(300, think)) as server:
        thinking = model(server)
        assert thinking.traits.thinks and thinking.traits.temperature
        [reply] = thinking.ask([asked(max_tokens=24)])
        assert server.bodies[-1]["max_tokens"] == 24 + 4096
        sent = len(server.bodies)
        assert [each.text for each in model(server).ask([asked(max_tokens=24)])] == ["5"]
        assert len(server.bodies) == sent
    assert reply.text == "5"
    [line] = recorded(tmp_path)
    assert line["text"] == ("<think>4 or 5?</think>\n5" if think else "5")  # as it came


def test_a_model_that_refuses_short_answers_is_probed_through():
    def answer(body):
        for name in ("max_tokens", "logprobs"):
            if name in body:
                return refuse(400, f"Unsupported parameter: '{name}'. Use 'max_completion_tokens' instead.")
        if body["max_completion_tokens"] < 200:
            return web.json_response(wire("gpt5_probe_400"), status=400)
        return completion("ok", usage=(7, 30))

    with serve(answer) as server:
        found = model(server, "gpt-5").traits
    assert (found.thinks, found.length, found.temperature) == (True, "max_completion_tokens", True)


def test_thoughts_that_were_cut_are_asked_for_again_with_room_and_billed(tmp_path):
    with serve(to_questions(thinker(6000))) as server:  # the probes did not show that it thinks
        mine = model(server)
        [reply] = mine.ask([asked(max_tokens=24)])
        rooms = [body["max_tokens"] for body in server.bodies if "question" in str(body)]
    assert (reply.text, rooms) == ("5", [24, 24 + 4096, 24 + 16384])
    assert recorded(tmp_path)[0]["room"] == 16384
    assert (mine.bill.calls, mine.bill.output) == (3, 24 + 24 + 3)


def test_thoughts_without_an_end_are_an_error_and_never_an_answer(tmp_path):
    with serve(to_questions(thinker(10**6))) as server:
        with pytest.raises(ModelError, match=r"cut before it began.*16,408 tokens"):
            list(model(server).ask([asked(max_tokens=24)]))
        assert server.asked("question") == 3
    assert not recorded(tmp_path)


def test_keys_of_models_that_do_not_think_are_as_before():
    assert Traits().settings(24, 1.0) == {"max_tokens": 24, "temperature": 1.0, "top_p": 1, "top_k": 0, "min_p": 0}
    assert LLAMA_CPP.settings(1, 1.0, True)["max_tokens"] == 1
    assert Traits(temperature=False, length="n").settings(24, 1.0, True)["n"] == 24 + 4096
    assert Traits(thinks=True).settings(1, 1.0, True)["max_tokens"] == 1  # a begun answer is continued at once


# shapes


@pytest.mark.parametrize("name", ["content_parts", "json_in_reasoning_content", "tool_call", "null_logprob"])
def test_an_answer_is_found_whatever_its_shape(name, tmp_path):
    with serve(to_questions(lambda body: wire(name))) as server:
        [reply] = model(server).ask([asked(schema=SCHEMA, logprobs=2)])
    assert json.loads(reply.text) == {"sent": 4}
    assert reply.usage == (0, 0, 0, 0)
    if name == "null_logprob":
        assert reply.logprobs == [['{"', [['{"', 0.0]]]]
    if name == "content_parts":
        assert reply.reasoning == "hm"


@pytest.mark.parametrize("name", ["error_in_200", "error_in_choice", "json_validate_failed"])
def test_an_error_that_may_pass_is_asked_again_and_its_words_are_told(name, tmp_path):
    status = 400 if name == "json_validate_failed" else 200
    with serve(to_questions(lambda body: web.json_response(wire(name), status=status))) as server:
        with pytest.raises(
            ModelError, match=r"429: Provider.*rate-limited upstream|502: Upstream|409: Failed to validate"
        ):
            list(model(server).ask([asked()]))
        assert server.asked("question") == QUICK.attempts
    assert not recorded(tmp_path)


def test_an_error_within_200_that_cannot_pass_stops_at_once():
    error = {"error": {"message": "No credits", "code": 402}}
    with serve(to_questions(lambda body: error)) as server:
        with pytest.raises(ModelError, match=r"402: No credits.*no credit left"):
            list(model(server).ask(asked(number) for number in range(100)))
        assert server.asked("question") <= 4 * QUICK.concurrency


@pytest.mark.parametrize(
    "usage", [{"prompt_tokens": "7", "completion_tokens": 3.0}, {"prompt_tokens": None}, "none", [1], {"x": {}},
              {"prompt_tokens": float("inf"), "completion_tokens_details": [1]}]
)  # fmt: skip
def test_usage_of_odd_types_is_counted_or_zero(usage):
    with serve(to_questions(lambda body: {**completion("ok"), "usage": usage})) as server:
        [reply] = model(server).ask([asked()])
    assert reply.usage in {(7, 3, 0, 0), (0, 0, 0, 0)}


def test_a_prompt_does_not_follow_a_redirection():
    with serve(completion_of("stolen")) as other:
        there = {"Location": f"{other.address}/chat/completions"}
        with serve(lambda body: web.Response(status=307, headers=there)) as server:
            with pytest.raises(ModelError, match=rf"307: the endpoint sends on to 127\.0\.0\.1:{other.port}.*base_url"):
                list(model(server).ask([asked()]))
            assert not other.bodies


def test_an_endpoint_that_is_slow_is_called_slow(monkeypatch):
    async def late(body):
        await asyncio.sleep(0.3)
        return completion("late")

    monkeypatch.setattr(runs, "_PATIENCE_SECONDS", 0.1)
    with serve(to_questions(late)) as server:
        with pytest.warns(UserWarning, match=r"no answer for .*: the endpoint is slow \(1 requests in flight"):
            list(model(server).ask([asked(1)]))
        hasty = Limits(attempt_seconds=0.1, attempts=2, backoff_seconds=0.01)
        with pytest.raises(ModelError, match=r"within 0\.1 s: the endpoint is slow; Limits\(attempt_seconds"):
            list(model(server, limits=hasty).ask([asked(2)]))


@pytest.mark.parametrize("wait", ["3600", "inf", "nan", "-1", "soon", "Wed, 01 Jan 2098 00:00:00 GMT"])
def test_waits_are_capped_and_told(monkeypatch, wait):
    refused = []

    def answer(body):
        if not refused:
            refused.append(body)
            return refuse(429, "slow down", **{"Retry-After": wait})
        return completion("ok")

    monkeypatch.setattr(runs, "_PATIENCE_SECONDS", 0.1)
    with serve(to_questions(answer)) as server, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        brief = Limits(deadline_seconds=2, backoff_seconds=0.01)
        assert [reply.text for reply in model(server, limits=brief).ask([asked()])] == ["ok"]
    shown = any("asked to be left alone, and is asked again in" in str(each.message) for each in told)
    assert shown == (wait in ("3600", "inf", "Wed, 01 Jan 2098 00:00:00 GMT"))


# who answers


def one(identity="m", owner="vllm", root="org/weights-a"):
    return [{"id": identity, "object": "model", "owned_by": owner, "root": root}]


@pytest.mark.parametrize("changed", [one(root="org/weights-b"), one(owner="another")], ids=["root", "owner"])
def test_another_model_behind_a_name_and_address_is_refused_before_it_is_asked(changed, tmp_path):
    with serve(completion_of("a")) as server:
        server.served = one()
        list(model(server, "m").ask([asked(1)]))
        server.served, sent = changed, len(server.bodies)
        with pytest.raises(
            ModelError, match=r"another model .*'org/weights-.'.*'org/weights-a'.*Model\(recording="
        ) as no:
            list(model(server, "m").ask([asked(1), asked(2)]))
        assert len(server.bodies) == sent and changed[0]["owned_by"] in str(no.value)
        assert [each.text for each in model(server, "m").ask([asked(1)])] == ["a"]  # replay needs no server
        apart = model(server, "m", recording=tmp_path / "b.jsonl")
        assert [each.replayed for each in apart.ask([asked(1)])] == [False]


def test_a_reply_that_names_another_model_stops_the_run_and_is_not_recorded(tmp_path):
    names = ["m-2025-01-01"]
    with serve(lambda body: {**completion("ok"), "model": names[-1]}) as server:
        list(model(server, "m").ask([asked(1)]))
        names.append("m-2026-01-01")
        with pytest.raises(ModelError, match=r"model 'm-2026-01-01'.*has replies of model 'm-2025-01-01'"):
            list(model(server, "m").ask([asked(2)]))
    assert len(recorded(tmp_path, "m")) == 1


def test_a_recording_that_does_not_say_who_answered_is_accepted_once_with_a_notice(tmp_path):
    with serve(completion_of("ok")) as server:
        list(model(server).ask([asked(1)]))
        file = tmp_path / "recordings" / "any.jsonl"
        lines = [line for line in file.read_text().splitlines(keepends=True)]
        old = [json.loads(line) for line in lines]
        for line in old:
            line.get("endpoint", {}).pop("served", None)
        file.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in old))
        server.served = one("any")
        with pytest.warns(UserWarning, match="does not say which model its replies of 'any' came from"):
            list(model(server).ask([asked(2)]))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            list(model(server).ask([asked(3)]))
    assert recordings.Recording(file).provenance["served"]["root"] == "org/weights-a"


def test_a_swapped_weights_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_WEIGHTS", str(tmp_path / "weights"))
    from beliefsim.models import weights

    entry = weights.catalogue()["smollm2-135m-instruct"]
    entry.path.parent.mkdir()
    with entry.path.open("wb") as file:
        file.truncate(entry.bytes)  # as large as the right one
    assert entry.installed
    with pytest.raises(ModelError, match=r"smollm2-135m-instruct\.gguf is another file.*models install"):
        list(Model(recording=tmp_path / "new.jsonl").ask([asked()]))


@pytest.mark.parametrize("name", ["smollm-135m", "SmolLM2-135M", "smollm2-135m"])
def test_a_short_name_suggests_the_whole_one(name):
    with pytest.raises(ValueError, match="did you mean 'smollm2-135m-instruct'"):
        Model(name)


# secrets


@pytest.mark.parametrize(
    "address",
    [f"https://x.org/v1?api_key={KEY}", f"https://x.org/v1?API-Key={KEY}&api-version=1", f"http://{KEY}@x.org/v1",
     f"https://x.org/v1?access_token={KEY}",
     f"http://user:{KEY}@x.org:1/v1", f"x.org/v1?sig={KEY}", f"u:{KEY}@x.org/v1",
     f"https://x.org/v1#token={KEY}", f"ftp://x.org/v1?other={KEY}"],
)  # fmt: skip
def test_a_secret_in_an_address_is_refused_and_not_repeated(address, tmp_path):
    with pytest.raises(ValueError, match="base_url") as caught:
        Model("any", base_url=address)
    assert KEY not in "".join(traceback.format_exception_only(caught.value))
    assert not list(tmp_path.rglob("*"))


def test_a_query_that_is_no_secret_is_kept():
    queries = []

    async def answer(body):
        async def handle(request):
            queries.append(request.query_string)
            return web.json_response(completion("ok"))

        return handle

    with serve(answer) as server:
        recordings._opened.clear()
        azure = Model("any", base_url=f"{server.address}/?api-version=preview", limits=QUICK)
        assert [each.text for each in azure.ask([asked()])] == ["ok"]
    assert set(queries) == {"api-version=preview"}
    assert "preview" not in repr(azure)


def test_own_headers_go_to_the_default_address_only(monkeypatch):
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"X-Gateway: {KEY}")
    with serve(completion_of("ok")) as server:
        list(model(server).ask([asked()]))
        assert KEY not in json.dumps(server.headers) and "Authorization" not in server.headers[-1]
    assert headers("https://api.openai.com/v1", "my-key")["X-Gateway"] == KEY
    assert headers("https://api.openai.com/v1", "my-key")["Authorization"] == "Bearer my-key"


# interruptions


def comes_true(condition, seconds=20):
    """Wait for it; the limit is for a failing test only."""
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.02)
    return condition()


def test_what_was_in_flight_when_a_run_was_interrupted_is_billed_and_recorded(tmp_path, monkeypatch):
    release, tally = threading.Event(), tmp_path / "tally.jsonl"
    monkeypatch.setenv(*Run(tally=str(tally)).setting)

    async def answer(body):  # the first once all places are taken, the others when they are told to
        while not (release.is_set() or ("question 0" in str(body) and server.asked("question") >= QUICK.concurrency)):
            await asyncio.sleep(0.01)
        return completion("ok", usage=(10, 1))

    with serve(to_questions(answer)) as server:
        mine = model(server, budget=Budget(calls=100))
        replies = mine.ask(asked(number) for number in range(100))
        next(replies)
        assert comes_true(lambda: server.asked("question") == 1 + QUICK.concurrency)
        replies.close()  # as Ctrl-C does
        assert mine.bill.calls == 1
        release.set()
        assert comes_true(lambda: mine.bill.calls == server.asked("question"))
        assert mine.bill.calls == mine.budget.spent_calls == len(recorded(tmp_path)) == 1 + QUICK.concurrency
        assert comes_true(lambda: sum(json.loads(line)["calls"] for line in tally.open()) == mine.bill.calls)
