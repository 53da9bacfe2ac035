"""Scripted ends of a talk: a listener whose view rests on counter-claims, a plain speaker, and one who aims."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from beliefsim import prompts
from beliefsim.agents import Known
from beliefsim.agents.agent import check_dials
from beliefsim.beliefs import Belief
from beliefsim.games import Proposal, State
from beliefsim.questions import Asking, Turn

from .game import Talk
from .network import BeliefNetwork
from .predictor import AttitudePredictor, attitude_sentence

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


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
        replies = []
        for session, level in zip(turn.sessions, np.rint(4 * held).astype(int), strict=True):
            rng = np.random.default_rng([self.seed, turn.state.round, int(session)])
            lines = [
                attitude_sentence(self.game, name, k, rng) for name, k in zip(self.game.counters, level, strict=True)
            ]
            replies.append(" ".join(lines[k] for k in rng.permutation(3)))
        return np.array(replies, dtype=object)

    def _held(self, turn: Turn, name: str) -> Array:
        self._check(turn)
        levels, so_far = self.levels(turn.sessions), _hits(self.game, turn.state, len(turn))
        if name in self.game.counters:
            return self.network.attitudes(levels, so_far)[:, self.game.counters.index(name)]
        claim = self.network.claim(levels, so_far)
        return claim if name == "claim" else 1 - claim


@dataclass(frozen=True)
class ScriptedSpeaker(Known):
    """Says arguments of the claim by name, one a round, from the first again when all are said.

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> talk = opponents.Talk("trees", rounds=2)
    >>> crew = {"listener": opponents.ScriptedListener(talk), "speaker": opponents.ScriptedSpeaker(("neutral",))}
    >>> heard = bs.play(talk, crew)
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
        target = self.listener.network.target(self._supposed(turn), _hits(game, turn.state, len(turn)))
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


def _hits(game: Talk, state: State, n: int) -> Whole:
    """Arguments so far against each counter-claim in n sessions, shape (n, 3)."""
    counts = np.zeros((n, 3), dtype=np.intp)
    for names in game.heard(state):
        for column, counter in enumerate(game.counters):
            counts[:, column] += np.broadcast_to([name == f"against {counter}" for name in names], n)
    return counts
