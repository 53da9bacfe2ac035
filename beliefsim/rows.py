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
    n = len(turn)
    exact = np.zeros(n, dtype=bool) if acts.p is None else np.asarray(~np.isnan(acts.p).any(axis=1))
    width = np.where(exact, 1 if acts.p is None else acts.p.shape[1], 1)
    session = np.repeat(np.arange(n), width)
    start = np.concatenate([[0], np.cumsum(width)[:-1]]).astype(np.intp)
    option = np.where(exact[session], np.arange(len(session)) - start[session], acts.chosen[session])
    missing = option < 0
    probability = np.ones(len(session))
    if acts.p is not None:
        probability[exact[session]] = acts.p[exact].ravel()
    probability[missing] = np.nan
    move, amount = pd.Categorical([]), np.full(len(session), np.nan)
    if acts.texts is not None:
        move = pd.Categorical(acts.texts)
    else:
        move = pd.Categorical.from_codes(option, categories=list(turn.listed.texts))
        amount = np.where(missing, np.nan, turn.listed.values[option])
    table = schema.decisions(
        **_origin(turn, agent),
        session=turn.sessions[session],
        player=turn.seat,
        persona=_personas(turn, session),
        move=move,
        amount=amount,
        probability=probability,
        chosen=option == acts.chosen[session],
        unit=turn.space.unit,
        read=_per_session(acts.read, session),
        legal=_per_session(acts.legal, session),
        reply=_per_session(acts.reply, session),
    )
    return table, start + np.where(exact, np.maximum(acts.chosen, 0), 0)


def belief_rows(told: Told, instrument: Instrument, agent: Agent) -> pd.DataFrame:
    """The answers, a row per cell of the instrument."""
    asking, question = told.asking, told.asking.question
    cells = instrument.cells(asking)
    if question.given:  # a belief by supposed move is stored as one by level
        ((supposed, value),) = question.given.items()
        cells = [cell._replace(level=str(value)) for cell in cells]
    session = np.repeat(np.arange(len(asking)), len(cells))

    def tiled(words: list[str]) -> pd.Categorical:
        codes, known = pd.factorize(np.array(words, dtype=object))
        return pd.Categorical.from_codes(np.tile(codes, len(asking)), categories=pd.Index(known))

    return schema.beliefs(
        **_origin(asking, agent),
        item=instrument.paraphrase(asking),
        session=asking.sessions[session],
        teller=asking.seat,
        persona=_personas(asking, session),
        question=question.name,
        about=question.about,
        attribute=supposed if question.given else asking.attribute,
        horizon=question.horizon,
        instrument=instrument.name,
        statistic=tiled([cell.statistic for cell in cells]),
        unit=tiled([cell.unit for cell in cells]),
        level=tiled([cell.level for cell in cells]),
        outcome=tiled([cell.outcome for cell in cells]),
        value=told.values.ravel(),
        read=_per_session(told.read, session),
        reply=_per_session(told.reply, session),
    )


def _origin(turn: Turn, agent: Agent) -> dict[str, Any]:
    return {
        "arm": agent.arm,
        "game": turn.game.name,
        "terms": turn.game.terms,
        "frame": turn.game.frame,
        "condition": agent.condition,
        "style": agent.style,
        "draw": turn.draw,
        "round": turn.state.round,
    }


def _personas(turn: Turn, session: NDArray[np.intp]) -> Any:
    if turn.people is None:
        return ""
    codes, names = pd.factorize(turn.people.index.astype(str))  # of several draws a persona has a session each
    return pd.Categorical.from_codes(codes[session], categories=names)


def _per_session(values: Any, session: NDArray[np.intp]) -> Any:
    return values if np.ndim(values) == 0 else np.asarray(values)[session]
