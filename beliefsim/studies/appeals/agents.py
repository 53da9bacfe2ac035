"""A scripted sceptic whom arguments move by the social dimension that they stand for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from beliefsim.agents import Known
from beliefsim.agents.agent import check_dials
from beliefsim.beliefs import Belief
from beliefsim.questions import Asking, Turn

from .game import Appeal

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
    >>> from beliefsim.studies import appeals
    >>> appeal = appeals.Appeal()
    >>> sceptic = appeals.ScriptedSceptic(appeal, {"fun": 9.0}, spread=0.0)
    >>> from beliefsim.studies import opponents
    >>> heard = bs.play(appeal, {"listener": sceptic, "speaker": opponents.ScriptedSpeaker(("fun",))})
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

    def believe(self, asking: Asking) -> Belief:
        """Whether its mind was changed by the last argument, or its opinion."""
        after, before = (5, 3) if asking.question.name == "opinion" else ("yes", "no")
        return Belief.certain(asking.listed, np.where(self._changed(asking), after, before))

    def decide(self, turn: Turn) -> Belief:
        """What it gives, with probabilities."""
        space = self.game.answers
        little, much = (Belief.certain(space, round(share * self.game.stake)).p for share in (0.2, 0.8))
        moved = self.coupling * self._changed(turn)[:, None]
        return Belief(space, moved * much + (1 - moved) * little)

    def stubborn(self, sessions: NDArray[np.int64]) -> Array:
        """Stubbornness of the sessions' sceptics, in log-odds."""
        people = np.random.default_rng(self.seed).standard_normal(int(sessions.max()) + 1)
        return self.stubbornness + self.spread * people[sessions]

    def _changed(self, turn: Turn) -> NDArray[np.bool_]:
        self._check(turn)
        heard = self.game.heard(turn.state)
        if not heard:
            return np.zeros(len(turn), dtype=bool)
        last = np.broadcast_to(np.array(heard[-1], dtype=object), len(turn))
        weight = np.array([self.weights.get(name, -3.0) for name in last])
        names, uniform = list(self.game.arguments), np.empty(len(turn))
        for name in set(last):  # an answer to each argument of its own, whoever asks
            own = np.random.default_rng([self.seed, turn.draw, names.index(name)])
            uniform[last == name] = own.random(int(turn.sessions.max()) + 1)[turn.sessions][last == name]
        return uniform < 1 / (1 + np.exp(self.stubborn(turn.sessions) - weight))
