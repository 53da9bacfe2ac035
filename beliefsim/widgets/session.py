"""One person's session, step by step over the same state machine and into the same tables as agents' play."""

from __future__ import annotations

import secrets
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
from beliefsim.instruments import ChoiceProbabilities, Forecast
from beliefsim.questions import Block, Question
from beliefsim.rows import belief_rows
from beliefsim.simulate import play

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
        self.game, self.others, self.me = game, dict(others), game.players[0]
        self.number = secrets.randbelow(10**9) if number is None else number
        self.folder = paths.results() / "human" if folder is None else Path(folder)
        self.file = self.folder / f"{self.number:09d}.csv"  # the player's name is in it, not of it
        self.name, self.stopped, self.state = "", False, game.start()
        self.moves: tuple[Any, ...] = ()
        self.decisions = schema.decisions().iloc[:0]
        self._told: dict[Any, pd.DataFrame] = {}

    @property
    def over(self) -> bool:
        """Whether the last round was played, or a reply could not be read."""
        return self.stopped or self.game.turn(self.state) is None

    def named(self, name: str) -> None:
        """Keep a name, without control characters and cut to 40."""
        self.name = " ".join("".join(filter(str.isprintable, name)).split())[:_LONGEST_NAME]

    def plan(self, horizon: int) -> Question:
        """The question about one's own move, so many rounds ahead."""
        return self.game.question(self.game.key(self.me), about="self", horizon=horizon)

    def steps(self) -> list[tuple[str, Question | None]]:
        """What the person does next: questions to answer, each with its first words, and the move (None)."""
        if self.over:
            return []
        if not self._told:
            return [("Before you begin", self.plan(0))]
        others = [seat for seat in self.game.seats if seat != self.me]
        expected = [self.game.question(self.game.key(seat), about=f"{self.me}/{seat}") for seat in others]
        later = [("You intend", self.plan(1))] if self.state.round < self.game.rounds else []
        return [*(("You expect", each) for each in expected), ("Now you act", None), *later]

    def tell(self, question: Question, answer: Any) -> None:
        """State a belief; it is kept at once, in the place of an earlier answer to the same question.

        Raises
        ------
        ValueError
            If the answer is none of the outcomes.
        """
        instrument = Forecast() if isinstance(question.space, Integers) else ChoiceProbabilities()
        block = Block(self.game, self.me, self.state, np.array([self.number]), question=question)
        agent = Human(answers={question.name: answer})
        [told] = agent.tell(instrument, [block])
        if np.isnan(told.values).any():
            raise ValueError(f"{answer!r} is not among {', '.join(question.space.texts)}")  # type: ignore[union-attr]
        asked = (self.state.round, question.name, question.about, question.horizon)
        self._told[asked] = belief_rows(told, instrument, agent)
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
        self.game.moves(self.state).index([move])  # type: ignore[union-attr]
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
            (row.round, row.player): row.move if np.isnan(row.amount) else int(row.amount)
            for row in rows[["round", "player", "move", "amount"]].itertuples()
        }
        state = self.game.start()
        while (seat := self.game.turn(state)) is not None:
            rule = self.game.rule(seat, state)
            if rule is None and (state.round, seat) not in made:
                break
            state = self.game.apply(state, made[state.round, seat] if rule is None else int(rule))
        return state

    def tables(self) -> Sessions:
        """Decisions and beliefs so far."""
        mine = self.decisions["player"] == self.me
        names = pd.Categorical(np.where(mine, self.name, "").astype(object))
        beliefs = schema.concat([*self._told.values()]) if self._told else schema.beliefs().iloc[:0]
        return Sessions(
            self.decisions.assign(session=self.number, persona=names),
            beliefs.assign(persona=pd.Categorical([self.name] * len(beliefs))),
        )

    def save(self) -> None:
        """Write the file; `outputs` keeps results out of git."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.folder.parent == paths.results():
            outputs.hide_from_git(paths.results())
        save_human(self.tables(), self.file)
