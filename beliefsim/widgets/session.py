"""One person's session, step by step over the same state machine and into the same tables as agents' play."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from beliefsim import outputs, paths, schema
from beliefsim.agents import Agent, Human
from beliefsim.beliefs import Integers
from beliefsim.datasets import Sessions, save_human
from beliefsim.games import Game
from beliefsim.instruments import ChoiceProbabilities, Forecast, Instrument
from beliefsim.play import play
from beliefsim.questions import Asking, Question, listed
from beliefsim.rows import belief_rows

__all__ = ["Session"]

_LONGEST_NAME = 40


class Session:
    """A person in a game's first seat.

    Parameters
    ----------
    game : Game
        What is played.
    others : mapping of seat to Agent
        Who plays the other seats; {} where rules or chance do.
    folder : path, optional
        Where the session is kept; default: ``results/human``.
    number : int, optional
        The session's number, from which chance draws; by default one that nobody else has.

    Examples
    --------
    >>> import tempfile
    >>> from beliefsim.games import Returns, TrustGame
    >>> session = Session(TrustGame(trustee=Returns(5), rounds=2), {}, folder=tempfile.mkdtemp(), number=1)
    >>> session.tell(session.plan(0), 4)
    >>> session.move(6)
    >>> session.decisions[["move", "payoff"]].astype(str).to_numpy().tolist()
    [['6', '9.0']]
    """

    def __init__(
        self, game: Game, others: Mapping[str, Agent], *, folder: str | Path | None = None, number: int | None = None
    ) -> None:
        self.game, self.others = game, dict(others)
        self.me = game.players[0]
        self.number = secrets.randbelow(10**9) if number is None else number
        self.folder = paths.results() / "human" if folder is None else Path(folder)
        self.name = ""
        self.moves: tuple[Any, ...] = ()
        self.state = game.start()
        self.stopped = False
        self.decisions = schema.decisions().iloc[:0]
        self.beliefs = schema.beliefs().iloc[:0]

    @property
    def file(self) -> Path:
        """The session's file; a player's name is in it, not of it."""
        return self.folder / f"{self.number:09d}.csv"

    @property
    def over(self) -> bool:
        """Whether the last round was played, or a reply could not be read."""
        return self.stopped or self.game.turn(self.state) is None

    def named(self, name: str) -> None:
        """Keep a name, without control characters and cut to 40."""
        kept = "".join(letter for letter in str(name) if not unicodedata.category(letter).startswith("C"))
        self.name = " ".join(kept.split())[:_LONGEST_NAME]

    def plan(self, horizon: int) -> Question:
        """The question about one's own move, so many rounds ahead."""
        return self.game.question(self.game.key(self.me), about="self", horizon=horizon)

    def expectations(self) -> list[Question]:
        """The questions about what the others will do in the coming round."""
        others = [seat for seat in self.game.seats if seat != self.me]
        return [self.game.question(self.game.key(seat), about=f"{self.me}/{seat}") for seat in others]

    def tell(self, question: Question, answer: Any) -> None:
        """State a belief; it is kept at once, in the place of an earlier answer to the same question.

        Raises
        ------
        ValueError
            If the answer is none of the outcomes.
        """
        instrument = instrument_for(question)
        asking = Asking(self.game, self.me, self.state, np.array([self.number]), question=question)
        agent = Human(answers={question.name: answer})
        [told] = agent.tell(instrument, [asking])
        if np.isnan(told.values).any():
            raise ValueError(f"{answer!r} is not among {', '.join(question.listed.texts)}")
        rows, old = belief_rows(told, instrument, agent), self.beliefs
        again = [(old[name] == rows[name].iloc[0]).to_numpy() for name in ("round", "question", "about", "horizon")]
        old = old[~np.logical_and.reduce(again)]
        self.beliefs = schema.concat([old, rows]) if len(old) else rows
        self.save()

    def move(self, move: Any) -> None:
        """Move; the others answer, and everything is kept at once. After an error the move was not made.

        Raises
        ------
        ValueError
            If the move is not legal.
        ModelError
            If a model cannot be asked.
        """
        listed(self.game.moves(self.state)).index([move])
        moves = (*self.moves, move)
        table = play(self.game, {self.me: Human(moves), **self.others}, seed=self.number)
        waiting = (table["player"] == self.me) & (table["round"] > len(moves))
        self.decisions, self.moves = table[~waiting].reset_index(drop=True), moves
        self.state = self._reached()
        self.stopped = self.state.round == len(moves) and bool(self.decisions["move"].isna().any())
        self.save()

    def _reached(self) -> Any:
        rows = self.decisions[self.decisions["chosen"] & self.decisions["move"].notna()]
        made = {
            (row.round, str(row.player)): str(row.move) if np.isnan(row.amount) else int(row.amount)
            for row in rows[["round", "player", "move", "amount"]].itertuples()
        }
        state = self.game.start()
        while (seat := self.game.turn(state)) is not None:
            move = self.game.rule(seat, state)
            if move is None and (state.round, seat) not in made:
                break
            state = self.game.apply(state, made[state.round, seat] if move is None else int(move))
        return state

    def tables(self) -> Sessions:
        """Decisions and beliefs so far."""
        mine = self.decisions["player"] == self.me
        decisions = self.decisions.assign(session=self.number, persona=_words(np.where(mine, self.name, "")))
        return Sessions(decisions, self.beliefs.assign(persona=_words([self.name] * len(self.beliefs))))

    def save(self) -> None:
        """Write the file; `outputs` keeps results out of git."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.folder.parent == paths.results():
            outputs.hide_from_git(paths.results())
        save_human(self.tables(), self.file)


def instrument_for(question: Question) -> Instrument:
    """A number is forecast; of options, one is chosen."""
    return Forecast() if isinstance(question.space, Integers) else ChoiceProbabilities()


def _words(values: Any) -> pd.Categorical:
    return pd.Categorical([str(value) for value in values])
