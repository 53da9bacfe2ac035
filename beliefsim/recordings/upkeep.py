"""Upkeep of recordings: is every line what it says, what do they hold, and one made of several."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from beliefsim import paths

from . import committed
from .keys import Keys, canonical, digest
from .lines import RecordingError, readable
from .recording import Recording

if TYPE_CHECKING:
    import pandas as pd

Charge = Callable[[Mapping[str, Any], Mapping[str, int]], float | None]
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


class Merged(NamedTuple):
    """What `merge` wrote, and what it left out."""

    path: Path
    replies: int
    doubles: int
    left_out: list[Flaw]


def merge(out: Path, sources: Sequence[Path], keep_first: bool = False) -> Merged:
    """Write the union of recordings of one model; lines that `verify` finds fault with are left out and reported.

    Parameters
    ----------
    out : Path
        A new file.
    sources : sequence of Path
        Recordings of the same model and weights.
    keep_first : bool
        Where sources hold different replies under one key, take the one that comes first.

    Raises
    ------
    RecordingError
        If `out` is there, models or weights differ, or (without `keep_first`) a key has two different replies.
    """
    import pandas as pd

    if out.exists():
        raise RecordingError(f"{out} exists: name a new file, and put it in the old one's place when it is as you want")
    header = _one_header(sources)
    rows = [row for source in sources for row in _answers(source)]
    lines = pd.DataFrame(rows, columns=["kind", "id", "answer", "text", "source", "number", "words"])
    good, left_out = lines[lines["words"] == ""], lines[lines["words"] != ""].iloc[:, -3:]
    replies = good[good["kind"] == "key"]
    answers = replies.drop_duplicates(["id", "answer"])
    twice = answers[answers.duplicated("id", keep=False)]
    if len(twice) and not keep_first:
        first, second = twice[twice["id"] == twice["id"].iloc[0]].head(2).itertuples()
        raise RecordingError(
            f"two different replies under the key {first.id}: {first.source}, line {first.number}, and "
            f"{second.source}, line {second.number}; --keep-first takes the first"
        )
    kept = good[(good["kind"] == "endpoint") | ~good.duplicated(["kind", "id"])]
    paths.write(out, "\n".join([json.dumps(header, separators=(",", ":")), *kept["text"], ""]))
    count = replies["id"].nunique()
    return Merged(out, count, len(replies) - count, [Flaw(*row) for row in left_out.itertuples(index=False)])


def _one_header(sources: Sequence[Path]) -> dict[str, Any]:
    if not sources:
        raise RecordingError("no recordings to join: name .jsonl files, or folders of them")
    headers = []
    for source in sources:
        number, _, header, words = next(checked(source))
        if words:
            raise RecordingError(f"{source}, line {number}: {words}")
        headers.append(header)
        for name in ("model", "weights"):
            if header[name] != headers[0][name]:
                raise RecordingError(
                    f"{source} holds replies of another model: {name} {header[name]!r}, "
                    f"but {sources[0]} has {headers[0][name]!r}"
                )
    return headers[0] | {"made": min(header.get("made", "") for header in headers)}


def _answers(source: Path) -> Iterator[tuple[Any, ...]]:
    for number, data, line, words in checked(source):
        kind = next(iter(line), "")
        if words or kind != "recording":
            # what a cache held differs from run to run: tokens do not make two replies of one
            answer = digest(canonical({name: value for name, value in line.items() if name != "usage"}))
            yield kind, str(line.get(kind)), answer, "" if words else data.decode().strip(), source, number, words


def stats(files: Iterable[Path], charge: Charge) -> pd.DataFrame:
    """Describe recordings; a file that is none is named in a warning.

    Parameters
    ----------
    files : iterable of Path
        As `files` finds them.
    charge : callable
        Dollars of a recording: takes its provenance and its sums of tokens (`input`, `cached`, `output`).

    Returns
    -------
    DataFrame
        A row for each file: `study` (its folder), `model`, `replies`, `prompts`, tokens `input`, `cached`, `output`,
        `dollars` (0 for weights that ran here, missing without a price), `finish` (each word with its count), `made`
        (first and last day noted), `runtime`, `weights` (sha256), `bytes`, `path`.

    Examples
    --------
    >>> stats([], lambda provenance, tokens: 0.0).empty
    True
    """
    import pandas as pd

    return pd.DataFrame([row for file in files for row in _described(file, charge)])


def _described(file: Path, charge: Charge) -> list[dict[str, Any]]:
    try:
        recording = Recording(file)
    except RecordingError as error:
        warnings.warn(f"{error}; it is left out", stacklevel=4)
        return []
    replies, known = recording.to_frame(), recording.provenance
    tokens = {name: int(replies[name].sum()) for name in ("input", "cached", "output")}
    days = sorted({note["made"] for note in recording.notes() if note.get("made")})
    finish = replies["finish"].value_counts()
    row = {
        "study": file.absolute().parent.name,
        "model": known.get("model", ""),
        "replies": len(replies),
        "prompts": replies["prompt"].nunique(),
        **tokens,
        "dollars": charge(known, tokens),
        "finish": ", ".join(f"{word} {count:,}" for word, count in finish[finish > 0].items()),
        "made": " to ".join(dict.fromkeys([*days[:1], *days[-1:]])),
        "runtime": known.get("runtime") or known.get("url", ""),
        "weights": known.get("weights", ""),
        "bytes": file.stat().st_size,
        "path": str(file),
    }
    return [row]


def described(table: pd.DataFrame) -> str:
    """The table as a person reads it, with a line of sums."""
    from tabulate import tabulate

    if table.empty:
        return "no recordings"
    sums = table[["replies", "prompts", "input", "output"]].sum()
    shown = table.assign(
        dollars=[
            "no price" if cost is None or cost != cost else f"${cost:,.2f}" if cost else "free"
            for cost in table["dollars"]
        ],
        weights=table["weights"].str[:12],
        bytes=(table["bytes"] / 1e6).map("{:.1f}".format),
    )
    shown.loc[len(shown), sums.index] = sums
    numbers = ["replies", "prompts", "input", "cached", "output"]
    shown[numbers] = shown[numbers].map(lambda count: "" if count != count else f"{count:,.0f}")
    names = {"input": "tokens in", "cached": "(cached)", "output": "out", "dollars": "cost", "bytes": "MB"}
    shown = shown.drop(columns="path").fillna("").rename(columns={**names, "runtime": "asked at"})
    align = ["right" if name in {*names.values(), "replies", "prompts"} else "left" for name in shown]
    return tabulate(shown.to_numpy().tolist(), list(shown), "simple", colalign=align, disable_numparse=True)
