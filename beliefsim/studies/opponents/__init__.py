"""Does a persuader who knows its opponent's mind persuade better?

**Asked:** in the game `Talk` three counter-claims stand between a listener and a claim. A speaker hears the listener
and argues, in fixed order or where, by its belief about the listener's belief, most is to be gained.
**Answer:** language models as listener (attitudes in five steps), as speaker in their own words, and as predictor of
scripted listeners' attitudes.
**Planted:** `ScriptedListener` with a `BeliefNetwork`, so that the best plan is known; `ScriptedPersuader` with an
insight, or with an `AttitudePredictor` that learns from sentences about other claims.
**Scored:** uplift of agreement, `prediction_scores`, `repetition_rate`. Null: a persuader who supposes a random mind.
Line: a mixture of seeing and blind, worked out over all minds. Ceiling: the white box.

**Notebook:** ``08b_opponents``, with the room appeals. **Use:**

>>> from beliefsim.studies import opponents
>>> talk = opponents.Talk("trees", rounds=3)
>>> listener = opponents.ScriptedListener(talk)
>>> played = bs.play(talk, {"listener": listener, "speaker": opponents.ScriptedPersuader(listener)}, sessions=9)
>>> told = bs.elicit(talk.question("claim"), bs.ChoiceProbabilities(), listener, at=played)
>>> agreement = opponents.attitude_table(told)

**Source:** Han, Liu & You (2025), ToMAP, arXiv:2505.22961.
"""

from .agents import ScriptedListener, ScriptedPersuader, ScriptedSpeaker
from .game import Talk
from .measures import attitude_score, attitude_table, normalised_change, prediction_scores, repetition_rate
from .network import BeliefNetwork
from .predictor import AttitudePredictor

__all__ = [
    "AttitudePredictor",
    "BeliefNetwork",
    "ScriptedListener",
    "ScriptedPersuader",
    "ScriptedSpeaker",
    "Talk",
    "attitude_score",
    "attitude_table",
    "normalised_change",
    "prediction_scores",
    "repetition_rate",
]
