"""Rows of the two tables from what sessions did or told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import schema
from .questions import Turn

if TYPE_CHECKING:
    from .agents import Acts, Agent, Told
    from .instruments import Instrument


def decision_rows(turn: Turn, acts: Acts, agent: Agent) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """The rows of a turn, and where among them each session's chosen move stands."""
    p = np.full((len(turn), 1), np.nan) if acts.p is None else acts.p
    exact = np.asarray(~np.isnan(p).any(axis=1))
    width = np.where(exact, p.shape[1], 1)
    session, start = np.repeat(np.arange(len(turn)), width), np.cumsum(width) - width
    option = np.where(exact[session], np.arange(len(session)) - start[session], acts.chosen[session])
    probability = np.where(option < 0, np.nan, 1.0)
    probability[exact[session]] = p[exact].ravel()
    if acts.texts is not None:
        moved = {"move": pd.Categorical(acts.texts)}
    else:
        move = pd.Categorical.from_codes(option, categories=list(turn.listed.texts))
        moved = {"move": move, "amount": np.where(option < 0, np.nan, turn.listed.values[option])}
    table = schema.decisions(
        **_origin(turn, agent, acts, session),
        **moved,
        player=turn.seat,
        probability=probability,
        chosen=option == acts.chosen[session],
        unit=turn.space.unit,
        legal=_of_each(acts.legal, session),
    )
    return table, start + np.where(exact, np.maximum(acts.chosen, 0), 0)


def belief_rows(told: Told, instrument: Instrument, agent: Agent) -> pd.DataFrame:
    """The answers, a row per cell of the instrument."""
    asking, question = told.asking, told.asking.question
    cells, attribute = instrument.cells(asking), asking.attribute
    if question.given:  # a belief by supposed move is stored as one by level
        ((attribute, value),) = question.given.items()
        cells = [cell._replace(level=str(value)) for cell in cells]

    def tiled(words: tuple[str, ...]) -> pd.Categorical:
        codes, known = pd.factorize(np.array(words, dtype=object))
        return pd.Categorical.from_codes(np.tile(codes, len(asking)), categories=pd.Index(known))

    return schema.beliefs(
        **_origin(asking, agent, told, np.repeat(np.arange(len(asking)), len(cells))),
        **{name: tiled(words) for name, words in zip(cells[0]._fields, zip(*cells, strict=True), strict=True)},
        item=instrument.paraphrase(asking),
        teller=asking.seat,
        question=question.name,
        about=question.about,
        attribute=attribute,
        horizon=question.horizon,
        instrument=instrument.name,
        value=told.values.ravel(),
    )


def _origin(turn: Turn, agent: Agent, given: Acts | Told, session: NDArray[np.intp]) -> dict[str, Any]:
    """Who did or told it, in what, and how it was read; `session` is each row's position among the sessions."""
    persona: Any = ""
    if turn.people is not None:
        codes, names = pd.factorize(turn.people.index.astype(str))  # of several draws a persona has a session each
        persona = pd.Categorical.from_codes(codes[session], categories=names)
    return {
        "arm": agent.arm,
        "game": turn.game.name,
        "terms": turn.game.terms,
        "frame": turn.game.frame,
        "condition": agent.condition,
        "style": agent.style,
        "session": turn.sessions[session],
        "draw": turn.draw,
        "round": turn.state.round,
        "persona": persona,
        "read": _of_each(given.read, session),
        "reply": _of_each(given.reply, session),
    }


def _of_each(values: Any, session: NDArray[np.intp]) -> Any:
    return values if np.ndim(values) == 0 else np.asarray(values)[session]
