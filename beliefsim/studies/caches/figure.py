"""The figure of what reuse of a cache changes of beliefs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from beliefsim.figures.theme import COLOURS, COLUMN, DASHED, GREY, MARKERS, described, panels, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def loss_by_method(losses: pd.DataFrame, caption: str) -> Figure:
    """Draw what each way to reuse a cache changes of beliefs, a colour per reader; below 10⁻⁶ the scale is linear.

    Parameters
    ----------
    losses : DataFrame
        Columns ``reader``, ``method``, ``kl``, ``low`` and ``high``.
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> rows = pd.DataFrame({"reader": "toy", "method": ["naive", "moved"], "kl": [0.1, 0.0], "low": 0.0, "high": 0.2})
    >>> from beliefsim.studies import caches
    >>> caches.loss_by_method(rows, "Two ways.").alt
    'Change of belief by method. toy: naive 1.0e-01, moved 0.0e+00.'
    """
    methods, told = list(dict.fromkeys(losses["method"])), []
    readers = list(dict.fromkeys(losses["reader"]))
    with theme():
        fig, axes = panels(width=1.35 * COLUMN, height=3.0)
        ax = axes[0, 0]
        for number, reader in enumerate(readers):
            part = losses[losses["reader"] == reader]
            x = np.array([methods.index(name) for name in part["method"]]) + 0.12 * (number - (len(readers) - 1) / 2)
            colour, mark = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
            ax.vlines(x, part["low"].clip(lower=0), part["high"], color=colour, linewidth=0.8)
            ax.plot(x, part["kl"], mark, color=colour, label=reader)
            told.append(f"{reader}: {', '.join(f'{row.method} {row.kl:.1e}' for row in part.itertuples())}")
        ax.axhline(0, color=GREY, linestyle=DASHED, linewidth=0.8, zorder=0, label="belief preserved")
        ax.set_yscale("symlog", linthresh=1e-6)
        ax.set_ylim(bottom=-3e-7)
        ax.set_xticks(range(len(methods)), methods)
        ax.set(ylabel="KL(fresh ‖ reused), nats")
        fig.legend(loc="outside lower center", ncols=2)
    return described(fig, caption, f"Change of belief by method. {'; '.join(told)}.")
