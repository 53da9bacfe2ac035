"""Do simulated people practise what they preach? What was stated about groups of people, beside what these people did.

Asked is how much people of each level of a trait (*age*, *openness* …) will send, in dollars (`GroupMeans`) or as a
ranking: once, of the language model that plays them all, as a researcher would ask it. Then every persona plays. Each
level is a point, stated against done, and `compare` scores the points of one arm, wording, condition and instrument:

- **slope**: dollars done more per dollar stated more, over the levels of all traits, with an interval over personas;
- **coupling** and **amplitude**: the slope taken apart into a correlation free of sampling noise (the same order and
  spacing) and the size of stated over that of done effects; given only where the omnibus test sees a trait effect;
- **rank correlation** ρ and ``|Δη²|`` of each trait, and their medians over traits, as Mannekote et al. (2025) report
  them.

Each is read against two named nulls, *no trait effects* (sends change hands between personas) and *rankings unrelated*
(labels change places), and below two ceilings, personas who act exactly as stated and one half of the personas
predicting the other. `conditioning` asks the same of a ranking that was imposed. `ScriptedPopulation` plants the dials
and `recover` gets them back, so that a number is believed only where a planted one returned; `Plan` and `power_table`
say how many personas a study needs.

Start reading in `comparison` (from tables to cells to rows), then `measures` (every row), `slopes` (the estimators)
and `nulls`; `cells` has the layout of the data, `statements` what counts as stated and the analysis choices.

Source: Mannekote, Davies, Li, Boyer, Zhai, Dorr & Pinto (2025), arXiv:2507.02197.
"""

from . import people, planning
from .comparison import Comparison, compare, rows_behind
from .conditioning import conditioning, conditions
from .dials import Dials
from .exactness import exact_against_sampled
from .own import sends, stated_done
from .power import Plan, power_table
from .ranks import random_medians
from .recovery import recover
from .scripted import ScriptedPopulation
from .statements import Choices
from .yardsticks import attribute_effects, yardsticks

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
