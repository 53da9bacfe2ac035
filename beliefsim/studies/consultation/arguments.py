"""Attack graphs: which arguments stand together, and how strong each is.

A graph is a matrix of bool, shape (A, A): entry (i, j) says that argument i attacks argument j. Cycles and
self-attacks are fine. Meant for the few arguments of one case.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


def admissible(attacks: ArrayLike, some: ArrayLike) -> bool:
    """Whether a set is free of conflict and attacks all its attackers.

    References
    ----------
    Dung (1995), doi:10.1016/0004-3702(94)00041-X.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> consultation.admissible([[0, 1, 0], [0, 0, 1], [0, 0, 0]], [1, 0, 1])  # a attacks b, b attacks c
    True
    """
    graph, inside = _checked(attacks, some)
    return not (inside @ graph @ inside) and bool((_defended(graph, inside) | ~inside).all())


def grounded(attacks: ArrayLike) -> Flags:
    """The grounded extension, shape (A,): what is not attacked, what that defends, and so on.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> consultation.grounded([[0, 1, 0], [0, 0, 1], [0, 0, 0]]).tolist()
    [True, False, True]
    """
    graph, inside = _checked(attacks)
    while (more := _defended(graph, inside)).sum() > inside.sum():
        inside = more
    return inside


def preferred(attacks: ArrayLike) -> Flags:
    """The preferred extensions, shape (E, A): the largest admissible sets; there is always one, be it empty.

    Each lies in a largest set free of conflict, and is the largest admissible set in it, which is found by dropping
    what is not defended until all is.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> consultation.preferred([[0, 1], [1, 0]]).tolist()  # two arguments that attack each other
    [[True, False], [False, True]]
    """
    graph, _ = _checked(attacks)
    sets = np.unique([_largest_admissible(graph, some) for some in _largest_conflict_free(graph)], axis=0)[::-1]
    covered = ((sets[:, None] <= sets[None, :]).all(axis=2)).sum(axis=1)  # each set covers itself
    return np.asarray(sets[covered == 1])


def categoriser(attacks: ArrayLike) -> Array:
    """The h-categoriser: strength 1 / (1 + sum of attackers' strengths), shape (A,); unique with cycles too.

    References
    ----------
    Besnard & Hunter (2001), doi:10.1016/S0004-3702(01)00071-6; Pu, Luo, Zhang & Luo (2014),
    doi:10.1007/978-3-319-12096-6_23.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> consultation.categoriser([[0, 1, 0], [0, 0, 1], [0, 0, 0]]).round(2)
    array([1.  , 0.5 , 0.67])
    """
    graph, _ = _checked(attacks)
    strength, before = np.ones(len(graph)), np.zeros(len(graph))
    while np.abs(strength - before).max(initial=0) > 1e-12:
        before = strength
        strength = (before + 1 / (1 + graph.T @ before)) / 2  # half steps, so that cycles settle
    return np.asarray(strength)


def df_quad(attacks: ArrayLike, supports: ArrayLike, base: ArrayLike) -> Array:
    """DF-QuAD strengths, shape (A,): a base score, pulled down by attackers and up by supporters.

    With Vₐ = 1 − Π(1 − attacker) and Vₛ alike the strength is v − v·(Vₐ − Vₛ) if Vₐ ≥ Vₛ, else v + (1 − v)·(Vₛ − Vₐ).

    Raises
    ------
    ValueError
        Where arguments attack or support each other in a circle: there the strength is not defined.

    References
    ----------
    Rago, Toni, Aurisicchio & Baroni (2016), KR 2016, 63–73.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> consultation.df_quad([[0, 1], [0, 0]], [[0, 0], [0, 0]], [0.5, 0.8])
    array([0.5, 0.4])
    """
    (against, _), (by, _), v = _checked(attacks), _checked(supports), np.asarray(base, dtype=float)
    if not (v.shape == (len(against),) and ((v >= 0) & (v <= 1)).all()):
        raise ValueError(f"base scores must be {len(against)} numbers within [0, 1], got {base!r}")
    if np.linalg.matrix_power((against | by).astype(float), len(v)).any():
        raise ValueError("DF-QuAD: the arguments attack or support each other in a circle; take categoriser")
    strength = v
    for _ in v:  # no path is longer
        down, up = (1 - np.where(graph, 1 - strength[:, None], 1.0).prod(axis=0) for graph in (against, by))
        strength = np.where(down >= up, v - v * (down - up), v + (1 - v) * (up - down))
    return np.asarray(strength)


def _checked(attacks: ArrayLike, some: ArrayLike | None = None) -> tuple[Flags, Flags]:
    graph = np.asarray(attacks, dtype=bool)
    if graph.ndim != 2 or graph.shape[0] != graph.shape[1]:
        raise ValueError(f"attacks must be a square matrix, one row and column per argument, got shape {graph.shape}")
    inside = np.zeros(len(graph), dtype=bool) if some is None else np.asarray(some, dtype=bool)
    if inside.shape != (len(graph),):
        raise ValueError(f"a set of {len(graph)} arguments must be {len(graph)} flags, got shape {inside.shape}")
    return graph, inside


def _defended(graph: Flags, inside: Flags) -> Flags:
    """Arguments all of whose attackers a set attacks."""
    unanswered = ~(inside @ graph)
    return np.asarray(~(unanswered @ graph))


def _largest_admissible(graph: Flags, inside: Flags) -> Flags:
    while (fewer := inside & _defended(graph, inside)).sum() < inside.sum():
        inside = fewer
    return inside


def _largest_conflict_free(graph: Flags) -> list[Flags]:
    """All largest sets without conflict (Bron & Kerbosch, 1973, doi:10.1145/362342.362367, on what does not clash)."""
    clash, sets = graph | graph.T, []

    def extend(inside: Flags, may: Flags, done: Flags) -> None:
        if not (may.any() or done.any()):
            sets.append(inside)
        for one in np.flatnonzero(may):
            rest = ~clash[one]
            rest[one] = False
            extend(inside | (np.arange(len(graph)) == one), may & rest, done & rest)
            may, done = may & (np.arange(len(graph)) != one), done | (np.arange(len(graph)) == one)

    nobody = np.zeros(len(graph), dtype=bool)
    extend(nobody, ~np.diag(graph), nobody)
    return sets
