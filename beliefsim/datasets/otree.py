"""Human sessions of the trust game, from an oTree export to the two tables."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from beliefsim import schema


@dataclass(frozen=True)
class Fields:
    """What an oTree project calls the fields of its trust game; the defaults are those of oTree's own sample.

    Parameters
    ----------
    sent, returned : str
        Fields of the group: amount sent by player 1, amount sent back by player 2.
    expected : str
        Field of the player: the amount that the other one is expected to send or send back. It may be absent.
    app : str
        The app's name; needed where a wide export holds several trust games.

    Examples
    --------
    >>> from beliefsim.datasets import Fields
    >>> Fields(sent="amount_sent").returned
    'sent_back_amount'
    """

    sent: str = "sent_amount"
    returned: str = "sent_back_amount"
    expected: str = "expected_amount"
    app: str = ""


class Sessions(NamedTuple):
    """Decisions and beliefs of human sessions, in the tables of `beliefsim.schema`.

    Examples
    --------
    >>> from beliefsim.datasets import Sessions
    >>> len(Sessions(decisions, stated).decisions)
    200
    """

    decisions: pd.DataFrame
    beliefs: pd.DataFrame


def load_otree(path: str | Path, fields: Fields | None = None, *, unit: str = "dollars") -> Sessions:
    """Read an oTree export of trust-game sessions: "all apps" (wide) or a single app, as CSV.

    Endowment and multiplier are constants of an oTree app and not exported, so they are recovered from the payoffs;
    payoffs that fit no trust game are an error. A participant is a `persona`, by code. A missing amount stays missing.

    Parameters
    ----------
    path : str or Path
        The CSV file.
    fields : Fields, optional
        Names of the fields, where they are not those of oTree's sample.
    unit : str
        Unit of the amounts: oTree counts in points or in a currency.

    Returns
    -------
    Sessions
        `decisions` with a row per move, `beliefs` with a row per stated expectation.

    Raises
    ------
    ValueError
        If the file is no oTree export, is of another game, or its payoffs are not those of a trust game.

    References
    ----------
    Chen, Schonger & Wickens (2016), doi:10.1016/j.jbef.2015.12.001.

    Examples
    --------
    >>> rows = {"participant.code": ["a1", "b2"], "session.code": "s", "player.id_in_group": [1, 2]}
    >>> rows |= {"player.payoff": [96, 24], "group.id_in_subsession": 1, "subsession.round_number": 1}
    >>> rows |= {"group.sent_amount": 10, "group.sent_back_amount": 6}
    >>> pd.DataFrame(rows).to_csv(bs.paths.results() / "trust.csv", index=False)
    >>> bs.load_otree(bs.paths.results() / "trust.csv", unit="points").decisions[["player", "amount"]]
        player  amount
    0  trustor    10.0
    1  trustee     6.0
    """
    fields, path = fields or Fields(), Path(path)
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if "participant.code" not in table:
        raise ValueError(f"{path.name} is no oTree export: it has no column participant.code")
    rounds = _rounds(table, path, fields).items()
    players = pd.concat([_one_round(table, prefix, number, fields) for prefix, number in rounds], ignore_index=True)
    players = players[players["seat"].isin((1, 2))]
    players["session"] = players.groupby(["code", "group"], sort=False).ngroup()
    players = players.sort_values(["session", "round", "seat"], kind="stable")
    same = {"game": "trust", "terms": _terms(players, path), "frame": "otree", "unit": unit, "read": "sampled"}
    return Sessions(_decisions(players, same), _beliefs(players.dropna(subset="expected"), same))


def _rounds(table: pd.DataFrame, path: Path, fields: Fields) -> dict[str, int]:
    """Rounds by the prefix of their columns; an export of one app has a row per round, and no prefix."""
    ends = f"group.{fields.sent}", f"group.{fields.returned}"
    if all(end in table for end in ends):
        return {"": 1}
    shape = re.compile(rf"({re.escape(fields.app) or r'[^.]+'})\.(\d+)\.{re.escape(ends[0])}")
    matches = [match for match in map(shape.fullmatch, table) if match and f"{match[1]}.{match[2]}.{ends[1]}" in table]
    if not matches:
        others = [column for column in table if re.search(r"(^|\.)(group|player)\.(?!id_in|payoff|role)", column)]
        raise ValueError(
            f"{path.name} holds no trust game: no columns {ends[0]} and {ends[1]}. It has "
            f"{', '.join(others[:6]) or 'no fields of a game'}; "
            "Fields(sent=…, returned=…) names fields that are called otherwise"
        )
    if len(apps := sorted({match[1] for match in matches})) > 1:
        raise ValueError(f"{path.name} holds several trust games: {', '.join(apps)}; choose one with Fields(app=…)")
    return {f"{match[1]}.{match[2]}.": int(match[2]) for match in matches}


def _one_round(table: pd.DataFrame, prefix: str, number: int, fields: Fields) -> pd.DataFrame:
    """One row per participant, whatever the form of the export."""
    nothing = pd.Series("", index=table.index)

    def numbers(column: str) -> pd.Series:
        texts = table.get(prefix + column, nothing).str.replace(r"[^\d.\-]", "", regex=True)
        return pd.to_numeric(texts, errors="coerce")

    return pd.DataFrame(
        {
            "persona": table["participant.code"],
            "arm": np.where(table.get("participant._is_bot", nothing).isin(("1", "True")), "scripted", "human"),
            "code": table.get("session.code", ""),
            "group": numbers("group.id_in_subsession").fillna(0),
            "round": numbers("subsession.round_number").fillna(number).astype(int),
            "seat": numbers("player.id_in_group"),
            "payoff": numbers("player.payoff"),
            "sent": numbers(f"group.{fields.sent}"),
            "returned": numbers(f"group.{fields.returned}"),
            "expected": numbers(f"player.{fields.expected}"),
        }
    )


def _terms(players: pd.DataFrame, path: Path) -> str:
    """The game's terms, as the payoffs reveal them."""
    complete = players.dropna(subset=["sent", "returned", "payoff"])
    first, second = (complete[complete["seat"] == seat] for seat in (1, 2))
    second = second[second["sent"] > 0]
    endowments = (first["payoff"] + first["sent"] - first["returned"]).round(2).unique()
    multipliers = ((second["payoff"] + second["returned"]) / second["sent"]).round(2).unique()
    if not all(len(each) == 1 and each[0] > 0 for each in (endowments, multipliers)):
        raise ValueError(
            f"{path.name}: payoffs are not those of a trust game, where the trustor has endowment − sent + returned "
            "and the trustee multiplier × sent − returned with the same endowment and multiplier for all"
        )
    return f"endowment={endowments[0]:g} multiplier={multipliers[0]:g} trustee=player"


def _decisions(players: pd.DataFrame, same: dict[str, str]) -> pd.DataFrame:
    first = players["seat"] == 1
    amount = players["sent"].where(first, players["returned"])
    return schema.decisions(
        **same,
        **{name: players[name] for name in ("arm", "session", "round", "persona", "payoff")},
        player=np.where(first, "trustor", "trustee"),
        move=amount.map("{:g}".format, na_action="ignore"),
        amount=amount,
        probability=amount.where(amount.isna(), 1.0),
    )


def _beliefs(tellers: pd.DataFrame, same: dict[str, str]) -> pd.DataFrame:
    first = tellers["seat"] == 1
    return schema.beliefs(
        **same,
        **{name: tellers[name] for name in ("arm", "session", "round", "persona")},
        teller=np.where(first, "trustor", "trustee"),
        question=np.where(first, "returned", "sent"),
        about=np.where(first, "trustee", "trustor"),
        instrument="oTree form",
        statistic="point",
        value=tellers["expected"],
    )
