"""The key under which a reply is recorded: everything that can change the answer, hashed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_REMEMBERED = 50_000  # prompts whose hash is kept, so that a second draw of a prompt costs no hashing


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text."""
    return _ENCODER.encode(value)


def digest(text: str) -> str:
    """First 128 bits of sha256, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Keys:
    """Keys of one model's requests: sha256 of canonical JSON of everything that can change the answer.

    The prompt and the settings enter by their own hashes, which are remembered: most requests of a run share both.
    `weights` is their sha256, "" for a hosted model.
    """

    def __init__(self, model: str, weights: str) -> None:
        self._end = f',"weights":{json.dumps(weights)}}}'
        self._model = json.dumps(model)
        self._prompts: dict[tuple[tuple[str, str], ...], str] = {}

    def prompt(self, messages: tuple[tuple[str, str], ...]) -> str:
        """Hash of the messages."""
        known = self._prompts.get(messages)
        if known is None:
            if len(self._prompts) > _REMEMBERED:
                self._prompts.clear()
            known = self._prompts[messages] = digest(canonical(messages))
        return known

    def of(self, prompt: str, settings: str, draw: int = 0, prefill: str = "") -> str:
        """Key of a prompt and settings that are known by their hashes, as a recording's lines have them."""
        begun = json.dumps(prefill) if prefill else '""'
        return digest(
            f'{{"draw":{draw},"model":{self._model},"prefill":{begun},"prompt":"{prompt}","settings":"{settings}"{self._end}'
        )
