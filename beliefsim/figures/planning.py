"""How many personas a question needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from beliefsim.figures.theme import COLOURS, COLUMN, GREY, MARKERS, PAGE, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["power_curves"]

_LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
_WANTED = 0.8  # power, a thin line


def power_curves(
    table: pd.DataFrame,
    by: Sequence[str] = ("eta_squared", "coupling"),
    panel: str = "",
) -> Figure:
    """Draw power against the number of personas, a line per group.

    Parameters
    ----------
    table : DataFrame
        Columns `power` (0 to 1), `personas` and those of `by` and `panel`: from `analysis.power_table`,
        or from simulations.
    by : sequence of str
        What the lines differ in: the first decides colour and marker, the second (if any) the dashes.
    panel : str
        What the panels differ in, for example ``"frames"``; "" for one panel.

    Raises
    ------
    ValueError
        If a column is not there, `by` has more than two, or a line would have two values at one number of personas.

    Examples
    --------
    >>> table = bs.analysis.power_table(bs.analysis.Plan(personas=50, levels=[4, 3, 5]), frames=[1])
    >>> bs.figures.power_curves(table).caption[-17:]
    ' Thin line: 0.80.'
    """
    _check(table, by, panel)
    parts = list(table.groupby(panel, sort=False)) if panel else [("", table)]
    lines = len(table[list(by)].drop_duplicates())
    with theme():
        width = COLUMN if len(parts) == 1 else PAGE
        height = 2.6 + 0.17 * -(-lines // _legend_columns(width))
        fig, axes = panels(1, len(parts), width=width, height=height, sharey=True)
        for place, (value, part) in zip(axes[0], parts, strict=True):
            _curves(place, table, part, by)
            place.axhline(_WANTED, color=GREY, linewidth=0.8, zorder=0)
            place.set_title(_named(panel, value) if panel else "")
        axes[0, 0].set(ylabel="Power", ylim=(-0.02, 1.02))
        handles, labels = axes[0, 0].get_legend_handles_labels()
        fig.legend(
            handles, labels, loc="outside lower center", ncols=_legend_columns(width), handlelength=3.2, fontsize=7
        )
    return described(fig, *_texts(table, by, panel))


def _check(table: pd.DataFrame, by: Sequence[str], panel: str) -> None:
    keys = [*by, *filter(None, [panel])]
    lacking = {"power", "personas", *keys} - set(table.columns)
    if lacking or not 1 <= len(by) <= 2:
        missing = ", ".join(sorted(lacking)) or "none"
        raise ValueError(f"power: by={tuple(by)} must be one or two columns; columns that are not there: {missing}")
    if table.duplicated([*keys, "personas"]).any():
        raise ValueError(
            f"power: several rows have the same {', '.join([*keys, 'personas'])}; filter them, or use panel=…"
        )


def _curves(axes: Axes, table: pd.DataFrame, part: pd.DataFrame, by: Sequence[str]) -> None:
    known = [list(dict.fromkeys(table[key])) for key in by]
    for keys, line in part.groupby(list(by), sort=False):
        first, *rest = (values.index(key) for values, key in zip(known, keys, strict=True))
        line = line.sort_values("personas")
        axes.plot(
            line["personas"],
            line["power"],
            label=_line_name(by, keys),
            color=COLOURS[first % len(COLOURS)],
            marker=MARKERS[first % len(MARKERS)],
            linestyle=_LINES[rest[0] % len(_LINES)] if rest else "-",
        )
    axes.set(xscale="log", xlabel="Personas (logarithmic)")
    sizes = sorted(table["personas"].unique())
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()


def _legend_columns(width: float) -> int:
    return 1 if width < PAGE else 3


def _line_name(by: Sequence[str], keys: Any) -> str:
    return ", ".join(_named(key, value) for key, value in zip(by, keys, strict=True))


def _named(key: str, value: Any) -> str:
    return value if isinstance(value, str) else f"{key.replace('eta_squared', 'η²')} {value:g}"


def _texts(table: pd.DataFrame, by: Sequence[str], panel: str) -> tuple[str, str]:
    keys = [*by, *filter(None, [panel])]
    needed = []
    for values, part in table.groupby(keys, sort=False):
        enough = part.loc[part["power"] >= _WANTED, "personas"]
        reached = f"{enough.min():,}" if len(enough) else f"more than {part['personas'].max():,}"
        needed.append(f"{_line_name(keys, values)}: {reached}")
    caption = (
        "Power to tell a relation from none, against the number of personas; computed for a plan, no arm has played. "
        f"Thin line: {short(_WANTED)}."
    )
    return caption, f"Curves of power over N. Smallest N drawn with a power of {short(_WANTED)}: {'; '.join(needed)}."
