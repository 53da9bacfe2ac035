"""Scripted listeners: a sceptic moved by social dimensions, and one whose view rests on counter-claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim import prompts
from beliefsim.agents import Known
from beliefsim.agents.agent import check_dials
from beliefsim.beliefs import Belief
from beliefsim.games import Proposal, State
from beliefsim.questions import Asking, Turn

from .game import Talk

MATERIAL = str(Path(__file__).parent / "material")
Array = NDArray[np.float64]
Whole = NDArray[np.intp]


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
    >>> from beliefsim.studies import opponents
    >>> network = opponents.BeliefNetwork()
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
    >>> from beliefsim.studies import opponents
    >>> talk = opponents.Talk(rounds=2)
    >>> crew = {"listener": opponents.ScriptedListener(talk), "speaker": opponents.ScriptedSpeaker(("against first",))}
    >>> bs.play(talk, crew, seed=1)["move"].iloc[0].split(". ")[0]
    'I would say that the rooms would stand empty on Sundays'
    """

    game: Talk
    network: BeliefNetwork = field(default_factory=BeliefNetwork)
    seed: int = 0

    def levels(self, sessions: NDArray[np.int64]) -> Whole:
        """Levels of the sessions' attitudes before any argument, shape (n, 3), each of 0 to 4 as likely."""
        return np.random.default_rng(self.seed).integers(5, size=(int(sessions.max()) + 1, 3))[sessions]

    def believe(self, asking: Asking) -> Belief:
        """Its agreement with a statement; between two levels both have some probability."""
        held = 4 * self._held(asking, asking.question.name)
        low = np.minimum(held.astype(np.intp), 3)
        p = np.zeros((len(asking), 5))
        p[np.arange(len(asking)), low], p[np.arange(len(asking)), low + 1] = low + 1 - held, held - low
        return Belief(asking.listed, p)

    def decide(self, turn: Turn) -> NDArray[np.object_]:
        """What it says: a sentence on each counter-claim, in any order."""
        held = np.stack([self._held(turn, name) for name in self.game.counters], axis=-1)
        said = []
        for session, level in zip(turn.sessions, np.rint(4 * held).astype(int), strict=True):
            rng = np.random.default_rng([self.seed, turn.state.round, int(session)])
            lines = [sentence(self.game, name, k, rng) for name, k in zip(self.game.counters, level, strict=True)]
            said.append(" ".join(lines[k] for k in rng.permutation(3)))
        return np.array(said, dtype=object)

    def _held(self, turn: Turn, name: str) -> Array:
        self._check(turn)
        levels, so_far = self.levels(turn.sessions), hits(self.game, turn.state, len(turn))
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
    opening = rng.choice(prompts.section(MATERIAL, "attitudes", str(level)).splitlines())
    return f"{opening} {rng.choice(prompts.section('claims', game.claim, counter).splitlines())}."


@dataclass(frozen=True)
class ScriptedSpeaker(Known):
    """Says arguments of the claim by name, one a round, from the first again when all are said.

    Examples
    --------
    >>> from beliefsim.studies import appeals
    >>> appeal = appeals.Appeal("trees")
    >>> sceptic = appeals.ScriptedSceptic(appeal, {})
    >>> from beliefsim.studies import opponents
    >>> heard = bs.play(appeal, {"listener": sceptic, "speaker": opponents.ScriptedSpeaker(("neutral",))})
    >>> heard.loc[heard["player"] == "speaker", "move"].item()[:34]
    'The street runs from north to sout'
    """

    arguments: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.arguments, str) or not self.arguments:
            raise ValueError(f"arguments must be a tuple of names, at least one, got {self.arguments!r}")

    def decide(self, turn: Turn) -> NDArray[np.object_]:
        """The round's argument."""
        name = self.arguments[(turn.state.round - 1) % len(self.arguments)]
        return np.full(len(turn), self._plays(turn, Proposal).argument(name), dtype=object)


@dataclass(frozen=True)
class AttitudePredictor:
    """Tells from a sentence how far its speaker agrees, as chances of the levels 0 to 4.

    Frequencies of words and pairs of words, reduced by singular value decomposition, in a logistic regression.

    Parameters
    ----------
    model : sklearn Pipeline
        From `learned`.

    References
    ----------
    Deerwester et al. (1990), doi:10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9 (the reduction).

    Examples
    --------
    >>> said = ["I am sure of it.", "It is nonsense."] * 3
    >>> from beliefsim.studies import opponents
    >>> opponents.AttitudePredictor.learned(said, [4, 0] * 3).chances(["I am sure."]).round(1).tolist()
    [[0.1, 0.0, 0.0, 0.0, 0.9]]
    """

    model: Any

    @classmethod
    def learned(cls, sentences: Iterable[str], levels: Iterable[int]) -> AttitudePredictor:
        """A predictor from sentences with known levels.

        Raises
        ------
        ValueError
            If the sentences are fewer than three, or all of one level.
        """
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        texts, known = list(sentences), list(levels)
        if len(texts) < 3 or len(set(known)) < 2:
            raise ValueError(f"a predictor learns from 3 sentences of 2 levels at least, got {len(texts)}")
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")
        reduced = TruncatedSVD(min(100, len(texts) - 1), random_state=0)
        return cls(make_pipeline(words, reduced, LogisticRegression(C=30.0, max_iter=1000)).fit(texts, known))

    @classmethod
    def trained_elsewhere(cls, game: Talk, size: int) -> AttitudePredictor:
        """A predictor from so many sentences about other claims than the game's."""
        rng = np.random.default_rng([0, size])
        others = [Talk(name) for name in prompts.names("claims") if name != game.claim]
        levels = np.resize(rng.permutation(5), size).tolist()
        said = [sentence(others[rng.integers(len(others))], rng.choice(game.counters), level, rng) for level in levels]
        return cls.learned(said, levels)

    def chances(self, sentences: Iterable[str]) -> Array:
        """Chances of the levels, shape (n, 5)."""
        p = np.zeros((len(texts := list(sentences)), 5))
        p[:, self.model.classes_] = self.model.predict_proba(texts)
        return p


@dataclass(frozen=True)
class ScriptedPersuader(Known):
    """Argues against the counter-claim where, by its belief about the listener, most is to be gained.

    Parameters
    ----------
    listener : ScriptedListener
        Whose network it knows; its attitudes it knows as the other parameters say.
    insight : float, in [0, 1]
        Share of listeners whose attitudes it sees; of others it supposes random ones.
    predictor : AttitudePredictor, optional
        Predicts attitudes from the listener's first words instead.
    seed : int
        Of insight and suppositions.

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> talk = opponents.Talk(rounds=2)
    >>> listener = opponents.ScriptedListener(talk)
    >>> persuader = opponents.ScriptedPersuader(listener)
    >>> said = bs.play(talk, {"listener": listener, "speaker": persuader}, sessions=4, seed=1)
    >>> guess = bs.elicit(talk.question("first", about="speaker/listener"), bs.Forecast(), persuader, at=said)
    >>> guess.loc[guess["round"] == 1, "value"].tolist(), listener.levels(np.arange(4))[:, 0].tolist()
    ([4.0, 1.0, 0.0, 4.0], [4, 1, 0, 4])
    """

    listener: ScriptedListener
    insight: float = 1.0
    predictor: AttitudePredictor | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        check_dials(self, insight=(0, 1))

    def believe(self, asking: Asking) -> Belief:
        """What it thinks that the listener thinks of a counter-claim, before any argument."""
        question, game = asking.question, self.listener.game
        if question.about != "speaker/listener" or question.name not in game.counters:
            raise ValueError(f"a persuader has beliefs about the listener's counter-claims, not about {question}")
        return Belief(asking.listed, self._supposed(asking)[:, game.counters.index(question.name)])

    def decide(self, turn: Turn) -> NDArray[np.object_]:
        """The argument against its target."""
        game = self.listener.game
        target = self.listener.network.target(self._supposed(turn), hits(game, turn.state, len(turn)))
        words = np.array([game.argument(f"against {name}") for name in game.counters], dtype=object)
        return words[target]

    def _supposed(self, turn: Turn) -> Array:
        """Chances of the listener's first levels, shape (n, 3, 5)."""
        if self.predictor is not None:
            return self._predicted(turn)
        rng = np.random.default_rng([self.seed, 1])
        last = int(turn.sessions.max()) + 1
        seen, guess = rng.random(last)[turn.sessions] < self.insight, rng.integers(5, size=(last, 3))[turn.sessions]
        return np.eye(5)[np.where(seen[:, None], self.listener.levels(turn.sessions), guess)]

    def _predicted(self, turn: Turn) -> Array:
        assert self.predictor is not None
        first = (*turn.state.past, turn.state.moves)[0]
        if not first:
            return np.full((len(turn), 3, 5), 0.2)
        said = np.broadcast_to(np.asarray(first[0], dtype=object), len(turn))
        about = [self._on(str(words), name) for words in said for name in self.listener.game.counters]
        return self.predictor.chances(about).reshape(len(turn), 3, 5)

    def _on(self, words: str, counter: str) -> str:
        """The sentence that is nearest to a counter-claim by the words they share."""
        wanted = set(prompts.section("claims", self.listener.game.claim, counter).lower().split())
        return max(words.split("."), key=lambda each: len(wanted & set(each.lower().split())))
