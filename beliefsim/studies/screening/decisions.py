"""From a belief to a step that costs: least expected cost, and the value of looking once more."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def expected_costs(p: ArrayLike, costs: ArrayLike, *, renormalise: bool = False) -> Array:
    """Expected cost of each step.

    Parameters
    ----------
    p : array_like, shape (n, H)
        Beliefs; a row that does not sum to 1, or with a negative number, is missing unless it may be renormalised.
    costs : array_like, shape (H, A)
        Cost of each step (column) with each hidden thing (row), 0 or more.
    renormalise : bool
        Divide rows by their sums.

    Returns
    -------
    ndarray, shape (n, A)

    Raises
    ------
    ValueError
        If a cost is negative or missing, or the shapes do not fit.

    Examples
    --------
    >>> expected_costs([[0.1, 0.9], [0.5, 0.6]], [[40000, 2500], [0, 2500]])  # .5 and .6 are no belief
    array([[4000., 2500.],
           [  nan,   nan]])
    """
    price, belief = _costs(costs), np.atleast_2d(np.asarray(p, dtype=float))
    if belief.shape[-1] != len(price):
        raise ValueError(f"beliefs over {belief.shape[-1]} things, costs for {len(price)}")
    total = belief.sum(axis=-1, keepdims=True)
    right = (belief >= 0).all(axis=-1, keepdims=True) & (total > 0 if renormalise else np.abs(total - 1) <= 1e-6)
    return np.where(right, belief / np.where(right, total, 1), np.nan) @ price


def cheapest(p: ArrayLike, costs: ArrayLike) -> Array:
    """The step of least expected cost as a row of 0 and 1, shape (n, A); missing where the belief is.

    Parameters
    ----------
    p : array_like, shape (n,)
        Probability of the first of two hidden things.
    costs : array_like, shape (2, A)
        As in `expected_costs`.

    Examples
    --------
    >>> cheapest([0.01, 0.5], [[40000, 2500], [0, 2500]]).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    price = expected_costs(both(p), costs)
    step = np.eye(price.shape[1])[np.nan_to_num(price).argmin(axis=1)]
    return np.where(np.isnan(price), np.nan, step)


def posterior(p: ArrayLike, likelihood: ArrayLike) -> tuple[Array, Array]:
    """Beliefs after each possible signal, shape (n, S, H), and the signals' chances, shape (n, S).

    Parameters
    ----------
    p : array_like, shape (n, H)
        Beliefs before.
    likelihood : array_like, shape (H, S)
        Chances of signals, rows that sum to 1.

    Examples
    --------
    >>> after, chance = posterior([[0.5, 0.5]], [[0.8, 0.2], [0.4, 0.6]])
    >>> after.round(2).tolist(), chance.round(2).tolist()
    ([[[0.67, 0.33], [0.25, 0.75]]], [[0.6, 0.4]])
    """
    table = np.asarray(likelihood, dtype=float)
    if (table < 0).any() or not np.allclose(table.sum(axis=-1), 1):
        raise ValueError("likelihoods must be 0 or more, and those of each hidden thing must sum to 1")
    joint = np.atleast_2d(np.asarray(p, dtype=float))[:, None, :] * table.T
    chance = joint.sum(axis=-1)
    return joint / np.where(chance > 0, chance, 1)[..., None], chance


def value_of_information(p: ArrayLike, costs: ArrayLike, likelihood: ArrayLike, price: float) -> Array:
    """Least expected cost now, less that after one signal, less the signal's price; above 0 looking pays.

    References
    ----------
    Howard (1966), doi:10.1109/TSSC.1966.300074.

    Examples
    --------
    >>> value_of_information([[0.1, 0.9]], [[40000, 2500], [0, 2500]], [[0.8, 0.2], [0.25, 0.75]], 150).round(1)
    array([787.5])
    """
    after, chance = posterior(p, likelihood)
    later = (chance * _least(after, costs)).sum(axis=-1)
    return _least(np.atleast_2d(np.asarray(p, dtype=float)), costs) - later - _price(price)


def look_or_act(
    p: ArrayLike, costs: ArrayLike, likelihood: ArrayLike, price: float, looks: int = 1
) -> tuple[Array, NDArray[np.bool_]]:
    """Dynamic programme with at most `looks` more signals: the expected cost, and whether to look first.

    References
    ----------
    Wald (1945), doi:10.1214/aoms/1177731118.

    Examples
    --------
    >>> costs, call = [[40000, 2500], [0, 2500]], [[0.8, 0.2], [0.25, 0.75]]
    >>> cost, look = look_or_act([[0.1, 0.9], [0.9, 0.1]], costs, call, 150)
    >>> cost.round(1).tolist(), look.tolist()
    ([1712.5, 2500.0], [True, False])
    """
    belief = np.atleast_2d(np.asarray(p, dtype=float))
    now = _least(belief, costs)
    if looks < 1:
        return now, np.zeros(len(belief), dtype=bool)
    after, chance = posterior(belief, likelihood)
    further, _ = look_or_act(after.reshape(-1, after.shape[-1]), costs, likelihood, price, looks - 1)
    later = _price(price) + (chance * further.reshape(chance.shape)).sum(axis=-1)
    return np.fmin(now, later), later < now - 1e-9


def both(p: ArrayLike) -> Array:
    """Beliefs over two things from that in the first, shape (n, 2).

    Examples
    --------
    >>> both([0.25]).tolist()
    [[0.25, 0.75]]
    """
    return np.column_stack([np.asarray(p, dtype=float), 1 - np.asarray(p, dtype=float)])


def _least(p: Array, costs: ArrayLike) -> Array:
    flat = expected_costs(p.reshape(-1, p.shape[-1]), costs)
    return np.asarray(flat.min(axis=-1).reshape(p.shape[:-1]))


def _costs(costs: ArrayLike) -> Array:
    price = np.asarray(costs, dtype=float)
    if price.ndim != 2 or not (price >= 0).all():
        raise ValueError(f"costs must be a table (hidden things × steps) of numbers of 0 or more, got {costs!r}")
    return price


def _price(price: float) -> float:
    if not price >= 0:
        raise ValueError(f"the price of a signal must be 0 or more, got {price!r}")
    return float(price)
