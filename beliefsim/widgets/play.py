"""Play a game yourself: state a belief, act, see payoffs, and at the end your own gap beside a model's."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from beliefsim import figures, personas, schema
from beliefsim.agents import Agent, LanguageAgent
from beliefsim.analysis import stated_done, yardsticks
from beliefsim.games import Game, State, TrustGame
from beliefsim.instruments import GroupMeans
from beliefsim.models import Model
from beliefsim.models.errors import ModelError
from beliefsim.questions import Question
from beliefsim.simulate import elicit, play

from .explore import replaying
from .panel import Draw, Panel, block, note, picture, table
from .session import Session

_STYLE: dict[str, Any] = {"description_width": "initial"}


def _sends(decisions: DataFrame) -> Any:
    return figures.yardsticks(yardsticks(decisions))


def play_yourself(
    game: Game | None = None,
    agent: Agent | Mapping[str, Agent] | None = None,
    *,
    beside: tuple[DataFrame, DataFrame] | None = None,
    figure: Draw = figures.stated_done,
    published: Draw = _sends,
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
    figure : callable
        Draws the table of `bs.analysis.stated_done` at the end of a game whose moves are amounts.
    published : callable
        Draws, after the Trust Game, the player's and the models' decisions beside published ones.

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
    session = Session(game, _others(game, agent))
    rounds = f"{game.rounds} rounds" if game.rounds > 1 else "one round"
    sentence = f"Play {rounds} of the {game.name} game yourself: state what you expect, act, see the payoffs."

    def end(session: Session) -> str:
        return _end(session, beside, figure, published)

    return Panel(sentence, lambda: _rules(session), lambda: _Form(session, end).box)


def _others(game: Game, agent: Agent | Mapping[str, Agent] | None) -> Mapping[str, Agent]:
    if isinstance(game, TrustGame) and game.trustee == "absent":
        ways = "TrustGame(trustee='player') or TrustGame(trustee=Returns(5))"
        raise ValueError(f"nobody sends back in this trust game: {ways}")
    if isinstance(agent, Mapping):
        return agent
    before = {seat: State(moves=(np.zeros(1),) * game.seats.index(seat)) for seat in game.players[1:]}
    seats = [seat for seat, state in before.items() if game.rule(seat, state) is None]
    return dict.fromkeys(seats, agent or LanguageAgent(Model())) if seats else {}


def _rules(session: Session) -> str:
    game = session.game
    repeated = f" {game.text('repetition')}" if game.rounds > 1 else ""
    return block(f"{game.rules()} {game.words[f'{session.me}.role']}{repeated}")


class _Form:
    """The live panel: one form that changes from statement to rounds to the end."""

    def __init__(self, session: Session, end: Callable[[Session], str]) -> None:
        import ipywidgets

        self.session, self.end = session, end
        self.top, self.fields, self.said = ipywidgets.HTML(), ipywidgets.VBox(), ipywidgets.HTML()
        self.name = ipywidgets.Text(description="Your name (optional)", style=_STYLE, layout={"max_width": "98%"})
        layout = {"width": "max-content", "align_self": "flex-start"}
        self.button = ipywidgets.Button(button_style="primary", layout=layout)
        self.button.on_click(lambda _: self.press())
        self.box = ipywidgets.VBox([self.top, self.name, self.fields, self.button, self.said])
        self.show()

    def show(self) -> None:
        """The form of the moment."""
        session, self.steps = self.session, self.session.steps()
        self.top.value = _rules(session) + _history(session)
        self.fields.children = [_choice(session, words, question) for words, question in self.steps]
        said, action = "", f"Play round {session.state.round}"
        if session.over:
            said, action = self.end(session), "Play again"
        elif all(question for _, question in self.steps):
            kept = f"Every move is kept at once in {session.file}. Nothing leaves this machine; a name is optional."
            said, action = note(kept), "State"
        self.said.value, self.button.description = said, action

    def press(self) -> None:
        """State, or play a round, or begin again."""
        session, answers = self.session, [field.value for field in self.fields.children]
        if session.over:
            self.session = Session(session.game, session.others, folder=session.folder)
            self.show()
        elif "" in answers:
            self.said.value = note("Choose an answer to each question first.")
        else:
            session.named(self.name.value)
            self.said.value = note("One moment …")  # the button stays enabled: a disabled one loses the focus
            try:
                self.take(answers)
                self.show()
            except (ModelError, OSError, ValueError) as error:
                self.said.value = note(f"This did not work, and nothing was lost: {error}")

    def take(self, answers: list[Any]) -> None:
        """Beliefs first, so that they are kept whatever the others do."""
        given = [(question, answer) for (_, question), answer in zip(self.steps, answers, strict=True)]
        for question, answer in given:
            if question is not None:
                self.session.tell(question, answer)
        for question, answer in given:
            if question is None:
                self.session.move(answer)


def _choice(session: Session, words: str, question: Question | None) -> Any:
    """A list to choose from: nothing is chosen beforehand, which would anchor the answer."""
    import ipywidgets

    game, state = session.game, session.state
    space: Any = question.space if question else game.moves(state)
    name = question.name if question else game.key(session.me)
    about = game.words[name if question and question.about != "self" else f"{name}.self"]
    now = state.round + (question.horizon if question else 0)
    values = [int(text) if text.lstrip("-").isdigit() else text for text in space.texts]
    field = ipywidgets.Dropdown(
        options=[("choose …", ""), *zip(space.texts, values, strict=True)], value="",
        description=f"{words}, round {now}: {about}", style=_STYLE, layout={"width": "auto"},
    )  # fmt: skip
    field.add_class("beliefsim-question")
    return field


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


def _end(session: Session, beside: tuple[DataFrame, DataFrame] | None, figure: Draw, published: Draw) -> str:
    """One player's statements and moves, beside models' and published ones, as HTML."""
    decisions, beliefs = session.tables()
    decisions = decisions[decisions["player"] == session.me]
    trust = isinstance(session.game, TrustGame)
    beside = beside or (_recorded() if trust else None)
    mine = stated_done(beliefs, decisions).assign(arm="you")
    everybody = pd.concat([mine, stated_done(*beside)] if beside else [mine], ignore_index=True)
    options = " Stated is how often you had named what you then did." if (mine["unit"] == "probability").any() else ""
    parts = [
        note(f"Your own statements beside your moves.{options}"),
        table(everybody.drop(columns=["who", "session"])),
    ]
    if len(mine) and not options:
        parts.append(picture(figure(everybody)))
    if trust:
        sends = [decisions[decisions["amount"].notna()], *([beside[1]] if beside else [])]
        parts.append(picture(published(schema.concat(sends))))
    early = "A reply could not be read, so the game ends here. " if session.stopped else ""
    parts.append(
        note(f"{early}Your session is in {session.file}. bs.load_human() merges the files of several players.")
    )
    return "".join(parts)


def _recorded() -> tuple[DataFrame, DataFrame] | None:
    """What the embedded model's people of 00_start_here stated and did, where this is recorded."""
    game, agent = TrustGame(), replaying(LanguageAgent(Model()))
    people = personas.sample(24, design="factorial", seed=1)
    asked = game.question("sent", by=["age", "openness", "highest_degree_received"])
    try:
        return elicit(asked, GroupMeans(), agent), play(game, agent, people, seed=1)
    except ModelError:
        return None
