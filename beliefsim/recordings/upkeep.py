"""Check recordings: is every line what it says?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from beliefsim import paths

from .keys import Keys, canonical, digest
from .recording import FORMAT

__all__ = ["Flaw", "Reader", "files", "verify"]

_KINDS = {"recording", "endpoint", "prompt", "settings", "key"}
_PARTS = {"draw": int, "text": str, "finish": str, "usage": list, "prompt": str, "settings": str}


class Flaw(NamedTuple):
    """What is wrong with a line."""

    path: Path
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.words}"


def files(given: Iterable[str | Path] = ()) -> list[Path]:
    """Recordings below folders, or files as they are given; none given: all that came with the clone or were made.

    Raises
    ------
    FileNotFoundError
        If a given path is not there.
    """
    found = [Path(each) for each in given]
    for path in found:
        if not path.exists():
            raise FileNotFoundError(f"no recording at {path}: name a .jsonl file, or a folder of them")
    if not found:
        found = [folder for folder in (_with_the_clone(), paths.recordings()) if folder and folder.exists()]
    return [file for path in found for file in ([path] if path.is_file() else sorted(path.rglob("*.jsonl")))]


def _with_the_clone() -> Path | None:
    try:
        return paths.data() / "recordings"
    except FileNotFoundError:  # a wheel
        return None


def verify(path: Path, weights: Mapping[str, str] | None = None) -> list[Flaw]:
    r"""What is wrong with a recording, by line; an empty list if nothing is.

    Every line must be JSON of a known kind and format version; hashes of prompts and settings and the key of each reply
    are computed anew from content; keys are unique; models in `weights` (name → sha256) have these weights.

    Examples
    --------
    >>> import tempfile
    >>> broken = Path(tempfile.mkdtemp()) / "a.jsonl"
    >>> _ = broken.write_text('{"recording":1,"model":"any","weights":""}\n{"key":"0\n')
    >>> verify(broken)[0].words
    'cannot be read as JSON'
    """
    return list(Reader(path, weights=weights).flaws())


class Reader:
    """Goes through a recording once; remembers hashes, not texts. If `unique`, a key that comes again is a flaw."""

    def __init__(self, path: Path, unique: bool = True, weights: Mapping[str, str] | None = None) -> None:
        self.path, self.unique, self.weights = path, unique, weights or {}
        self.header: dict[str, Any] = {}
        self._keys = Keys("", "")
        self._known: dict[str, set[str]] = {"prompt": set(), "settings": set()}
        self._replies: dict[str, int] = {}

    def flaws(self) -> Iterator[Flaw]:
        """Every flaw, in the order of lines."""
        for number, _, words in self.lines():
            if words:
                yield Flaw(self.path, number, words)
        if not self.header:
            yield Flaw(self.path, 1, "is empty: a recording begins with its header")

    def lines(self) -> Iterator[tuple[int, dict[str, Any], str]]:
        """Number, content and flaw ("" for none) of each line that is not blank."""
        with self.path.open("rb", buffering=1 << 20) as file:
            for number, data in enumerate(file, 1):
                if data.strip():
                    line, words = self._read(number, data)
                    yield number, line, words

    def _read(self, number: int, data: bytes) -> tuple[dict[str, Any], str]:
        if not data.endswith(b"\n"):
            return {}, "was written in part; the next run that writes here drops it"
        try:
            line = json.loads(data)
        except ValueError:
            return {}, "cannot be read as JSON"
        kind = next(iter(line), "") if isinstance(line, dict) else ""
        if kind not in _KINDS:
            return {}, f"is none of the lines of a recording ({', '.join(sorted(_KINDS))})"
        if number == 1 and kind != "recording":
            return line, "is not a recording's header"
        return line, getattr(self, f"_{kind}")(number, line)

    def _recording(self, number: int, line: dict[str, Any]) -> str:
        if self.header:
            return "is a second header: join recordings with `beliefsim recordings merge`"
        self.header = line
        version, model, weights = line["recording"], line.get("model"), line.get("weights")
        if not isinstance(version, int) or version > FORMAT:
            return f"has format version {version}, this beliefsim reads up to {FORMAT}: upgrade beliefsim"
        if not isinstance(model, str) or not isinstance(weights, str):
            return "names no model and weights"
        self._keys = Keys(model, weights)
        right = self.weights.get(model, weights)
        if weights and weights != right:
            return f"replies come from other weights than the catalogue's: {weights[:12]}…, not {right[:12]}…"
        return ""

    def _endpoint(self, number: int, line: dict[str, Any]) -> str:
        return "" if isinstance(line["endpoint"], dict) else "describes no endpoint"

    def _prompt(self, number: int, line: dict[str, Any]) -> str:
        return self._hashed("prompt", line, line.get("messages"))

    def _settings(self, number: int, line: dict[str, Any]) -> str:
        return self._hashed("settings", line, line.get("value"))

    def _hashed(self, kind: str, line: Mapping[str, Any], content: Any) -> str:
        self._known[kind].add(str(line[kind]))
        right = digest(canonical(content))
        return "" if line[kind] == right else f"{kind} {line[kind]} was changed: its content has the hash {right}"

    def _key(self, number: int, line: dict[str, Any]) -> str:
        wrong = [name for name, kind in _PARTS.items() if not isinstance(line.get(name), kind)]
        if wrong:
            return f"reply {line['key']} has no {', '.join(wrong)}"
        for kind, known in self._known.items():
            if line[kind] not in known:
                return f"reply {line['key']}: its {kind} {line[kind]} is not in the lines before"
        right = self._keys.of(line["prompt"], line["settings"], line["draw"], line.get("prefill", ""))
        if line["key"] != right:
            return f"reply {line['key']} does not belong to its prompt, settings, model and weights (they give {right})"
        first = self._replies.setdefault(line["key"], number) if self.unique else number
        return "" if first == number else f"reply {line['key']} is there already, in line {first}"
