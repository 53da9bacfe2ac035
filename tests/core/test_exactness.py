import numpy as np
import pytest

from beliefsim import schema
from beliefsim.consistency import exact_against_sampled

P = {"ask 1": [0.7, 0.2, 0.1], "ask 2": [0.1, 0.1, 0.8]}


def exact(**other):
    rows = [(item, name, value) for item, p in {**P, **other}.items() for name, value in zip("abc", p, strict=True)]
    items, names, values = zip(*rows, strict=True)
    return schema.beliefs(arm="m", question="q", item=items, outcome=names, value=values)


def sampled(p=P, n=200, unread=0.2, seed=0):
    """N replies, the wordings in turn; a share of them not readable."""
    rng = np.random.default_rng(seed)
    rows = []
    for draw in range(n):
        item = list(p)[draw % len(p)]
        said = rng.multinomial(1, p[item]).astype(float)
        said[:] = np.nan if rng.random() < unread else said
        rows += [(item, draw, name, value) for name, value in zip("abc", said, strict=True)]
    items, draws, names, values = zip(*rows, strict=True)
    return schema.beliefs(arm="m", question="q", item=items, draw=draws, outcome=names, value=values)


def test_samples_from_the_exact_distributions_lie_within_the_null():
    found = [exact_against_sampled(exact(), sampled(seed=seed), draws=400).iloc[0] for seed in range(40)]
    assert np.mean([row["value"] <= row["null_high"] for row in found]) >= 0.9
    assert found[0]["n"] == pytest.approx(160, abs=20)
    assert found[0]["read_rate"] == found[0]["n"] / 200


def test_samples_from_other_distributions_lie_outside():
    other = {"ask 1": [0.2, 0.7, 0.1], "ask 2": [0.1, 0.1, 0.8]}
    row = exact_against_sampled(exact(), sampled(other), draws=400).iloc[0]
    assert row["value"] == pytest.approx(0.25, abs=0.06)
    assert row["p"] < 0.01


def test_a_wording_without_an_exact_distribution_is_refused_and_no_reply_is_missing():
    with pytest.raises(ValueError, match="wordings ask 3 were sampled, but not read exactly"):
        exact_against_sampled(exact(), sampled({**P, "ask 3": [1.0, 0.0, 0.0]}))
    row = exact_against_sampled(exact(), sampled(unread=1.0)).iloc[0]
    assert row["n"] == 0
    assert np.isnan(row["value"])
