"""The two verbs that make data: `play` gives decisions, `elicit` gives beliefs."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.models import asked_for

from . import schema
from .agents import Acts, Agent, Chance, LanguageAgent
from .beliefs import Integers
from .games import Game, State
from .games.terms import check_whole
from .instruments import Instrument
from .questions import Question, Turn
from .rows import belief_rows, decision_rows
from .run import Run


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
    check_whole("draws", draws, least=1)
    check_whole("sessions", sessions, least=1)
    size = sessions if people is None else len(people)
    at_once = min(agent.block_size for agent in agents.values())
    tables: list[pd.DataFrame] = []
    with asked_for("play"), _progress(size * draws * game.rounds, "play") as progress:
        for draw in range(draws):
            everyone = Turn(game, "", game.start(), np.arange(size) + draw * size, people, draw, seed)
            for turn in everyone.blocks(at_once):
                tables.extend(_play_turns(turn, agents, progress))
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
    check_whole("draws", draws, least=1)
    seat = "researcher" if people is None and question.about != "self" else question.teller
    points = [replace(point, draw=draw, seed=seed) for point in _points(question, people, at) for draw in range(draws)]
    askings = [
        asking
        for point in points
        for attribute in question.levels or [""]
        for asking in replace(point, seat=seat).asking(question, attribute).blocks(agent.block_size)
    ]
    if not askings:
        raise ValueError(
            f"question {question.name!r} is {question.horizon} rounds ahead; no recorded round has such a target"
        )
    total = sum(len(asking) for asking in askings)
    tables = []
    with asked_for(instrument.name), _progress(total, f"elicit {instrument.name}") as progress:
        for told in agent.tell(instrument, askings):
            tables.append(belief_rows(told, instrument, agent))
            progress.update(len(told.asking))
    return schema.concat(tables)


def _seated(game: Game, agent: Agent | Mapping[str, Agent]) -> dict[str, Agent]:
    open_seats = [
        seat for seat in game.players if game.rule(seat, State((np.zeros(1),) * game.seats.index(seat))) is None
    ]
    chance: dict[str, Agent] = dict.fromkeys(game.chance, Chance())
    if not isinstance(agent, Mapping):
        return chance | dict.fromkeys(open_seats, agent)
    if set(agent) != set(open_seats):
        raise ValueError(f"agents for seats {sorted(agent)}, but the {game.name} game needs {open_seats}")
    return {**chance, **agent}


def _through(agent: Agent, executor: Executor | None) -> Agent:
    return agent.through(executor) if executor is not None and isinstance(agent, LanguageAgent) else agent


def _play_turns(turn: Turn, agents: Mapping[str, Agent], progress: Any) -> Iterator[pd.DataFrame]:
    """Play sessions to the end; a session whose move cannot be read stops there."""
    game, state = turn.game, turn.state
    open_tables: list[tuple[str, pd.DataFrame, NDArray[np.intp]]] = []
    while len(turn) and (seat := game.turn(state)) is not None:
        now = state.round
        turn = replace(turn, seat=seat, state=state)
        move = game.rule(seat, state)
        if move is None:
            acts = agents[seat].act(turn)
            table, rows = decision_rows(turn, acts, agents[seat])
            move, readable = _moves(turn, acts), acts.chosen >= 0
            open_tables.append((seat, table, rows))
            if not readable.all():
                turn, move = turn.take(readable), np.asarray(move)[readable]
                yield from (table for _, table, _ in open_tables)
                open_tables = []  # a broken round has no payoffs
        state = game.apply(turn.state, move)
        if state.round > now:
            payoffs = game.payoffs(State(moves=state.past[-1]))
            for paid, table, rows in open_tables:
                values = np.full(len(table), np.nan)
                values[rows] = payoffs.get(paid, np.nan)  # chance is paid nothing
                yield table.assign(payoff=values)
            open_tables = []
            progress.update(len(turn))
    yield from (table for _, table, _ in open_tables)


def _moves(turn: Turn, acts: Acts) -> Any:
    if acts.texts is not None:
        return acts.texts
    space = turn.listed
    return acts.chosen + space.low if isinstance(space, Integers) else np.array(space.names, dtype=object)[acts.chosen]


def _points(question: Question, people: pd.DataFrame | None, at: pd.DataFrame | None) -> Iterator[Turn]:
    """Where a question is asked: at the start, or in every round of `at` whose target is within the game."""
    game = question.game
    if at is None:
        yield Turn(game, "", game.start(), np.arange(1 if people is None else len(people)), people)
        return
    chosen = at.loc[at["chosen"] & at["move"].notna(), ["round", "player", "session", "persona", "move", "amount"]]
    chosen = chosen.sort_values(["session", "player"])
    played = dict(iter(chosen.groupby(["round", "player"], observed=True)))
    for now, here in chosen.drop_duplicates(["session", "round"]).groupby("round"):
        if now + question.horizon <= game.rounds:
            sessions = here["session"].to_numpy()
            asked = None if people is None else _named(people, here["persona"].astype(str))
            yield Turn(game, "", _reached(game, played, sessions, now), sessions, asked)


def _named(people: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    if unknown := set(names) - set(people.index.astype(str)):
        raise ValueError(f"personas {sorted(unknown)[:3]} of the decisions are not in people")
    return people.loc[names]


def _reached(game: Game, played: Mapping[Any, pd.DataFrame], sessions: NDArray[np.int64], now: int) -> State:
    """The sessions' state in a round before its first player moves, from what was played by round and seat."""
    state = game.start()
    while (seat := game.turn(state)) is not None and (state.round < now or seat in game.chance):
        move = game.rule(seat, state)
        if move is None:
            move = _moved(played.get((state.round, seat)), sessions, f"round {state.round}, seat {seat!r}")
        state = game.apply(state, move)
    return state


def _moved(played: pd.DataFrame | None, sessions: NDArray[np.int64], where: str) -> NDArray[Any]:
    """The moves of the given sessions: numbers where all are, else texts."""
    if played is None or not np.isin(sessions, played["session"]).all():
        raise ValueError(f"at lacks moves of {where}: give the decisions from the first round on")
    rows = np.searchsorted(played["session"].to_numpy(), sessions)
    amount = played["amount"].to_numpy()
    return played["move"].to_numpy()[rows] if np.isnan(amount).any() else amount[rows].astype(np.int64)


def _progress(total: int, what: str) -> Any:
    """A bar that appears after two seconds, in a notebook or on a terminal."""
    from tqdm.auto import tqdm

    hidden = True if Run.current().study else None  # bars would stay in the executed notebook
    return tqdm(total=total, desc=what, leave=False, delay=2, disable=hidden)
