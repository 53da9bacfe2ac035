"""Play a game yourself: state a belief, act, see payoffs, and at the end your own gap beside a model's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pandas as pd
from pandas import DataFrame

import beliefsim as bs
from beliefsim.agents import Agent
from beliefsim.games import TrustGame
from beliefsim.games.terms import role
from beliefsim.models import ModelError

from .explore import replaying
from .panel import Draw, Panel, block, note, picture, table
from .session import Session, Step

_STYLE: dict[str, Any] = {"description_width": "initial"}


def _sends(decisions: DataFrame) -> Any:
    return bs.consistency.people.yardstick_axis(bs.consistency.yardsticks(decisions))


def play_yourself(
    game: bs.Game | None = None,
    agent: Agent | Mapping[str, Agent] | None = None,
    *,
    beside: tuple[DataFrame, DataFrame] | None = None,
    figure: Draw = bs.consistency.people.own_gaps,
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
        Draws the table of `bs.consistency.stated_done` at the end of a game whose moves are amounts.
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
    end = partial(_end, beside=beside, figure=figure, published=published)
    return Panel(sentence, lambda: _rules(session), lambda: _Form(session, end).box)


def _others(game: bs.Game, agent: Agent | Mapping[str, Agent] | None) -> Mapping[str, Agent]:
    if isinstance(game, TrustGame) and game.trustee == "absent":
        ways = "TrustGame(trustee='player') or TrustGame(trustee=Returns(5))"
        raise ValueError(f"nobody sends back in this trust game: {ways}")
    if isinstance(agent, Mapping):
        return agent
    states = {seat: bs.games.State((0,) * game.seats.index(seat)) for seat in game.players[1:]}
    agent = agent or bs.LanguageAgent(bs.Model())
    return {seat: agent for seat, state in states.items() if game.rule(seat, state) is None}


def _rules(session: Session) -> str:
    game = session.game
    repeated = f" {game.text('repetition')}" if game.rounds > 1 else ""
    return block(f"{game.rules()} {game.words[f'{role(session.me)}.role']}{repeated}")


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
        begun = session.over or any(step.moves for step in self.steps)
        self.top.value = _rules(session) + (_history(session) if begun else "")
        self.fields.children = [_choice(step, session.state.round) for step in self.steps]
        self.said.value, self.button.description = "", f"Play round {session.state.round}"
        if session.over:
            self.said.value, self.button.description = self.end(session), "Play again"
        elif not begun:
            kept = f"Every move is kept at once in {session.file}. Nothing leaves this machine; a name is optional."
            self.said.value, self.button.description = note(kept), "State"

    def press(self) -> None:
        """State, or play a round, or begin again."""
        session, answers = self.session, [field.value for field in self.fields.children]
        if session.over:
            self.session = Session(session.game, session.others, folder=session.folder)
            self.show()
            return
        if "" in answers:
            self.said.value = note("Choose an answer to each question first.")
            return
        session.named(self.name.value)
        self.said.value = note("One moment …")  # the button stays enabled: a disabled one loses the keyboard's focus
        try:  # beliefs first, so that they are kept whatever the others do
            for step, answer in sorted(zip(self.steps, answers, strict=True), key=lambda pair: pair[0].moves):
                if step.moves:
                    session.move(answer)
                else:
                    session.tell(step.question, answer)
            self.show()
        except (ModelError, OSError, ValueError) as error:
            self.said.value = note(f"This did not work, and nothing was lost: {error}")


def _choice(step: Step, now: int) -> Any:
    """A list to choose from: nothing is chosen beforehand, which would anchor the answer."""
    import ipywidgets

    asked, texts = step.question, step.question.listed.texts
    about = asked.game.words[f"{asked.name}.self" if asked.about == "self" else asked.name]
    options = [("choose …", ""), *((text, int(text) if text.lstrip("-").isdigit() else text) for text in texts)]
    given = {"description": f"{step.words}, round {now + asked.horizon}: {about}", "layout": {"width": "auto"}}
    field = ipywidgets.Dropdown(options=options, value="", style=_STYLE, **given)
    field.add_class("beliefsim-question")
    return field


def _history(session: Session) -> str:
    """What was played and shown, as a prompt has it, and what was earned."""
    game, state = session.game, session.state
    past = game.history(state) if game.rounds > 1 or game.seats[0] in game.chance else ""
    if not past and not state.past:
        return ""
    paid = session.decisions["payoff"][session.decisions["player"] == session.me].sum()
    total = f"You have ${paid:g} {'in all' if session.over else 'so far'}."
    return f'<div role="status">{block(past)}<p><b>{total}</b></p></div>'


def _end(session: Session, beside: tuple[DataFrame, DataFrame] | None, figure: Draw, published: Draw) -> str:
    """One player's statements and moves, beside models' and published ones, as HTML."""
    decisions, beliefs = session.tables()
    decisions = decisions[decisions["player"] == session.me]
    trust = isinstance(session.game, TrustGame)
    beside = beside or (_recorded() if trust else None)
    mine = bs.consistency.stated_done(beliefs, decisions).assign(arm="you")
    everybody = pd.concat([mine, bs.consistency.stated_done(*beside)] if beside else [mine], ignore_index=True)
    options = " Stated is how often you had named what you then did." if (mine["unit"] == "probability").any() else ""
    shown = note(f"Your own statements beside your moves.{options}") + table(everybody.drop(columns=["who", "session"]))
    if len(mine) and not options:
        shown += picture(figure(everybody))
    if trust:
        sends = [decisions[decisions["amount"].notna()], *([beside[1]] if beside else [])]
        shown += picture(published(bs.schema.concat(sends)))
    early = "A reply could not be read, so the game ends here. " if session.stopped else ""
    kept = f"Your session is in {session.file}. bs.load_human() merges the files of several players."
    return shown + note(early + kept)


def _recorded() -> tuple[DataFrame, DataFrame] | None:
    """What the embedded model's people of 00_start_here stated and did, where this is recorded."""
    game, agent = TrustGame(), replaying(bs.LanguageAgent(bs.Model()))
    people = bs.personas.sample(24, design="factorial", seed=1)
    asked = game.question("sent", by=["age", "openness", "highest_degree_received"])
    try:
        return bs.elicit(asked, bs.GroupMeans(), agent), bs.play(game, agent, people, seed=1)
    except ModelError:
        return None
