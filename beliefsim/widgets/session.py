"""One person's session, step by step over the same state machine and into the same tables as agents' play."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

import beliefsim as bs
from beliefsim.agents import Agent, Human
from beliefsim.datasets import Sessions, save_human
from beliefsim.questions import Question

_LONGEST_NAME = 40


class Step(NamedTuple):
    """A question to answer, with its first words; or the move itself, where the question is which."""

    words: str
    question: Question
    moves: bool = False


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
        self, game: bs.Game, others: Mapping[str, Agent], *, folder: str | Path | None = None, number: int | None = None
    ) -> None:
        self.game, self.others, self.me = game, dict(others), game.players[0]
        self.number = secrets.randbelow(10**9) if number is None else number
        self.folder = bs.paths.results() / "human" if folder is None else Path(folder)
        self.file = self.folder / f"{self.number:09d}.csv"  # the player's name is in it, not of it
        self.name, self.stopped, self.state = "", False, game.start()
        self.moves: tuple[Any, ...] = ()
        self.decisions = bs.schema.decisions().iloc[:0]
        self._told: dict[Any, pd.DataFrame] = {}
        if game.turn(self.state) != self.me:  # chance begins
            self._play(())

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

    def steps(self) -> list[Step]:
        """What the person does next: a first statement, or a round."""
        if self.over or not self._told:
            return [] if self.over else [Step("Before you begin", self.plan(0))]
        others = [seat for seat in self.game.seats if seat != self.me]
        expected = [self.game.question(self.game.key(seat), about=f"{self.me}/{seat}") for seat in others]
        later = [Step("You intend", self.plan(1))] if self.state.round < self.game.rounds else []
        return [*(Step("You expect", each) for each in expected), Step("Now you act", self.plan(0), moves=True), *later]

    def tell(self, question: Question, answer: Any) -> None:
        """State a belief; it is kept at once, in the place of an earlier answer to the same question.

        Raises
        ------
        ValueError
            If the answer is none of the outcomes.
        """
        instrument = bs.Forecast() if isinstance(question.space, bs.Integers) else bs.ChoiceProbabilities()
        told = bs.elicit(question, instrument, Human(answers={question.name: answer}))
        if told["value"].isna().any():
            raise ValueError(f"{answer!r} is not among {', '.join(question.listed.texts)}")
        here = {"round": self.state.round, "session": self.number, "teller": pd.Categorical([self.me] * len(told))}
        self._told[self.state.round, question.name, question.about, question.horizon] = told.assign(**here)
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
        self._play((*self.moves, move))
        self.save()

    def _play(self, moves: tuple[Any, ...]) -> None:
        table = bs.play(self.game, {self.me: Human(moves), **self.others}, seed=self.number)
        waiting = (table["player"] == self.me) & (table["round"] > len(moves))
        self.decisions, self.moves = table[~waiting].reset_index(drop=True), moves
        self.state = self._reached()
        self.stopped = self.state.round == len(moves) and bool(self.decisions["move"].isna().any())

    def _reached(self) -> Any:
        rows = self.decisions[self.decisions["chosen"] & self.decisions["move"].notna()]
        moves = rows["move"].astype(object).where(rows["amount"].isna(), rows["amount"])
        made = dict(zip(zip(rows["round"], rows["player"], strict=True), moves, strict=True))
        state = self.game.start()
        while (seat := self.game.turn(state)) is not None:
            rule = self.game.rule(seat, state)
            move = made.get((state.round, seat)) if rule is None else rule
            if move is None:
                break
            state = self.game.apply(state, move if isinstance(move, str) else int(move))
        return state

    def tables(self) -> Sessions:
        """Decisions and beliefs so far."""
        beliefs = bs.schema.concat([*self._told.values()]) if self._told else bs.schema.beliefs().iloc[:0]
        names = pd.Categorical([self.name if seat == self.me else "" for seat in self.decisions["player"]])
        decisions = self.decisions.assign(session=self.number, persona=names)
        return Sessions(decisions, beliefs.assign(persona=pd.Categorical([self.name] * len(beliefs))))

    def save(self) -> None:
        """Write the file; `outputs` keeps results out of git."""
        save_human(self.tables(), self.file)
        if self.folder.parent == bs.paths.results():
            bs.outputs.hide_from_git(bs.paths.results())
