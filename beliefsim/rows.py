"""Rows of the two tables from what a block of sessions did or told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import schema
from .agents import Acts, Agent, Told
from .beliefs import Integers, Options
from .instruments import Instrument
from .questions import Block


def decision_rows(block: Block, acts: Acts, agent: Agent) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """The block's rows, and where among them each session's chosen move stands."""
    n, space = len(block), block.space
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
        assert isinstance(space, (Integers, Options))
        move = pd.Categorical.from_codes(option, categories=list(space.texts))
        amount = np.where(missing, np.nan, space.values[option])
    table = schema.decisions(
        **_origin(block, agent),
        session=block.sessions[session],
        player=block.seat,
        persona=_personas(block, session),
        move=move,
        amount=amount,
        probability=probability,
        chosen=option == acts.chosen[session],
        unit=space.unit,
        read=_per_session(acts.read, session),
        legal=_per_session(acts.legal, session),
        reply=_per_session(acts.reply, session),
    )
    return table, start + np.where(exact, np.maximum(acts.chosen, 0), 0)


def belief_rows(told: Told, instrument: Instrument, agent: Agent) -> pd.DataFrame:
    """The block's answers, a row per cell of the instrument."""
    block = told.block
    question = block.question
    assert question is not None
    cells = instrument.cells(block)
    if question.given:  # a belief by supposed move is stored as one by level
        ((supposed, value),) = question.given.items()
        cells = [cell._replace(level=str(value)) for cell in cells]
    session = np.repeat(np.arange(len(block)), len(cells))

    def tiled(words: list[str]) -> pd.Categorical:
        codes, known = pd.factorize(np.array(words, dtype=object))
        return pd.Categorical.from_codes(np.tile(codes, len(block)), categories=pd.Index(known))

    return schema.beliefs(
        **_origin(block, agent),
        item=instrument.paraphrase(block),
        session=block.sessions[session],
        teller=block.seat,
        persona=_personas(block, session),
        question=question.name,
        about=question.about,
        attribute=supposed if question.given else block.attribute,
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


def _origin(block: Block, agent: Agent) -> dict[str, Any]:
    return {
        "arm": agent.arm,
        "game": block.game.name,
        "terms": block.game.terms,
        "frame": block.game.frame,
        "condition": agent.condition,
        "style": agent.style,
        "draw": block.draw,
        "round": block.state.round,
    }


def _personas(block: Block, session: NDArray[np.intp]) -> Any:
    if block.people is None:
        return ""
    codes, names = pd.factorize(block.people.index.astype(str))  # of several draws a persona has a session each
    return pd.Categorical.from_codes(codes[session], categories=names)


def _per_session(values: Any, session: NDArray[np.intp]) -> Any:
    return values if np.ndim(values) == 0 else np.asarray(values)[session]
