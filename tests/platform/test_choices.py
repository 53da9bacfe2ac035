import math
import warnings

import numpy as np
import pytest

from beliefsim.models import Limits, Model, Request
from beliefsim.models.choices import named, tempered
from beliefsim.models.probing import Traits
from tests.platform.servers import Known, completion, serve

SENDS = tuple(map(str, range(11)))
PREFILL = '{"sent": '
# "10" can be written as one token or as "1" and "0"; "." and "x" are no answers
TABLE = {
    "": {"1": 0.4, "3": 0.2, "10": 0.1, ".": 0.2, "x": 0.1},
    "1": {"}": 0.5, "0": 0.3, "2": 0.2},
    "10": {"}": 0.9, "0": 0.1},
    "3": {"}": 0.6, ".": 0.4},
}


@pytest.fixture(autouse=True)
def _results(tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))


def asked(user="how many?", **changes):
    settings = {"prefill": PREFILL, "options": SENDS, "terminator": "}", "max_tokens": 8, **changes}
    return Request((("user", user),), **settings)


def by_hand(temperature):
    """The tree of TABLE, tempered token by token among legal continuations."""
    first = tempered(np.log([0.4, 0.2, 0.1]), temperature)
    second = tempered(np.log([0.5, 0.3]), temperature)
    p = np.zeros(11)
    p[1], p[3], p[10] = first[0] * second[0], first[1], first[0] * second[1] + first[2]
    return p


@pytest.mark.parametrize("temperature", [1.0, 0.5, 0.05, 2.0])
def test_an_exact_choice_gives_the_known_probabilities(temperature):
    with serve(Known(TABLE)) as server:
        [choice] = Model("known", base_url=server.address).choose([asked(temperature=temperature)])
    assert choice.read == "exact"
    np.testing.assert_allclose(choice.p, by_hand(temperature), atol=1e-3)  # log-probabilities are kept to 4 digits
    # 3, 1}, and 10 both ways, as the model itself writes them
    assert choice.legal == pytest.approx(0.2 + 0.4 * 0.5 + 0.4 * 0.3 + 0.1, abs=1e-3)


def test_one_recording_serves_every_temperature():
    with serve(Known(TABLE)) as server:
        model = Model("known", base_url=server.address)
        list(model.choose([asked(temperature=1.0)]))
        sent = len(server.bodies)
        [certain] = model.choose([asked(temperature=0.0)])
        assert len(server.bodies) == sent
    assert certain.p[1] == 1


def test_a_choice_is_read_to_its_end_before_the_next_one_takes_its_slot():
    limits = Limits(concurrency=1, start=1, ahead=1)
    with serve(Known(TABLE)) as server:
        model = Model("known", base_url=server.address, limits=limits)
        list(model.choose([asked(f"question {number}") for number in range(3)]))
        users = [body["messages"][0]["content"] for body in server.bodies]
    assert [user for user in users if user.startswith("question")] == [f"question {n}" for n in (0, 0, 1, 1, 2, 2)]


def test_only_places_where_options_part_are_asked():
    with serve(Known(TABLE)) as server:
        list(Model("known", base_url=server.address).choose([asked()]))
        begun = [
            body["messages"][-1]["content"] for body in server.bodies if body["messages"][0]["content"] == "how many?"
        ]
    assert begun == [PREFILL, PREFILL + "1"]


def test_a_branch_of_negligible_probability_is_skipped_and_told():
    table = {**TABLE, "": {"1": 5e-5, "3": 0.9}}
    with serve(Known(table)) as server:
        [choice] = Model("known", base_url=server.address).choose([asked()])
        assert all(body["messages"][-1]["content"] != PREFILL + "1" for body in server.bodies)
    assert choice.p[3] == 1
    assert 0 < choice.skipped < 1e-4


@pytest.mark.parametrize("temperature", [1.0, 0.5])
def test_sampling_under_a_grammar_gives_the_exact_frequencies(temperature):
    draws = 500
    with serve(Known(TABLE, legal=tuple(each + "}" for each in SENDS))) as server:
        model = Model("known", base_url=server.address)
        [choice] = model.choose([asked(temperature=temperature)])
        messages = asked().messages
        replies = model.ask(
            Request(messages, prefill=PREFILL, temperature=temperature, max_tokens=4, draw=draw)
            for draw in range(draws)
        )
        counts = np.bincount([named(reply.text, asked()) for reply in replies], minlength=11)
    noise = np.sqrt(choice.p * (1 - choice.p) / draws)
    assert np.all(np.abs(counts / draws - choice.p) <= 4 * noise + 1e-3)


def test_options_are_read_with_their_terminator():
    table = {"": {"trust": 0.6, "trustee": 0.2, "keep": 0.2}, "trust": {'"': 0.5, "ee": 0.25, "ing": 0.25}}
    with serve(Known(table, prefill='{"choice": "')) as server:
        request = asked(prefill='{"choice": "', options=("keep", "trust", "trustee"), terminator='"')
        [choice] = Model("known", base_url=server.address).choose([request])
    np.testing.assert_allclose(choice.p, [0.2, 0.6 * 2 / 3, 0.2 + 0.6 / 3], atol=1e-3)


def test_without_a_legal_token_the_choice_is_missing_and_says_so():
    with serve(Known({"": {"x": 1.0}})) as server:
        [choice] = Model("known", base_url=server.address).choose([asked()])
    assert np.isnan(choice.p).all()
    assert choice.legal == 0
    assert "no option" in choice.error


def written(text, *positions):
    def answer(body):
        return completion(text, top=list(positions) if body.get("logprobs") else None)

    return answer


def _one_turn(answer):
    """An endpoint that reports log-probabilities and begins a new turn whatever it was given."""
    return lambda body: (
        answer(body) if "how many?" in str(body) else completion("ok", top=[("ok", [("ok", 0.9), ("k", 0.1)])])
    )


def test_without_prefill_the_first_token_of_the_answer_is_read():
    positions = [
        ("{", [("{", 1.0)]),
        ('"sent":', [('"sent":', 1.0)]),
        (" 3", [(" 3", 0.5), (" 10", 0.2), (" 1", 0.1), (" x", 0.2)]),
    ]
    with serve(_one_turn(written('{"sent": 3}', *positions))) as server, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = Model("chat", base_url=server.address)
        [choice] = model.choose([asked()])
    assert (model.traits.choice, choice.read) == ("first token", "first token")
    np.testing.assert_allclose(choice.p[[1, 3, 10]], [0.125, 0.625, 0.25], atol=1e-3)
    assert choice.legal == pytest.approx(0.8, abs=1e-3)
    assert sum("does not continue a begun answer" in str(each.message) for each in said) == 1


def test_a_token_that_begins_two_options_is_not_read():
    positions = [('{"sent": ', [('{"sent": ', 1.0)]), ("1", [("1", 0.9), ("3", 0.1)])]  # "1" may go on to "10"
    with serve(_one_turn(written('{"sent": 1}', *positions))) as server, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        [choice] = Model("chat", base_url=server.address).choose([asked()])
    assert choice.read == "sampled"
    assert choice.p[1] == 1


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ('{"sent": 4}', 4), ('{"sent":10}', 10), ('{\n "sent": 0\n}', 0), ('Sure! {"sent": 7} dollars', 7),
        ('{"sent": 11}', None), ('{"sent": 4.5}', None), ("I would rather not.", None), ("", None),
    ],
)  # fmt: skip
def test_a_sampled_answer_is_read_or_missing(text, index):
    assert named(text, asked()) == index


def test_options_that_cannot_be_told_apart_are_refused():
    model = Model("known", base_url="http://localhost:1/v1")
    model._exchange.traits = Traits()
    with pytest.raises(ValueError, match="different texts"):
        list(model.choose([asked(options=("a", "a"))]))
    with pytest.raises(ValueError, match=r"begins '10'.*terminator"):
        list(model.choose([asked(terminator="")]))


def test_tempering_is_a_power_of_each_probability():
    p = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(tempered(np.log(p), 0.5), p**2 / (p**2).sum())
    assert tempered([math.log(0.5), math.log(0.4)], 0).tolist() == [1, 0]
