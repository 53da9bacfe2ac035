"""Level cells of planted populations, drawn without play: quick enough for many replications."""

import numpy as np

from beliefsim.consistency import Dials, ScriptedPopulation
from beliefsim.consistency.cells import Cells

NINE = (4, 3, 6, 5, 3, 4, 3, 2, 4)


def planted(n, eta, lam, rng, levels=NINE):
    """Cells of a factorial sample whose stated and done effects have a coupling of `lam`."""
    starts = np.cumsum([0, *levels[:-1]])
    shares = {str(a): tuple(map(str, range(k))) for a, k in enumerate(levels)}
    truth = ScriptedPopulation(shares, Dials(coupling=lam, eta_squared=eta), seed=int(rng.integers(2**31))).truth
    columns = tuple(first + rng.permutation(np.arange(n) % k) for first, k in zip(starts, levels, strict=True))
    noise = rng.normal(0, 2 * np.sqrt(1 - eta * len(levels)), n)
    done = truth["done"].to_numpy() * 10
    sends = np.clip(np.rint(5 + sum(done[column] for column in columns) + noise), 0, 10)
    names = tuple(truth["level"])
    return Cells(tuple(shares), names, starts, columns, truth["stated"].to_numpy() * 10, sends)
