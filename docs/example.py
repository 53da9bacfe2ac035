"""What examples in docstrings begin with."""

import beliefsim as bs

game = bs.games.TrustGame()
people = bs.personas.sample(200, design="factorial", seed=1)
agent = bs.ScriptedPopulation(people, bs.Dials(coupling=0.8), seed=1)  # scripted people: no model is asked
decisions = bs.play(game, agent, people, seed=1)
stated = bs.elicit(game.question("sent", by=["age", "openness"]), bs.GroupMeans(), agent)
result = bs.compare(stated, decisions, people, permutations=200)
