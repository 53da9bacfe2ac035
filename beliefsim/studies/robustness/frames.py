"""Wordings are draws too: the slope over frames, and where the variance of sends comes from."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.consistency import Choices
from beliefsim.consistency.cells import Cells, expected_amounts, groups
from beliefsim.consistency.comparison import beside
from beliefsim.consistency.slopes import influences, slope
from beliefsim.consistency.statements import statements
from beliefsim.measures.estimate import interval

Array = NDArray[np.float64]
_KEYS = ["arm", "terms", "condition", "style"]


def slope_over_frames(stated: pd.DataFrame, decisions: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The say–do slope averaged over wordings, with an interval over personas and wordings.

    Personas and wordings are crossed, so the variance is that between personas (of their mean influence) plus that
    between wordings less that of both together. With three wordings whose s.d. is three times the personas' standard
    error, an interval over personas alone covers .47 instead of .95.

    Parameters
    ----------
    stated, decisions, people : DataFrame
        As for `compare`; the decisions of at least two frames, by the same personas.

    Returns
    -------
    DataFrame
        One row per arm, terms, condition, style and instrument: `frames`, `slope`, `low`, `high` (over both),
        `persona_low`, `persona_high` (over personas alone), `frame_sd` of the slope between wordings.

    References
    ----------
    Cameron, Gelbach & Miller (2011), doi:10.1198/jbes.2010.07136 (two-way clustering).

    Examples
    --------
    >>> games = [bs.games.TrustGame(frame=frame) for frame in ("neutral", "short", "steps")]
    >>> worded = bs.schema.concat([bs.play(each, agent, people, seed=1) for each in games])
    >>> from beliefsim.studies import robustness
    >>> robustness.slope_over_frames(stated, worded, people)["frames"].tolist()
    [3]
    """
    rows = []
    for keys, positions in groups(decisions, _KEYS):
        played = decisions.iloc[positions]
        for arm, instrument, replies in statements(stated):
            cells = _cells_by_frame(played, keys, replies, people) if arm == keys["arm"] else []
            if len(cells) > 1:
                rows.append(keys | {"instrument": instrument, "frames": len(cells)} | _over(cells))
    if not rows:
        raise ValueError("slope_over_frames needs decisions in at least two frames by an arm that also stated")
    return pd.DataFrame(rows)


def variance_table(decisions: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Variance of sends by source, by the method of moments.

    Parameters
    ----------
    decisions : DataFrame
        One arm and condition; personas crossed with frames and draws. Personas that lack a cell are left out.
    people : DataFrame

    Returns
    -------
    DataFrame
        Rows ``trait``, ``persona`` (beyond traits), ``frame``, ``persona × frame``, ``draw``; columns `variance` (not
        truncated at 0), `share`, `note`. What the design cannot tell apart is missing, and the note says why.

    Examples
    --------
    >>> games = [bs.games.TrustGame(frame=frame) for frame in ("neutral", "short")]
    >>> worded = bs.schema.concat([bs.play(each, agent, people, seed=1) for each in games])
    >>> from beliefsim.studies import robustness
    >>> robustness.variance_table(worded, people)["source"].tolist()
    ['trait', 'persona', 'frame', 'persona × frame', 'draw']
    """
    cube, kept = _cube(decisions, people)
    n, f, r = cube.shape
    cells = cube.mean(axis=2)
    draw = float(cube.var(axis=2, ddof=1).mean()) if r > 1 else float("nan")
    rest = cells - cells.mean(axis=1, keepdims=True) - cells.mean(axis=0) + cells.mean()
    crossed = float((rest**2).sum() / ((n - 1) * (f - 1))) if f > 1 else float("nan")
    persona_total = float(cells.mean(axis=1).var(ddof=1)) - (crossed / f if f > 1 else np.nan_to_num(draw) / r)
    frame = float(cells.mean(axis=0).var(ddof=1)) - crossed / n if f > 1 else float("nan")
    trait = _trait_variance(cells.mean(axis=1), people.iloc[kept])
    one = "one draw: part of the line above" if f > 1 else "one draw: part of persona"
    single = "" if f > 1 else "one frame"
    found = [
        ("trait", trait, ""),
        ("persona", persona_total - trait, ""),
        ("frame", frame, single),
        ("persona × frame", crossed - (draw / r if r > 1 else 0.0), single or ("" if r > 1 else "with draws")),
        ("draw", draw, "" if r > 1 else one),
    ]
    table = pd.DataFrame(found, columns=["source", "variance", "note"])
    return table.assign(share=table["variance"] / table["variance"].sum())[["source", "variance", "share", "note"]]


def _over(cells: list[Cells]) -> dict[str, float]:
    slopes = np.array([slope(one).value for one in cells])
    each = np.column_stack([influences(one) for one in cells])
    count = len(cells)
    persona = float((each.mean(axis=1) ** 2).sum())
    between = float(slopes.var(ddof=1) / count)
    both = max(persona + between - float((each**2).sum() / count**2), persona)
    wide = interval(float(slopes.mean()), np.sqrt(both), _freedom(persona, both, count, len(each)))
    narrow = interval(float(slopes.mean()), np.sqrt(persona), len(each) - 1)
    return {
        "slope": wide.value,
        "low": wide.low,
        "high": wide.high,
        "persona_low": narrow.low,
        "persona_high": narrow.high,
        "frame_sd": float(np.sqrt(max(both - persona, 0) * count)),
    }


def _freedom(persona: float, both: float, frames: int, personas: int) -> int:
    """Satterthwaite: the wordings' part has frames − 1 degrees of freedom."""
    extra = both - persona
    return max(1, int(both**2 / (persona**2 / (personas - 1) + extra**2 / (frames - 1))))


def _cells_by_frame(
    played: pd.DataFrame, keys: dict[str, str], replies: pd.DataFrame, people: pd.DataFrame
) -> list[Cells]:
    frames = {by["frame"]: expected_amounts(played.iloc[rows], people) for by, rows in groups(played, ["frame"])}
    everywhere = np.all([np.isfinite(amounts) for amounts, _ in frames.values()], axis=0)
    found = (
        beside(keys | {"frame": frame}, replies, people, (np.where(everywhere, amounts, np.nan), read), Choices())
        for frame, (amounts, read) in frames.items()
    )
    return [pair.cells for pair in found if pair.cells is not None]


def _cube(decisions: pd.DataFrame, people: pd.DataFrame) -> tuple[Array, NDArray[np.intp]]:
    """Expected amounts (personas, frames, draws) of the personas with every cell, and their positions."""
    for key in ("arm", "condition", "terms", "style"):
        if decisions[key].nunique() > 1:
            raise ValueError(f"a variance table is of one {key}; these decisions have {list(decisions[key].unique())}")
    layers: dict[str, list[Array]] = {}
    for by, rows in groups(decisions, ["frame", "draw"]):
        layers.setdefault(by["frame"], []).append(expected_amounts(decisions.iloc[rows], people)[0])
    if len({len(draws) for draws in layers.values()}) > 1:
        raise ValueError("every frame needs the same number of draws")
    cube = np.stack([np.stack(draws, axis=-1) for draws in layers.values()], axis=1)
    kept = np.flatnonzero(np.isfinite(cube).all(axis=(1, 2)))
    if len(kept) < 2:
        raise ValueError("fewer than two personas were read in every frame and draw")
    return cube[kept], kept


def _trait_variance(means: Array, people: pd.DataFrame) -> float:
    """Variance of persona means that all attributes explain together, less what chance explains."""
    traits = [name for name in people if isinstance(people[name].dtype, pd.CategoricalDtype)]
    design = np.column_stack([np.ones(len(people)), *(pd.get_dummies(people[name], dtype=float) for name in traits)])
    fitted, _, rank, _ = np.linalg.lstsq(design, means, rcond=None)
    n = len(means)
    if n <= rank:
        return float("nan")
    residual = ((means - design @ fitted) ** 2).sum()
    error = residual / (n - rank)
    return float((((means - means.mean()) ** 2).sum() - residual - (rank - 1) * error) / (n - 1))
