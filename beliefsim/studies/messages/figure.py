"""Figures of what a belief loses on its way through a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from beliefsim.figures.theme import COLOURS, COLUMN, DASHED, GREY, INK, MARKERS, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def rate_distortion(bound: pd.DataFrame, codes: pd.DataFrame, caption: str) -> Figure:
    """Draw what codes lose against their bits, above the line that no code can cross.

    Parameters
    ----------
    bound : DataFrame
        From `bottleneck`.
    codes : DataFrame
        Columns ``code``, ``bits``, ``loss`` (exact) and ``value``, ``low``, ``high`` (played).
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> bound = pd.DataFrame({"bits": [0.0, 1.0], "loss": [0.7, 0.0]})
    >>> codes = pd.DataFrame({"code": ["all"], "bits": 1.0, "loss": 0.0, "value": 0.01, "low": 0.0, "high": 0.02})
    >>> from beliefsim.studies import messages
    >>> messages.rate_distortion(bound, codes, "One code.").alt
    'Loss against bits. all: 1.00 bits lose 0.0000 nats, played 0.0100.'
    """
    with theme():
        fig, axes = panels(width=1.25 * COLUMN, height=3.0)
        ax = axes[0, 0]
        ax.plot(bound["bits"], bound["loss"], color=INK, linestyle=DASHED, linewidth=1.0, label="no code below")
        ax.plot(codes["bits"], codes["loss"], "x", color=GREY, markersize=7, label="exact")
        ax.vlines(codes["bits"], codes["low"], codes["high"], color=COLOURS[0], linewidth=0.8)
        ax.plot(codes["bits"], codes["value"], "o", color=COLOURS[0], label="played")
        for row in codes.itertuples():
            ax.annotate(str(row.code), (row.bits, row.loss), xytext=(5, 5), textcoords="offset points", fontsize=7.5)
        ax.set(xlabel="Bits per message", ylabel="Loss, KL(sent ‖ received), nats")
        ax.set_xlim(right=1.2 * codes["bits"].max())
        fig.legend(loc="outside lower center", ncols=3)
    each = "; ".join(
        f"{row.code}: {short(row.bits)} bits lose {row.loss:.4f} nats, played {row.value:.4f}"
        for row in codes.itertuples()
    )
    return described(fig, caption, f"Loss against bits. {each}.")


def tokens_and_loss(messages: pd.DataFrame, caption: str) -> Figure:
    """Draw what is lost against tokens of a message: a mark per form, a colour per arm; dashes: even chances.

    Parameters
    ----------
    messages : DataFrame
        Columns ``arm``, ``form``, ``tokens``, ``loss``, ``low``, ``high`` and ``silent`` (loss of even chances).
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> rows = pd.DataFrame({"arm": "a", "form": ["prose"], "tokens": 30.0, "loss": 0.1, "low": 0.0, "high": 0.2,
    ...                      "silent": 0.3})
    >>> from beliefsim.studies import messages
    >>> messages.tokens_and_loss(rows, "One form.").alt
    'Loss against tokens. a, prose: 30 tokens lose 0.10 nats (no message 0.30).'
    """
    forms, told = list(dict.fromkeys(messages["form"])), []
    with theme():
        fig, axes = panels(width=1.35 * COLUMN, height=3.2)
        ax = axes[0, 0]
        for number, (arm, part) in enumerate(messages.groupby("arm", sort=False)):
            colour = COLOURS[number % len(COLOURS)]
            for row in part.itertuples():
                mark, x = MARKERS[forms.index(row.form)], row.tokens + 0.4 * number  # arms side by side
                ax.vlines(x, row.low, row.high, color=colour, linewidth=0.8)
                ax.plot(x, row.loss, mark, color=colour, label=f"{arm}, {row.form}")
                told.append(
                    f"{arm}, {row.form}: {row.tokens:.0f} tokens lose {short(row.loss)} nats "
                    f"(no message {short(row.silent)})"
                )
        silent = messages["silent"].mean()
        ax.axhline(silent, color=INK, linestyle=DASHED, linewidth=0.9, zorder=0, label="even chances, no message")
        ax.axhline(0, color=GREY, linewidth=0.8, zorder=0)
        ax.set(xlabel="Tokens per message", ylabel="Loss, KL(sent ‖ received), nats")
        ax.set_xlim(left=0)
        fig.legend(loc="outside lower center", ncols=2)
    return described(fig, caption, f"Loss against tokens. {'; '.join(told)}.")


def sent_and_received(sent: ArrayLike, received: ArrayLike, names: Sequence[str], message: str) -> Figure:
    """Draw a belief, what is made of it at the other end, and the message between.

    Parameters
    ----------
    sent, received : array_like, shape (K,)
        Probabilities.
    names : sequence of str
        Of the outcomes.
    message : str

    Examples
    --------
    >>> from beliefsim.studies import messages
    >>> messages.sent_and_received([0.6, 0.4], [0.5, 0.5], ["yes", "no"], "Could be.").alt
    '"Could be." yes: 0.60 sent, 0.50 received; no: 0.40 sent, 0.50 received.'
    """
    positions = np.arange(len(names))
    with theme():
        fig, axes = panels(width=1.25 * COLUMN, height=2.6)
        ax = axes[0, 0]
        ax.bar(positions - 0.2, sent, width=0.36, color=COLOURS[5], label="sent")
        ax.bar(positions + 0.2, received, width=0.36, color=COLOURS[1], hatch="//", label="received")
        ax.axhline(1 / len(names), color=GREY, linestyle=DASHED, linewidth=0.8, label="no message")
        ax.set_xticks(positions, list(names))
        ax.set(ylabel="Probability", ylim=(0, 1))
        ax.set_title(message, fontsize=7.5, wrap=True)
        fig.legend(loc="outside lower center", ncols=3)
    each = "; ".join(
        f"{name}: {short(a)} sent, {short(b)} received"
        for name, a, b in zip(names, np.asarray(sent), np.asarray(received), strict=True)
    )
    return described(fig, "A belief before and after its message.", f'"{message}" {each}.')
