"""Page through recordings: filter, search, and read what stands behind rows of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from beliefsim import paths, recordings
from beliefsim.recordings import Recording

from .panel import LABEL, Panel, block, latest, note, table

__all__ = ["Browser", "first", "kept", "recorded", "replies"]

_PAGE = 12
_MOST = 1_000_000  # replies that fit into a laptop's memory as a table
_SHOWN = 80_000  # characters of one reply's HTML
_COLUMNS = ["reply", "draw", "finish", "text", "prefill"]


def replies(
    recording: Recording | pd.DataFrame | str | Path | None = None, *, where: pd.DataFrame | None = None
) -> Panel:
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

    Examples
    --------
    >>> import pandas as pd
    >>> print(replies(pd.DataFrame({"reply": ["0" * 32], "text": ["5"], "finish": ["stop"], "draw": [0]})).sentence)
    Filter, search and page through 1 reply.
    """
    try:
        found, why = recorded(recording), ""
    except ValueError as error:
        found, why = _table([]), str(error)
    if where is not None:
        found = found[found["reply"].isin(set(where["reply"].astype(str)))].drop_duplicates("reply")
    found = found.reset_index(drop=True)
    sentence = why or f"Filter, search and page through {len(found):,} {'reply' if len(found) == 1 else 'replies'}."
    return Panel(sentence, lambda: first(found), lambda: Browser(found, sentence).box)


def recorded(given: Recording | pd.DataFrame | str | Path | None = None) -> pd.DataFrame:
    """Replies as a table: `reply`, `draw`, `finish` and the whole `text`.

    Raises
    ------
    ValueError
        If there are more than a million.
    """
    if isinstance(given, pd.DataFrame):
        return _table([given])
    files = [*recordings.committed("*"), *sorted(paths.recordings().glob("*.jsonl"))] if given is None else [given]
    found = [each if isinstance(each, Recording) else recordings.opened(each) for each in files]
    if (size := sum(map(len, found))) > _MOST:
        raise ValueError(
            f"{size:,} recorded lines are too many to page through here (at most {_MOST:,}); "
            "read them with Recording.to_frame()."
        )
    return _table([each.to_frame() for each in found])


def _table(parts: list[pd.DataFrame]) -> pd.DataFrame:
    kept = [part.reindex(columns=_COLUMNS).astype(object) for part in parts if len(part)]
    frame = pd.concat(kept) if kept else pd.DataFrame(columns=_COLUMNS)
    return frame.assign(text=frame.pop("prefill").fillna("").astype(str) + frame["text"].fillna("").astype(str))


def kept(frame: pd.DataFrame, words: str = "", finish: str = "") -> pd.DataFrame:
    """Replies that hold the words (any case) and ended so.

    Examples
    --------
    >>> kept(pd.DataFrame({"text": ["a", "B", "ab"], "finish": ["stop"] * 3}), "b")["text"].tolist()
    ['B', 'ab']
    """
    if finish:
        frame = frame[frame["finish"].astype(str) == finish]
    return frame[frame["text"].str.contains(words, case=False, regex=False)] if words else frame


def first(frame: pd.DataFrame) -> str:
    """The first page, as HTML."""
    return table(frame.head(_PAGE).map(_cut))


def _cut(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 90 else text[:90] + " …"


class Browser:
    """Search, filter, page, list, and the reply that was chosen from the list."""

    def __init__(self, frame: pd.DataFrame, sentence: str) -> None:
        import ipywidgets as widgets

        self.frame = self.kept = frame
        finishes = [("any", ""), *((each, each) for each in sorted(frame["finish"].astype(str).unique()))]
        wide, narrow = {"width": "min(98%, 720px)"}, {"max_width": "98%"}
        self.words = widgets.Text(description="Search the replies", style=LABEL, layout=wide)
        self.finish = widgets.Dropdown(options=finishes, description="Ended by", style=LABEL, layout=narrow)
        self.number = widgets.BoundedIntText(1, min=1, description="Page", style=LABEL, layout=narrow)
        self.list = widgets.Select(rows=_PAGE, description="Replies", style=LABEL, layout=wide)
        self.said, self.detail = widgets.HTML(), widgets.HTML()
        for control in (self.words, self.finish):
            control.observe(latest(self.search), "value")
        self.number.observe(latest(self.turn), "value")
        self.list.observe(self.choose, "value")
        self.box = widgets.VBox([self.said, self.words, self.finish, self.number, self.list, self.detail])
        self.search()
        self.said.value = note(sentence)

    def show(self, frame: pd.DataFrame) -> None:
        """Browse these replies instead, with the same search."""
        self.frame = frame
        self.search()

    def search(self) -> None:
        """Keep what is searched for, from its first page."""
        self.kept = kept(self.frame, self.words.value, self.finish.value)
        pages = max(1, -(-len(self.kept) // _PAGE))
        self.number.value, self.number.max = 1, pages
        self.said.value = note(f"{len(self.kept):,} of {len(self.frame):,} replies; pages: {pages:,}.")
        self.turn()

    def turn(self) -> None:
        """List one page; nothing else of the table is shown."""
        rows = self.kept.iloc[(self.number.value - 1) * _PAGE : self.number.value * _PAGE]
        labels = [f"{at + 1:,}: {_cut(text)}" for at, text in zip(rows.index, rows["text"], strict=True)]
        self.list.options = list(zip(labels, rows["reply"], strict=True))
        self.list.value = rows["reply"].iloc[0] if len(rows) else None
        self.choose()

    def choose(self, _: Any = None) -> None:
        """Show the chosen reply with its prompt, escaped."""
        id = self.list.value
        try:
            shown = block(str(recordings.reply(id))) if id else note("No reply.")
        except KeyError as error:
            shown = note(str(error.args[0]))
        if len(shown) > _SHOWN:
            shown = note(f"This reply has {len(shown):,} characters: bs.reply({id!r}) gives it.")
        self.detail.value = shown
