import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy

import beliefsim as bs
from beliefsim.activations import Cache, Decoder, Weights, rotated
from beliefsim.games import State
from beliefsim.studies.caches import debater_beliefs, loss_table, reused_beliefs
from beliefsim.studies.caches.anchors import Anchors

OPTIONS = {"true": 50, "false": 51, "unknown": 52}


def passages(cases=40, seed=0, kinds=3):
    """Texts of one template with three words that change."""
    rng = np.random.default_rng(seed)
    texts = np.tile(rng.integers(20, 50, 16), (cases, 1))
    texts[:, [4, 8, 12]] = rng.integers(0, kinds, (cases, 3))
    return texts.tolist()


def prefixes(seed=0):
    rng = np.random.default_rng(seed + 100)
    return [rng.integers(20, 60, size).tolist() for size in (5, 9, 14)]


def study(context, seed=0, **options):
    reader = Decoder(context=context, seed=seed)
    return reused_beliefs(reader, prefixes(seed), passages(seed=seed, **options), [30, 41, 22, 37], OPTIONS)


def test_row_24_a_moved_key_of_one_layer_is_the_key_computed_anew():
    reader, text = Decoder(layers=1), [3, 1, 4, 1, 5]
    for before in ([7], [9, 2, 6, 5, 3, 5, 8]):
        head = reader.read(before)[0]
        anew = reader.read(text, head)[0].part(len(before), len(before) + 5)
        moved = reader.read(text)[0].moved(len(before), reader.base)
        np.testing.assert_allclose(moved.keys, anew.keys, atol=1e-9)
        np.testing.assert_allclose(moved.values, anew.values, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_row_24_moved_and_anchored_caches_keep_beliefs_far_better_than_naive_reuse(seed):
    table = loss_table(study(1.0, seed), list(OPTIONS))
    kl = table.groupby("method")["kl"].mean()
    assert kl["fresh"] == 0
    assert kl["anchored"] < min(kl["moved"], kl["naive"]) / 10
    assert kl["anchored"] < kl["another passage"] / 100
    anchored = table[table["method"] == "anchored"]
    assert anchored["kl"][~anchored["reused"]].max() < 1e-12  # a passage that becomes an anchor was read afresh
    assert anchored["reused"].mean() > 0.4
    assert anchored["recomputed"].mean() < 14 < table.loc[table["method"] == "fresh", "recomputed"].mean() == 20
    flips = table.groupby("method")["flipped"].mean()
    assert flips["anchored"] <= flips["naive"]


def test_row_24_the_planted_context_decides_what_a_moved_cache_loses():
    kl = [loss_table(study(context), list(OPTIONS)).groupby("method")["kl"].mean() for context in (0.0, 0.3, 1.0, 2.0)]
    moved = [each["moved"] for each in kl]
    assert moved[0] < 1e-12 and kl[0]["naive"] < 1e-12  # without any context the question cannot see the passage
    assert moved == sorted(moved) and moved[-1] > 100 * moved[1] > 0


def test_row_24_the_divergence_and_the_score_are_those_of_the_printed_beliefs():
    beliefs = study(1.0, cases=6)
    truth = np.array(["true", "false", "unknown"] * 2)
    table = loss_table(beliefs, list(OPTIONS), truth).set_index(["case", "agent", "method"])
    own, naive = (table.loc[(3, 2, method), list(OPTIONS)].to_numpy(dtype=float) for method in ("fresh", "naive"))
    assert table.loc[(3, 2, "naive"), "kl"] == pytest.approx(entropy(own, naive))
    score = ((naive - [1, 0, 0]) ** 2).sum() - ((own - [1, 0, 0]) ** 2).sum()
    assert table.loc[(3, 2, "naive"), "brier"] == pytest.approx(score)
    other = table.loc[(4, 2, "fresh"), list(OPTIONS)].to_numpy(dtype=float)
    assert table.loc[(3, 2, "another passage"), "kl"] == pytest.approx(entropy(own, other))


def test_reading_in_two_parts_is_reading_at_once_and_later_tokens_change_nothing_before():
    reader, rng = Decoder(layers=3, seed=5), np.random.default_rng(0)
    text = rng.integers(0, 60, 12).tolist()
    whole, last = reader.read(text)
    for cut in (1, 5, 11):
        first, _ = reader.read(text[:cut])
        then, again = reader.read(text[cut:], first)
        np.testing.assert_allclose(again, last, atol=1e-10)
        np.testing.assert_allclose(then.keys, whole.keys, atol=1e-10)
        np.testing.assert_allclose(whole.part(0, cut).values, first.values, atol=1e-10)


def test_scores_depend_on_distances_of_positions_only():
    rng = np.random.default_rng(1)
    q, k = rng.normal(size=(2, 1, 8))
    near = [(rotated(q, 5 + shift) @ rotated(k, 2 + shift).T).item() for shift in (0, 3, 100)]
    np.testing.assert_allclose(near, near[0], atol=1e-9)
    assert np.linalg.norm(rotated(q, 17)) == pytest.approx(np.linalg.norm(q))


def text_at(*levels):
    values = np.array(levels, dtype=float)[None, None, :, None] * np.ones((2, 1, len(levels), 4))
    return Cache(values.copy(), values.copy())


def changed(text, by):
    return Cache(text.keys + by, text.values + by)


def test_an_anchor_that_is_met_again_gives_back_its_change_and_leaves_layer_0():
    pool = Anchors()
    for level, by in ((0, 1.0), (100, 2.0), (200, 3.0)):
        pool.add(text_at(level, level), changed(text_at(level, level), by))
    assert pool.near(text_at(100, 100))
    found = pool.corrected(text_at(100, 100))
    np.testing.assert_allclose(found.keys[1], 102)
    np.testing.assert_allclose(found.values[0], 100)


def test_a_text_that_no_anchor_is_near_is_not_trusted():
    pool = Anchors()
    assert not pool.near(text_at(1))
    pool.add(text_at(0), changed(text_at(0), 1.0))
    assert not pool.near(text_at(0))  # one anchor tells nothing about the entropy
    pool.add(text_at(100), changed(text_at(100), 1.0))
    assert not pool.near(text_at(50))  # as far from both: entropy 1 of 1 bit
    assert _with(pool, gamma=1.0).near(text_at(50))
    assert pool.near(text_at(1))
    assert not pool.near(text_at(1, 1))  # no anchor of this length


def _with(pool, gamma):
    other = Anchors(gamma=gamma)
    other._pool, other._used = pool._pool, pool._used
    return other


class Spelling(Decoder):
    """Reads letter by letter, as a real model's `Weights` reads tokens."""

    def tokens(self, text):
        return [ord(letter) % 60 for letter in text]

    def chat(self, messages):
        return "".join(f"<{role}>{text}" for role, text in messages)


def test_persons_stand_before_the_evidence_and_the_question_after_it():
    game = bs.games.Lookup(answers=3, rounds=3)
    searched = bs.play(game, bs.Bayes(game), sessions=4, seed=1)
    people = bs.personas.sample(2, design="natural", seed=1)
    held, truth = debater_beliefs(Spelling(), game, searched, people)
    assert len(held) == 4 * 4 and set(truth) <= set("ABC")
    first = searched[searched["chosen"]].pivot(index="session", columns=["player", "round"], values="move").iloc[0]
    told = game.history(State(("A", first["tool", 3]), tuple(("A", first["tool", each], "") for each in (1, 2))))
    sent = game.messages("answerer", bs.personas.describe(people.iloc[1]), answer="Answer")
    prefix = Spelling().chat(sent).split(game.history(State()))[0]
    read = Spelling().read(Spelling().tokens(prefix + told))[0]
    fresh = held[(held["case"] == 0) & (held["method"] == "fresh")].iloc[0]
    assert fresh["recomputed"] > len(told)
    rest = (
        Spelling()
        .chat(
            game.messages("answerer", "", answer='Answer with this JSON and nothing else: {"choice": "<A or B or C>"}')
        )
        .split(game.history(State()))[1]
    )
    logits = Spelling().read(Spelling().tokens(rest + '{"choice": "'), read)[1][[ord(each) % 60 for each in "ABC"]]
    expected = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(fresh[["A", "B", "C"]].to_numpy(dtype=float), expected, atol=1e-9)


def test_a_full_pool_gives_up_the_least_used_of_its_oldest():
    pool = Anchors(most=4, window=2)
    for level in (0, 100, 200, 300):
        pool.add(text_at(level), changed(text_at(level), 1.0))
    pool.corrected(text_at(0))
    pool.add(text_at(400), changed(text_at(400), 1.0))
    assert len(pool) == 4
    assert [float(text.values.flat[0]) for text, _ in pool._pool] == [0, 200, 300, 400]


def test_seconds_are_those_of_the_clock_and_tokens_those_that_were_read():
    ticks = iter(range(1000))
    table = reused_beliefs(Decoder(), prefixes()[:2], passages(2), [9, 9], OPTIONS, clock=lambda: float(next(ticks)))
    assert (table["seconds"] == 1).all()
    assert table.groupby("method")["recomputed"].max().to_dict() == {
        "fresh": 18,
        "naive": 2,
        "moved": 2,
        "anchored": 18,
    }


def test_a_debate_of_one_and_an_empty_passage_list_are_refused():
    for heads, texts, ask in (([[1]], [[2]], [3]), ([[1], [2]], [], [3]), ([[1], [2]], [[2]], [])):
        with pytest.raises(ValueError, match="reuse needs two agents, a passage and a question"):
            reused_beliefs(Decoder(), heads, texts, ask, OPTIONS)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(ImportError, match=r"install beliefsim\[activations\]"):
        Weights()


def test_losses_of_one_case_have_no_other_passage_to_differ_from():
    table = loss_table(study(1.0, cases=1), list(OPTIONS))
    assert table.loc[table["method"] == "another passage", "kl"].eq(0).all()
    assert isinstance(table, pd.DataFrame)
