"""Scripted listeners: a sceptic moved by social dimensions, and one whose view rests on counter-claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .. import prompts
from ..beliefs import Belief, Integers, Options
from ..games import Appeal, State, Talk
from ..questions import Block
from .agent import Known, check_dials

__all__ = ["BeliefNetwork", "ScriptedListener", "ScriptedSceptic"]

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class ScriptedSceptic(Known):
    """Changes its mind about a proposal with log-odds weight of the argument's dimension − own stubbornness.

    Its opinion is then 5 instead of 3, and it gives four fifths of what it has instead of one fifth, if it acts on
    what it says.

    Parameters
    ----------
    game : Appeal
    weights : mapping of str to float
        Log-odds by name of an argument; others weigh −3.
    stubbornness, spread : float
        Mean and s.d. of what is subtracted, over sceptics.
    coupling : float, in [0, 1]
        Chance that a changed mind is acted on.
    seed : int
        Of sceptics and answers.

    Examples
    --------
    >>> appeal = bs.games.Appeal()
    >>> sceptic = bs.agents.ScriptedSceptic(appeal, {"fun": 9.0}, spread=0.0)
    >>> heard = bs.play(appeal, {"listener": sceptic, "speaker": bs.agents.ScriptedSpeaker(("fun",))})
    >>> heard.loc[(heard["player"] == "listener") & heard["chosen"], "amount"].tolist()  # before and after
    [1.0, 4.0]
    """

    game: Appeal
    weights: Mapping[str, float] = field(hash=False)
    stubbornness: float = 0.0
    spread: float = 1.0
    coupling: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_dials(self, coupling=(0, 1), spread=(0, np.inf))
        for name in self.weights:
            self.game.argument(name)

    def believe(self, block: Block) -> Belief:
        """Whether its mind was changed by the last argument, or its opinion."""
        assert block.question is not None and isinstance(block.space, (Integers, Options))
        changed = self._changed(block)
        if block.question.name == "opinion":
            return Belief.certain(block.space, np.where(changed, 5, 3))
        return Belief.certain(block.space, np.where(changed, "yes", "no"))

    def decide(self, block: Block) -> Belief:
        """What it gives, with probabilities."""
        space = self.game.answers
        little, much = (Belief.certain(space, round(share * self.game.stake)).p for share in (0.2, 0.8))
        moved = self.coupling * self._changed(block)[:, None]
        return Belief(space, moved * much + (1 - moved) * little)

    def stubborn(self, sessions: NDArray[np.int64]) -> Array:
        """Stubbornness of the sessions' sceptics, in log-odds."""
        people = np.random.default_rng(self.seed).standard_normal(int(sessions.max()) + 1)
        return self.stubbornness + self.spread * people[sessions]

    def _changed(self, block: Block) -> NDArray[np.bool_]:
        self._check(block)
        heard = self.game.heard(block.state)
        if not heard:
            return np.zeros(len(block), dtype=bool)
        last = np.broadcast_to(np.array(heard[-1], dtype=object), len(block))
        weight = np.array([self.weights.get(name, -3.0) for name in last])
        names, uniform = list(self.game.arguments), np.empty(len(block))
        for name in set(last):  # an answer to each argument of its own, whoever asks
            own = np.random.default_rng([self.seed, block.draw, names.index(name)])
            uniform[last == name] = own.random(int(block.sessions.max()) + 1)[block.sessions][last == name]
        return uniform < 1 / (1 + np.exp(self.stubborn(block.sessions) - weight))


@dataclass(frozen=True)
class BeliefNetwork:
    """Belief in a claim that rests on counter-claims: logit claim = bias − Σ weight · logit counter-claim.

    Attitudes to counter-claims have levels 0 to 4, that is 0, .25, … 1. An argument against one leaves the share
    1 − strength of it standing: what is not believed cannot be refuted. In log-odds an attitude a counts as .05 + .9a.

    Parameters
    ----------
    weights : tuple of three float
        How much each counter-claim counts, 0 or more.
    bias : float
        Log-odds of the claim where every counter-claim is even.
    strength : float, in (0, 1)
        What an argument takes away.

    Examples
    --------
    >>> network = bs.agents.BeliefNetwork()
    >>> network.claim(np.array([4, 0, 2]), np.array([0, 0, 0])).round(2).item()
    0.09
    >>> network.plan(np.eye(5)[[[4, 0, 2]]], 3).tolist()  # hits on each by the best three arguments
    [[2, 0, 1]]
    """

    weights: tuple[float, float, float] = (1.0, 0.9, 0.8)
    bias: float = -2.0
    strength: float = 0.7

    def __post_init__(self) -> None:
        if len(self.weights) != 3 or min(self.weights) < 0:
            raise ValueError(f"weights must be three numbers, 0 or more, got {self.weights!r}")
        if not 0 < self.strength < 1:
            raise ValueError(f"strength must lie between 0 and 1, got {self.strength!r}")

    def attitudes(self, levels: Whole, hits: Whole) -> Array:
        """Belief in counter-claims of these levels after so many arguments against each."""
        return levels / 4 * (1 - self.strength) ** hits

    def claim(self, levels: Whole, hits: Whole) -> Array:
        """Belief in the claim, shape (...), from levels and hits of shape (..., 3)."""
        return 1 / (1 + np.exp(-self.bias - (np.array(self.weights) * self._relief(levels, hits)).sum(axis=-1)))

    def target(self, p: Array, hits: Whole) -> Whole:
        """Counter-claim against which one more argument is expected to move the claim's log-odds most, shape (n,).

        Parameters
        ----------
        p : ndarray, shape (n, 3, 5)
            What is believed about the listener's levels: a second-order belief.
        hits : ndarray, shape (n, 3)
            Arguments so far against each.
        """
        level = np.arange(5)
        gain = self._relief(level, hits[..., None] + 1) - self._relief(level, hits[..., None])
        return (np.array(self.weights) * (p * gain).sum(axis=-1)).argmax(axis=-1)

    def plan(self, p: Array, arguments: int) -> Whole:
        """Hits on each counter-claim by so many arguments, each aimed at the best target, shape (n, 3).

        Each further hit on one counter-claim gains less, so that step by step is the best of all orders.
        """
        hits = np.zeros(p.shape[:2], dtype=np.intp)
        for _ in range(arguments):
            hits[np.arange(len(p)), self.target(p, hits)] += 1
        return hits

    def _relief(self, levels: Whole, hits: Whole) -> Array:
        held = 0.05 + 0.9 * self.attitudes(levels, hits)
        return np.log((1 - held) / held)


@dataclass(frozen=True)
class ScriptedListener(Known):
    """A listener per session, with random attitudes to the counter-claims; says what it thinks of each.

    Parameters
    ----------
    game : Talk
    network : BeliefNetwork
    seed : int
        Of attitudes and turns of phrase.

    Examples
    --------
    >>> talk = bs.games.Talk(rounds=2)
    >>> crew = {"listener": bs.agents.ScriptedListener(talk), "speaker": bs.agents.ScriptedSpeaker(("against first",))}
    >>> bs.play(talk, crew, seed=1)["move"].iloc[0].split(". ")[0]
    'I would say that the rooms would stand empty on Sundays'
    """

    game: Talk
    network: BeliefNetwork = field(default_factory=BeliefNetwork)
    seed: int = 0

    def levels(self, sessions: NDArray[np.int64]) -> Whole:
        """Levels of the sessions' attitudes before any argument, shape (n, 3), each of 0 to 4 as likely."""
        return np.random.default_rng(self.seed).integers(5, size=(int(sessions.max()) + 1, 3))[sessions]

    def believe(self, block: Block) -> Belief:
        """Its agreement with a statement; between two levels both have some probability."""
        assert block.question is not None and isinstance(block.space, Integers)
        held = 4 * self._held(block, block.question.name)
        low = np.minimum(held.astype(np.intp), 3)
        p = np.zeros((len(block), 5))
        p[np.arange(len(block)), low], p[np.arange(len(block)), low + 1] = low + 1 - held, held - low
        return Belief(block.space, p)

    def decide(self, block: Block) -> NDArray[np.object_]:
        """What it says: a sentence on each counter-claim, in any order."""
        held = np.stack([self._held(block, name) for name in self.game.counters], axis=-1)
        said = []
        for session, level in zip(block.sessions, np.rint(4 * held).astype(int), strict=True):
            rng = np.random.default_rng([self.seed, block.state.round, int(session)])
            lines = [sentence(self.game, name, k, rng) for name, k in zip(self.game.counters, level, strict=True)]
            said.append(" ".join(lines[k] for k in rng.permutation(3)))
        return np.array(said, dtype=object)

    def _held(self, block: Block, name: str) -> Array:
        self._check(block)
        levels, so_far = self.levels(block.sessions), hits(self.game, block.state, len(block))
        if name in self.game.counters:
            return self.network.attitudes(levels, so_far)[:, self.game.counters.index(name)]
        claim = self.network.claim(levels, so_far)
        return claim if name == "claim" else 1 - claim


def hits(game: Talk, state: State, n: int) -> Whole:
    """Arguments so far against each counter-claim in n sessions, shape (n, 3)."""
    found = np.zeros((n, 3), dtype=np.intp)
    for names in game.heard(state):
        for place, counter in enumerate(game.counters):
            found[:, place] += np.broadcast_to([name == f"against {counter}" for name in names], n)
    return found


def sentence(game: Talk, counter: str, level: int, rng: np.random.Generator) -> str:
    """One of the sentences that say how far a counter-claim is believed."""
    opening = rng.choice(prompts.section("phrases", "attitudes", str(level)).splitlines())
    return f"{opening} {rng.choice(prompts.section('claims', game.claim, counter).splitlines())}."
