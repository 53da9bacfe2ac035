"""How close does a persuader come to the Bayes-plausible optimum, and do the persuaded act on what they believe?

**Asked:** in the game `Persuasion` a seller, bound by nothing, tells which types of sellers there are (in numbers or in
prose; or only urges), and a buyer buys or not. In `Pitch` the seller chooses how many of ten to call honest.
**Answer:** language models buy, state beliefs about item and seller, and sell; acts are read exactly.
**Planted:** `ScriptedBuyer` (weights of evidence and prior, trust in sellers, obedience) and `ScriptedSeller`. Weights
come back by Grether's regression (`beliefsim.measures.updating`), obedience in `persuasion_metrics`.
**Scored** against the concave envelope min(1, prior ÷ threshold) as line and ceiling (`optimum` for any finite case),
silence as null, and acts unrelated to statements.

**Notebook:** ``08_persuasion``. **Use:**

>>> from beliefsim.studies import persuasion
>>> shop = persuasion.Persuasion(prior_percent=30, honest_percent=100 * persuasion.best_honesty(0.3, 0.5))
>>> buyer = persuasion.ScriptedBuyer(shop)
>>> sold = bs.play(shop, buyer, sessions=50)
>>> told = bs.elicit(shop.question("item"), bs.Percent(), buyer, at=sold)
>>> metrics = persuasion.persuasion_metrics(shop, persuasion.session_table(shop, sold, told))

**Source:** He et al. (2025), arXiv:2510.13387; the optimum: Kamenica & Gentzkow (2011), doi:10.1257/aer.101.6.2590.
"""

from .agents import ScriptedBuyer, ScriptedSeller, needed_posterior
from .figure import prior_split, sales_by_prior
from .game import Persuasion, Pitch
from .measures import best_honesty, concave_envelope, optimum, persuasion_metrics, session_table

__all__ = [
    "Persuasion",
    "Pitch",
    "ScriptedBuyer",
    "ScriptedSeller",
    "best_honesty",
    "concave_envelope",
    "needed_posterior",
    "optimum",
    "persuasion_metrics",
    "prior_split",
    "sales_by_prior",
    "session_table",
]
