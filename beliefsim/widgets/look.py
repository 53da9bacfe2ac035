"""What `explore` shows of one choice: the prompt, the rows that the verbs give, and where the reply is recorded."""

from __future__ import annotations

import dataclasses
import difflib
import html
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from beliefsim import games, instruments, interventions, personas, prompts, recordings
from beliefsim.agents import Agent, LanguageAgent
from beliefsim.consistency.people import distribution
from beliefsim.games import Game, TrustGame
from beliefsim.instruments import Instrument
from beliefsim.models import Budget, Model
from beliefsim.play import elicit
from beliefsim.questions import Question, Turn, listed
from beliefsim.rows import decision_rows

from .panel import block, note, picture, pre, table

__all__ = ["Look", "marked", "provenance", "reading", "replaying", "ways"]


@dataclass(frozen=True)
class Look:
    """One choice: who is asked what.

    Parameters
    ----------
    game : Game
    agent : Agent
    person : DataFrame
        One row of a people table.
    seat : str
        The seat whose move is asked for.
    instrument : Instrument, optional
        Asks a question instead of for the move.
    question : Question, optional
        The question.
    intervention : Intervention, optional
        The condition.
    """

    game: Game
    agent: Any
    person: pd.DataFrame
    seat: str
    instrument: Instrument | None = None
    question: Question | None = None
    intervention: interventions.Prior | interventions.Placebo | None = None

    def prompt(self) -> str:
        """Exactly what is sent."""
        context = self.intervention.text(self.game.words["construct"]) if self.intervention else ""
        one = self.person.iloc[0]
        if self.instrument is None or self.question is None:
            return self.game.prompt(self.seat, one, self._state(), style=self.agent.style, context=context)
        asked = None if self.question.levels else one
        return instruments.preview(self.question, self.instrument, asked, style=self.agent.style, context=context)

    def rows(self, agent: Agent | None = None) -> pd.DataFrame:
        """Decisions or beliefs, as `play` and `elicit` make them.

        Raises
        ------
        ModelError
            If a reply is not recorded and may not be asked for.
        """
        agent = agent or self.agent
        if self.intervention is not None:
            agent = agent.given(self.intervention)  # type: ignore[union-attr]
        if self.instrument is not None and self.question is not None:
            return elicit(self.question, self.instrument, agent, None if self.question.levels else self.person)
        here = Turn(self.game, self.seat, self._state(), np.arange(1), self.person)
        return decision_rows(here, agent.act(here), agent)[0]

    def _state(self) -> Any:
        """The first state in which the seat moves: those before it make the first of their moves that is no zero."""
        state = self.game.start()
        while self.game.turn(state) not in (self.seat, None):
            texts = listed(self.game.moves(state)).texts
            move = texts[min(1, len(texts) - 1)]
            state = self.game.apply(state, int(move) if move.isdigit() else move)
        return state


def replaying(agent: Any) -> Any:
    """The same agent, whose model answers from recordings only."""
    if not isinstance(agent, LanguageAgent):
        return agent
    end, target = agent.model.endpoint, agent.model.recording.path
    model = Model(
        end.weights or agent.model.name, base_url=None if end.weights else end.base_url,
        key_variable=end.key_variable, recording=target, budget=Budget(calls=0),
    )  # fmt: skip
    return replace(agent, model=model)


def ways(game: Game, attribute: str) -> dict[str, tuple[str, Instrument | None, Question | None]]:
    """What can be asked in a game: moves of its seats, and questions by the instruments that suit them."""
    found: dict[str, tuple[str, Instrument | None, Question | None]] = {}
    for seat in game.players:
        found[f"move of the {seat}"] = seat, None, None
    for name, kind in instruments.registry().items():
        for seat in game.seats:
            key = game.key(seat)
            for by in ((), (attribute,)):
                about = "self" if seat in game.players and not by else None
                try:
                    question, instrument = game.question(key, by=by, about=about), kind()
                    instrument.check(question)
                except (TypeError, ValueError):
                    continue
                found[f"{name}: {key}" + (f" by {personas.title(attribute)}" if by else "")] = (
                    seat,
                    instrument,
                    question,
                )
    return found


def known_games(game: Game | None) -> dict[str, Game]:
    """The given game (or the Trust Game) first, then every game that needs no terms."""
    first = TrustGame() if game is None else game
    found: dict[str, Game] = {type(first).__name__: first}
    for name, kind in games.registry().items():
        if name not in found and kind.__module__.startswith("beliefsim.") and dataclasses.is_dataclass(kind):
            found[name] = kind()
    return found


def frames(game: Game) -> list[str]:
    """The game's wordings, its own first."""
    return sorted(prompts.names(game.folder), key=lambda name: name != game.frame)


def marked(text: str, before: str) -> str:
    """A prompt as HTML, words that the last prompt had not marked, words that it had struck out."""
    if not before:
        return block(text)
    new, old = re.findall(r"\S+\s*", text), re.findall(r"\S+\s*", before)
    parts = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = html.escape("".join(old[a:b]).rstrip()), html.escape("".join(new[c:d]))
        if tag == "equal":
            parts.append(come)
            continue
        if gone:
            parts.append(f'<del style="color:#8a1c1c;background:#fbe9e7">{gone}</del> ')
        parts.append(f'<ins style="color:#0b3d0b;background:#dff2df">{come}</ins>' if come.strip() else come)
    return pre("".join(parts))


def reading(rows: pd.DataFrame) -> str:
    """What was read: the distribution of amounts as a picture, all else as a table."""
    if "move" in rows and rows["amount"].notna().any():
        return picture(distribution(rows))
    kept = (
        ["move", "probability"] if "move" in rows else ["attribute", "level", "outcome", "statistic", "value", "unit"]
    )
    shown = rows[[*kept, "read"]]
    shown = shown[[name for name in shown if name in ("value", "probability") or (shown[name].astype(str) != "").any()]]
    missing = rows["move" if "move" in rows else "value"].isna().any()
    return table(shown) + (note("What is missing could not be read; the reply is kept.") if missing else "")


def provenance(id: str) -> str:
    """The reply behind a row, and where it came from."""
    if not id:
        return note("A scripted agent: its rows come from a rule, and no model was asked.")
    reply = recordings.reply(id)
    known = reply.provenance
    words = [
        f"{name} {str(known[name])[:40]}" for name in ("model", "weights", "runtime", "url", "made") if known.get(name)
    ]
    line = f"Recorded: {', '.join(words)}; finish {reply.line.get('finish')}, draw {reply.line.get('draw')}"
    settings = {name: value for name, value in reply.settings.items() if name not in ("schema", "logprobs")}
    return block(reply.text) + note(f"{line}; {settings}. In a cell: bs.reply({id!r})")
