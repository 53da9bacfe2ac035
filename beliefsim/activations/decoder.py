"""A small transformer with random weights, in which it is known what a context can change."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from .cache import Array, Cache, rotated

_HEADS, _WIDTH, _VOCABULARY = 4, 16, 60  # the width is per head, and even
_SHARPNESS = 3.0  # s.d. of logits, so that beliefs are neither even nor certain


@dataclass(frozen=True)
class Decoder:
    """A decoder with causal attention, rotary positions and random weights; no part of it was trained.

    It has four heads and knows 60 tokens.

    Parameters
    ----------
    layers : int
    context : float
        How strongly attention writes into what later layers see. At 0 keys and values of a text do not depend on what
        stands before it, so that moving a cache is exact.
    seed : int
        Of the weights.

    Examples
    --------
    >>> reader = Decoder(layers=2)
    >>> kept, _ = reader.read([3, 1, 4])
    >>> whole, again = reader.read([3, 1, 4, 1]), reader.read([1], kept)
    >>> bool(np.allclose(whole[1], again[1])), len(again[0])
    (True, 4)
    """

    layers: int = 3
    context: float = 1.0
    seed: int = 0
    base: ClassVar[float] = 10_000.0  # of rotary positions

    @cached_property
    def _weights(self) -> tuple[Array, Array, Array]:
        """Embeddings; queries, keys, values and outputs by layer; and what leads from a text to the next token."""
        rng, size = np.random.default_rng(self.seed), _HEADS * _WIDTH
        embeddings = rng.normal(size=(_VOCABULARY, size))
        layers = rng.normal(size=(self.layers, 4, size, size)) / np.sqrt(size)
        return embeddings, layers, rng.normal(scale=_SHARPNESS / size, size=(size, size))

    def read(self, tokens: Sequence[int], before: Cache | None = None) -> tuple[Cache, Array]:
        """Read tokens after those of a cache; give the cache of all, and the logits of what comes next.

        Parameters
        ----------
        tokens : sequence of int
        before : Cache, optional
            What was read before; the tokens' positions go on from its length.

        Returns
        -------
        tuple of Cache and ndarray, shape (60,)
        """
        embeddings, weights, out = self._weights
        x, past = embeddings[np.asarray(tokens)], 0 if before is None else len(before)
        positions = past + np.arange(len(x))
        kept = []
        for number, (query, key, value, output) in enumerate(weights):
            q, k, v = (_heads(_unit(x) @ each) for each in (query, key, value))
            q, k = (rotated(each, positions, self.base) for each in (q, k))
            if before is not None:
                k = np.concatenate([before.keys[number], k], axis=1)
                v = np.concatenate([before.values[number], v], axis=1)
            kept.append((k, v))
            seen = _attention(q, k, positions) @ v
            x = x + np.tanh(x) + self.context * seen.transpose(1, 0, 2).reshape(len(x), -1) @ output
        keys, values = (np.stack(each) for each in zip(*kept, strict=True))
        return Cache(keys, values), _unit(x[-1]) @ out @ embeddings.T


def _heads(x: Array) -> Array:
    return x.reshape(len(x), _HEADS, _WIDTH).transpose(1, 0, 2)


def _unit(x: Array) -> Array:
    """Root mean square 1 (RMSNorm)."""
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True))


def _attention(q: Array, k: Array, positions: NDArray[Any]) -> Array:
    """Attention weights, shape (heads, new tokens, all tokens); none to what comes later."""
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    return np.asarray(softmax(np.where(np.arange(k.shape[1]) <= positions[:, None], scores, -np.inf), axis=-1))
