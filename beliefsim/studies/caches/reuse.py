"""Agents share what one of them has read: do they still believe what they would have believed?"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import softmax

from beliefsim.activations import Cache
from beliefsim.activations.cache import Array
from beliefsim.beliefs import Belief, Options, brier, kullback_leibler

from .anchors import Anchors

Tokens = Sequence[int]


class Reader(Protocol):
    """Whoever reads tokens: `Decoder`, or a real model's `Weights`."""

    @property
    def base(self) -> float:
        """Of rotary positions."""

    def read(self, tokens: Tokens, before: Cache | None = None) -> tuple[Cache, Array]:
        """Cache of all that was read, and logits of what comes next."""


def reused_beliefs(
    reader: Reader,
    prefixes: Sequence[Tokens],
    passages: Sequence[Tokens],
    ask: Tokens,
    options: Mapping[str, int],
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> pd.DataFrame:
    """Beliefs of agents about passages that the first of them has read, afresh and from its cache.

    Each agent's prompt is its own prefix, the passage, and a question. Prefixes are read once. The passage is read
    afresh (*fresh*); or the first agent's cache of it is put there as it is (*naive*), with its keys moved to their new
    positions (*moved*), or with the change added that anchors foretell (*anchored*); an anchored passage that no anchor
    is near is read afresh and becomes one.

    Parameters
    ----------
    reader : Decoder or Weights
    prefixes : sequence of tokens
        One per agent, at least two.
    passages : sequence of tokens
        One per case, in the order in which anchors are gathered.
    ask : tokens
        The question, up to where its answer begins.
    options : mapping of str to int
        First token of each answer.
    clock : callable
        Gives seconds.

    Returns
    -------
    DataFrame
        A row per case, agent (from 1) and method: ``case``, ``agent``, ``method``, ``reused`` (no passage was read),
        ``recomputed`` (tokens read), ``seconds`` (to the first token, on this machine), and a column per option with
        its probability.

    Raises
    ------
    ValueError
        With fewer than two agents, without passages, or with an empty question.

    References
    ----------
    Ye et al. (2025), KVCOMM, arXiv:2510.12872.

    Examples
    --------
    >>> from beliefsim.activations import Decoder
    >>> from beliefsim.studies import caches
    >>> reader, options = Decoder(layers=1), {"yes": 10, "no": 11}
    >>> table = caches.reused_beliefs(reader, [[1, 2], [3, 4, 5]], [[6, 7, 8]], [9], options)
    >>> fresh, naive, moved, anchored = table["yes"].round(9)
    >>> bool(fresh == moved), bool(fresh == naive)  # one layer's cache knows no context, so that a move mends it
    (True, False)
    """
    if len(prefixes) < 2 or not passages or not ask:
        raise ValueError(
            f"reuse needs two agents, a passage and a question; given: {len(prefixes)} prefixes, {len(passages)} "
            f"passages, a question of {len(ask)} tokens"
        )
    heads = [reader.read(prefix)[0] for prefix in prefixes]
    pools, rows, answers = [Anchors() for _ in prefixes], [], list(options.values())
    for case, passage in enumerate(passages):
        shared = _text(reader.read(passage, heads[0])[0], heads[0], passage)
        for agent in range(1, len(heads)):
            move = len(heads[agent]) - len(heads[0])
            started = clock()
            for method, reused, logits in _each(reader, heads[agent], shared, move, passage, ask, pools[agent]):
                seconds = clock() - started
                belief = dict(zip(options, softmax(logits[answers]), strict=True))
                recomputed = len(ask) + (0 if reused else len(passage))
                row = {"case": case, "agent": agent, "method": method, "reused": reused}
                rows.append({**row, "recomputed": recomputed, "seconds": seconds, **belief})
                started = clock()
    return pd.DataFrame(rows)


def _each(
    reader: Reader, head: Cache, shared: Cache, move: int, passage: Tokens, ask: Tokens, pool: Anchors
) -> Iterator[tuple[str, bool, Array]]:
    """Method, whether the passage was left unread, and logits of the answer."""

    def afresh() -> tuple[Cache, Array]:
        return reader.read([*passage, *ask], head)

    yield "fresh", False, afresh()[1]
    yield "naive", True, reader.read(ask, head.then(shared))[1]
    yield "moved", True, reader.read(ask, head.then(shared.moved(move, reader.base)))[1]
    moved = shared.moved(move, reader.base)
    if pool.near(moved):
        yield "anchored", True, reader.read(ask, head.then(pool.corrected(moved)))[1]
    else:
        whole, logits = afresh()
        pool.add(moved, _text(whole, head, passage))
        yield "anchored", False, logits


def loss_table(beliefs: pd.DataFrame, options: Sequence[str], truth: ArrayLike | None = None) -> pd.DataFrame:
    """What reuse changes of each belief, beside the null of another passage.

    Parameters
    ----------
    beliefs : DataFrame
        From `reused_beliefs`.
    options : sequence of str
        Its columns of probabilities.
    truth : array_like of str, shape (cases,), optional
        The right option of each case.

    Returns
    -------
    DataFrame
        A row per case, agent and method: the columns of `beliefs` with ``kl`` (nats, fresh ‖ reused), ``flipped``
        (another option is likeliest) and, with a truth, ``brier`` (score less that of the fresh belief). Method
        ``another passage`` is the fresh belief about the next case: what a reader loses who has the wrong text.

    Examples
    --------
    >>> from beliefsim.activations import Decoder
    >>> from beliefsim.studies import caches
    >>> reader = Decoder(layers=1)
    >>> table = caches.reused_beliefs(reader, [[1, 2], [3, 4, 5]], [[6, 7, 8], [8, 7, 6]], [9], {"yes": 10, "no": 11})
    >>> caches.loss_table(table, ["yes", "no"]).groupby("method")["kl"].mean().round(9)["moved"]
    np.float64(0.0)
    """
    space, keys = Options(tuple(options)), ["case", "agent"]
    fresh = beliefs[beliefs["method"] == "fresh"].set_index(keys)
    cases = fresh.index.get_level_values("case").max() + 1
    wrong = fresh.rename(index=lambda case: (case - 1) % cases, level="case").reset_index()
    table = pd.concat([beliefs, wrong.assign(method="another passage", reused=True)], ignore_index=True)
    own = Belief.normalised(space, fresh.loc[pd.MultiIndex.from_frame(table[keys]), list(options)].to_numpy())
    held = Belief.normalised(space, table[list(options)].to_numpy())
    table["kl"] = kullback_leibler(own, held)
    table["flipped"] = own.p.argmax(axis=-1) != held.p.argmax(axis=-1)
    if truth is not None:
        happened = np.asarray(truth)[table["case"]]
        table["brier"] = brier(held, happened) - brier(own, happened)
    return table


def _text(whole: Cache, head: Cache, passage: Tokens) -> Cache:
    return whole.part(len(head), len(head) + len(passage))
