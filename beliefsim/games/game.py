"""What every game shares: a pure state machine, its wording, and the questions it poses."""

import dataclasses
import inspect
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from .. import answers, personas, prompts
from ..beliefs import Belief, Integers, Options, Space, Text
from ..questions import Question, State, kinds
from .terms import check_whole, role

Levels = Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class Game:
    """A game: rules, terms, legal moves, payoffs, and what a seat sees.

    A subclass is a frozen dataclass whose fields are its terms. It needs `seats`, `moves` and `payoffs`. A text is
    ``<frame>.md`` in ``beliefsim/prompts/games/<name>``, for a room's game in ``texts/<name>`` beside it, and for a
    game made in a notebook in the `folder` that it names. Frames differ in words only: seats, units and numbers of
    moves are the game's, and all frames of a game have the same sections (`titles`).
    Moves come in as scalars or as arrays over sessions, so payoffs are written as plain arithmetic.

    Examples
    --------
    >>> game.moves(bs.games.State())
    Integers(low=0, high=10, unit='dollars')
    """

    # Of a text, besides its words, its rules and what each player is asked.
    sections: ClassVar[tuple[str, ...]] = ()
    # Questions about what is thought now: whom each is about ("self": the first player), and its outcomes.
    asked: ClassVar[Mapping[str, tuple[str, Integers | Options]]] = MappingProxyType({})
    rounds = 1
    frame: str = field(default="neutral", kw_only=True)

    def __post_init__(self) -> None:
        for term in dataclasses.fields(self):
            if "least" in term.metadata:
                check_whole(term.name, getattr(self, term.name), **term.metadata)
        check_whole("rounds", self.rounds, least=1)
        prompts.section(self.folder, self.frame, "rules")

    @property
    def seats(self) -> tuple[str, ...]:
        """Who moves in a round, in order; a subclass that is always played by the same names them in its body."""
        raise NotImplementedError(f"{type(self).__name__} must name its seats")

    @property
    def chance(self) -> tuple[str, ...]:
        """Seats whose moves are drawn from `odds`, and hidden unless a text shows them."""
        return ()

    @property
    def name(self) -> str:
        """The game's name in tables and folders: the class name in snake case, without ``Game``."""
        words = type(self).__name__.removesuffix("Game")
        return "".join("_" + letter.lower() if letter.isupper() else letter for letter in words).lstrip("_")

    @property
    def folder(self) -> str:
        """Folder of the frames: ``texts/<name>`` beside a room's game, else below ``beliefsim/prompts``."""
        return _folder(type(self).__module__, self.name)

    @property
    def terms(self) -> str:
        """The game's numbers as one line: ``endowment=10 multiplier=3``."""
        pairs = ((term.name, getattr(self, term.name)) for term in dataclasses.fields(self))
        return " ".join(f"{name}={value}" for name, value in pairs if name != "frame")

    @property
    def titles(self) -> set[str]:
        """Titles of the sections that each text of this game has."""
        return {"words", "rules", *self.sections, *(f"ask {role(seat)}" for seat in self.players)}

    @property
    def words(self) -> Mapping[str, str]:
        """The words of the frame for players and moves."""
        return prompts.words(self.folder, self.frame)

    def start(self) -> State:
        """The state before the first move."""
        return State()

    def turn(self, state: State) -> str | None:
        """The seat that moves next, or None when the game is over."""
        return None if state.round > self.rounds else self.seats[len(state.moves)]

    def moves(self, state: State) -> Space:
        """The legal moves of the seat whose turn it is."""
        raise NotImplementedError(f"{type(self).__name__} must say which moves are legal")

    def apply(self, state: State, move: Any) -> State:
        """The state after a move; the last move of a round closes the round."""
        moves = (*state.moves, move)
        return State(moves, state.past) if len(moves) < len(self.seats) else State((), (*state.past, moves))

    def rule(self, seat: str, state: State) -> Any:
        """The move of a seat that the game itself plays, or None where a player moves."""
        return None

    def odds(self, seat: str, state: State) -> Belief:
        """Distribution of a chance move, shape (K,) or (n, K)."""
        raise NotImplementedError(f"{type(self).__name__} must say how {seat!r} is drawn")

    def truth(self, question: Question, state: State) -> Belief:
        """The normative belief given what a player has seen, shape (K,) or (n, K), where the game knows one."""
        raise ValueError(f"no truth here: the {self.name} game has no right answer to {question.name!r}")

    def payoffs(self, state: State) -> dict[str, Any]:
        """Each seat's payoff in one finished round, given as a state with that round's moves."""
        raise NotImplementedError(f"{type(self).__name__} must say what each seat is paid")

    def key(self, seat: str) -> str:
        """The word for a seat's move, the JSON field of a reply and the name of the question about it."""
        return self.words[f"{role(seat)}.move"]

    def question(
        self,
        name: str,
        *,
        by: str | Iterable[str] | Levels = (),
        about: str | None = None,
        horizon: int = 0,
        given: Mapping[str, Any] | None = None,
    ) -> Question:
        """A question about one kind of move, or one of `asked`.

        Parameters
        ----------
        name : str
            The move asked about, for example ``"sent"``.
        by : str, iterable of str, or mapping of str to levels
            Attributes whose levels are compared (the codebook's, or the given ones); empty for one person's move.
        about : str, optional
            Whose move: ``"self"``, a seat (default: the seat that makes this move), or a path.
        horizon : int
            Rounds ahead.
        given : mapping of str to move, optional
            A move of the coming round that is supposed, by its name: ``{"sent": 5}``.

        Raises
        ------
        ValueError
            For a move that the game has not, a round that it does not play, or a supposed move that is not legal.
        """
        if name in self.asked:
            if by or horizon or given:
                raise ValueError(f"{name!r} is what is thought now: no by=, horizon= or given=")
            whom, outcomes = self.asked[name]
            thinker = whom.rpartition("/")[2] if "/" in whom else self.players[0]
            return Question(name, self, thinker, about or whom, outcomes)
        seats = {self.key(seat): seat for seat in self.seats}
        if name not in seats:
            raise ValueError(
                f"question {name!r} is not among {', '.join([*seats, *self.asked])} of the {self.name} game"
                f"{prompts.suggestion(name, seats)}"
            )
        if not 0 <= horizon < self.rounds:
            raise ValueError(f"horizon {horizon}: the game has {self.rounds} rounds, so 0..{self.rounds - 1}")
        seat = seats[name]
        supposed = {} if given is None else self._supposed(dict(given), name, seats)
        before = [supposed.get(self.key(each), self._most()) for each in self.seats[: self.seats.index(seat)]]
        default = f"{self.players[0]}/{seat}" if seat in self.chance else seat
        space = self.moves(State(moves=tuple(before)))
        return Question(name, self, seat, about or default, space, _levels(by), horizon, supposed)

    def _supposed(self, given: dict[str, Any], name: str, seats: Mapping[str, str]) -> dict[str, Any]:
        earlier = [self.key(seat) for seat in self.supposable(seats[name])]
        if len(given) != 1 or not set(given) <= set(earlier):
            raise ValueError(
                f"given={given!r}: suppose one of the moves before {name!r}: {', '.join(earlier) or 'none'}"
            )
        ((move, value),) = given.items()
        space = self.moves(State(moves=(self._most(),) * self.seats.index(seats[move])))
        if not isinstance(space, Text) and str(value) not in space.texts:
            raise ValueError(f"given={given!r}: {move} must be within {space}")
        return given

    def supposable(self, seat: str) -> tuple[str, ...]:
        """Seats whose move may be supposed in a question about a seat's: the players that move before it."""
        return tuple(each for each in self.seats[: self.seats.index(seat)] if each not in self.chance)

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that are not chance."""
        return tuple(seat for seat in self.seats if seat not in self.chance)

    def _most(self) -> Any:
        """A move after which every later move of the round is possible (the highest number)."""
        space = self.moves(State())
        return space.high if isinstance(space, Integers) else None

    def values(self, state: State | None = None) -> dict[str, Any]:
        """Terms, words and this round's moves, as a text may use them."""
        terms = {term.name: getattr(self, term.name) for term in dataclasses.fields(self)}
        state = state or State()
        moves = {self.key(seat): move for seat, move in zip(self.seats, state.moves, strict=False)}
        return {**terms, **{key.replace(".", "_"): word for key, word in self.words.items()}, **moves}

    def text(self, title: str, state: State | None = None, **values: object) -> str:
        """One section of the frame with the game's numbers filled in."""
        return prompts.render(prompts.section(self.folder, self.frame, title), values, self.values(state))

    def rules(self) -> str:
        """The rules in this frame's words."""
        return self.text("rules")

    def history(self, state: State) -> str:
        """Finished rounds as a seat sees them, one line each; empty in the first round."""
        lines = [self.text("history", State(moves), round=number) for number, moves in enumerate(state.past, start=1)]
        return "\n".join(lines)

    def messages(
        self,
        seat: str,
        persona: str,
        state: State | None = None,
        *,
        context: str = "",
        answer: str = "",
        ask: str | None = None,
    ) -> prompts.Messages:
        """What the agent in a seat is sent: (role, text) pairs.

        Parameters
        ----------
        seat : str
            Who is asked, or ``"researcher"``, who watches and is in no seat.
        persona : str
            The persona as prose.
        state : State, optional
            One session's state; default: the start.
        context : str
            What an intervention adds.
        answer : str
            How to answer (the style's text).
        ask : str, optional
            What is asked, an instrument's text; default: the seat's move.
        """
        state = state or self.start()
        values: dict[str, object] = {"rules": self.rules(), "context": context, "ask": ask, "answer": answer}
        if seat == "researcher":
            return prompts.messages(self._layout("researcher"), {**values, "history": self.history(state)})
        self.check_seat(seat)
        if ask is None:
            values["ask"] = self.text(f"ask {role(seat)}", state)
        values["role"] = self.words[f"{role(seat)}.role"]
        values["persona"] = prompts.render(self._layout("persona"), {"persona": persona}) if persona else ""
        if self.rounds == 1 and self.seats[0] not in self.chance:
            return prompts.messages(self._layout("single"), values)
        values |= {"repetition": self.text("repetition"), "history": self.history(state)}
        return prompts.messages(self._layout("repeated"), values, {"round": state.round})

    def _layout(self, title: str) -> str:
        return prompts.section("layouts", self.words["layout"], title)

    def prompt(
        self, seat: str, persona: Any = None, state: State | None = None, *, style: str = "plain", context: str = ""
    ) -> str:
        """Exactly what the agent in a seat sees, as one text with a line per message.

        Parameters
        ----------
        seat : str
            Who is asked.
        persona : Series or mapping, optional
            A row of a people table.
        state : State, optional
            One session's state; default: the start.
        style : str
            ``"plain"`` or ``"reasoning"``.
        context : str
            What an intervention puts before the agent.
        """
        self.check_seat(seat)
        state = state or self.start()
        space = self.moves(state)
        answer = "" if isinstance(space, Text) else answers.instruction(style, answers.form(self.key(seat), space))
        prose = "" if persona is None else personas.describe(persona)
        sent = self.messages(seat, prose, state, context=context, answer=answer)
        return "\n\n".join(f"[{speaker}]\n{text}" for speaker, text in sent)

    def check_seat(self, seat: str) -> None:
        """Refuse a seat that the game does not have."""
        if seat not in self.seats:
            raise ValueError(
                f"seat {seat!r} is not among {', '.join(self.seats)} of the {self.name} game"
                f"{prompts.suggestion(seat, self.seats)}"
            )


@cache
def _folder(module: str, name: str) -> str:
    beside = Path(getattr(sys.modules.get(module), "__file__", None) or "").parent / "texts" / name
    return str(beside) if beside.is_dir() else f"games/{name}"


def _levels(by: str | Iterable[str] | Levels) -> dict[str, tuple[str, ...]]:
    if isinstance(by, Mapping):
        return {attribute: tuple(levels) for attribute, levels in by.items()}
    return {attribute: personas.levels(attribute) for attribute in ([by] if isinstance(by, str) else by)}


def registry() -> dict[str, type[Game]]:
    """Every game that can be made, by the name of its class; tests walk it.

    Examples
    --------
    >>> "TrustGame" in bs.games.registry()
    True
    """
    return {name: kind for name, kind in kinds(Game).items() if not inspect.isabstract(kind)}
