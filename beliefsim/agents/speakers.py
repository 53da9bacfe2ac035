"""Scripted speakers: one reads out arguments, one aims them by what it believes about its listener."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import prompts
from ..beliefs import Belief, Integers
from ..games import Talk
from ..questions import Block
from .agent import Known, check_dials
from .listeners import ScriptedListener, hits, sentence

__all__ = ["AttitudePredictor", "ScriptedPersuader", "ScriptedSpeaker"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ScriptedSpeaker(Known):
    """Says arguments of the claim by name, one a round, from the first again when all are said.

    Examples
    --------
    >>> appeal = bs.games.Appeal("trees")
    >>> sceptic = bs.agents.ScriptedSceptic(appeal, {})
    >>> heard = bs.play(appeal, {"listener": sceptic, "speaker": bs.agents.ScriptedSpeaker(("neutral",))})
    >>> heard.loc[heard["player"] == "speaker", "move"].item()[:34]
    'The street runs from north to sout'
    """

    arguments: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.arguments, str) or not self.arguments:
            raise ValueError(f"arguments must be a tuple of names, at least one, got {self.arguments!r}")

    def decide(self, block: Block) -> NDArray[np.object_]:
        """The round's argument."""
        name = self.arguments[(block.state.round - 1) % len(self.arguments)]
        return np.full(len(block), block.game.argument(name), dtype=object)


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
    >>> bs.agents.AttitudePredictor.learned(said, [4, 0] * 3).chances(["I am sure."]).round(1).tolist()
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
    >>> talk = bs.games.Talk(rounds=2)
    >>> listener = bs.agents.ScriptedListener(talk)
    >>> persuader = bs.agents.ScriptedPersuader(listener)
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

    def believe(self, block: Block) -> Belief:
        """What it thinks that the listener thinks of a counter-claim, before any argument."""
        question, game = block.question, self.listener.game
        assert question is not None and isinstance(block.space, Integers)
        if question.about != "speaker/listener" or question.name not in game.counters:
            raise ValueError(f"a persuader has beliefs about the listener's counter-claims, not about {question}")
        return Belief(block.space, self._supposed(block)[:, game.counters.index(question.name)])

    def decide(self, block: Block) -> NDArray[np.object_]:
        """The argument against its target."""
        game = self.listener.game
        target = self.listener.network.target(self._supposed(block), hits(game, block.state, len(block)))
        words = np.array([game.argument(f"against {name}") for name in game.counters], dtype=object)
        return words[target]

    def _supposed(self, block: Block) -> Array:
        """Chances of the listener's first levels, shape (n, 3, 5)."""
        if self.predictor is not None:
            return self._predicted(block)
        rng = np.random.default_rng([self.seed, 1])
        last = int(block.sessions.max()) + 1
        seen, guess = rng.random(last)[block.sessions] < self.insight, rng.integers(5, size=(last, 3))[block.sessions]
        return np.eye(5)[np.where(seen[:, None], self.listener.levels(block.sessions), guess)]

    def _predicted(self, block: Block) -> Array:
        assert self.predictor is not None
        first = (*block.state.past, block.state.moves)[0]
        if not first:
            return np.full((len(block), 3, 5), 0.2)
        said = np.broadcast_to(np.asarray(first[0], dtype=object), len(block))
        about = [self._on(str(words), name) for words in said for name in self.listener.game.counters]
        return self.predictor.chances(about).reshape(len(block), 3, 5)

    def _on(self, words: str, counter: str) -> str:
        """The sentence that is nearest to a counter-claim by the words they share."""
        wanted = set(prompts.section("claims", self.listener.game.claim, counter).lower().split())
        return max(words.split("."), key=lambda each: len(wanted & set(each.lower().split())))
