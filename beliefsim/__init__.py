"""Do simulated people practise what they preach?

beliefsim elicits an agent's beliefs, lets it act in a game, and compares the two. The verbs are `play`, `elicit`,
`compare`, `recover`, `load` and `reply`; the nouns are games, personas, models, agents, instruments and
interventions. Everything that ``__init__.pyi`` lists is imported when it is first used, so that ``import beliefsim``
is quick.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
