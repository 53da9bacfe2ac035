"""Check recordings: is every line what it says?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from beliefsim import paths

from . import committed
from .keys import Keys, canonical, digest
from .lines import readable

UNNOTICED = (
    "A reply's key is computed from what was asked, not from the answer: a text, its tokens or its probabilities that "
    "somebody changed in a line cannot be noticed here. Compare such a file with its source (git diff)."
)


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
    chosen = [Path(each) for each in given]
    for path in chosen:
        if not path.exists():
            raise FileNotFoundError(f"no recording at {path}: name a .jsonl file, or a folder of them")
    if not chosen:
        return [*committed("*"), *sorted(paths.recordings().rglob("*.jsonl"))]
    return [file for path in chosen for file in ([path] if path.is_file() else sorted(path.rglob("*.jsonl")))]


def verify(path: Path, weights: Mapping[str, str] | None = None) -> list[Flaw]:
    r"""What is wrong with a recording, by line; an empty list if nothing is. `UNNOTICED` says what is not seen.

    Every line must pass the reader's own test; hashes of prompts and settings and the key of each reply are computed
    anew from content; keys are unique; models in `weights` (name → sha256) have these weights.

    Examples
    --------
    >>> import tempfile
    >>> broken = Path(tempfile.mkdtemp()) / "a.jsonl"
    >>> _ = broken.write_text('{"recording":1,"model":"any","weights":""}\n{"key":"0\n', encoding="utf-8")
    >>> verify(broken)[0].words
    'cannot be read as JSON'
    """
    return [Flaw(path, number, words) for number, _, _, words in checked(path, weights) if words]


def checked(path: Path, weights: Mapping[str, str] | None = None) -> Iterator[tuple[int, bytes, dict[str, Any], str]]:
    """Number, bytes, content and fault ("" for none) of each line that is not blank; nothing follows a bad header."""
    keys: Keys | None = None
    numbers: dict[str, int] = {}  # of the first line with a hash
    number = 0
    for number, data, line, fault in readable(path):
        kind = next(iter(line), "")
        if not data.endswith(b"\n"):
            fault = "was written in part; the next run that writes here drops it"
        elif not fault and keys is None and kind != "recording":
            fault = "is not a recording's header"
        elif kind == "recording":
            fault = _fault_of_header(line, keys, weights or {})
            keys = keys or Keys(line["model"], line["weights"])
        elif kind and keys:
            fault = _fault(kind, line, keys, numbers, number)
        yield number, data, line, fault
        if keys is None:
            return
    if not number:
        yield 1, b"", {}, "is empty: a recording begins with its header"


def _fault_of_header(line: Mapping[str, Any], keys: Keys | None, weights: Mapping[str, str]) -> str:
    if keys is not None:
        return "is a second header: join recordings with `beliefsim recordings merge`"
    was, right = line["weights"], weights.get(line["model"], "")
    if was and right and was != right:
        return f"replies come from other weights than the catalogue's: {was[:12]}…, not {right[:12]}…"
    return ""


def _fault(kind: str, line: Mapping[str, Any], keys: Keys, numbers: dict[str, int], number: int) -> str:
    if kind == "endpoint":
        return ""
    name = line[kind]
    first = numbers.setdefault(kind + name, number)
    if kind != "key":
        right = digest(canonical(line["messages" if kind == "prompt" else "value"]))
        return "" if name == right else f"{kind} {name} was changed: its content has the hash {right}"
    for part in ("prompt", "settings"):
        if part + line[part] not in numbers:
            return f"reply {name}: its {part} {line[part]} is not in the lines before"
    right = keys.of(line["prompt"], line["settings"], line["draw"], line.get("prefill", ""))
    if name != right:
        return f"reply {name} does not belong to its prompt, settings, model and weights (they give {right})"
    return "" if first == number else f"reply {name} is there already, in line {first}"
