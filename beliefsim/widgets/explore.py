"""See what the agent saw: the exact prompt, the reply, the reading, the distribution, and where it is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from beliefsim import personas
from beliefsim.agents import Agent, LanguageAgent
from beliefsim.games import Game
from beliefsim.models import Model, ModelError

from .look import Look, frames, known_games, marked, provenance, reading, replaying, ways
from .panel import LABEL, Panel, latest, note

__all__ = ["explore"]

_MOST_PEOPLE = 2000  # in a list to choose from


def explore(
    game: Game | None = None,
    people: pd.DataFrame | None = None,
    agents: Agent | Mapping[str, Agent] | None = None,
    *,
    interventions: Sequence[Any] = (),
    attribute: str = "age",
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

    Returns
    -------
    Panel
        Recorded replies are shown at once. Any other is asked for by a button, and only of a free local model.

    Examples
    --------
    >>> print(explore().sentence)
    Choose game, wording, persona, question, condition and model; see the exact prompt, reply and reading.
    """
    people = personas.sample(24, design="factorial", seed=1) if people is None else people
    if not isinstance(agents, Mapping):
        agent = agents or LanguageAgent(Model())
        agents = {agent.arm: agent}
    desk = _Desk(known_games(game), people, agents, {each.condition: each for each in interventions}, attribute)
    sentence = "Choose game, wording, persona, question, condition and model; see the exact prompt, reply and reading."
    return Panel(sentence, desk.still, lambda: _Live(desk).box)


class _Desk:
    """What can be chosen, and what it leads to."""

    def __init__(
        self,
        games: Mapping[str, Game],
        people: pd.DataFrame,
        agents: Mapping[str, Any],
        conditions: Mapping[str, Any],
        attribute: str,
    ) -> None:
        self.games, self.agents, self.conditions, self.attribute = games, agents, conditions, attribute
        self.people = people.iloc[:_MOST_PEOPLE]
        self.replayers = {name: replaying(agent) for name, agent in agents.items()}

    def options(self, game: str) -> dict[str, list[str]]:
        """What each list offers while a game is chosen; the first of each is shown first."""
        return {
            "Game": list(self.games),
            "Wording": frames(self.games[game]),
            "Persona": list(self.people.index.astype(str)),
            "Asked": list(ways(self.games[game], self.attribute)),
            "Condition": ["none", *self.conditions],
            "Model": list(self.agents),
        }

    def look(self, chosen: Mapping[str, str]) -> Look:
        """The choice as something to look at."""
        game = replace(self.games[chosen["Game"]], frame=chosen["Wording"])
        seat, instrument, question = ways(game, self.attribute)[chosen["Asked"]]
        one = self.people[self.people.index.astype(str) == chosen["Persona"]]
        agent, condition = self.agents[chosen["Model"]], self.conditions.get(chosen["Condition"])
        return Look(game, agent, one, seat, instrument, question, condition)

    def replayed(self, look: Look, model: str) -> str:
        """Reading and reply from recordings, as HTML; "" where none holds it."""
        try:
            return shown(look.rows(self.replayers[model]))
        except ModelError:
            return ""

    def still(self) -> str:
        """Prompt, and reply if it is recorded, of the first choice."""
        chosen = {name: options[0] for name, options in self.options(next(iter(self.games))).items()}
        look = self.look(chosen)
        reply = self.replayed(look, chosen["Model"]) or _unrecorded(look)
        return f"<h4>Prompt</h4>{marked(look.prompt(), '')}{reply}"


def shown(rows: pd.DataFrame) -> str:
    """Reading, reply and provenance."""
    return f"<h4>Reading</h4>{reading(rows)}<h4>Reply</h4>{provenance(str(rows['reply'].iloc[0]))}"


def _unrecorded(look: Look) -> str:
    model = look.agent.model
    if model.endpoint.free:
        return note("No recording holds this reply. The button asks the model, which runs here and is free.")
    return note(f"No recording holds this reply, and {model.name} may cost money: ask it in a cell, with live=True.")


class _Live:
    """Lists to choose from, a button, and two views below them."""

    def __init__(self, desk: _Desk) -> None:
        import ipywidgets as widgets

        self.desk, self.before = desk, ""
        layout = {"width": "min(98%, 480px)"}
        self.controls: dict[str, Any] = {
            name: widgets.Dropdown(options=options, description=name, style=LABEL, layout=layout)
            for name, options in desk.options(next(iter(desk.games))).items()
        }
        self.prompt, self.below = widgets.HTML(), widgets.HTML()
        self.ask = widgets.Button(description="Ask the model", disabled=True)
        self.ask.on_click(lambda _: self.press())
        self.controls["Game"].observe(self.regame, "value")
        for control in self.controls.values():
            control.observe(latest(self.refresh), "value")
        self.box = widgets.VBox([*self.controls.values(), self.ask, self.prompt, self.below])
        self.refresh()

    def regame(self, _: Any) -> None:
        """Another game has other wordings and questions."""
        for name, options in self.desk.options(self.controls["Game"].value).items():
            if name in ("Wording", "Asked"):
                self.controls[name].options = options

    def refresh(self) -> None:
        """Show the choice, from recordings."""
        chosen = {name: control.value for name, control in self.controls.items()}
        try:
            look = self.desk.look(chosen)
            text, found = look.prompt(), self.desk.replayed(look, chosen["Model"])
        except (AttributeError, KeyError, ValueError) as error:  # a scripted agent takes no intervention
            self.ask.disabled, self.below.value = True, note(f"This cannot be asked: {error}")
            return
        self.prompt.value = f"<h4>Prompt</h4>{marked(text, self.before)}"
        self.before, self.asked = text, look
        self.ask.disabled = bool(found) or not look.agent.model.endpoint.free
        self.below.value = found or _unrecorded(look)

    def press(self) -> None:
        """Ask, and show what came back."""
        self.ask.disabled, self.below.value = True, note("Asking …")
        try:
            self.below.value = shown(self.asked.rows())
        except (ModelError, ValueError, OSError) as error:
            self.below.value, self.ask.disabled = note(f"The model did not answer: {error}"), False
