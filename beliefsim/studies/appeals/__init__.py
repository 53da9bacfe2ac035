"""Which kind of argument moves a listener most, and does the listener act on its changed mind?

A listener hears one argument for a proposal. Ten arguments of one length stand for ten social dimensions (knowledge,
power, status, trust, support, romance, similarity, identity, fun, conflict); controls are a neutral text, an argument
for the other side, and a label without its argument. Before and after, the listener states an opinion (1 to 7) and
whether it changed its mind, and may give money (`Appeal`). `ScriptedSceptic` has planted weights of dimensions and a
planted stubbornness. Strengths of dimensions are those of a Bradley–Terry model over listeners who were moved by one
and not by another (`strengths_of`), against what was planted; `overlap_null` is what two random sets of best
dimensions would share, `slope_within` the dollars given per changed mind. Notebook ``08b_opponents``.

References
----------
Breum et al. (2024), "The persuasive power of large language models", arXiv:2312.15523. Dimensions: Choi et al.
(2020), doi:10.1145/3366423.3380224. Bradley & Terry (1952), doi:10.1093/biomet/39.3-4.324.
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
