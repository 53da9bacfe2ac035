"""See what the agent saw: the exact prompt, the reply, the reading, the distribution, and where it is recorded."""

from __future__ import annotations

import copy
import difflib
import html
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pandas import DataFrame

import beliefsim as bs
from beliefsim.agents import Agent
from beliefsim.models import Budget, ModelError
from beliefsim.questions import Turn
from beliefsim.rows import decision_rows

from .panel import FIELD, Draw, Panel, block, following, note, picture, pre, table

_FREE = "No recording holds this reply. The button asks the model, which runs here and is free."
_COSTS = "No recording holds this reply, and {} may cost money: ask it in a cell, with live=True."
_CHANGED = (
    '<del style="color:#8a1c1c;background:#fbe9e7">{}</del>{}<ins style="color:#0b3d0b;background:#dff2df">{}</ins>'
)
_LISTS = ("Game", "Wording", "Persona", "Asked", "Condition", "Model")
_MOST_PEOPLE = 2000  # in a list to choose from
_READ = ("move", "probability", "attribute", "level", "outcome", "statistic", "value", "unit", "read")


def explore(
    game: bs.Game | None = None,
    people: DataFrame | None = None,
    agents: Agent | Mapping[str, Agent] | None = None,
    *,
    interventions: Sequence[Any] = (),
    attribute: str = "age",
    figure: Draw = bs.consistency.people.distribution,
) -> Panel:
    """Choose game, wording, persona, what is asked, condition and model; see everything behind one number.

    Parameters
    ----------
    game : Game, optional
        Shown first; the other games can be chosen too.
    people : DataFrame, optional
        Personas to choose from, the first 2,000 of them; default: 24 of the factorial design with seed 1.
    agents : Agent, or mapping of name to Agent, optional
        Who can be asked; default: the embedded model.
    interventions : sequence of Intervention
        Conditions to choose from, besides none.
    attribute : str
        Whose levels are compared where groups are asked about.
    figure : callable
        Draws the decisions of one move, where moves are amounts.

    Returns
    -------
    Panel
        Recorded replies are shown at once. Any other is asked for by a button, and only of a free local model.

    Examples
    --------
    >>> print(explore().sentence)
    Choose game, wording, persona, question, condition and model; see the exact prompt, reply and reading.
    """
    people = bs.personas.sample(24, design="factorial", seed=1) if people is None else people
    agents = agents or bs.LanguageAgent(bs.Model())
    agents = agents if isinstance(agents, Mapping) else {agents.arm: agents}
    conditions = {"none": None, **{each.condition: each for each in interventions}}
    desk = _Desk(_games(game), people.iloc[:_MOST_PEOPLE], agents, conditions, attribute, figure)
    sentence = "Choose game, wording, persona, question, condition and model; see the exact prompt, reply and reading."
    return Panel(sentence, desk.still, desk.live)


@dataclass
class _Desk:
    """What can be chosen, and what it leads to."""

    games: Mapping[str, bs.Game]
    people: DataFrame
    agents: Mapping[str, Any]
    conditions: Mapping[str, Any]
    attribute: str
    figure: Draw
    prompt = before = top = ""  # the last prompt, the other one before it, and the last as HTML

    def options(self, game: str = "") -> dict[str, tuple[str, ...]]:
        """What each list offers while a game is chosen; the first of each is shown first."""
        one = self.games[game or next(iter(self.games))]
        wordings = sorted(bs.prompts.names(one.folder), key=lambda name: name != one.frame)
        people = self.people.index.astype(str)
        each = (self.games, wordings, people, _ways(one, self.attribute), self.conditions, self.agents)
        return {name: tuple(options) for name, options in zip(_LISTS, each, strict=True)}

    def look(self, chosen: Mapping[str, str]) -> tuple[str, Any, Callable[[Any], DataFrame]]:
        """Exactly what is sent; to whom; and what gives an agent's rows, as `play` and `elicit` make them."""
        game = replace(self.games[chosen["Game"]], frame=chosen["Wording"])
        seat, instrument, question = _ways(game, self.attribute)[chosen["Asked"]]
        person = self.people[self.people.index.astype(str) == chosen["Persona"]]
        agent, condition = self.agents[chosen["Model"]], self.conditions[chosen["Condition"]]
        words = {"style": agent.style, "context": condition.text(game.words["construct"]) if condition else ""}
        here = Turn(game, seat, _reached(game, seat), np.arange(1), person)
        asked = None if question is None or question.levels else person

        def rows(agent: Any) -> DataFrame:
            agent = agent.given(condition) if condition else agent
            if question is None:
                return decision_rows(here, agent.act(here), agent)[0]
            return bs.elicit(question, instrument, agent, asked)

        if question is None:
            return game.prompt(seat, person.iloc[0], here.state, **words), agent, rows
        persona = None if asked is None else asked.iloc[0]
        return bs.instruments.preview(question, instrument, persona, **words), agent, rows

    def shown(self, rows: DataFrame) -> str:
        """Reading, reply and provenance."""
        amounts = "move" in rows and rows["amount"].notna().any()
        reading = picture(self.figure(rows)) if amounts else _reading(rows)
        return f"<h4>Reading</h4>{reading}<h4>Reply</h4>{_provenance(str(rows['reply'].iloc[0]))}"

    def replayed(self, agent: Any, rows: Callable[[Any], DataFrame]) -> tuple[str, bool]:
        """What recordings hold of a choice, and whether the model may be asked for it."""
        try:
            return self.shown(rows(replaying(agent))), False
        except (ModelError, KeyError):  # what a rehearsal makes up is in no recording
            free = agent.model.endpoint.free
        return note(_FREE if free else _COSTS.format(agent.model.name)), free

    def still(self) -> str:
        """Prompt, and reply if it is recorded, of the first choice."""
        prompt, agent, rows = self.look({name: options[0] for name, options in self.options().items()})
        return f"<h4>Prompt</h4>{block(prompt)}{self.replayed(agent, rows)[0]}"

    def live(self) -> Any:
        """Lists to choose from, a button, and what a choice leads to."""
        import ipywidgets

        lists = {
            name: ipywidgets.Dropdown(options=each, description=name, **FIELD) for name, each in self.options().items()
        }
        ask = ipywidgets.Button(description="Ask the model")
        view = following(lambda **_: self.choose(lists, ask), lists, ask)
        ask.on_click(lambda _: self.ask(ask, view.children[-2]))
        return view

    def choose(self, lists: Mapping[str, Any], ask: Any) -> str:
        """Show the choice, from recordings; what the last change of the prompt changed is marked."""
        for name, options in self.options(lists["Game"].value).items():
            if name in ("Wording", "Asked") and lists[name].options != options:  # those of another game
                lists[name].options = options  # comes back here
        free = False
        try:
            prompt, self.agent, self.rows = self.look({name: each.value for name, each in lists.items()})
            if prompt != self.prompt:
                self.before, self.prompt = self.prompt, prompt
            self.top = f"<h4>Prompt</h4>{_marked(prompt, self.before)}"
            below, free = self.replayed(self.agent, self.rows)
        except (AttributeError, KeyError, ValueError) as error:  # a scripted agent takes no intervention
            below = note(f"This cannot be asked: {error}")
        ask.disabled = not free
        return self.top + below

    def ask(self, button: Any, text: Any) -> None:
        """Ask, and show what came back."""
        button.disabled, text.value = True, self.top + note("Asking …")
        try:
            text.value = self.top + self.shown(self.rows(self.agent))
        except (ModelError, ValueError, OSError) as error:
            text.value, button.disabled = self.top + note(f"The model did not answer: {error}"), False


def replaying(agent: Any) -> Any:
    """The same agent, whose model answers from recordings only."""
    if not isinstance(agent, bs.LanguageAgent):
        return agent
    model = copy.copy(agent.model)
    model.budget, model.bill = Budget(calls=0), copy.copy(model.bill)
    return replace(agent, model=model)


def _games(game: bs.Game | None) -> dict[str, bs.Game]:
    """The given game (or the Trust Game) first, then every game that needs no terms."""
    first = bs.games.TrustGame() if game is None else game
    shipped = {name: kind for name, kind in bs.games.registry().items() if kind.__module__.startswith("beliefsim.")}
    given = {type(first).__name__: first}
    return given | {name: kind() for name, kind in shipped.items() if name not in given}


def _ways(game: bs.Game, attribute: str) -> dict[str, tuple[str, Any, Any]]:
    """What can be asked in a game: moves of its seats, and questions by the instruments that suit them."""
    ways: dict[str, tuple[str, Any, Any]] = {f"move of the {seat}": (seat, None, None) for seat in game.players}
    for (name, kind), seat, by in itertools.product(bs.instruments.registry().items(), game.seats, ("", attribute)):
        key, about = game.key(seat), "self" if seat in game.players and not by else None
        try:
            question, instrument = game.question(key, by=by or (), about=about), kind()
            instrument.check(question)
        except (TypeError, ValueError):
            continue
        ways[f"{name}: {key}" + (f" by {bs.personas.title(by)}" if by else "")] = seat, instrument, question
    return ways


def _reached(game: bs.Game, seat: str) -> Any:
    """The first state in which a seat moves: those before it make the first of their moves that is no zero."""
    state = game.start()
    while game.turn(state) not in (seat, None):
        space: Any = game.moves(state)
        move = space.texts[min(1, len(space.texts) - 1)]
        state = game.apply(state, int(move) if move.isdigit() else move)
    return state


def _marked(text: str, before: str) -> str:
    """A prompt as HTML, words that the last prompt had not marked, words that it had struck out."""
    before = before or text
    new, old, parts = re.findall(r"\S+\s*", text), re.findall(r"\S+\s*", before), []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = html.escape("".join(old[a:b]).rstrip()), html.escape("".join(new[c:d]))
        parts.append(come if tag == "equal" else _CHANGED.format(gone, " " * (a < b), come))
    return pre("".join(parts))


def _reading(rows: DataFrame) -> str:
    """What was read, as a table."""
    shown = rows[[name for name in _READ if name in rows]].astype(object)
    missing = shown["move" if "move" in rows else "value"].isna().any()
    words = note("What is missing could not be read; the reply is kept.") if missing else ""
    return table(shown.loc[:, (shown != "").any()]) + words


def _provenance(id: str) -> str:
    """The reply behind a row, and where it came from."""
    if not id:
        return note("A scripted agent: its rows come from a rule, and no model was asked.")
    reply, names = bs.reply(id), ("model", "weights", "runtime", "url", "made")
    known = [f"{name} {str(reply.provenance[name])[:40]}" for name in names if reply.provenance.get(name)]
    settings = {name: value for name, value in reply.settings.items() if name not in ("schema", "logprobs")}
    line = (
        f"Recorded: {', '.join(known)}; finish {reply.line.get('finish')}, draw {reply.line.get('draw')}; {settings}."
    )
    return block(reply.text) + note(f"{line} In a cell: bs.reply({id!r})")
