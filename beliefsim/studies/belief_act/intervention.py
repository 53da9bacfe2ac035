"""An agent's own earlier answer, kept in view."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from beliefsim import prompts
from beliefsim.questions import Turn


@dataclass(frozen=True)
class TellFirst:
    """The agent's own earlier answer, kept in view: what it said before it acts, or what it did before it says.

    Parameters
    ----------
    told : DataFrame
        Points that were stated (`elicit` with `Forecast`), or decisions; one question or one kind of move. Each
        persona is shown its own, of the first draw; one whose answer could not be read is shown nothing.

    Raises
    ------
    ValueError
        If the answers are no points and no moves, or of several questions or rounds.

    Examples
    --------
    >>> from beliefsim.studies import forecast
    >>> said = bs.elicit(game.question("sent", about="self"), bs.Forecast(), forecast.ScriptedForecaster(), people)
    >>> from beliefsim.studies import belief_act
    >>> belief_act.TellFirst(said).condition
    'said first'
    """

    told: pd.DataFrame = field(repr=False, compare=False)
    shown: Mapping[str, str] = field(init=False, repr=False, hash=False)
    question: str = field(init=False)

    def __post_init__(self) -> None:
        did = "chosen" in self.told
        rows = self.told[self.told["chosen"] if did else self.told["statistic"] == "point"]
        rows = rows[rows["draw"] == rows["draw"].min()]
        asked = rows["player"] if did else rows["question"].astype(str) + rows["level"].astype(str)
        if rows.empty or asked.nunique() > 1 or rows["persona"].duplicated().any():
            raise ValueError(
                "TellFirst needs one point or one move per persona: elicit(question, Forecast(), …) of one question, "
                f"or decisions of one round and seat; given: {len(rows)} rows of {rows['persona'].nunique()} personas"
            )
        value = rows["amount" if did else "value"]
        known = value.notna()
        shown = dict(zip(rows["persona"][known].astype(str), value[known].map("{:g}".format), strict=True))
        name = str(rows["player"].iloc[0]) if did else _asked_for(rows.iloc[0])
        object.__setattr__(self, "shown", shown)
        object.__setattr__(self, "question", name)

    @property
    def condition(self) -> str:
        """``said first`` or ``did first``."""
        return "did first" if "chosen" in self.told else "said first"

    def context(self, turn: Turn, position: int) -> str:
        """The persona's own answer in the frame's words."""
        if turn.people is None or (name := str(turn.people.index[position])) not in self.shown:
            return ""
        game, title = turn.game, self.condition.removesuffix(" first")
        key = f"{game.key(self.question)}.self" if title == "did" else self.question
        text = prompts.section("interventions", "tell_first", title)
        return prompts.render(text, {"question": game.words[key], "value": self.shown[name]})


def _asked_for(row: pd.Series) -> str:
    """Key of the words for what a belief is about."""
    return f"{row['question']}.self" if row["about"] == "self" else str(row["question"])
