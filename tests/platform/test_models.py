import itertools
import json
import random
import subprocess
import sys
import traceback
import warnings
from dataclasses import replace

import filelock
import pytest
from aiohttp import web

from beliefsim import paths, recordings
from beliefsim.models import Budget, BudgetSpent, Limits, MissingReply, Model, ModelError, Request, itemised
from beliefsim.models.bills import price
from beliefsim.models.pace import LONGEST_WAIT_SECONDS, Pace
from beliefsim.models.wire import clean
from beliefsim.recordings.keys import Keys
from beliefsim.run import Run
from tests.platform.servers import completion, refuse, serve

QUICK = Limits(concurrency=8, start=8, attempt_seconds=5, backoff_seconds=0.01, deadline_seconds=20, attempts=4)
KEY = "sk-planted-0123456789"


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))
    monkeypatch.setattr(recordings, "_opened", {})
    for name in ("OPENAI_API_KEY", "BELIEFSIM_RUN"):
        monkeypatch.delenv(name, raising=False)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*choices are read")
        yield


def asked(number=0, **changes):
    return Request((("system", "Answer briefly."), ("user", f"question {number}")), **changes)


def echo(body):
    return completion("on " + body["messages"][-1]["content"])


def test_replies_come_in_order_whatever_the_endpoint_does():
    async def late(body):
        import asyncio

        await asyncio.sleep(random.random() / 20)
        return echo(body)

    with serve(late) as server:
        replies = list(Model("any", base_url=server.address, limits=QUICK).ask(asked(n) for n in range(40)))
        assert server.most_at_once > 1
    assert [reply.text for reply in replies] == [f"on question {n}" for n in range(40)]


def test_a_recording_that_could_not_be_written_is_left_to_the_next_writer(monkeypatch, tmp_path):
    def full(recording, endpoint):
        raise recordings.RecordingError("No space left on device")

    monkeypatch.setattr(recordings.Recording, "note", full)
    with serve(echo) as server, pytest.raises(recordings.RecordingError):
        list(Model("any", base_url=server.address).ask([asked()]))
    with filelock.FileLock(tmp_path / "recordings" / ".any.jsonl.lock", timeout=0):
        pass


def test_a_second_run_sends_nothing():
    with serve(echo) as server:
        first = list(Model("any", base_url=server.address).ask(asked(n) for n in range(20)))
        sent = len(server.bodies)
        recordings._opened.clear()
        again = list(Model("any", base_url=server.address).ask(asked(n) for n in range(20)))
        assert len(server.bodies) == sent
    assert all(reply.replayed for reply in again)
    assert [reply.text for reply in again] == [reply.text for reply in first]


def test_equal_requests_of_one_run_are_asked_once():
    with serve(echo, delay_seconds=0.02) as server:
        replies = list(Model("any", base_url=server.address, limits=QUICK).ask([asked(1)] * 12))
        assert server.asked("question 1") == 1
    assert {reply.text for reply in replies} == {"on question 1"}


def test_requests_are_generated_as_they_are_needed():
    taken = []

    def endless():
        for number in itertools.count():
            taken.append(number)
            yield asked(number)

    with serve(echo) as server:
        model = Model("any", base_url=server.address, limits=QUICK)
        some = list(itertools.islice(model.ask(endless()), 50))
    assert len(some) == 50
    assert len(taken) < 50 + 2 * 4 * QUICK.concurrency


@pytest.mark.parametrize(
    "change", [{"draw": 1}, {"temperature": 0.5}, {"max_tokens": 3}, {"schema": {"type": "object"}}, {"prefill": "{"},
               {"messages": (("user", "question 0"),)}, {"logprobs": 5}, {"extra": {"steering": [0.1]}}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_whatever_can_change_the_answer_is_in_the_key(change):
    from dataclasses import replace

    model = Model("any", base_url="http://localhost:1/v1")
    assert model._exchange.key(asked()) == model._exchange.key(asked())
    assert model._exchange.key(replace(asked(), **change)) != model._exchange.key(asked())


def test_the_weights_are_in_the_key_and_the_address_is_not():
    assert Keys("any", "a").of("p", "s") != Keys("any", "b").of("p", "s")
    here, there = (Model("any", base_url=f"http://localhost:{port}/v1") for port in (1, 2))
    assert here._exchange.key(asked()) == there._exchange.key(asked())


def test_replies_from_another_address_are_told():
    with serve(echo) as server:
        list(Model("any", base_url=server.address).ask([asked()]))
    with pytest.warns(UserWarning, match=r"any\.jsonl holds replies of 'any' from http://127"):
        Model("any", base_url="http://localhost:1/v1")


def test_samplers_are_neutral_in_every_request():
    with serve(echo) as server:
        list(Model("any", base_url=server.address).ask([asked(temperature=0.7)]))
        body = server.bodies[-1]
    assert {name: body[name] for name in ("temperature", "top_p", "top_k", "min_p")} == {
        "temperature": 0.7, "top_p": 1, "top_k": 0, "min_p": 0
    }  # fmt: skip


# who may be asked


def test_a_hosted_model_is_not_asked_without_permission():
    with pytest.raises(MissingReply, match=r"gpt-4.1-mini.*live=True") as caught:
        list(Model("gpt-4.1-mini").ask([asked(3)]))
    assert "question 3" in str(caught.value)


def test_an_endpoint_elsewhere_is_not_asked_without_permission():
    with pytest.raises(MissingReply, match="live=True"):
        list(Model("any", base_url="https://models.example.org/v1").ask([asked()]))


def test_replay_only_names_the_command_that_records(monkeypatch):
    monkeypatch.setenv(*Run(replay_only=True).setting)
    with pytest.raises(MissingReply, match="beliefsim record"):
        list(Model().ask([asked()]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"messages": (("user", "Question 0?"),)}, "recorded with another version of this prompt"),
        ({"temperature": 0.5}, "recorded with this prompt under other settings"),
        ({"draw": 3}, "recorded with this prompt, but not draw 3"),
    ],
)
def test_a_recording_that_does_not_answer_is_told_with_what_is_other(monkeypatch, change, words):
    with serve(echo) as server:
        list(Model("any", base_url=server.address).ask([asked()]))
        sent = len(server.bodies)
        monkeypatch.setenv(*Run(replay_only=True).setting)
        with pytest.raises(MissingReply, match=words) as caught:
            list(Model("any", base_url=server.address).ask([replace(asked(), **change)]))
        assert len(server.bodies) == sent
    first = str(caught.value).splitlines()[0]  # the line that `reproduce` prints
    assert "beliefsim record" in first and words in first and "any.jsonl" in first


def test_a_recording_of_other_weights_does_not_answer_and_says_so(monkeypatch, tmp_path):
    name, recording = "smollm2-135m-instruct", tmp_path / "old.jsonl"
    with serve(echo) as server:
        [before] = Model(name, base_url=server.address, recording=recording).ask([asked()])
    recording.write_text(recording.read_text().replace('"weights":""', f'"weights":"{"0" * 64}"'))
    recordings._opened.clear()
    monkeypatch.setenv(*Run(replay_only=True).setting)
    monkeypatch.setattr(recordings, "committed", lambda name: [])
    with pytest.raises(
        MissingReply, match=r"recorded with other weights \(000000000000…, now b179c9523d0e…\)"
    ) as caught:
        list(Model(name, recording=recording).ask([asked()]))
    assert "beliefsim record" in str(caught.value).splitlines()[0]
    assert before.text


def test_a_recording_of_a_newer_format_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "new.jsonl").write_text('{"recording":2,"model":"any","weights":""}\n')
    with pytest.raises(recordings.RecordingError, match="format version 2, this beliefsim reads up to 1: upgrade"):
        Model("any", base_url="http://localhost:1/v1", recording=tmp_path / "new.jsonl")


def test_a_near_miss_of_the_catalogue_is_refused_with_the_suggestion():
    with pytest.raises(ValueError, match="did you mean 'smollm2-135m-instruct'"):
        Model("smollm2-135-instruct")


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://a/b", "", "http://"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ValueError, match="is no http"):
        Model("any", base_url=address)


def test_an_address_with_a_trailing_slash_or_another_path_works_or_tells():
    with serve(echo) as server:
        assert [each.text for each in Model("any", base_url=server.address + "/").ask([asked()])] == ["on question 0"]
        with pytest.raises(ModelError, match=r"404.*base_url"):
            list(Model("other", base_url=server.address.removesuffix("/v1")).ask([asked()]))


def test_an_endpoint_that_is_not_there_is_told_at_once():
    quick = Limits(attempts=2, backoff_seconds=0.01)
    with pytest.raises(ModelError, match="connection failed"):
        list(Model("any", base_url="http://127.0.0.1:9/v1", limits=quick).ask(asked(n) for n in range(50)))


# secrets


def test_no_key_and_no_organisation_is_sent_to_a_base_url(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-planted")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-planted")
    with serve(echo) as server:
        list(Model("any", base_url=server.address).ask([asked()]))
        sent = json.dumps(server.headers)
    assert not any(secret in sent for secret in (KEY, "org-planted", "proj-planted"))


def test_a_named_key_is_sent_and_written_nowhere(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("MY_KEY", KEY)

    def answer(body):
        return refuse(401, f"Incorrect API key provided: {KEY}") if "question 1" in str(body) else echo(body)

    with serve(answer) as server:
        model = Model("any", base_url=server.address, key_variable="MY_KEY")
        list(model.ask([asked(0)]))
        assert server.headers[-1]["Authorization"] == f"Bearer {KEY}"
        with pytest.raises(ModelError) as caught:
            list(model.ask([asked(1)]))
    shown = "".join(traceback.format_exception(caught.value)) + repr(vars(model)) + capsys.readouterr().err
    files = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert KEY not in shown + files


def test_a_missing_key_names_the_variable():
    with pytest.raises(ModelError, match="OPENAI_API_KEY"):
        list(Model("gpt-4.1-mini", live=True).ask([asked()]))


def test_a_key_inside_the_address_is_refused():
    with pytest.raises(ValueError, match="key_variable") as caught:
        Model("any", base_url=f"http://user:{KEY}@localhost/v1")
    assert KEY not in str(caught.value)


# faults


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_cannot_succeed_stops_at_once_with_the_remedy(status):
    with serve(lambda body: refuse(status, "no") if "question" in str(body) else echo(body)) as server:
        with pytest.raises(ModelError, match=f"{status}: no; "):
            list(Model("any", base_url=server.address, limits=QUICK).ask(asked(n) for n in range(500)))
        assert server.asked("question") <= 4 * QUICK.concurrency


def test_when_every_call_fails_the_first_cause_is_raised():
    with serve(lambda body: refuse(500, "out of order") if "question" in str(body) else echo(body)) as server:  # noqa: SIM117
        with pytest.raises(ModelError, match="500: out of order"):
            list(Model("any", base_url=server.address, limits=QUICK).ask(asked(n) for n in range(10)))


def test_when_some_calls_fail_the_causes_are_counted_and_a_rerun_asks_only_for_those(recwarn):
    broken = [True]

    def answer(body):
        words = str(body["messages"])
        if broken[0] and any(f"question {n}'" in words for n in (2, 5)):
            return refuse(413, "too long")
        return echo(body)

    with serve(answer) as server:
        replies = list(Model("any", base_url=server.address, limits=QUICK).ask(asked(n) for n in range(8)))
        assert [n for n, reply in enumerate(replies) if reply.error] == [2, 5]
        table = next(str(each.message) for each in recwarn if "failed" in str(each.message))
        assert "2 of 8 requests failed" in table
        assert "413: too long" in table
        broken[0], sent = False, len(server.bodies)
        again = list(Model("any", base_url=server.address, limits=QUICK).ask(asked(n) for n in range(8)))
        assert len(server.bodies) - sent == 2
    assert not any(reply.error for reply in again)


def test_a_web_page_in_place_of_the_api_is_told():
    page = web.Response(text="<!DOCTYPE html><p>Welcome</p>", content_type="text/html")
    quick = Limits(attempts=2, backoff_seconds=0.01)
    with serve(lambda body: web.Response(text=page.text, content_type="text/html")) as server:  # noqa: SIM117
        with pytest.raises(ModelError, match=r"web page.*base_url"):
            list(Model("any", base_url=server.address, limits=quick).ask([asked()]))


def test_errors_keep_their_words_and_lose_secrets():
    words = f"bad header Bearer {KEY},\n sk-another-key  and {KEY}"
    assert clean(words, KEY) == "bad header Bearer [key], [key] and [key]"


# pace


def test_concurrency_grows_and_halves():
    pace = Pace(Limits(concurrency=32, start=4))
    for _ in range(4):
        pace.faster()
    assert pace.limit == 8  # doubled in a round
    pace.slower(10.0, None)
    pace.slower(10.1, None)  # the same congestion
    assert pace.limit == 4
    for _ in range(4):
        pace.faster()
    assert 4 < pace.limit <= 5.01  # then one a round
    for second in range(20, 40, 2):
        pace.slower(second, None)
    assert pace.limit == 1


def test_retry_after_closes_the_way_for_all():
    pace = Pace(Limits())
    assert pace.pause(0.0, 1) <= 0
    pace.slower(0.0, 7.0)
    assert pace.pause(1.0, 1) == 6.0
    pace.slower(1.0, float("inf"))
    assert pace.pause(1.0, 1) == LONGEST_WAIT_SECONDS


def test_ceilings_per_minute_are_kept():
    pace, now, sent = Pace(Limits(requests_per_minute=120, tokens_per_minute=6000)), 0.0, 0
    while now < 60:
        wait = pace.pause(now, 10)
        sent += wait <= 0
        now += max(wait, 1e-6)
    assert 115 <= sent <= 123
    pace, now, sent = Pace(Limits(tokens_per_minute=6000)), 0.0, 0
    while now < 60:
        wait = pace.pause(now, 100)
        sent += wait <= 0
        now += max(wait, 1e-6)
    assert 58 <= sent <= 62


def test_limits_that_allow_nothing_are_refused():
    with pytest.raises(ValueError, match="concurrency must be above 0"):
        Limits(concurrency=0)


# the bill


def test_a_budget_stops_cleanly_and_a_rerun_goes_on():
    with serve(lambda body: completion("ok", usage=(1000, 500))) as server:

        def model(**budget):
            return Model("gpt-4.1-mini", base_url=server.address, limits=QUICK, budget=Budget(**budget))

        mine, got = model(calls=5), []
        with pytest.raises(BudgetSpent, match="5 replies of this run are recorded"):
            got.extend(mine.ask(asked(n) for n in range(20)))
        assert server.asked("question") == 5
        rest = list(model().ask(asked(n) for n in range(20)))
        assert server.asked("question") == 20
    assert sum(reply.replayed for reply in rest) == 5


def test_a_budget_in_dollars_is_never_passed(monkeypatch):
    from beliefsim.models import endpoint

    monkeypatch.setattr(endpoint, "is_here", lambda address: False)  # as if it were not free
    with serve(lambda body: completion("ok", usage=(100, 50))) as server:
        mine = Model("gpt-4.1-mini", base_url=server.address, live=True, limits=QUICK, budget=0.01)
        with pytest.raises(BudgetSpent):
            list(mine.ask(asked(n, max_tokens=50) for n in range(5000)))
        assert 0.005 < mine.bill.dollars <= 0.01
        assert f"${mine.bill.dollars:.4f}" in str(mine.bill)


def test_a_budget_of_zero_only_replays():
    with serve(echo) as server:
        list(Model("any", base_url=server.address).ask([asked(1)]))
        broke = Model("any", base_url=server.address, budget=0)
        assert [each.replayed for each in broke.ask([asked(1)])] == [True]
        with pytest.raises(BudgetSpent, match="budget of 0"):
            list(broke.ask([asked(2)]))
        assert server.asked("question 2") == 0


def test_a_budget_for_a_model_without_price_is_refused_with_the_table_to_edit():
    with pytest.raises(ModelError, match=r"not in the price table.*prices\.csv"):
        list(Model("mystery", base_url="https://models.example.org/v1", live=True, budget=1.0).ask([asked()]))


def test_the_users_table_of_prices_goes_first(monkeypatch, tmp_path):
    from beliefsim.models import bills

    assert price("gpt-4.1-mini-2025-04-14") == price("gpt-4.1-mini")
    assert price("mystery") is None
    own = tmp_path / "prices.csv"
    monkeypatch.setattr(bills, "own_table", lambda: own)
    own.write_text("model,input,output\nmystery,1,2\ngpt-4.1-mini,9,9\n")
    assert price("mystery") == (1, 1, 2)
    assert price("gpt-4.1-mini").input == 9
    own.write_text("model,input,output\nmystery,one,2,more\n")
    with pytest.raises(ValueError, match="line 2"):
        price("mystery")


def test_the_size_of_a_prompt_is_learned_from_usage():
    with serve(lambda body: completion("ok", usage=(500, 7))) as server:
        model = Model("gpt-4.1", base_url=server.address)
        before = model.bill.input_tokens(asked(11))
        list(model.ask(asked(n, max_tokens=100) for n in range(10)))
    assert before < 100
    assert model.bill.input_tokens(asked(11)) == pytest.approx(500, rel=0.05)


def test_tokens_are_itemised_per_instrument():
    import pandas as pd

    with serve(lambda body: completion("ok", usage=(1000, 100))) as server:
        replies = list(Model("gpt-4.1-mini", base_url=server.address).ask(asked(n) for n in range(3)))
    ids = [reply.id for reply in replies]
    table = pd.DataFrame(
        {"arm": "gpt-4.1-mini", "instrument": ["TR", "TR", "TR", "$", ""], "reply": [*ids[:2], ids[0], ids[2], ""]}
    )
    found = itemised(table).set_index("instrument")
    assert found.loc["TR", ["replies", "input", "output"]].tolist() == [2, 2000, 200]
    assert found.loc["$", "dollars"] == pytest.approx(0.0004 + 0.00016)


def test_a_rehearsal_makes_answers_up_records_them_apart_and_sends_nothing(monkeypatch, tmp_path):
    scratch, tally = tmp_path / "scratch", tmp_path / "tally.jsonl"
    known = tmp_path / "recordings"
    with serve(echo) as server:
        list(Model("any", base_url=server.address).ask([asked(0)]))
        before, sent = (known / "any.jsonl").read_bytes(), len(server.bodies)
        run = Run(recordings=str(scratch), known=str(known), tally=str(tally), rehearsal=True)
        monkeypatch.setenv(*run.setting)
        model = Model("any", base_url=server.address)
        schema = {"type": "object", "properties": {"sent": {"type": "integer", "minimum": 0, "maximum": 10}}}
        options = {"prefill": '{"sent": ', "options": tuple(map(str, range(11))), "terminator": "}"}
        replies = list(model.ask(asked(n % 4, schema=schema) for n in range(40)))  # four prompts
        [choice] = model.choose([asked(9, schema=schema, **options)])
        list(model.ask([asked(0), asked(1, schema=schema)]))
        assert len(server.bodies) == sent
    assert all(0 <= json.loads(reply.text)["sent"] <= 10 for reply in replies)
    assert choice.p.sum() == pytest.approx(1)
    assert recordings.reply(replies[0].id).text == replies[0].text
    assert (known / "any.jsonl").read_bytes() == before
    counted = [json.loads(line) for line in tally.read_text().splitlines()]
    assert sum(line["calls"] for line in counted) == 4 + 1
    assert sum(line["recorded"] for line in counted) == 1


# endpoints as they are


def reasoning(body):
    """Refuses what OpenAI's reasoning models refuse."""
    for name in ("max_tokens", "top_k", "temperature", "logprobs"):
        if name in body:
            return refuse(400, f"Unsupported parameter: '{name}' is not supported with this model.")
    return completion('{"ok": true}', reasoning_content="let me think")


def test_a_reasoning_model_is_asked_without_what_it_refuses(recwarn):
    with serve(reasoning) as server:
        model = Model("thinker", base_url=server.address)
        [reply] = model.ask([asked(temperature=0.3)])
        body = server.bodies[-1]
    assert not {"max_tokens", "top_k", "temperature", "logprobs"} & set(body)
    assert body["max_completion_tokens"] > 256
    assert (reply.text, reply.reasoning) == ('{"ok": true}', "let me think")
    assert model.traits.choice == "sampled"


@pytest.mark.parametrize(
    ("refused", "mode"), [({"json_schema"}, "json_object"), ({"json_schema", "json_object"}, "text")]
)
@pytest.mark.parametrize("status", [400, 422])
def test_a_schema_is_sent_in_the_way_that_is_taken(refused, mode, status):
    def answer(body):
        kind = body.get("response_format", {}).get("type")
        return refuse(status, f"response_format {kind} is not supported") if kind in refused else completion("{}")

    with serve(answer) as server:
        model = Model("plain", base_url=server.address)
        list(model.ask([asked(schema={"type": "object"})]))
        assert model.traits.schema == mode
        assert server.bodies[-1].get("response_format", {"type": "text"})["type"] == mode
        sent = len(server.bodies)
        recordings._opened.clear()
        [again] = Model("plain", base_url=server.address).ask([asked(schema={"type": "object"})])
        assert again.replayed
        assert len(server.bodies) == sent  # probed once, kept in the recording


def vllm(body):
    """Continues a begun answer only when it is told to, and does not repeat it."""
    continued = body.get("continue_final_message") and not body.get("add_generation_prompt", True)
    begun = body["messages"][-1]["role"] == "assistant"
    rest = "6" if body["messages"][-1]["content"].startswith("1 2 3") else "4"
    token = rest if begun and continued else "Certainly"
    return completion(token, top=[(token, [(token, 0.9), ("x", 0.1)])] if body.get("logprobs") else None)


def test_vllm_is_told_to_continue():
    with serve(vllm) as server:
        model = Model("v", base_url=server.address)
        [choice] = model.choose([asked(prefill="$", options=("4", "7"), terminator=".")])
        assert (model.traits.prefill, model.traits.echo, model.traits.choice) == ("flags", False, "exact")
        [reply] = model.ask([asked(prefill="$", max_tokens=1)])
    assert choice.p.tolist() == [1, 0]
    assert reply.text == "$4"


def test_a_model_that_goes_on_in_a_new_turn_is_not_taken_to_continue(recwarn):
    def answer(body):
        begun = body["messages"][-1]["role"] == "assistant"
        return completion("6", top=[("6", [("6", 0.9), ("x", 0.1)])], usage=(40 + 5 * begun, 1))

    with serve(answer) as server:
        assert Model("strong", base_url=server.address).traits.prefill == ""


def ollama(body):
    """Ignores what it does not know: no log-probabilities, continues a begun answer."""
    begun = body["messages"][-1]["role"] == "assistant"
    return completion("6" if begun else "ok")


def test_an_endpoint_that_ignores_log_probabilities_is_sampled(recwarn):
    with serve(ollama) as server:
        model = Model("o", base_url=server.address)
        with pytest.warns(UserWarning, match="no log-probabilities"):
            assert model.traits.choice == "sampled"


def test_a_request_for_fewer_log_probabilities_is_tried():
    def answer(body):
        if body.get("top_logprobs", 0) > 5:
            return refuse(400, "top_logprobs must be at most 5")
        return completion("ok", top=[("ok", [("ok", 0.6), ("no", 0.4)])] if body.get("logprobs") else None)

    with serve(answer) as server:
        assert Model("few", base_url=server.address).traits.top == 5


# the package


def test_importing_the_models_does_not_import_the_sdk():
    code = "import sys, beliefsim.models; print({'openai', 'aiohttp', 'httpx', 'filelock'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=paths.clone())
    assert found.stdout.strip() == "set()", found.stderr
