"""The two tables of beliefsim: one row per move whose probability was read, one row per stated number."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

VERSION = 2

_WORD, _WHOLE, _NUMBER, _TRUTH = "word", "whole", "number", "truth"

DECISIONS: Mapping[str, str] = {
    "arm": _WORD,  # who played: scripted, human, bayes, or the model's name
    "game": _WORD,
    "terms": _WORD,  # the game's numbers, "endowment=10 multiplier=3"
    "frame": _WORD,  # the wording
    "condition": _WORD,  # the intervention in force, "" for none
    "style": _WORD,  # plain or reasoning
    "item": _WORD,  # which case or paraphrase, "" where there is one
    "session": _WHOLE,
    "draw": _WHOLE,  # repetition of the same request, from 0
    "round": _WHOLE,  # from 1
    "player": _WORD,  # the seat
    "persona": _WORD,  # index of the people table
    "move": _WORD,  # as text; missing when it could not be read
    "amount": _NUMBER,  # the move as a number, in `unit`; missing for options and text
    "probability": _NUMBER,  # of this move; a sampled reply is one row with probability 1
    "chosen": _TRUTH,  # the move with which play went on
    "payoff": _NUMBER,  # of this player at the end of the round, on the chosen row
    "unit": _WORD,
    "read": _WORD,  # exact or sampled
    "legal": _NUMBER,  # probability that the model, left alone, says a legal move; known where read exactly
    "reply": _WORD,  # id for bs.reply, "" for scripted arms
}

BELIEFS: Mapping[str, str] = {
    **{name: DECISIONS[name] for name in ("arm", "game", "terms", "frame", "condition", "style", "item")},
    **{name: DECISIONS[name] for name in ("session", "draw", "round")},
    "teller": _WORD,  # the seat that speaks, or "researcher"
    "persona": _WORD,
    "question": _WORD,
    "about": _WORD,  # a path: trustee/trustor is what the trustee thinks of the trustor
    "attribute": _WORD,  # of the people table, "" where none
    "level": _WORD,
    "horizon": _WHOLE,  # rounds ahead; 0 is the coming move
    "instrument": _WORD,
    "outcome": _WORD,  # the outcome that a probability is about, "" for others
    "statistic": _WORD,  # mean, sd, rank, point, probability, effect_size
    "value": _NUMBER,
    "unit": _WORD,
    "read": _WORD,
    "reply": _WORD,
}

_MISSING: dict[str, Any] = {_WORD: "", _WHOLE: 0, _NUMBER: np.nan, _TRUTH: True}
_DTYPES = {_WHOLE: np.int64, _NUMBER: np.float64, _TRUTH: np.bool_}


def decisions(**columns: Any) -> pd.DataFrame:
    """Decisions table from columns; scalars are broadcast, left-out columns take their empty value.

    Examples
    --------
    >>> bs.schema.decisions(arm="human", game="trust", amount=[4.0, 6.0])[["arm", "amount"]]
         arm  amount
    0  human     4.0
    1  human     6.0
    """
    return _table(DECISIONS, columns)


def beliefs(**columns: Any) -> pd.DataFrame:
    """Beliefs table from columns; scalars are broadcast, left-out columns take their empty value.

    Examples
    --------
    >>> bs.schema.beliefs(arm="human", question="sent", statistic="point", value=[4.0, 6.0])[["arm", "value"]]
         arm  value
    0  human    4.0
    1  human    6.0
    """
    return _table(BELIEFS, columns)


def concat(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several tables of one kind, words kept categorical (pd.concat would make them objects).

    Examples
    --------
    >>> len(bs.schema.concat([decisions, decisions])) == 2 * len(decisions)
    True
    """
    tables = list(tables)
    if len(tables) == 1:
        return tables[0]
    columns = {}
    for name in tables[0].columns:
        parts = [table[name] for table in tables]
        words = all(isinstance(part.dtype, pd.CategoricalDtype) for part in parts)
        columns[name] = union_categoricals(parts) if words else np.concatenate([part.to_numpy() for part in parts])
    return pd.DataFrame(columns)


def plain(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Some columns of a table, words as text, so that they can be joined and grouped.

    Examples
    --------
    >>> bs.schema.plain(decisions, ["arm", "amount"])["arm"].iloc[0]
    'scripted'
    """
    return table[columns].astype({name: str for name in columns if isinstance(table[name].dtype, pd.CategoricalDtype)})


def term(terms: str, name: str) -> str:
    """One of a game's terms, "" where they do not name it.

    Examples
    --------
    >>> bs.schema.term("endowment=10 multiplier=3", "endowment")
    '10'
    """
    return dict(word.split("=", 1) for word in terms.split() if "=" in word).get(name, "")


def _table(schema: Mapping[str, str], columns: Mapping[str, Any]) -> pd.DataFrame:
    if unknown := set(columns) - set(schema):
        raise ValueError(f"columns {sorted(unknown)} are not among {', '.join(schema)}")
    lengths = {len(value) for value in columns.values() if np.ndim(value)} or {1}
    if len(lengths) > 1:
        raise ValueError(f"columns of different lengths {sorted(lengths)}")
    length = lengths.pop()
    filled = {name: _column(kind, columns.get(name, _MISSING[kind]), length) for name, kind in schema.items()}
    table = pd.DataFrame(filled, copy=False)
    table.attrs["schema"] = VERSION
    return table


def _column(kind: str, value: Any, length: int) -> Any:
    if kind != _WORD:
        return np.broadcast_to(np.asarray(value, dtype=_DTYPES[kind]), (length,)).copy()
    if isinstance(getattr(value, "dtype", None), pd.CategoricalDtype):
        return value if isinstance(value, pd.Categorical) else pd.Categorical(value)
    if np.ndim(value):
        codes, words = pd.factorize(np.asarray(value))
    else:
        codes, words = np.zeros(length, dtype=np.int8), ["" if value is None else value]
    return pd.Categorical.from_codes(codes, categories=pd.Index([str(word) for word in words]))
