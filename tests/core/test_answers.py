import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beliefsim import answers
from beliefsim.beliefs import Integers, Options

SENDS = Integers(0, 10, unit="dollars")


@pytest.mark.parametrize(
    ("reply", "move"),
    [
        ('{"sent": 4}', "4"),
        ('{"sent": "4"}', "4"),
        ('{"sent": "$4"}', "4"),
        ('```json\n{"sent": 6}\n```', "6"),
        ('First {"sent": 3}, on reflection {"sent": 4}.', "4"),
        ("I have $10 to split ... finally, I will give 4 dollars", "4"),
        ("$10 … finally, I will give 4 dollars", "4"),
        ("BELIEF: they return it. DESIRE: keep 5.\nFinally, I will give 3 dollars.", "3"),
        ("I will send five dollars.", "5"),
        ("five", "5"),
        ("$7", "7"),
        ("7.", "7"),
        ('{"sent": 3', "3"),
        ("", None),
        ("I'm sorry, I cannot take part in that.", None),
        ('{"sent": 14}', None),
        ('{"sent": -2}', None),
        ("-3", None),
        ("I would send $5.50", None),
        ("50% of it", None),
        ("Between 3 and 5", None),
        ('{"sent": true}', None),
        ('{"sent": null}', None),
        ('{"other": 3}', None),
        ("[[[[{{{{", None),
        ("<script>alert(4)</script> 4 or 5", None),
    ],
)
def test_an_awkward_reply_is_read_where_it_can_be_and_missing_otherwise(reply, move):
    assert answers.move(reply, "sent", SENDS) == move


@given(st.text())
def test_no_text_breaks_the_reader_or_gives_an_illegal_move(text):
    move = answers.move(text, "sent", SENDS)
    assert move is None or 0 <= int(move) <= 10


def test_options_are_read_by_name_and_two_names_are_missing():
    space = Options(("keep", "trust"))
    assert answers.move('{"choice": "Trust"}', "choice", space) == "trust"
    assert answers.move("I choose to trust.", "choice", space) == "trust"
    assert answers.move("trust or keep?", "choice", space) is None


def test_a_number_that_is_not_finite_is_missing():
    assert math.isnan(answers.number(float("inf")))


@pytest.mark.parametrize("digits", [400, 4000, 5000])
def test_a_number_that_no_float_holds_is_missing(digits):
    number = "9" * digits
    for reply in (
        number,
        f'{{"sent": {number}}}',
        f'{{"sent": "{number}"}}',
        f"Finally, I will give {number} dollars.",
    ):
        assert answers.move(reply, "sent", Integers(0, 10)) is None
    assert answers.last_object(f'{{"sent": {number}}} or {{"sent": 4}}') == {"sent": 4}


@pytest.mark.parametrize("opening", ["{", '{"a":', "[", '{"a":{"b":1', '{"a":['])
@pytest.mark.parametrize("ending", ["", "}", '{"sent": 4}'])
def test_braces_without_end_are_tried_a_limited_number_of_times(monkeypatch, opening, ending):
    tried, decode = [], answers.json.JSONDecoder.raw_decode
    monkeypatch.setattr(
        answers.json.JSONDecoder, "raw_decode", lambda self, text, at: tried.append(at) or decode(self, text, at)
    )
    answers.move(opening * 200_000 + ending, "sent", Integers(0, 10))
    assert len(tried) < 1100
