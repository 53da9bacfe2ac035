"""Replies as a table to search and to page through, with the text of the one that is chosen."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import pandas as pd
from pandas import DataFrame

import beliefsim as bs
from beliefsim import figures, recordings
from beliefsim.consistency import Comparison
from beliefsim.personas import title
from beliefsim.recordings import Recording

from .panel import FIELD, Draw, Panel, block, following, note, picture, table

_PAGE = 12
_MOST = 1_000_000  # replies that fit into a laptop's memory as a table
_SHOWN = 80_000  # characters of one reply's HTML
_COLUMNS = ["reply", "draw", "finish", "text", "prefill"]
_FACETS = ["instrument", "arm", "condition", "frame", "terms", "style", "read", "stated_by"]


def replies(recording: Recording | DataFrame | str | Path | None = None, *, where: DataFrame | None = None) -> Panel:
    """Filter, search and page through replies.

    Parameters
    ----------
    recording : Recording, path, or DataFrame, optional
        What to read: a recording, or `Recording.to_frame()`; default: every recording of the clone and of results/.
    where : DataFrame, optional
        Rows of decisions or beliefs, for example from `bs.consistency.rows_behind`: only their replies.

    Returns
    -------
    Panel
        Only one page is built at a time. In a cell: `recordings.opened(path).to_frame()` and `bs.reply(id)`.

    Raises
    ------
    ValueError
        If there are more than a million lines.

    Examples
    --------
    >>> import pandas as pd
    >>> print(replies(pd.DataFrame({"reply": ["0" * 32], "text": ["5"], "finish": ["stop"], "draw": [0]})).sentence)
    Filter, search and page through 1 reply.
    """
    rows = _recorded(recording)
    if where is not None:
        rows = rows[rows["reply"].isin(set(where["reply"].astype(str)))].drop_duplicates("reply")
    rows = rows.reset_index(drop=True)
    sentence = f"Filter, search and page through {len(rows):,} {'reply' if len(rows) == 1 else 'replies'}."
    return Panel(sentence, lambda: _first_page(rows), lambda: _Browser(rows).box)


def behind(
    comparison: Comparison,
    stated: DataFrame,
    decisions: DataFrame,
    people: DataFrame,
    *,
    figure: Draw = figures.scatter,
) -> Panel:
    """Click a point of the scatter, or choose it from a list, and read what was said and done behind it.

    Parameters
    ----------
    comparison : Comparison
        From `bs.compare`.
    stated, decisions, people : DataFrame
        As `bs.compare` was given them.
    figure : callable
        Takes the comparison and, by keyword, the instrument, arm, frame … of a point; the first axes of its figure
        show what was stated to the right and what was done upwards.

    Returns
    -------
    Panel
        In a cell: ``bs.widgets.replies(where=bs.consistency.rows_behind(result.levels.iloc[0], …))``.

    Examples
    --------
    >>> print(behind(result, stated, decisions, people).sentence)
    Click one of the 7 points, or choose it from the list, and read the replies behind it.
    """
    points = comparison.levels.dropna(subset=["stated", "done"]).reset_index(drop=True)
    points["name"] = _names(points)

    def rows(at: int, everything: DataFrame) -> DataFrame:
        found = bs.consistency.rows_behind(points.iloc[at], stated, decisions, people).merge(everything, on="reply")
        who = (found["edge"] + " " + found["persona"]).str.strip()
        return found.assign(text=who + ": " + found["text"])[everything.columns]

    def still() -> str:
        return note(points["name"][0]) + _first_page(rows(0, _recorded().drop_duplicates("reply")))

    def build() -> Any:
        import ipywidgets

        everything = _recorded().drop_duplicates("reply")
        browser = _Browser(everything)
        options = list(zip(points["name"], points.index, strict=True))
        choices = ipywidgets.Dropdown(options=options, description="Point", **FIELD)
        choices.add_class("beliefsim-points")

        def choose(at: int) -> str:
            browser.rows = rows(at, everything)
            browser.search()
            return _ringed(figure(comparison, **points.loc[at, _FACETS]), points, at)

        return ipywidgets.VBox([following(choose, {"at": choices}), browser.box])

    sentence = f"Click one of the {len(points)} points, or choose it from the list, and read the replies behind it."
    return Panel(sentence, still, build)


def _names(points: DataFrame) -> list[str]:
    """Each point in words, with those facets that vary."""
    varying = [name for name in _FACETS if points[name].nunique() > 1]
    return [
        f"{title(point['attribute'])}: {point['level']}, stated {point['stated']:.2f}, done {point['done']:.2f}"
        + (f" ({', '.join(map(str, point[varying]))})" if varying else "")
        for _, point in points.iterrows()
    ]


def _ringed(fig: Any, points: DataFrame, at: int) -> str:
    """The scatter of a point's panel, with a ring around it and a spot to click on each point."""
    axes = fig.axes[0]
    axes.plot(*points.loc[at, ["stated", "done"]], "o", color="black", fillstyle="none", markersize=11)
    fig.canvas.draw()
    beside = points[(points[_FACETS] == points.loc[at, _FACETS]).all(axis=1)]
    places = axes.transData.transform(beside[["stated", "done"]].to_numpy(dtype=float)) / fig.bbox.size
    spots = [
        f'<button tabindex="-1" data-point="{one}" aria-label="{name}" title="{name}" '
        f'style="left:{x:.2%};bottom:{y:.2%}"></button>'
        for one, name, (x, y) in zip(beside.index, beside["name"].map(html.escape), places, strict=True)
    ]
    return picture(fig, "".join(spots))


def _recorded(given: Recording | DataFrame | str | Path | None = None) -> DataFrame:
    """Replies as a table: `reply`, `draw`, `finish` and the whole `text`."""
    every = [*recordings.committed("*"), *sorted(bs.paths.recordings().glob("*.jsonl"))] if given is None else [given]
    sources = [each if isinstance(each, (Recording, DataFrame)) else recordings.opened(each) for each in every]
    if (size := sum(map(len, sources))) > _MOST:
        most = f"(at most {_MOST:,}); read them with Recording.to_frame()."
        raise ValueError(f"{size:,} recorded lines are too many to page through here {most}")
    frames = [each.to_frame() if isinstance(each, Recording) else each for each in sources]
    rows = pd.concat([frame.reindex(columns=_COLUMNS).astype(object) for frame in (DataFrame(), *frames)])
    return rows.assign(text=rows.pop("prefill").fillna("").astype(str) + rows["text"].fillna("").astype(str))


def _first_page(rows: DataFrame) -> str:
    return table(rows.head(_PAGE).map(_cut))


def _cut(value: Any) -> str:
    return str(value)[:90] + " …" * (len(str(value)) > 90)


class _Browser:
    """Search, filter, page, list, and the reply that was chosen from the list."""

    def __init__(self, rows: DataFrame) -> None:
        import ipywidgets

        finishes = [("any", ""), *((each, each) for each in sorted(rows["finish"].astype(str).unique()))]
        self.rows, self.said = rows, ipywidgets.HTML()
        self.words = ipywidgets.Text(description="Search the replies", **FIELD)
        self.finish = ipywidgets.Dropdown(options=finishes, description="Ended by", **FIELD)
        self.page = ipywidgets.BoundedIntText(1, min=1, description="Page", **FIELD)
        self.list = ipywidgets.Select(rows=_PAGE, description="Replies", **FIELD)
        self.search()
        self.words.observe(self.search, "value")
        self.finish.observe(self.search, "value")
        self.page.observe(self.turn, "value")
        chosen = following(_text, {"id": self.list})
        self.box = ipywidgets.VBox([self.said, self.words, self.finish, self.page, chosen])

    def search(self, _: Any = None) -> None:
        """Keep replies that hold the words (any case) and ended so, from their first page."""
        rows, words = self.rows, self.words.value
        rows = rows[rows["finish"].astype(str) == self.finish.value] if self.finish.value else rows
        self.kept = rows[rows["text"].str.contains(words, case=False, regex=False)] if words else rows
        self.page.value, self.page.max = 1, max(1, -(-len(self.kept) // _PAGE))
        self.said.value = note(f"{len(self.kept):,} of {len(self.rows):,} replies; pages: {self.page.max:,}.")
        self.turn()

    def turn(self, _: Any = None) -> None:
        """List one page, its first reply chosen; nothing else of the table is shown."""
        page = self.kept.iloc[(self.page.value - 1) * _PAGE : self.page.value * _PAGE]
        labels = [f"{at + 1:,}: {_cut(text)}" for at, text in zip(page.index, page["text"], strict=True)]
        self.list.options = list(zip(labels, page["reply"], strict=True))
        self.list.index = 0 if len(page) else None


def _text(id: str | None) -> str:
    """A reply with its prompt, escaped."""
    try:
        shown = block(str(recordings.reply(id))) if id else note("No reply.")
    except KeyError as error:
        return note(str(error.args[0]))
    return shown if len(shown) <= _SHOWN else note(f"It has {len(shown):,} characters: bs.reply({id!r}) gives it.")
