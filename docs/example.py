"""What examples in docstrings begin with."""

import beliefsim as bs
from beliefsim.studies import forecast

game = bs.games.TrustGame()
people = bs.personas.sample(200, design="factorial", seed=1)
agent = bs.ScriptedPopulation(people, bs.Dials(coupling=0.8), seed=1)  # scripted people: no model is asked
decisions = bs.play(game, agent, people, seed=1)
stated = bs.elicit(game.question("sent", by=["age", "openness"]), bs.GroupMeans(), agent)
result = bs.compare(stated, decisions, people, permutations=200)

fixed = bs.games.TrustGame(trustee=bs.games.Returns(3), rounds=3)  # rounds, and forecasts of them
planner = forecast.ScriptedForecaster(seed=1)
rounds = bs.play(fixed, planner, people, seed=1)
asks = [fixed.question("sent", about="self", horizon=ahead) for ahead in (0, 1)]
forecasts = bs.schema.concat([bs.elicit(ask, bs.Forecast(), planner, people, at=rounds) for ask in asks])
errors = forecast.forecast_errors(forecasts, rounds)
