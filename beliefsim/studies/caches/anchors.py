"""A pool of examples of how a context changes keys and values, from which the change of a new text is foretold."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import softmax

from beliefsim.activations import Cache
from beliefsim.activations.cache import Array


@dataclass
class Anchors:
    """Texts that were read afresh in one agent's context, each with what that changed of the shared cache.

    The change of a new text is a mean of theirs, token by token, with weights softmax(−‖Δ‖), Δ being the distance of
    cached values. It is trusted if the weights of whole texts have little entropy, that is, if some anchor is near.

    Parameters
    ----------
    gamma : float, in [0, 1]
        A text becomes an anchor itself if the entropy exceeds gamma · log₂ of the number of anchors.
    most : int
        Anchors kept.
    window : int
        Among how many of the oldest the least used one makes room.

    References
    ----------
    Ye et al. (2025), KVCOMM, arXiv:2510.12872; values of the dials as in its repository.

    Examples
    --------
    >>> from beliefsim.studies.caches.anchors import Anchors
    >>> pool = Anchors()
    >>> text = Cache(np.zeros((2, 1, 3, 4)), np.zeros((2, 1, 3, 4)))
    >>> pool.near(text)  # no anchor yet
    False
    """

    gamma: float = 0.3
    most: int = 20
    window: int = 5
    _pool: list[tuple[Cache, Cache]] = field(default_factory=list, init=False, repr=False)
    _used: list[int] = field(default_factory=list, init=False, repr=False)

    def __len__(self) -> int:
        return len(self._pool)

    def near(self, text: Cache) -> bool:
        """Whether the change of a text can be foretold: two anchors of its length, and one much nearer than others."""
        alike = self._alike(text)
        if len(alike) < 2:
            return False
        weights = softmax(-np.sqrt(self._squares(text, alike).sum(axis=1)))
        entropy = -(weights * np.log2(np.maximum(weights, 1e-40))).sum()
        return bool(entropy <= self.gamma * np.log2(len(alike)))

    def corrected(self, text: Cache) -> Cache:
        """A shared cache, moved to its place, with the foretold change; layer 0 knows no context and stays."""
        alike = self._alike(text)
        distance = np.sqrt(self._squares(text, alike))
        self._used[alike[int(distance.sum(axis=1).argmin())]] += 1
        weights = softmax(-distance, axis=0)[:, None, None, :, None]
        changes = [self._pool[number][1] for number in alike]
        keys = text.keys + (weights * np.stack([change.keys for change in changes])).sum(axis=0)
        values = text.values + (weights * np.stack([change.values for change in changes])).sum(axis=0)
        keys[0], values[0] = text.keys[0], text.values[0]
        return Cache(keys.astype(text.keys.dtype), values.astype(text.values.dtype))

    def add(self, text: Cache, fresh: Cache) -> None:
        """Keep what reading a text afresh changed of its shared cache."""
        if len(self) >= self.most:
            oldest = self._used[: self.window]
            least = oldest.index(min(oldest))
            del self._pool[least], self._used[least]
        self._pool.append((text, Cache(fresh.keys - text.keys, fresh.values - text.values)))
        self._used.append(0)

    def _alike(self, text: Cache) -> list[int]:
        return [number for number, (other, _) in enumerate(self._pool) if len(other) == len(text)]

    def _squares(self, text: Cache, alike: list[int]) -> Array:
        """Squared distances of values, shape (anchors, tokens)."""
        return np.stack([((text.values - self._pool[number][0].values) ** 2).sum(axis=(0, 1, 3)) for number in alike])
