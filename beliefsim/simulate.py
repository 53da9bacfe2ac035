"""The two verbs that make data: `play` gives decisions, `elicit` gives beliefs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import schema
from .agents import Acts, Agent, Chance, LanguageAgent
from .beliefs import Integers, Options
from .games import Game, State
from .instruments import Instrument
from .models.tally import asked_for
from .questions import Block, Question
from .rows import belief_rows, decision_rows
from .run import Run

__all__ = ["elicit", "play"]


def play(
    game: Game,
    agent: Agent | Mapping[str, Agent],
    people: pd.DataFrame | None = None,
    *,
    sessions: int = 1,
    draws: int = 1,
    seed: int = 0,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Play a game, one session per persona and draw.

    Parameters
    ----------
    game : Game
        What is played.
    agent : Agent, or mapping of seat to Agent
        Who plays; a single agent takes every seat that the game leaves to players.
    people : DataFrame, optional
        Personas of the first seat, one session each per draw; other seats do not see them.
    sessions : int
        Sessions per draw of a game without personas. They differ in what chance draws; a sampled language agent gives
        one reply to sessions that do not, so ask it for `draws`.
    draws : int
        Repetitions of each session.
    seed : int
        Seed of the play's own randomness; each session has its own part of it.
    executor : concurrent.futures.Executor, optional
        Its workers (other processes, or a cluster's machines) send the requests of language agents; replies come back
        to be recorded here. Scripted agents, which wait for nothing, play here.

    Returns
    -------
    DataFrame
        Decisions (`beliefsim.schema.DECISIONS`), one row per move whose probability was read.

    Raises
    ------
    ValueError
        If an agent is missing for a seat, or `draws` or `sessions` is not positive.

    Examples
    --------
    >>> bs.play(game, agent, people, seed=1)[["arm", "player", "move", "probability"]].head(2)
            arm   player move  probability
    0  scripted  trustor    2          1.0
    1  scripted  trustor    5          1.0
    """
    agents = {seat: _through(each, executor) for seat, each in _seated(game, agent).items()}
    _check_positive("draws", draws)
    _check_positive("sessions", sessions)
    size = sessions if people is None else len(people)
    chunk = min(agent.block_size for agent in agents.values())
    tables: list[pd.DataFrame] = []
    with asked_for("play"), _progress(size * draws * game.rounds, "play") as progress:
        for draw in range(draws):
            for first in range(0, size, chunk):
                part = np.arange(first, min(first + chunk, size))
                crew = None if people is None else people.iloc[part]
                block = Block(game, "", game.start(), part + draw * size, crew, draw, seed)
                tables.extend(_play_block(block, agents, progress))
    return schema.concat(tables) if tables else schema.decisions().iloc[:0]


def elicit(
    question: Question,
    instrument: Instrument,
    agent: Agent,
    people: pd.DataFrame | None = None,
    *,
    at: pd.DataFrame | None = None,
    draws: int = 1,
    seed: int = 0,
    executor: Executor | None = None,
) -> pd.DataFrame:
    """Ask a question with an instrument.

    Parameters
    ----------
    question : Question
        Made by ``game.question(...)``.
    instrument : Instrument
        How it is asked and read; one that does not suit the question is refused.
    agent : Agent
        Who answers.
    people : DataFrame, optional
        Personas, each asked; without it the agent is asked once, as a researcher, or as the player itself where the
        question is ``about="self"``.
    at : DataFrame, optional
        Decisions: the question is asked in each recorded round before its first player moves, without touching the
        play; a forecast is asked in those rounds whose target is played.
    draws : int
        Repetitions; each takes the next wording of the question and the next order of the options.
    seed : int
        Seed of a scripted teller's noise.
    executor : concurrent.futures.Executor, optional
        As in `play`.

    Returns
    -------
    DataFrame
        Beliefs (`beliefsim.schema.BELIEFS`), one row per stated number; missing where it could not be read.

    Raises
    ------
    ValueError
        If instrument and question do not suit each other, or `at` has personas that `people` has not.

    Examples
    --------
    >>> told = bs.elicit(game.question("sent", by=["openness"]), bs.GroupMeans(), agent)
    >>> told[["attribute", "level", "statistic"]].head(2)
      attribute level statistic
    0  openness   Low      mean
    1  openness   Low        sd
    """
    instrument.check(question)
    agent = _through(agent, executor)
    _check_positive("draws", draws)
    blocks = list(_ask_blocks(question, agent, people, at, draws, seed))
    if not blocks:
        raise ValueError(
            f"question {question.name!r} is {question.horizon} rounds ahead; no recorded round has such a target"
        )
    total = sum(len(block) for block in blocks)
    tables = []
    with asked_for(instrument.name), _progress(total, f"elicit {instrument.name}") as progress:
        for told in agent.tell(instrument, blocks):
            tables.append(belief_rows(told, instrument, agent))
            progress.update(len(told.block))
    return schema.concat(tables)


def _seated(game: Game, agent: Agent | Mapping[str, Agent]) -> dict[str, Agent]:
    open_seats = [seat for seat in game.players if game.rule(seat, _any_state(game, seat)) is None]
    chance: dict[str, Agent] = dict.fromkeys(game.chance, Chance())
    if not isinstance(agent, Mapping):
        return chance | dict.fromkeys(open_seats, agent)
    if set(agent) != set(open_seats):
        raise ValueError(f"agents for seats {sorted(agent)}, but the {game.name} game needs {open_seats}")
    return {**chance, **agent}


def _through(agent: Agent, executor: Executor | None) -> Agent:
    return agent.through(executor) if executor is not None and isinstance(agent, LanguageAgent) else agent


def _any_state(game: Game, seat: str) -> State:
    return State(moves=(np.zeros(1),) * game.seats.index(seat))


def _check_positive(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name} must be at least 1, got {value!r}")


def _play_block(block: Block, agents: Mapping[str, Agent], progress: Any) -> Iterator[pd.DataFrame]:
    """Play the sessions of a block to the end; a session whose move cannot be read stops there."""
    game, state = block.game, block.state
    open_tables: list[tuple[str, pd.DataFrame, NDArray[np.intp]]] = []
    while len(block) and (seat := game.turn(state)) is not None:
        now = state.round
        block = replace(block, seat=seat, state=state)
        move = game.rule(seat, state)
        if move is None:
            acts = agents[seat].act(block)
            table, rows = decision_rows(block, acts, agents[seat])
            move, readable = _moves(block, acts), acts.chosen >= 0
            open_tables.append((seat, table, rows))
            if not readable.all():
                block, move = _keep(block, readable), np.asarray(move)[readable]
                yield from (table for _, table, _ in open_tables)
                open_tables = []  # a broken round has no payoffs
        state = game.apply(block.state, move)
        if state.round > now:
            payoffs = game.payoffs(State(moves=state.past[-1]))
            for paid, table, rows in open_tables:
                values = np.full(len(table), np.nan)
                values[rows] = payoffs.get(paid, np.nan)  # chance is paid nothing
                yield table.assign(payoff=values)
            open_tables = []
            progress.update(len(block))
    yield from (table for _, table, _ in open_tables)


def _keep(block: Block, readable: NDArray[Any]) -> Block:
    people = None if block.people is None else block.people[readable]
    return replace(block, sessions=block.sessions[readable], people=people, state=block.state.take(readable))


def _moves(block: Block, acts: Acts) -> Any:
    if acts.texts is not None:
        return acts.texts
    space = block.space
    assert isinstance(space, (Integers, Options))
    if isinstance(space, Integers):
        return acts.chosen + space.low
    return np.array(space.names, dtype=object)[acts.chosen]


def _ask_blocks(
    question: Question,
    agent: Agent,
    people: pd.DataFrame | None,
    at: pd.DataFrame | None,
    draws: int,
    seed: int,
) -> Iterator[Block]:
    attributes = list(question.levels) or [""]
    seat = "researcher" if people is None and question.about != "self" else question.teller
    for points in _points(question, people, at):
        for draw in range(draws):
            for attribute in attributes:
                for first in range(0, len(points), agent.block_size):
                    part = replace(points, draw=draw, seed=seed, seat=seat, question=question, attribute=attribute)
                    yield part if len(part) <= agent.block_size else _slice(part, first, agent.block_size)


def _slice(block: Block, first: int, size: int) -> Block:
    keep = np.arange(first, min(first + size, len(block)))
    return _keep(block, keep)


def _points(question: Question, people: pd.DataFrame | None, at: pd.DataFrame | None) -> Iterator[Block]:
    """Where a question is asked: at the start, or in every round of `at` whose target is within the game."""
    game = question.game
    if at is None:
        size = 1 if people is None else len(people)
        yield Block(game, "", game.start(), np.arange(size), people)
        return
    played = _played(at)
    for now in sorted({now for now, _ in played}):
        if now + question.horizon <= game.rounds:
            yield _point(game, people, played, now)


def _played(at: pd.DataFrame) -> dict[tuple[int, str], pd.DataFrame]:
    """Moves with which play went on, in the order of sessions, by round and seat."""
    chosen = at.loc[at["chosen"] & at["move"].notna(), ["round", "player", "session", "persona", "move", "amount"]]
    groups = chosen.sort_values("session").groupby(["round", "player"], observed=True)
    return {(int(now), str(seat)): part for (now, seat), part in groups}


def _point(game: Game, people: pd.DataFrame | None, played: dict[tuple[int, str], pd.DataFrame], now: int) -> Block:
    here = pd.concat([part[["session", "persona"]] for (when, _), part in played.items() if when == now])
    here = here.drop_duplicates("session").sort_values("session")
    number = here["session"].to_numpy()
    state = game.start()
    while (seat := game.turn(state)) is not None and (state.round < now or seat in game.chance):
        move = game.rule(seat, state)
        if move is None:
            move = _moved(played.get((state.round, seat)), number, f"round {state.round}, seat {seat!r}")
        state = game.apply(state, move)
    if people is None:
        return Block(game, "", state, number)
    names = here["persona"].astype(str)
    if unknown := set(names) - set(people.index.astype(str)):
        raise ValueError(f"personas {sorted(unknown)[:3]} of the decisions are not in people")
    return Block(game, "", state, number, people.loc[names])


def _moved(part: pd.DataFrame | None, number: NDArray[np.int64], where: str) -> NDArray[Any]:
    """The moves of the given sessions: numbers where all are, else texts."""
    if part is None or not np.isin(number, part["session"]).all():
        raise ValueError(f"at lacks moves of {where}: give the decisions from the first round on")
    rows = np.searchsorted(part["session"].to_numpy(), number)
    amount = part["amount"].to_numpy()
    return part["move"].to_numpy()[rows] if np.isnan(amount).any() else amount[rows].astype(np.int64)


def _progress(total: int, what: str) -> Any:
    """A bar that appears after two seconds, in a notebook or on a terminal."""
    from tqdm.auto import tqdm

    hidden = True if Run.current().study else None  # bars would stay in the executed notebook
    return tqdm(total=total, desc=what, leave=False, delay=2, disable=hidden)
