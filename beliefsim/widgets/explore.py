"""See what the agent saw: the exact prompt, the reply, the reading, the distribution, and where it is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from beliefsim import personas
from beliefsim.agents import Agent, LanguageAgent
from beliefsim.games import Game
from beliefsim.models import Model
from beliefsim.models.errors import ModelError

from .look import Look, frames, known_games, marked, provenance, reading, replaying, ways
from .panel import LABEL, Panel, note

__all__ = ["explore"]

_NONE = "none"


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
        Personas to choose from; default: 24 of the factorial design with seed 1.
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
    return Panel(sentence, desk.still, desk.live)


@dataclass
class _Desk:
    """What can be chosen, and what was."""

    games: Mapping[str, Game]
    people: pd.DataFrame
    agents: Mapping[str, Any]
    conditions: Mapping[str, Any]
    attribute: str
    before: str = field(default="", init=False)
    replayers: dict[str, Any] = field(default_factory=dict, init=False)

    def look(self, game: str, frame: str, person: int, way: str, condition: str, model: str) -> Look:
        """The choice as something to look at."""
        framed = replace(self.games[game], frame=frame)
        seat, instrument, question = ways(framed, self.attribute)[way]
        one = self.people.iloc[[person]]
        return Look(framed, self.agents[model], one, seat, instrument, question, self.conditions.get(condition))

    def replayed(self, look: Look, model: str) -> str:
        """Reading and reply from recordings, as HTML; "" where none holds it."""
        if model not in self.replayers:
            self.replayers[model] = replaying(look.agent)
        try:
            return self.shown(look.rows(self.replayers[model]))
        except ModelError:
            return ""

    def shown(self, rows: pd.DataFrame) -> str:
        """Reading, reply and provenance."""
        return f"<h4>Reading</h4>{reading(rows)}<h4>Reply</h4>{provenance(str(rows['reply'].iloc[0]))}"

    def first(self) -> dict[str, Any]:
        """The first of everything."""
        name, game = next(iter(self.games.items()))
        return {
            "game": name, "frame": game.frame, "person": 0, "way": next(iter(ways(game, self.attribute))),
            "condition": _NONE, "model": next(iter(self.agents)),
        }  # fmt: skip

    def still(self) -> str:
        """Prompt, and reply if it is recorded, of the first choice."""
        chosen = self.first()
        look = self.look(**chosen)
        return f"<h4>Prompt</h4>{marked(look.prompt(), '')}" + (
            self.replayed(look, chosen["model"]) or _unrecorded(look)
        )

    def live(self) -> Any:
        """The panel."""
        return _Live(self).box


def _unrecorded(look: Look) -> str:
    model = look.agent.model
    if model.endpoint.free:
        return note("No recording holds this reply. The button asks the model, which runs here and is free.")
    return note(f"No recording holds this reply, and {model.name} may cost money: ask it in a cell, with live=True.")


class _Live:
    """Controls, and three views below them."""

    def __init__(self, desk: _Desk) -> None:
        import ipywidgets as widgets

        self.desk, first = desk, desk.first()
        layout = {"width": "min(100%, 480px)"}
        options = {
            "game": list(desk.games), "frame": frames(desk.games[first["game"]]),
            "way": list(ways(desk.games[first["game"]], desk.attribute)),
            "condition": [_NONE, *desk.conditions], "model": list(desk.agents),
        }  # fmt: skip
        names = {"game": "Game", "frame": "Wording", "way": "Asked", "condition": "Condition", "model": "Model"}
        self.controls: dict[str, Any] = {
            key: widgets.Dropdown(
                options=options[key], value=first[key], description=names[key], style=LABEL, layout=layout
            )
            for key in names
        }
        most = len(desk.people) - 1
        self.controls["person"] = widgets.BoundedIntText(
            0, min=0, max=most, description=f"Persona, row 0 to {most}", style=LABEL, layout=layout
        )
        self.prompt, self.below = widgets.HTML(), widgets.HTML()
        self.ask = widgets.Button(description="Ask the model", disabled=True)
        self.ask.on_click(lambda _: self.press())
        for key, control in self.controls.items():
            control.observe(self.regame if key == "game" else self.refresh, "value")
        order = ["game", "frame", "person", "way", "condition", "model"]
        self.box = widgets.VBox([*(self.controls[key] for key in order), self.ask, self.prompt, self.below])
        self.refresh()

    def regame(self, _: Any) -> None:
        """Another game has other wordings and questions."""
        game = self.desk.games[self.controls["game"].value]
        for key, options in (("frame", frames(game)), ("way", list(ways(game, self.desk.attribute)))):
            control = self.controls[key]
            control.unobserve(self.refresh, "value")
            control.options, control.value = options, game.frame if key == "frame" else options[0]
            control.observe(self.refresh, "value")
        self.refresh()

    def refresh(self, _: Any = None) -> None:
        """Show the choice, from recordings."""
        chosen = {key: control.value for key, control in self.controls.items()}
        try:
            look = self.desk.look(**chosen)
            text = look.prompt()
            found = self.desk.replayed(look, chosen["model"])
        except (AttributeError, KeyError, ValueError) as error:  # a scripted agent takes no intervention
            self.ask.disabled, self.below.value = True, note(f"This cannot be asked: {error}")
            return
        self.prompt.value = f"<h4>Prompt</h4>{marked(text, self.desk.before)}"
        self.desk.before, self.look = text, look
        self.ask.disabled = bool(found) or not look.agent.model.endpoint.free
        self.below.value = found or _unrecorded(look)

    def press(self) -> None:
        """Ask, and show what came back."""
        self.ask.disabled, self.below.value = True, note("Asking …")
        try:
            self.below.value = self.desk.shown(self.look.rows())
        except (ModelError, ValueError, OSError) as error:
            self.below.value, self.ask.disabled = note(f"The model did not answer: {error}"), False
