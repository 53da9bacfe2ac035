"""Where the variance of a score lies when two factors are crossed: models and scaffolds, designs and counts."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .estimate import ratio

Array = NDArray[np.float64]
_PIVOTS = 4000  # draws of the generalised pivots


def variance_shares(
    table: pd.DataFrame, value: str, first: str, second: str, *, permutations: int = 200, seed: int = 0
) -> pd.DataFrame:
    """Shares of variance of two crossed random factors, their interaction and the rest, by the method of moments.

    Parameters
    ----------
    table : DataFrame
        A balanced table: each cell of the two factors has equally many rows, at least 2, none missing.
    value, first, second : str
        Columns: the score and the factors.
    permutations : int
        Of rows, for the null that no factor matters.
    seed : int

    Returns
    -------
    DataFrame
        Rows `first`, `second`, ``interaction``, ``residual``; columns ``source``, ``share`` (of the variance
        components, negative ones being 0), ``low``, ``high`` (95 %, generalised interval for normal effects),
        ``eta_squared`` (of sums of squares), ``mean_square``, ``null_high`` (97.5 % of shares under the null),
        ``levels``.

    Raises
    ------
    ValueError
        If the table is not balanced, or a factor has a single level.

    References
    ----------
    Searle, Casella & McCulloch (1992), doi:10.1002/9780470316856, chapter 4; Weerahandi (1993),
    doi:10.1080/01621459.1993.10476355 (intervals from generalised pivots).

    Examples
    --------
    >>> rows = pd.DataFrame({"model": list("aabb") * 2, "scaffold": list("xyxy") * 2})
    >>> rows["score"] = [0.0, 0, 4, 4, 1, 1, 5, 5]
    >>> bs.measures.variance_shares(rows, "score", "model", "scaffold")["share"].round(2).tolist()
    [0.94, 0.0, 0.0, 0.06]
    """
    counts = table.groupby([first, second], observed=True)[value].count().unstack()
    a, b = counts.shape
    n = int(counts.iloc[0, 0]) if not counts.isna().any(axis=None) else 0
    if min(a, b, n) < 2 or not (counts == n).all(axis=None) or len(table) != a * b * n:
        raise ValueError(
            f"variance_shares needs a balanced table with two levels and two rows a cell or more, none missing; "
            f"{first} × {second} has counts from {counts.min(axis=None)} to {counts.max(axis=None)}"
        )
    y = table.sort_values([first, second])[value].to_numpy(dtype=float)
    degrees = np.array([a - 1, b - 1, (a - 1) * (b - 1), a * b * (n - 1)])
    rng, shape = np.random.default_rng(seed), (a, b, n)
    squares = _squares(y.reshape(shape))
    null = np.array([_squares(rng.permutation(y).reshape(shape)) for _ in range(permutations)]) / degrees
    pivots = squares / rng.chisquare(degrees, size=(_PIVOTS, 4))
    low, high = np.nanquantile(_shares(pivots, shape), [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "source": [first, second, "interaction", "residual"],
            "share": _shares(squares / degrees, shape),
            "low": low,
            "high": high,
            "eta_squared": squares / squares.sum(),
            "mean_square": squares / degrees,
            "null_high": np.nanquantile(_shares(null, shape), 0.975, axis=0),
            "levels": [a, b, a * b, a * b * n],
        }
    )


def _squares(y: Array) -> Array:
    """Sums of squares of y, shape (a, b, n): the factors, their interaction, the rest."""
    a, b, n = y.shape
    cell, rows, columns, mean = y.mean(axis=2), y.mean(axis=(1, 2)), y.mean(axis=(0, 2)), y.mean()
    both = cell - rows[:, None] - columns + mean
    parts = (b * n * (rows - mean) ** 2, a * n * (columns - mean) ** 2, n * both**2, (y - cell[..., None]) ** 2)
    return np.array([part.sum() for part in parts])


def _shares(squares: Array, shape: tuple[int, int, int]) -> Array:
    """Shares of variance components from mean squares, shape (..., 4)."""
    a, b, n = shape
    first, second, both, rest = np.moveaxis(squares, -1, 0)
    parts = np.stack([(first - both) / (b * n), (second - both) / (a * n), (both - rest) / n, rest], axis=-1)
    parts = np.maximum(parts, 0)
    return ratio(parts, parts.sum(axis=-1, keepdims=True))
