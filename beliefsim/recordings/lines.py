"""The lines of a recording: which kinds there are, and the one test that every reader applies to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

FORMAT = 1
_LARGEST = 2**31 - 1  # of draws and tokens: tables hold 32 bits
_DEEPEST = 100  # levels of settings; a schema has about ten
_NEEDED = {  # a line's first field is its kind
    "recording": ("recording", "model", "weights"),
    "endpoint": ("endpoint",),
    "prompt": ("prompt", "messages"),
    "settings": ("settings", "value"),
    "key": ("key", "prompt", "settings", "draw", "text", "finish", "usage"),
}


class RecordingError(ValueError):
    """A file is no recording, is from a newer version, or cannot be written.

    Examples
    --------
    >>> from beliefsim.recordings import RecordingError
    >>> issubclass(RecordingError, ValueError)
    True
    """


def parsed(data: bytes) -> dict[str, Any]:
    """Content of a line, which has every field in its right type.

    Raises
    ------
    ValueError
        With what is wrong with the line.
    """
    try:
        line = json.loads(data.decode())  # twice as fast as of bytes
    except (ValueError, RecursionError):  # no JSON, no UTF-8, a number of 5,000 digits, braces without end
        raise ValueError("cannot be read as JSON") from None
    kind = next(iter(line), "") if isinstance(line, dict) else ""
    if kind not in _NEEDED:
        raise ValueError(f"is none of the lines of a recording ({', '.join(sorted(_NEEDED))})")
    if kind == "recording" and type(line[kind]) is int and line[kind] > FORMAT:
        raise ValueError(f"has format version {line[kind]}, this beliefsim reads up to {FORMAT}: upgrade beliefsim")
    wrong = [name for name in _NEEDED[kind] if name not in line] + _wrong(line)
    if wrong:
        raise ValueError(f"({kind} {str(line[kind])[:32]}) has no {', '.join(wrong)} of the right type")
    return line  # type: ignore[no-any-return]


def readable(path: Path, start: bytes = b"") -> Iterator[tuple[int, bytes, dict[str, Any], str]]:
    """Number, bytes, content and fault ("" for none) of each line that begins with `start` and is not blank."""
    with path.open("rb", buffering=1 << 20) as file:
        for number, data in enumerate(file, 1):
            if data.startswith(start) and data.strip():
                try:
                    yield number, data, parsed(data), ""
                except ValueError as error:
                    yield number, data, {}, str(error)


def _wrong(fields: Mapping[str, Any]) -> list[str]:
    return [name for name, value in fields.items() if not _TESTS.get(name, _is_shallow)(value)]


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST


def _is_shallow(value: Any, left: int = _DEEPEST) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left > 0 and all(_is_shallow(each, left - 1) for each in inner)


def _is_plain(value: Any) -> bool:
    return type(value) is dict and _is_shallow(value)


def _is_message(value: Any) -> bool:
    return type(value) is list and [*map(type, value)] == [str, str]


def _is_position(value: Any) -> bool:
    """Whether this is a token with its candidates: `[token, [[candidate, log-probability], …]]`."""
    try:
        token, candidates = value
        right = [type(each) is str and (type(p) is float or type(p) is int) for each, p in candidates]
    except (TypeError, ValueError):
        return False
    return type(token) is str and all(right)


_TESTS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("model", "weights", "made", "url", "runtime", "key", "prompt", "settings"), _is_text),
    **dict.fromkeys(("text", "finish", "prefill", "reasoning"), _is_text),
    **dict.fromkeys(("recording", "draw"), _is_count),
    **dict.fromkeys(("value", "traits"), _is_plain),
    "endpoint": lambda value: _is_plain(value) and not _wrong(value),
    "messages": lambda value: type(value) is list and all(map(_is_message, value)),
    "usage": lambda value: type(value) is list and len(value) == 4 and all(map(_is_count, value)),
    "logprobs": lambda value: type(value) is list and all(map(_is_position, value)),
}
