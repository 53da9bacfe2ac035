"""When texts accumulate in view, do saying and doing move, and together?

**Asked:** in the game `Topic` texts for a side come in; after each a stance is stated (by exact choice, or on the 0–100
`Scale`) and a tool is called that encodes one.
**Answer:** language models, over neutral topics and, if wanted, contested ones.
**Planted:** `ScriptedHolder`: the weight of a text, the discount of the next, the coupling of tool to stance, and
noise. They come back in `repetition_dials`, fitted to `drift_by_round`, and in `coupling`, which is freed of noise by
the placebo; coupling 0 gives `alignment` at its base rate, 1 gives 1.
**Scored** against a placebo (as many words about a room), asking again (`retest_shifts`), permuted pairs of stance and
tool, and the normative curve w·Σ γᵏ (`accumulated_shift`).

**Notebook:** ``04_drift_and_revision``. **Use:**

>>> from beliefsim.studies import topics
>>> game = topics.Topic("notes", rounds=3)
>>> holder = topics.ScriptedHolder(game)
>>> held = bs.play(game, holder, sessions=20)
>>> told = bs.elicit(game.question("stance"), bs.ChoiceProbabilities(), holder, at=held)
>>> drift = topics.drift_by_round(topics.shift_table(game, told, held))

**Source:** Geng et al. (2025), arXiv:2511.01805.
"""

from .agents import ScriptedHolder
from .drift import drift_by_round, retest_shifts, shift_rates, shift_table
from .figure import drift_curves
from .game import KINDS, Topic, topic_names
from .repetition import accumulated_shift, repetition_dials
from .say_do import alignment, coupling
from .scale import Scale

__all__ = [
    "KINDS",
    "Scale",
    "ScriptedHolder",
    "Topic",
    "accumulated_shift",
    "alignment",
    "coupling",
    "drift_by_round",
    "drift_curves",
    "repetition_dials",
    "retest_shifts",
    "shift_rates",
    "shift_table",
    "topic_names",
]
