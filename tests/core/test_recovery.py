import pytest

import beliefsim as bs


@pytest.mark.parametrize(("dial", "values"), [("coupling", [0.0, 1.0]), ("amplitude", [0.5, 1.5])])
def test_row_01_a_planted_dial_comes_back_through_the_path_of_language_agents(dial, values):
    found = bs.recover(dial, values, bs.games.TrustGame(), n=400, replications=4, permutations=400, seed=2)
    assert ((found["low"] <= found["planted"]) & (found["planted"] <= found["high"])).mean() >= 0.75
    means = found.groupby("planted")["recovered"].mean()
    assert (abs(means - means.index) < 0.15).all(), means


def test_a_second_game_and_instrument_recover_coupling_too():
    found = bs.recover("coupling", [1.0], bs.games.Dictator(), bs.Ranking(), replications=2, permutations=400)
    assert (found["recovered"] > 0.5).all()


def test_a_dial_without_a_metric_is_refused():
    with pytest.raises(ValueError, match="dial 'lapse' is not among coupling, amplitude"):
        bs.recover("lapse", [0.1], bs.games.TrustGame())
