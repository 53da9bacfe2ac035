"""Recordings: every reply of a model, one line each, written at once and never asked for again."""

from __future__ import annotations

import re
import threading
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from beliefsim import paths

from .lines import RecordingError
from .recorded import RecordedReply
from .recording import Recording

__all__ = [
    "RecordedReply",
    "Recording",
    "RecordingError",
    "committed",
    "known",
    "opened",
    "reply",
    "tokens",
]

_ID = re.compile("[0-9a-f]{32}")
_opened: dict[Path, Recording] = {}
_foreign: set[Path] = set()
_opening = threading.Lock()


def opened(path: str | Path) -> Recording:
    """The process's one `Recording` of a file.

    Examples
    --------
    >>> from beliefsim.recordings import committed, opened
    >>> len(opened(committed("smollm2-135m-instruct")[0])) > 0
    True
    """
    path = Path(path).expanduser().resolve()  # two names of a file have one writer
    with _opening:
        if path not in _opened:
            _opened[path] = Recording(path)
        return _opened[path]


def committed(name: str) -> list[Path]:
    """Recordings of a model that came with the clone: data/recordings/<study>/<name>.jsonl.

    Examples
    --------
    >>> from beliefsim.recordings import committed
    >>> committed("smollm2-135m-instruct")[0].parent.name
    '00_start_here'
    """
    try:
        return sorted((paths.data() / "recordings").glob(f"*/{name}.jsonl"))
    except FileNotFoundError:
        return []


def known() -> Iterator[Recording]:
    """Recordings of this process, in data/ and in results/; another file among them is named in a warning, once.

    Examples
    --------
    >>> from beliefsim.recordings import known
    >>> any(len(each) > 100 for each in known())
    True
    """
    yield from list(_opened.values())
    for path in [*committed("*"), *sorted(paths.recordings().glob("*.jsonl"))]:
        try:
            if path.resolve() not in _opened:
                yield opened(path)
        except RecordingError as error:
            if path not in _foreign:
                _foreign.add(path)
                warnings.warn(f"{error}; it is skipped: move it out of {path.parent}", stacklevel=3)


def reply(id: str) -> RecordedReply:
    """The reply with an id, as tables hold it in their column `reply`: the prompt and what came back.

    Raises
    ------
    KeyError
        If no recording known to this process, in results/ or in data/ holds it.

    Examples
    --------
    >>> from beliefsim.recordings import committed, opened
    >>> recorded = opened(committed("smollm2-135m-instruct")[0]).to_frame()
    >>> bs.reply(recorded["reply"].iloc[0]).settings["temperature"]
    1.0
    """
    if _ID.fullmatch(id):
        for recording in known():
            recorded = recording.reply(id)
            if recorded is not None:
                return recorded
    folders = dict.fromkeys([paths.recordings(), *(path.parent for path in committed("*"))])
    raise KeyError(f"no reply {id!r} in the recordings of this process, nor in {', '.join(map(str, folders))}")


def tokens(replies: Iterable[str]) -> float:
    """Tokens of prompts and answers, summed; missing if a reply is not recorded (a rehearsal makes replies up).

    Parameters
    ----------
    replies : iterable of str
        Ids, as tables hold them in their column `reply`; one that comes twice was paid twice.

    Examples
    --------
    >>> from beliefsim.recordings import committed, opened, tokens
    >>> recorded = opened(committed("smollm2-135m-instruct")[0]).to_frame()
    >>> tokens(recorded["reply"].iloc[:2]) > 0, tokens([])
    (True, 0.0)
    """
    try:
        return float(sum(sum(reply(one).usage[:2]) for one in replies))
    except KeyError:
        return float("nan")
