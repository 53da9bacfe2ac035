"""Which kind of argument moves a listener most, and does the listener act on its changed mind?

**Asked:** in the game `Appeal` a listener hears one argument for a proposal. Ten arguments of one length stand for
ten social dimensions (knowledge, power, status, trust, support, romance, similarity, identity, fun, conflict);
controls are a neutral text, an argument for the other side, and a label without its argument. Before and after, it
states an opinion (1 to 7) and whether it changed its mind, and may give money. **Answer:** language models as
listeners.
**Planted:** `ScriptedSceptic` has a weight for each dimension and a stubbornness, which come back in `strengths_of`
and in the share of changed minds.
**Scored:** strengths of a Bradley–Terry model over listeners whom one argument moved and another did not,
`slope_within` (dollars given per changed mind). Null: `overlap_null`, what two random sets of best dimensions share.

**Notebook:** ``08b_opponents``. **Use:**

>>> from beliefsim.studies import appeals, opponents
>>> game = appeals.Appeal("trees")
>>> crew = {"listener": appeals.ScriptedSceptic(game, {"trust": 1.0}), "speaker": opponents.ScriptedSpeaker(("trust",))}
>>> heard = bs.play(game, crew, sessions=20, seed=1)

**Source:** Breum et al. (2024), "The persuasive power of large language models", arXiv:2312.15523; dimensions: Choi
et al. (2020), doi:10.1145/3366423.3380224; Bradley & Terry (1952), doi:10.1093/biomet/39.3-4.324.
"""

from .agents import ScriptedSceptic
from .figure import ranking
from .game import Appeal
from .measures import discordant_wins, heard_appeals, overlap_null, slope_within, strengths, strengths_of

__all__ = [
    "Appeal",
    "ScriptedSceptic",
    "discordant_wins",
    "heard_appeals",
    "overlap_null",
    "ranking",
    "slope_within",
    "strengths",
    "strengths_of",
]
