"""One recorded reply: the prompt and what came back."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RecordedReply:
    """A reply as it was recorded, with what was asked.

    Parameters
    ----------
    id : str
        Key of the reply.
    messages : tuple of (role, text)
        The prompt.
    text : str
        The answer, with the prefill it continues.
    settings : dict
        Temperature, schema and all else that was sent.
    line : dict
        The recorded line: draw, finish, usage, prefill, log-probabilities.
    provenance : dict
        Model, weights, endpoint, versions.

    Examples
    --------
    >>> from beliefsim.recordings import RecordedReply, committed, opened
    >>> recording = opened(committed("smollm2-135m-instruct")[0])
    >>> isinstance(recording.reply(recording.to_frame()["reply"].iloc[0]), RecordedReply)
    True
    """

    id: str
    messages: tuple[tuple[str, str], ...]
    text: str
    settings: Mapping[str, Any] = field(repr=False)
    line: Mapping[str, Any] = field(repr=False)
    provenance: Mapping[str, Any] = field(repr=False)

    @property
    def prefill(self) -> str:
        """Start of the answer that was given to the model."""
        return self.line.get("prefill", "")

    @property
    def usage(self) -> tuple[int, ...]:
        """Tokens of the prompt, of the answer, of reasoning, and read from a cache."""
        return tuple(self.line.get("usage", ()))

    def __str__(self) -> str:
        asked = "\n\n".join(f"[{role}]\n{text}" for role, text in self.messages)
        return f"{asked}\n\n[{self.provenance.get('model', 'model')} answers]\n{self.text}\n\n({self._footnote()})"

    def _repr_html_(self) -> str:
        # persona and model text may hold markup: all of it is escaped
        asked = "".join(f"<dt>{html.escape(role)}</dt><dd>{_block(text)}</dd>" for role, text in self.messages)
        name = html.escape(str(self.provenance.get("model", "model")))
        return (
            f"<dl>{asked}<dt>{name} answers</dt><dd>{_block(self.text)}</dd></dl><p>{html.escape(self._footnote())}</p>"
        )

    def _footnote(self) -> str:
        kept = {name: value for name, value in self.settings.items() if name != "schema"}
        return f"finish {self.line.get('finish')}, draw {self.line.get('draw')}, {kept}, reply {self.id}"


def _block(text: str) -> str:
    return f'<pre style="white-space: pre-wrap">{html.escape(text)}</pre>'
