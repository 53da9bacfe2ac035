"""Does a person act on its own belief about the other? Own-belief regret and best-response rate."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.games import Game
from beliefsim.measures import ratio_over_personas
from beliefsim.schema import term

Array = NDArray[np.float64]
NULL = "beliefs of another persona"
_TIE = 1e-6  # dollars


@dataclass(frozen=True)
class Edge:
    """Results of `belief_act_edge`.

    Attributes
    ----------
    personas : DataFrame
        A row per persona: `best_send` on its own belief, `mean_send`, `expected_share` (of what the trustee would
        receive, averaged over sends), `regret` and `best_response`, and what random sends would have
        (`chance_regret`, `chance_best_response`).
    metrics : DataFrame
        ``arm, condition, metric, value, low, high, null, null_low, null_high, p, chance, n, note`` for the two means.
    """

    personas: pd.DataFrame
    metrics: pd.DataFrame


def belief_act_edge(
    returned: pd.DataFrame, decisions: pd.DataFrame, game: Game, *, permutations: int = 2000, seed: int = 0
) -> Edge:
    """Set what each persona does beside what would pay best on its own belief about the trustee.

    With E(r | s) the return that a persona expects for a send s, its payoff is endowment − s + E(r | s); *own-belief
    regret* is the best of these less the mean payoff of what it does, in dollars, and the *best-response rate* is the
    probability that it does the best. Risk-neutral and selfish by assumption: altruism and aversion to risk show as
    regret, which is what the dictator and lottery controls are for.

    Parameters
    ----------
    returned : DataFrame
        Beliefs of one arm about the return for supposed sends (``game.question("returned", about="trustor/trustee",
        given={"sent": s})``), as probabilities or points. Between supposed sends E(r | s) is interpolated; nothing is
        returned for nothing.
    decisions : DataFrame
        The same personas' sends, of one condition.
    game : Game
        Gives endowment and name of the move.
    permutations : int
        Of beliefs among personas, for the null.
    seed : int

    Raises
    ------
    ValueError
        If no persona has both beliefs and a send that could be read.

    References
    ----------
    Costa-Gomes & Weizsäcker (2008), doi:10.1111/j.1467-937X.2008.00498.x (people best-respond to their own stated
    beliefs in about half of games).

    Examples
    --------
    >>> pair = bs.games.TrustGame(trustee="player")
    >>> from beliefsim.studies import belief_act
    >>> trustor = belief_act.ScriptedTrustor(rationality=5.0)
    >>> asks = [pair.question("returned", about="trustor/trustee", given={"sent": sent}) for sent in (2, 5, 10)]
    >>> believed = bs.schema.concat([bs.elicit(ask, bs.ChoiceProbabilities(), trustor, people) for ask in asks])
    >>> edge = belief_act.belief_act_edge(believed, bs.play(game, trustor, people), game, permutations=200)
    >>> edge.metrics["metric"].tolist()
    ['regret', 'best_response']
    """
    expected = _expected(returned)
    sends = _sends(decisions)
    both = [name for name in sends.index if name in expected.index]
    if not both:
        raise ValueError("no persona has both a belief about returns and a send that could be read")
    space = np.arange(sends.shape[1])
    known = np.concatenate([[0], expected.columns.to_numpy(dtype=float)])
    back = np.array([np.interp(space, known, np.concatenate([[0.0], row])) for row in expected.loc[both].to_numpy()])
    p, payoff = sends.loc[both].to_numpy(), game.values()["endowment"] - space + back
    found = _measures(p, payoff)
    chance = _measures(np.full_like(p, 1 / len(space)), payoff)
    people = pd.DataFrame({"arm": str(decisions["arm"].iloc[0]), "condition": str(decisions["condition"].iloc[0])},
                          index=range(len(both)))  # fmt: skip
    people = people.assign(
        persona=both, best_send=payoff.argmax(axis=1), mean_send=p @ space,
        expected_share=(back[:, 1:] / (game.values()["multiplier"] * space[1:])).mean(axis=1),
        **found, **{f"chance_{name}": value for name, value in chance.items()},
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    shuffled = [_measures(p, payoff[rng.permutation(len(both))]) for _ in range(permutations)]
    return Edge(people, pd.DataFrame([_metric(people, name, shuffled) for name in found]))


def _measures(p: Array, payoff: Array) -> Mapping[str, Array]:
    best = payoff.max(axis=1, keepdims=True)
    return {
        "regret": best[:, 0] - (p * payoff).sum(axis=1),
        "best_response": (p * (payoff >= best - _TIE)).sum(axis=1),
    }


def _metric(people: pd.DataFrame, name: str, shuffled: list[Mapping[str, Array]]) -> dict[str, object]:
    found = ratio_over_personas(people, name)
    null = np.array([each[name].mean() for each in shuffled])
    better = (null <= found.value + 1e-12) if name == "regret" else (null >= found.value - 1e-12)
    low, high = np.quantile(null, [0.025, 0.975])
    return {
        "arm": people["arm"].iloc[0], "condition": people["condition"].iloc[0], "metric": name,
        "value": found.value, "low": found.low, "high": found.high, "null": NULL, "null_low": low, "null_high": high,
        "p": (1 + better.sum()) / (1 + len(null)), "chance": people[f"chance_{name}"].mean(), "n": len(people),
        "note": found.note,
    }  # fmt: skip


def _expected(returned: pd.DataFrame) -> pd.DataFrame:
    """Expected return of each persona by supposed send; personas with a belief that could not be read are left out."""
    told = returned.astype({name: str for name in ("persona", "level", "outcome", "statistic")})
    told["level"] = told["level"].astype(float)
    points = told[told["statistic"] == "point"].groupby(["persona", "level"], sort=False)["value"].mean()
    likely = told[told["statistic"] == "probability"]
    weighted = (likely["value"] * likely["outcome"].where(likely["outcome"] != "", np.nan).astype(float)).groupby(
        [likely["persona"], likely["level"]], sort=False
    )
    mass = likely.groupby(["persona", "level"], sort=False)["value"].sum(min_count=1)
    means = weighted.sum(min_count=1) / mass
    return pd.concat([means, points]).unstack("level").sort_index(axis=1).dropna()


def _sends(decisions: pd.DataFrame) -> pd.DataFrame:
    """Each persona's distribution over sends, a column per dollar, averaged over draws."""
    rows = decisions[decisions["amount"].notna() & (decisions["round"] == 1)]
    if rows["condition"].nunique() > 1 or rows["arm"].nunique() > 1:
        raise ValueError("the edge is of one arm under one condition; select the rows first")
    wide = rows.assign(persona=rows["persona"].astype(str)).pivot_table(
        "probability", "persona", "amount", aggfunc="sum", fill_value=0.0, observed=True, sort=False
    )
    most = int(term(str(decisions["terms"].iloc[0]), "endowment"))
    wide = wide.reindex(columns=range(most + 1), fill_value=0.0)
    return wide.div(wide.sum(axis=1), axis=0)
