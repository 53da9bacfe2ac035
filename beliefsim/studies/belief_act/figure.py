"""The figure of the edge from belief to act: regret and best responses beside chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from beliefsim.figures.theme import COLOURS, GREY, MARKERS, PAGE, described, panels, reference, short, sizes, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HUMAN = 0.5  # share of best responses, Costa-Gomes & Weizsäcker (2008): "almost half" of games without


def edges(metrics: pd.DataFrame) -> Figure:
    """Draw own-belief regret and best-response rate of each arm beside their nulls, random sends and people.

    Parameters
    ----------
    metrics : DataFrame
        `metrics` of one or several `belief_act_edge`.

    Examples
    --------
    >>> pair = bs.games.TrustGame(trustee="player")
    >>> from beliefsim.studies import belief_act
    >>> trustor = belief_act.ScriptedTrustor(rationality=5.0)
    >>> asks = [pair.question("returned", about="trustor/trustee", given={"sent": sent}) for sent in (2, 5, 10)]
    >>> believed = bs.schema.concat([bs.elicit(ask, bs.ChoiceProbabilities(), trustor, people) for ask in asks])
    >>> edge = belief_act.belief_act_edge(believed, bs.play(game, trustor, people), game, permutations=200)
    >>> fig = belief_act.edges(edge.metrics)
    """
    titles = {"regret": "Own-belief regret (dollars)", "best_response": "Best responses to own belief (share)"}
    with theme():
        fig, axes = panels(1, 2, width=PAGE, height=1.2 + 0.32 * metrics["arm"].nunique(), sharey=True)
        for place, (metric, title) in zip(axes[0], titles.items(), strict=True):
            rows = metrics[metrics["metric"] == metric]
            for y, row in enumerate(rows.itertuples()):
                place.plot(
                    [row.null_low, row.null_high], [y, y], color="#e3e3e3", linewidth=9, zorder=0, solid_capstyle="butt"
                )
                place.plot([row.low, row.high], [y, y], color=COLOURS[y % len(COLOURS)], linewidth=1.2)
                place.plot(row.value, y, MARKERS[y], color=COLOURS[y % len(COLOURS)])
                place.plot(row.chance, y, "|", color=GREY, markersize=9)
            if metric == "best_response":
                reference(place, _HUMAN)
                place.annotate("people", (_HUMAN, 1), (2, 1), xycoords=("data", "axes fraction"), color=GREY,
                               fontsize=6.5, textcoords="offset points")  # fmt: skip
                place.set_xlim(0, 1)
            place.set(xlabel=title, yticks=range(len(rows)), yticklabels=rows["arm"], ylim=(len(rows) - 0.4, -0.6))
    told = "; ".join(f"{row.arm} {row.metric.replace('_', ' ')} {short(row.value)}" for row in metrics.itertuples())
    caption = (
        f"Acting on one's own belief about the trustee, 95 % intervals over personas ({sizes(metrics)}). Grey band: "
        "beliefs of another persona; tick: random sends; people: other games (Costa-Gomes & Weizsäcker 2008)."
    )
    return described(fig, caption, f"{told}.")
