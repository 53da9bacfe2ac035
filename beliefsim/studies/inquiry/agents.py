"""Scripted inquirers: they choose tests by a policy, and depart from Bayes' rule as planted."""

from dataclasses import dataclass

import numpy as np

from beliefsim.agents import ScriptedTeller
from beliefsim.agents.bayes import Array
from beliefsim.beliefs import Belief
from beliefsim.questions import Turn

from .game import Inquiry

_POLICIES = ("optimal", "curious", "plan", "confirm", "useless", "hasty", "idle")
_UPDATES = ("bayes", "ignore", "tire", "contrary", "cling", "restless")


@dataclass(frozen=True)
class ScriptedInquirer(ScriptedTeller):
    """Tests a box by a policy and takes results in one of several ways; the dials of `ScriptedTeller` come on top.

    Parameters
    ----------
    game : Inquiry
    policy : str
        Which test: *optimal* (worth most dollars to the end of the inquiry, by dynamic programming), *curious*
        (most expected information, costs aside), *plan* (all informative tests in turn), *confirm* (the
        first test that its favourite rule says will show, again and again), *useless* (the last), *hasty* (one test,
        then stop) or *idle* (stop).
    update : str
        How results are taken: *bayes*; *ignore* all; *tire* (ignore them after two); *contrary* (the wrong way);
        *cling* (nothing counts against the favourite); *restless* (move without evidence too).

    Raises
    ------
    ValueError
        For another policy or way to update.

    References
    ----------
    Wason (1960), doi:10.1080/17470216008416717; Nelson (2005), doi:10.1037/0033-295X.112.4.979.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> box = inquiry.Inquiry(rounds=3)
    >>> who = inquiry.ScriptedInquirer(box, policy="plan")
    >>> tested = bs.play(box, who, sessions=1, seed=1)
    >>> tested.loc[tested["player"].eq("inquirer") & tested["chosen"], "move"].tolist()
    ['left', 'right', 'left']
    """

    game: Inquiry
    policy: str = "optimal"
    update: str = "bayes"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, known in (("policy", _POLICIES), ("update", _UPDATES)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} {getattr(self, name)!r} is not among {', '.join(known)}")

    def heard(self, turn: Turn) -> Array:
        """The evidence as this inquirer takes it."""
        told = super().heard(turn)
        favourite = int(self.game.prior.argmax())
        if self.update == "cling":
            told = told.copy()
            told[..., favourite] = told.max(axis=-1)
        elif self.update == "restless":
            told = np.repeat(told, len(turn) // told.shape[1], axis=1) if len(told) else told
            empty = np.ptp(told, axis=-1) < 1e-9
            told = told + 1.5 * empty[..., None] * np.eye(len(self.game.hidden))[favourite]
        weight = {"ignore": 0.0, "contrary": -1.0}.get(self.update, 1.0)
        late = np.arange(len(told)) >= 2 if self.update == "tire" else np.zeros(len(told), dtype=bool)
        return told * np.where(late, 0.0, weight)[:, None, None]

    def decide(self, turn: Turn) -> Belief:
        """A test for each session."""
        game, number = self.game, turn.state.round
        space, stop = game.choices, len(game.tests)
        p = np.exp(np.log(game.prior) + self.heard(turn).sum(axis=0))
        p = np.broadcast_to(p / p.sum(axis=-1, keepdims=True), (len(turn), len(game.hidden)))
        telling = [test for test in range(stop) if np.ptp(game.shown[test])]
        if self.policy == "optimal":
            chosen = game.values_of(p, game.rounds - number + 1).round(9)[:, ::-1].argmax(axis=1)
            chosen = stop - chosen  # of equal choices the cheaper, stop before tests
        elif self.policy == "curious":
            chosen = game.information(p).round(9).argmax(axis=1)
        elif self.policy == "confirm":
            chosen = game.shown.argmax(axis=0)[p.argmax(axis=1)]
        else:
            one = {"plan": telling[(number - 1) % len(telling)], "useless": stop - 1, "idle": stop}
            one["hasty"] = telling[0] if number == 1 else stop
            chosen = np.full(len(turn), one[self.policy])
        return Belief.certain(space, np.array(space.names, dtype=object)[chosen])
