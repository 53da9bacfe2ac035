"""Real weights in this process: run by ``make test-activations``, skipped where torch and transformers are not."""

import numpy as np
import pytest

import beliefsim as bs
from beliefsim.activations import Weights
from beliefsim.recordings import committed, opened
from beliefsim.studies import caches, case_files

for name in ("torch", "transformers", "gguf", "accelerate"):
    pytest.importorskip(name)

MODEL = "smollm2-135m-instruct"


@pytest.fixture(scope="module")
def weights():
    return Weights(MODEL)


def test_reading_in_two_parts_is_reading_at_once(weights):
    text = weights.tokens("The parcel reached the warehouse before noon, says the audit.")
    whole, last = weights.read(text)
    first, _ = weights.read(text[:5])
    then, again = weights.read(text[5:], first)
    np.testing.assert_allclose(again, last, atol=2e-3)
    np.testing.assert_allclose(then.values, whole.values, atol=2e-3)


def test_a_moved_key_of_the_first_layer_is_the_key_computed_anew(weights):
    text, before = weights.tokens(" says the claim is false."), weights.tokens("The witness, of whom we know little,")
    head = weights.read(before)[0]
    anew = weights.read(text, head)[0].part(len(before), len(before) + len(text))
    moved = weights.read(text)[0].moved(len(before), weights.base)
    np.testing.assert_allclose(moved.keys[0], anew.keys[0], atol=2e-3)
    np.testing.assert_allclose(moved.values[0], anew.values[0], atol=2e-3)
    assert np.abs(moved.values[5] - anew.values[5]).max() > 0.1  # deeper layers know what stood before


def test_its_probabilities_are_near_those_that_llama_cpp_recorded(weights):
    recording, gaps = opened(committed(MODEL)[0]), []
    for id in recording.to_frame()["reply"].iloc[:200]:
        reply = recording.reply(id)
        if not reply.line.get("logprobs"):
            continue
        _, candidates = reply.line["logprobs"][0]
        logits = weights.read(weights.tokens(weights.chat(reply.messages) + reply.prefill))[1].astype(float)
        logits -= logits.max()
        own = logits - np.log(np.exp(logits).sum())
        token, told = max(candidates, key=lambda pair: pair[1])
        gaps.append(abs(np.exp(told) - np.exp(own[weights.tokens(token)[0]])))
        if len(gaps) == 6:
            break
    assert len(gaps) == 6 and np.mean(gaps) < 0.05  # llama.cpp rounds activations to 8 bits


def test_row_24_on_real_weights_anchored_reuse_changes_belief_less_than_naive_reuse(weights):
    game = bs.games.Lookup(answers=3, rounds=24)
    searched = bs.play(game, bs.Bayes(game), sessions=6, seed=1)
    held, truth = caches.debater_beliefs(weights, game, searched, bs.personas.sample(3, design="natural", seed=1))
    table = caches.loss_table(held, list(game.hidden.names), truth)
    print(table.groupby("method")[["kl", "flipped", "reused", "recomputed", "brier", "seconds"]].mean())
    kl = table.groupby("method")["kl"].mean()
    assert kl["fresh"] == 0 < kl["anchored"] < kl["naive"]
    assert table.loc[table["method"] == "anchored", "reused"].any()


def test_answers_that_begin_alike_are_refused(weights):
    game = case_files.CaseFile(rounds=4)
    filed = bs.play(game, bs.Bayes(game), sessions=1, seed=1)
    with pytest.raises(ValueError, match="first tokens must differ"):
        caches.debater_beliefs(weights, game, filed, bs.personas.sample(2, design="natural", seed=1))
