"""Texts that a co-author or an ethics board can read: Markdown with named ``{placeholders}``, and no logic.

A file has sections (``# name``). In a section, a line ``---`` divides the system message from the user's.
A frame's section ``# words`` declares the words for players and moves, one ``key: value`` a line.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from beliefsim import paths

Messages = tuple[tuple[str, str], ...]

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_DIVIDER = re.compile(r"^---\s*$", flags=re.MULTILINE)


def names(folder: str) -> list[str]:
    """Names of the texts in a folder, sorted; a folder is named below `beliefsim/prompts`, or by its whole path.

    Examples
    --------
    >>> bs.prompts.names("games/trust")[:3]
    ['choice', 'everyday', 'formal']
    """
    return sorted(path.stem for path in _path(folder).glob("*.md"))


def section(folder: str, name: str, title: str) -> str:
    """One section of a text; a name or section that is not there raises ValueError with what is.

    Examples
    --------
    >>> bs.prompts.section("games/trust", "neutral", "ask trustor")
    'How many dollars do you send to Player B?'
    """
    sections = _sections(folder, name)
    if title not in sections:
        raise ValueError(unknown("section", title, sections, f"{shown_path(folder)}{name}.md"))
    return sections[title]


def titles(folder: str, name: str) -> list[str]:
    """Titles of a text's sections, in order.

    Examples
    --------
    >>> bs.prompts.titles("games/trust", "neutral")[:2]
    ['words', 'rules']
    """
    return list(_sections(folder, name))


def words(folder: str, name: str) -> Mapping[str, str]:
    """The words that a frame declares, as key → value.

    Examples
    --------
    >>> bs.prompts.words("games/trust", "investment")["trustor"]
    'the investor'
    """
    lines = section(folder, name, "words").splitlines()
    pairs = (line.split(":", 1) for line in lines if line.strip())
    return MappingProxyType({key.strip(): value.strip() for key, value in pairs})


def render(template: str, values: Mapping[str, object], terms: Mapping[str, object] | None = None) -> str:
    """Fill every ``{placeholder}``.

    Parameters
    ----------
    template : str
        Text with placeholders in lower case; other braces (JSON) stay as they are.
    values : mapping
        What the text must use, all of it.
    terms : mapping, optional
        What the text may use (the game's numbers and words).

    Raises
    ------
    ValueError
        If a placeholder has no value or a value has no placeholder, naming it.

    Examples
    --------
    >>> render('Send at most ${endowment} as {"sent": n}.', {"endowment": 10})
    'Send at most $10 as {"sent": n}.'
    """
    pool = {**(terms or {}), **values}
    used = set(_PLACEHOLDER.findall(template))
    if missing := used - set(pool):
        raise ValueError(f"the text needs a value for {_listed(missing)}; given: {_listed(pool)}")
    if unused := set(values) - used:
        raise ValueError(f"the text has no place for {_listed(unused)}; its placeholders: {_listed(used)}")
    filled = _PLACEHOLDER.sub(lambda match: str(pool[match[1]]), template)
    return re.sub(r"\n{3,}", "\n\n", filled).strip()


def messages(template: str, values: Mapping[str, object], terms: Mapping[str, object] | None = None) -> Messages:
    """Rendered (role, text) pairs: a system message before the line ``---``, the user's after it.

    Examples
    --------
    >>> bs.prompts.messages("Name {what}.", {"what": "a fruit"})
    (('user', 'Name a fruit.'),)
    """
    parts = [part.strip() for part in _DIVIDER.split(render(template, values, terms))]
    roles = ("user",) if len(parts) == 1 else ("system", "user")
    return tuple(zip(roles, parts, strict=True))


def suggestion(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for a near miss, else an empty text.

    Examples
    --------
    >>> bs.prompts.suggestion("neutrl", ["neutral", "short"])
    "; did you mean 'neutral'?"
    """
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def unknown(kind: str, given: object, possible: Iterable[str], where: str) -> str:
    """Say that a word is not among the possible ones, where to look, and which may be meant.

    Examples
    --------
    >>> bs.prompts.unknown("style", "plane", ["plain", "reasoning"], "beliefsim/prompts/styles/")
    "style 'plane' is not among plain, reasoning (beliefsim/prompts/styles/); did you mean 'plain'?"
    """
    possible = list(possible)
    return f"{kind} {given!r} is not among {', '.join(possible)} ({where}){suggestion(str(given), possible)}"


def shown_path(folder: str) -> str:
    """Where a folder of texts is, as messages say it: from the package on, if it is the package's.

    Examples
    --------
    >>> bs.prompts.shown_path("styles")
    'beliefsim/prompts/styles/'
    """
    path, root = _path(folder), paths.package.parent
    return f"{path.relative_to(root).as_posix() if path.is_relative_to(root) else path}/"


def _path(folder: str) -> Path:
    return paths.package / "prompts" / folder


@cache
def _sections(folder: str, name: str) -> dict[str, str]:
    path = _path(folder) / f"{name}.md"
    if name not in names(folder):
        kind = "frame" if folder.startswith("games/") or _path(folder).parent.name == "texts" else "text"
        raise ValueError(unknown(kind, name, names(folder), shown_path(folder)))
    parts = re.split(r"^# (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title.strip(): text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def _listed(placeholders: Iterable[str]) -> str:
    return ", ".join(sorted(f"{{{name}}}" for name in placeholders)) or "none"
