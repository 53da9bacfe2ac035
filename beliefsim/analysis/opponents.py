"""How far an argument or a talk moved a listener, and how well the speaker knew the listener's mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from beliefsim.games import Appeal

Array = NDArray[np.float64]


def appeals(game: Appeal, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """What each listener said and did before and after its one argument.

    Parameters
    ----------
    game : Appeal
        With two rounds.
    decisions : DataFrame
        Its play, of one argument.
    beliefs : DataFrame
        Probabilities that the mind was changed, and of opinions where they were asked.

    Returns
    -------
    DataFrame
        Columns ``session``, ``argument`` (its name) and, after it and (with ``_1``) before it, ``change`` (probability
        of yes; before any argument this is how readily yes is said), ``opinion`` (mean) and ``gave`` (mean dollars).

    Examples
    --------
    >>> appeal = bs.games.Appeal()
    >>> sceptic = bs.agents.ScriptedSceptic(appeal, {"fun": 9.0}, spread=0.0)
    >>> from beliefsim.studies import opponents
    >>> heard = bs.play(appeal, {"listener": sceptic, "speaker": opponents.ScriptedSpeaker(("fun",))})
    >>> told = bs.elicit(appeal.question("change"), bs.ChoiceProbabilities(), sceptic, at=heard)
    >>> appeals(appeal, heard, told)
       session argument  change_1  change  gave_1  gave
    0        0      fun       0.0     1.0     1.0   4.0
    """
    names = {words: name for name, words in game.arguments.items()}
    said = decisions[(decisions["player"] == "speaker") & decisions["chosen"]].set_index("session")["move"].astype(str)
    table = said.map(names).rename("argument").to_frame()
    acts = decisions[decisions["player"] == "listener"]
    change = beliefs[(beliefs["question"] == "change") & (beliefs["outcome"] == "yes")]
    opinion = beliefs[beliefs["question"] == "opinion"]
    amounts = {
        "change": (change, change["value"]),
        "opinion": (opinion, pd.to_numeric(opinion["outcome"].astype(str)) * opinion["value"]),
        "gave": (acts, acts["amount"] * acts["probability"]),
    }
    for name, (rows, value) in amounts.items():
        for number in (1, 2) if len(rows) else ():
            at = rows["round"] == number
            mean = value[at].groupby(rows.loc[at, "session"]).sum(min_count=1)
            table[name if number == 2 else f"{name}_1"] = mean / rows.loc[at, "draw"].nunique()
    return table.reset_index()
