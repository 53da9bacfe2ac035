"""What is asked of a model, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Messages = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model.

    Parameters
    ----------
    messages : tuple of (role, text)
        The conversation; roles are ``"system"``, ``"user"``, ``"assistant"``.
    schema : dict, optional
        JSON schema of the answer; how it is sent (json_schema, json_object, text) depends on the endpoint.
    temperature : float
        Of sampling; an exact reading tempers its token probabilities instead.
    max_tokens : int
        Longest answer.
    draw : int
        Repetition of the same request, from 0.
    prefill : str
        Start of the answer, which the model continues, for example ``'{"sent": '``.
    options : tuple of str, optional
        The answers among which `Model.choose` reads probabilities.
    terminator : str
        What follows an option, for example ``"}"``: without it "1" would swallow "10".
    logprobs : int
        Number of likeliest tokens to report at each position, 0 for none.
    extra : mapping, optional
        Further decoding settings of the endpoint, for example a steering vector; part of the key.

    Examples
    --------
    >>> from beliefsim.models import Request
    >>> Request((("user", "Say hello."),), max_tokens=8).temperature
    1.0
    """

    messages: Messages
    schema: Mapping[str, Any] | None = None
    temperature: float = 1.0
    max_tokens: int = 256
    draw: int = 0
    prefill: str = ""
    options: tuple[str, ...] = ()
    terminator: str = ""
    logprobs: int = 0
    extra: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, or why it did not.

    Parameters
    ----------
    id : str
        Key of the recording, for `beliefsim.reply`.
    text : str
        The answer with the prefill it continues; empty where there is an error.
    finish : str
        ``"stop"``, ``"length"``, ``"refusal"``, ``"content_filter"``, or the endpoint's word.
    usage : tuple of int
        Tokens of the prompt, of the answer, of reasoning within the answer, and read from a cache.
    replayed : bool
        From a recording; nothing was sent.
    error : str
        Cause, if there is no answer.
    reasoning : str
        Reasoning text, where the endpoint gives it.
    logprobs : list of (token, list of (token, log-probability))
        For each generated token: what was drawn, and the likeliest candidates.

    Examples
    --------
    >>> from beliefsim.models import Reply
    >>> Reply("", '{"sent": 5}').finish
    'stop'
    """

    id: str
    text: str
    finish: str = "stop"
    usage: tuple[int, ...] = (0, 0, 0, 0)
    replayed: bool = False
    error: str = ""
    reasoning: str = ""
    logprobs: Any = ()


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Probabilities that a model gives to options.

    Parameters
    ----------
    id : str
        Reply at the first token (exact), or the reply (sampled).
    p : array, shape (K,)
        Sums to 1; all missing where the reply could not be read.
    legal : float
        Probability at temperature 1 that the model, left alone, writes one of the options.
    read : str
        ``"exact"``, ``"first token"`` or ``"sampled"``.
    error : str
        Cause, where `p` is missing.
    text : str
        The answer, where it was sampled.
    skipped : float
        Probability of branches too unlikely to be asked about.

    Examples
    --------
    >>> from beliefsim.models import Choice
    >>> Choice("", np.array([0.75, 0.25]), legal=0.9, read="exact").p
    array([0.75, 0.25])
    """

    id: str
    p: NDArray[np.float64]
    legal: float
    read: str
    error: str = ""
    text: str = ""
    skipped: float = 0.0
