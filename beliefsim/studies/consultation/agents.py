"""Scripted parties to a consultation, whose judgement of arguments errs as often as planted."""

from dataclasses import dataclass

import numpy as np

from beliefsim.agents import Known
from beliefsim.agents.agent import check_dials
from beliefsim.beliefs import Belief
from beliefsim.questions import Turn

from .game import Consultation


@dataclass(frozen=True)
class ScriptedArguer(Known):
    """Proposes what a signal makes likeliest; objects to wrong arguments and defends right ones, but for noise.

    As critic and replier it is told what is hidden, and says the wrong thing with probability `noise`: at .5 its
    objections tell nothing.

    Parameters
    ----------
    game : Consultation
    noise : float, in [0, 1]
        Share of objections and of defences that are wrong.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=1)
    >>> said = bs.play(game, consultation.ScriptedArguer(game), sessions=1, seed=1)
    >>> said.loc[said["chosen"], ["player", "move"]].tail(3).to_numpy().tolist()
    [['proposer 1', 'birch'], ['critic 1', 'yes'], ['replier 1', 'no']]
    """

    game: Consultation
    noise: float = 0.0

    def __post_init__(self) -> None:
        check_dials(self, noise=(0, 1))

    def decide(self, turn: Turn) -> Belief:
        """What the seat says, with its chances."""
        game, state = self.game, turn.state
        self._check(turn)
        kind, number = turn.seat.split()
        hidden = game.case.hidden
        if kind == "proposer":
            return Belief(hidden, np.eye(len(hidden))[game.case.favours[game.held(state)[:, int(number) - 1]]])
        proposed = state.moves[len(game.chance) + 3 * (int(number) - 1)]
        right = hidden.index(proposed) == hidden.index(state.moves[0])
        stands = np.where(right, 1 - self.noise, self.noise)
        yes = stands if kind == "replier" else 1 - stands
        return Belief(game.verdicts, np.column_stack([yes, 1 - yes]))
