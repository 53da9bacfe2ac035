"""Do stated and done trait effects go together? `compare`, `recover`, conditioning, power, and the scripted people."""

from . import people, planning
from .comparison import Comparison, compare, rows_behind
from .conditioning import conditioning, conditions
from .dials import Dials
from .exactness import exact_against_sampled
from .own import sends, stated_done
from .power import Plan, power_table
from .recovery import recover
from .scripted import ScriptedPopulation
from .statements import Choices
from .yardsticks import attribute_effects, random_medians, yardsticks

__all__ = [
    "Choices",
    "Comparison",
    "Dials",
    "Plan",
    "ScriptedPopulation",
    "attribute_effects",
    "compare",
    "conditioning",
    "conditions",
    "exact_against_sampled",
    "people",
    "planning",
    "power_table",
    "random_medians",
    "recover",
    "rows_behind",
    "sends",
    "stated_done",
    "yardsticks",
]
