"""Human sessions of the trust game, from an oTree export to the two tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    players = _players(pd.read_csv(path, dtype=str, keep_default_na=False), path, fields)
    moves, terms = _moves(players, path)
    common = {"game": "trust", "terms": terms, "frame": "otree"}
    return Sessions(_decisions(moves, unit, common), _beliefs(players, unit, common))


def _players(table: pd.DataFrame, path: Path, fields: Fields) -> pd.DataFrame:
    """One row per participant and round, whatever the form of the export."""
    if "participant.code" not in table:
        raise ValueError(f"{path.name} is no oTree export: it has no column participant.code")
    rounds = list(_rounds(table, path, fields))
    players = pd.concat([_one_round(table, prefix, number, fields) for prefix, number in rounds], ignore_index=True)
    players = players[players["seat"].isin((1, 2))]
    keys = [players["code"], players["group"]]
    players["session"] = players.groupby(keys, sort=False).ngroup()
    return players


def _rounds(table: pd.DataFrame, path: Path, fields: Fields) -> Iterator[tuple[str, int]]:
    ends = f"group.{fields.sent}", f"group.{fields.returned}"
    if all(end in table for end in ends):
        yield "", 0
        return
    shape = re.compile(rf"({re.escape(fields.app) or r'[^.]+'})\.(\d+)\.{re.escape(ends[0])}")
    found = [match for match in map(shape.fullmatch, table.columns) if match]
    found = [match for match in found if f"{match[1]}.{match[2]}.{ends[1]}" in table]
    apps = sorted({match[1] for match in found})
    if not found:
        raise ValueError(
            f"{path.name} holds no trust game: no columns {ends[0]} and {ends[1]}. It has {_games(table)}; "
            "Fields(sent=…, returned=…) names fields that are called otherwise"
        )
    if len(apps) > 1:
        raise ValueError(f"{path.name} holds several trust games: {', '.join(apps)}; choose one with Fields(app=…)")
    for match in found:
        yield f"{match[1]}.{match[2]}.", int(match[2])


def _games(table: pd.DataFrame) -> str:
    found = [column for column in map(str, table) if re.search(r"(^|\.)(group|player)\.(?!id_in|payoff|role)", column)]
    return ", ".join(found[:6]) or "no fields of a game"


def _one_round(table: pd.DataFrame, prefix: str, number: int, fields: Fields) -> pd.DataFrame:
    def numbers(column: str) -> pd.Series:
        if prefix + column not in table:
            return pd.Series(np.nan, index=table.index)
        return pd.to_numeric(table[prefix + column].str.replace(r"[^\d.\-]", "", regex=True), errors="coerce")

    bots = table["participant._is_bot"] if "participant._is_bot" in table else pd.Series("0", index=table.index)
    return pd.DataFrame(
        {
            "persona": table["participant.code"],
            "arm": np.where(bots.isin(("1", "True")), "scripted", "human"),
            "code": table.get("session.code", ""),
            "group": numbers("group.id_in_subsession").fillna(0),
            "round": numbers("subsession.round_number").fillna(number or 1).astype(int),
            "seat": numbers("player.id_in_group"),
            "payoff": numbers("player.payoff"),
            "sent": numbers(f"group.{fields.sent}"),
            "returned": numbers(f"group.{fields.returned}"),
            "expected": numbers(f"player.{fields.expected}"),
        }
    )


def _moves(players: pd.DataFrame, path: Path) -> tuple[pd.DataFrame, str]:
    """Moves of both seats, and the game's terms as the payoffs reveal them."""
    first = players["seat"] == 1
    moves = players.assign(amount=np.where(first, players["sent"], players["returned"]))
    complete = moves[moves[["sent", "returned", "payoff"]].notna().all(axis=1)]
    trustors, trustees = complete[complete["seat"] == 1], complete[complete["seat"] == 2]
    endowments = _constant(trustors["payoff"] + trustors["sent"] - trustors["returned"])
    sending = trustees[trustees["sent"] > 0]
    multipliers = _constant((sending["payoff"] + sending["returned"]) / sending["sent"])
    if endowments is None or multipliers is None:
        raise ValueError(
            f"{path.name}: payoffs are not those of a trust game, where the trustor has endowment − sent + returned "
            "and the trustee multiplier × sent − returned with the same endowment and multiplier for all"
        )
    return moves, " ".join([f"endowment={endowments:g}", f"multiplier={multipliers:g}", "trustee=player"])


def _constant(values: pd.Series) -> float | None:
    """Return the one value that all have, or None."""
    rounded = values.round(2).unique()
    return float(rounded[0]) if len(rounded) == 1 and rounded[0] > 0 else None


def _decisions(moves: pd.DataFrame, unit: str, common: dict[str, str]) -> pd.DataFrame:
    ordered = moves.sort_values(["session", "round", "seat"], kind="stable")
    amount = ordered["amount"].to_numpy()
    return schema.decisions(
        **common,
        arm=ordered["arm"],
        session=ordered["session"],
        round=ordered["round"],
        player=np.where(ordered["seat"] == 1, "trustor", "trustee"),
        persona=ordered["persona"],
        move=np.array([None if np.isnan(value) else f"{value:g}" for value in amount], dtype=object),
        amount=amount,
        probability=np.where(np.isnan(amount), np.nan, 1.0),
        payoff=ordered["payoff"],
        unit=unit,
        read="sampled",
    )


def _beliefs(players: pd.DataFrame, unit: str, common: dict[str, str]) -> pd.DataFrame:
    told = players[players["expected"].notna()].sort_values(["session", "round", "seat"], kind="stable")
    first = told["seat"] == 1
    return schema.beliefs(
        **common,
        arm=told["arm"],
        session=told["session"],
        round=told["round"],
        teller=np.where(first, "trustor", "trustee"),
        persona=told["persona"],
        question=np.where(first, "returned", "sent"),
        about=np.where(first, "trustee", "trustor"),
        instrument="oTree form",
        statistic="point",
        value=told["expected"],
        unit=unit,
        read="sampled",
    )
