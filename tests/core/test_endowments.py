"""Exact choices over 11, 45 and 101 amounts, on an emulated endpoint: what is read, and how many requests it takes."""

import math

import numpy as np
import pytest

import beliefsim as bs
from tests.platform.servers import Known, serve

PEOPLE = bs.personas.sample(6, seed=1).iloc[:1]


def wanted(endowment):
    """A distribution over amounts, none of them negligible for the walk."""
    weights = 1.5 + np.sin(np.arange(endowment + 1.0))
    return weights / weights.sum()


def digits(p):
    """Tokens of one character: the next digit, or the closing brace."""
    texts = [f"{amount}}}" for amount in range(len(p))]
    table: dict[str, dict[str, float]] = {}
    for text, share in zip(texts, p, strict=True):
        for place, token in enumerate(text):
            node = table.setdefault(text[:place], {})
            node[token] = node.get(token, 0.0) + share
    return {
        begun: {token: each / math.fsum(node.values()) for token, each in node.items()} for begun, node in table.items()
    }


def numbers(p):
    """Numbers up to three digits are one token, as with some tokenizers."""
    return {"": {str(amount): share for amount, share in enumerate(p)}} | {
        str(amount): {"}": 1.0} for amount in range(len(p))
    }


def played(endowment, table, tmp_path, top=100):
    with serve(Known(table, top=top)) as server:
        model = bs.Model("known", base_url=server.address, recording=tmp_path / "known.jsonl")
        decisions = bs.play(bs.games.TrustGame(endowment=endowment), bs.LanguageAgent(model), PEOPLE)
        return decisions, server.asked("Player A")


@pytest.mark.parametrize(("endowment", "requests"), [(10, 2), (44, 5), (100, 11)])
def test_a_choice_of_digits_takes_a_request_for_each_place_where_amounts_part(endowment, requests, tmp_path):
    p = wanted(endowment)
    decisions, asked = played(endowment, digits(p), tmp_path)
    np.testing.assert_allclose(decisions["probability"], p, atol=1e-5)
    assert decisions["read"].unique().tolist() == ["exact"]
    assert decisions["amount"].tolist() == list(range(endowment + 1))
    assert decisions["terms"].iloc[0].startswith(f"endowment={endowment} ")
    assert asked == requests


@pytest.mark.parametrize(("endowment", "requests"), [(10, 2), (44, 5)])
def test_a_tokenizer_with_whole_numbers_takes_as_many(endowment, requests, tmp_path):
    p = wanted(endowment)
    decisions, asked = played(endowment, numbers(p), tmp_path)
    np.testing.assert_allclose(decisions["probability"], p, atol=1e-5)
    assert asked == requests


def test_statements_and_play_at_each_endowment_are_compared_each_by_itself():
    people = bs.personas.sample(200, seed=1)
    agent = bs.ScriptedPopulation(people, bs.Dials(coupling=1.0), seed=1)
    slopes = {}
    for endowment in (10, 44, 100):
        game = bs.games.TrustGame(endowment=endowment)
        stated = bs.elicit(game.question("sent", by=["age", "openness"]), bs.GroupMeans(), agent)
        done = bs.play(game, agent, people)
        assert done["amount"].max() > 0.8 * endowment
        result = bs.compare(stated, done, people, permutations=100)
        slopes[endowment] = result.row("slope", instrument="CTX+$")
    assert all(row["low"] < 1 < row["high"] for row in slopes.values())
    assert len({row["terms"] for row in slopes.values()}) == 3
