import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim.agents import Acts
from beliefsim.games import State, Tips
from beliefsim.studies import consultation, debate
from beliefsim.studies.consultation import Consultation, ScriptedArguer, arguments, measures
from beliefsim.studies.debate import Debate, ScriptedDebater

GAME = Consultation(size=5)
graphs = st.integers(0, 6).flatmap(lambda n: st.lists(st.booleans(), min_size=n * n, max_size=n * n)).map(
    lambda flags: np.array(flags, dtype=bool).reshape(int(len(flags) ** 0.5), -1) if flags else np.zeros((0, 0), bool)
)  # fmt: skip


def argued(noise, n=400, game=GAME, seed=1):
    return consultation.argued_cases(bs.play(game, ScriptedArguer(game, noise), sessions=n, seed=seed), game)


def accuracy(said, by_strength=False):
    shares = consultation.decision_accuracy(said, by_strength)
    return np.mean(shares), 1.96 * np.std(shares) / np.sqrt(len(shares))


def brute_force(graph):
    """Preferred extensions and the grounded one, by Dung's definitions over all sets."""
    n = range(len(graph))
    sets = [frozenset(some) for size in range(len(graph) + 1) for some in itertools.combinations(n, size)]

    def acceptable(one, some):
        return all(any(graph[third, other] for third in some) for other in n if graph[other, one])

    free = [some for some in sets if not any(graph[i, j] for i in some for j in some)]
    admitted = [some for some in free if all(acceptable(one, some) for one in some)]
    complete = [some for some in admitted if all(one in some for one in n if acceptable(one, some))]
    return {some for some in admitted if not any(some < other for other in admitted)}, min(complete, key=len)


@settings(max_examples=150)
@given(graphs)
def test_row_28_extensions_are_those_of_brute_force(graph):
    preferred, grounded = brute_force(graph)
    assert {frozenset(np.flatnonzero(some)) for some in arguments.preferred(graph)} == preferred
    assert len(arguments.preferred(graph)) == len(preferred)
    assert frozenset(np.flatnonzero(arguments.grounded(graph))) == grounded
    assert all(arguments.admissible(graph, some) for some in arguments.preferred(graph))


@given(graphs)
def test_row_28_categoriser_strengths_solve_their_equation_with_cycles_too(graph):
    strength = arguments.categoriser(graph)
    np.testing.assert_allclose(strength, 1 / (1 + graph.T @ strength), atol=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7), st.integers(0, 1000))
def test_row_28_df_quad_on_trees_is_its_recursion_written_out(base, seed):
    rng, n = np.random.default_rng(seed), len(base)
    parent, kind = [int(rng.integers(max(i, 1))) for i in range(n)], rng.integers(2, size=n)
    graphs = np.zeros((2, n, n), dtype=bool)
    for child in range(1, n):
        graphs[kind[child], child, parent[child]] = True

    def strength(node):
        sides = [[strength(c) for c in range(1, n) if parent[c] == node and kind[c] == side] for side in (0, 1)]
        against, by = (1 - np.prod([1 - v for v in side]) for side in sides)
        v = base[node]
        return v - v * (against - by) if against >= by else v + (1 - v) * (by - against)

    np.testing.assert_allclose(arguments.df_quad(*graphs, base), [strength(i) for i in range(n)], atol=1e-12)


def test_row_28_accuracy_falls_with_the_critics_noise_as_enumeration_expects():
    found = []
    for noise in (0.0, 0.25, 0.5):
        said = argued(noise)
        value, margin = accuracy(said)
        assert value == pytest.approx(consultation.expected_accuracy(said, noise).mean(), abs=margin + 1e-9)
        found.append(value)
    assert found[0] > found[1] > found[2]
    assert accuracy(argued(0.25), by_strength=True)[0] > 0.6  # the strongest surviving argument wins


def test_row_28_no_semantics_beats_the_ceiling_on_the_same_cases_and_noise_decides_between_arguing_and_voting():
    debating = Debate(GAME.case, size=5, rounds=3)
    votes = debate.panel_votes(bs.play(debating, ScriptedDebater(debating), sessions=400, seed=1), debating)
    last = votes.xs(3, level="round")
    held = GAME.case.signals.index(last["signal"]).reshape(400, 5)
    debated = last[list(GAME.case.hidden.names)].groupby("session").mean().to_numpy()
    loss = {}
    for noise in (0.1, 0.5):
        said = argued(noise)
        np.testing.assert_array_equal(said.held, held)  # the same cases
        every = {**consultation.argument_beliefs(said), "debate": debated}
        every["all"] = consultation.informed_posterior(said, noise)
        loss[noise] = {name: -np.log(p[np.arange(400), said.truth]).mean() for name, p in every.items()}
        assert min(loss[noise], key=loss[noise].get) == "all"
    assert loss[0.1]["DF-QuAD"] < min(loss[0.1]["vote"], loss[0.1]["debate"])
    assert loss[0.5]["grounded"] > loss[0.5]["vote"]  # objections that tell nothing only silence arguments
    signals = bs.Bayes(debating).game.truth(debating.question("disorder"), State((said.truth, *_names(said)))).p
    np.testing.assert_allclose(consultation.informed_posterior(said, 0.5), signals)


def _names(said):
    return tuple(np.array(said.case.signals.texts, dtype=object)[said.held].T)


def test_row_28_accepted_arguments_explain_decisions_and_others_do_not():
    said = argued(0.2, n=150)
    table = consultation.explanation_table(said).set_index("removed")
    assert table.loc["accepted", "low"] > table.loc["other", "high"]
    assert consultation.coherence(said)["preferred"] == 1
    assert consultation.coherence(said)["vote"] < 0.9
    perfect = consultation.explanation_table(argued(0.0, n=50)).set_index("removed")
    assert perfect.loc["other", "changed"] == 0


def test_row_28_the_planted_noise_of_critics_comes_back_and_who_always_objects_errs_like_a_coin():
    for noise in (0.1, 0.4):
        said = argued(noise)
        right = (said.concludes == said.truth[:, None]).astype(float)
        found = consultation.critic_noise(said.objected.astype(float), right)
        assert found.low <= noise <= found.high
    assert consultation.critic_noise(np.ones_like(right), right).value == 0.5


def test_a_nixon_diamond_has_two_preferred_extensions_and_an_empty_grounded_one():
    diamond = [[0, 1], [1, 0]]
    assert arguments.preferred(diamond).sum() == 2
    assert not arguments.grounded(diamond).any()
    odd = [[0, 1, 0], [0, 0, 1], [1, 0, 0]]  # three in a circle: only the empty set is coherent
    assert arguments.preferred(odd).tolist() == [[False] * 3]
    np.testing.assert_allclose(arguments.categoriser(odd), (np.sqrt(5) - 1) / 2)
    with pytest.raises(ValueError, match="in a circle; take categoriser"):
        arguments.df_quad(odd, np.zeros((3, 3)), [0.5] * 3)


def test_bad_graphs_are_refused_and_no_argument_at_all_decides_nothing():
    with pytest.raises(ValueError, match=r"square matrix, one row and column per argument, got shape \(2, 1\)"):
        arguments.grounded([[0], [1]])
    with pytest.raises(ValueError, match="must be 2 flags"):
        arguments.admissible([[0, 1], [0, 0]], [1])
    with pytest.raises(ValueError, match="base scores must be 1 numbers"):
        arguments.df_quad([[0]], [[0]], [1.5])
    shares, inside = measures.graph_decision(np.zeros((0, 0), bool), np.zeros(0, int), 3)
    assert shares.tolist() == [1 / 3] * 3 and not len(inside)
    with pytest.raises(ValueError, match=r"noise must be within \[0, 1\], got 2"):
        ScriptedArguer(GAME, 2)
    with pytest.raises(ValueError, match="is asked about"):
        bs.play(Consultation(size=2), ScriptedArguer(GAME))


class Speechless(ScriptedArguer):
    """Never says what its finding speaks for."""

    def act(self, turn):
        return Acts(np.full(len(turn), -1))


def test_an_argument_that_could_not_be_read_is_missing_and_the_rest_is_weighed():
    game = Consultation(size=2)
    good = ScriptedArguer(game)
    said = bs.play(game, {**dict.fromkeys(game.members, good), "proposer 2": Speechless(game)}, sessions=6, seed=1)
    read = consultation.argued_cases(said, game)
    assert (read.concludes[:, 1] == -1).all() and (read.concludes[:, 0] >= 0).all()
    _, concludes = measures.attack_graph(read, 0)
    assert (concludes >= 0).sum() == 1
    for p in (*consultation.argument_beliefs(read).values(), consultation.informed_posterior(read, 0.1)):
        np.testing.assert_allclose(p.sum(axis=1), 1)
    empty = consultation.argued_cases(bs.play(game, Speechless(game), sessions=2, seed=1), game)
    assert (consultation.argument_beliefs(empty)["vote"] == 1 / 3).all()


def test_any_case_can_be_argued_and_the_prompts_read_as_in_the_transcript(transcript):
    game, start = Consultation(size=2), ("birch", "cough present", "rash absent")
    objected = (*start, "birch", "no", "yes", "coral")
    states = {"proposer 1": start, "critic 2": objected, "replier 2": (*objected, "yes")}
    seen = [game.prompt(seat, None, State(moves)) for seat, moves in states.items()]
    seen.append(bs.instruments.preview(game.question("disorder"), bs.ChoiceProbabilities(), state=State(start)))
    transcript("consultation_neutral", "\n\n======\n\n".join(seen))
    assert "Tips so far: A sure." in Consultation(Tips(), size=1).prompt("proposer 1", None, State(("A", "A sure")))
