"""Play a game yourself: state a belief, act, see payoffs, and at the end your own gap beside a model's."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from beliefsim import personas, schema
from beliefsim.agents import Agent, LanguageAgent
from beliefsim.consistency import stated_done, yardsticks
from beliefsim.consistency.people import own_gaps, yardstick_axis
from beliefsim.datasets import Sessions
from beliefsim.games import Game, TrustGame
from beliefsim.games.terms import role
from beliefsim.instruments import GroupMeans
from beliefsim.models import Model, ModelError
from beliefsim.play import elicit, play

from .look import replaying
from .panel import FREE, Panel, block, note, picture, table
from .session import Session

if TYPE_CHECKING:
    from beliefsim.questions import Question

__all__ = ["play_yourself"]

_KEPT = "Every move is kept at once in {}. Nothing leaves this machine; a name is optional."


def play_yourself(
    game: Game | None = None,
    agent: Agent | Mapping[str, Agent] | None = None,
    *,
    beside: tuple[pd.DataFrame, pd.DataFrame] | None = None,
) -> Panel:
    """Play a game in its first seat.

    Parameters
    ----------
    game : Game, optional
        Default: three rounds of the Trust Game. Also `games.Bandit()`, or a Trust Game whose trustee is `Returns(…)`.
    agent : Agent, or mapping of seat to Agent, optional
        Who plays the seats that neither rules nor chance play; default: the embedded model.
    beside : (beliefs, decisions), optional
        What models stated and did, to be shown beside at the end; default: the embedded model's recorded people in
        the Trust Game.

    Returns
    -------
    Panel
        Afterwards the rows are in ``results/human``; `bs.load_human` merges several players' files.

    Raises
    ------
    ValueError
        If nobody plays the other seat.

    Examples
    --------
    >>> from beliefsim.games import Returns
    >>> print(play_yourself(TrustGame(trustee=Returns(5), rounds=3)).sentence)
    Play 3 rounds of the trust game yourself: state what you expect, act, see the payoffs.
    """
    game = game or TrustGame(trustee="player", rounds=3)
    first = Session(game, _others(game, agent))
    rounds = f"{game.rounds} rounds" if game.rounds > 1 else "one round"
    sentence = f"Play {rounds} of the {game.name} game yourself: state what you expect, act, see the payoffs."
    return Panel(sentence, lambda: _rules(first), lambda: _Table(first, beside).box)


def _others(game: Game, agent: Agent | Mapping[str, Agent] | None) -> dict[str, Agent]:
    if isinstance(game, TrustGame) and game.trustee == "absent":
        raise ValueError(
            "nobody sends back in this trust game: TrustGame(trustee='player') or TrustGame(trustee=Returns(5))"
        )
    seats = [seat for seat in game.players[1:] if not _ruled(game, seat)]
    if isinstance(agent, Mapping):
        return dict(agent)
    return dict.fromkeys(seats, agent or LanguageAgent(Model())) if seats else {}


def _ruled(game: Game, seat: str) -> bool:
    """Whether the rules move a seat, as a fixed trustee."""
    state = game.start()
    while game.turn(state) != seat:
        state = game.apply(state, game.moves(state).values[-1])  # type: ignore[union-attr]
    return game.rule(seat, state) is not None


def _rules(session: Session) -> str:
    game = session.game
    repeated = f" {game.text('repetition')}" if game.rounds > 1 else ""
    return block(f"{game.rules()} {game.words[f'{role(session.me)}.role']}{repeated}")


class _Table:
    """The live panel: one form that changes from statement to rounds to the end."""

    def __init__(self, session: Session, beside: Any) -> None:
        import ipywidgets as widgets

        self.session, self.beside = session, beside
        self.top, self.said = widgets.HTML(), widgets.HTML()
        self.name = widgets.Text(description="Your name (optional)", style=FREE, layout={"max_width": "98%"})
        self.fields = widgets.VBox()
        self.button = widgets.Button(
            button_style="primary", layout={"width": "max-content", "align_self": "flex-start"}
        )
        self.button.on_click(lambda _: self.press())
        self.box = widgets.VBox([self.top, self.name, self.fields, self.button, self.said])
        self.asked: list[tuple[Any, Question | None]] = []
        self.show()

    def show(self) -> None:
        """The form of the moment."""
        session = self.session
        self.top.value = _rules(session) + _history(session)
        if session.over:
            self._end()
            return
        horizon = 1 if session.state.round < session.game.rounds else None
        if not len(session.beliefs):
            self._form([(session.plan(0), "Before you begin")], "State")
            self.said.value = note(_KEPT.format(session.file))
            return
        asked: list[tuple[Question | None, str]] = [(each, "You expect") for each in session.expectations()]
        asked += [(None, "Now you act")]
        asked += [(session.plan(1), "You intend")] if horizon else []
        self._form(asked, f"Play round {session.state.round}")
        self.said.value = ""

    def _form(self, asked: list[tuple[Question | None, str]], action: str) -> None:
        self.asked = [(_choice(self.session, question, lead), question) for question, lead in asked]
        self.fields.children = [field for field, _ in self.asked]
        self.button.description = action

    def press(self) -> None:
        """State, or play a round, or begin again."""
        if self.session.over:
            self._again()
            return
        if any(field.value == "" for field, _ in self.asked):
            self.said.value = note("Choose an answer to each question first.")
            return
        self.session.named(self.name.value)
        self.said.value = note("One moment …")  # the button stays enabled: a disabled one loses the keyboard's focus
        try:
            self._take()
            self.show()
        except (ModelError, OSError, ValueError) as error:
            self.said.value = note(f"This did not work, and nothing was lost: {error}")

    def _take(self) -> None:
        """Beliefs first, so that they are kept whatever the others do."""
        for field, question in sorted(self.asked, key=lambda pair: pair[1] is None):
            if question is None:
                self.session.move(field.value)
            else:
                self.session.tell(question, field.value)

    def _again(self) -> None:
        old = self.session
        self.session = Session(old.game, old.others, folder=old.folder)
        self.said.value = ""
        self.show()

    def _end(self) -> None:
        session = self.session
        early = "A reply could not be read, so the game ends here. " if session.stopped else ""
        kept = f"Your session is in {session.file}. bs.load_human() merges the files of several players."
        shown = results(session.tables(), self.beside) + note(early + kept)
        self.fields.children, self.asked, self.said.value = [], [], shown
        self.button.description = "Play again"


def _choice(session: Session, question: Question | None, lead: str) -> Any:
    """A list to choose from: nothing is chosen beforehand, which would anchor the answer."""
    import ipywidgets as widgets

    game, state = session.game, session.state
    space = question.space if question else game.moves(state)
    own = question is None or question.about == "self"
    name = question.name if question else game.key(session.me)
    words = game.words[f"{name}.self" if own else name]
    now = state.round + (question.horizon if question else 0)
    options = [("choose …", ""), *((text, _typed(text)) for text in space.texts)]  # type: ignore[union-attr]
    text = f"{lead}, round {now}: {words}"
    field = widgets.Dropdown(options=options, value="", description=text, style=FREE, layout={"width": "auto"})
    field.add_class("beliefsim-question")
    return field


def _typed(text: str) -> Any:
    return int(text) if text.lstrip("-").isdigit() else text


def _history(session: Session) -> str:
    if not session.state.past:
        return ""
    try:
        past = session.game.history(session.state)
    except ValueError:  # a game of one round need have no words for past ones
        past = ""
    mine = session.decisions["player"] == session.me
    total = f"You have ${session.decisions['payoff'][mine].sum():g} {'in all' if session.over else 'so far'}."
    return f'<div role="status">{block(past)}<p><b>{html.escape(total)}</b></p></div>'


def results(own: Sessions, beside: tuple[pd.DataFrame, pd.DataFrame] | None = None) -> str:
    """One player's statements and moves, beside models' and published ones, as HTML."""
    decisions = own.decisions[own.decisions["player"] == own.decisions["player"].iloc[0]]
    trust = str(decisions["game"].iloc[0]) == TrustGame().name
    beside = beside or (_recorded() if trust else None)
    mine = stated_done(own.beliefs, own.decisions).assign(arm="you")
    everybody = pd.concat([mine, stated_done(*beside)] if beside else [mine], ignore_index=True)
    options = " Stated is how often you had named what you then did." if (mine["unit"] == "probability").any() else ""
    parts = [
        note(f"Your own statements beside your moves.{options}"),
        table(everybody.drop(columns=["who", "session"])),
    ]
    if len(mine) and not options:
        parts.append(picture(own_gaps(everybody)))
    if trust:
        sends = [decisions[decisions["amount"].notna()], *([beside[1]] if beside else [])]
        parts.append(picture(yardstick_axis(yardsticks(schema.concat(sends)))))
    return "".join(parts)


def _recorded() -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """What the embedded model's people of 00_start_here stated and did, where this is recorded."""
    game, agent = TrustGame(), replaying(LanguageAgent(Model()))
    people = personas.sample(24, design="factorial", seed=1)
    asked = game.question("sent", by=["age", "openness", "highest_degree_received"])
    try:
        return elicit(asked, GroupMeans(), agent), play(game, agent, people, seed=1)
    except ModelError:
        return None
