"""Fit the population's tree to the GenAgents bank and write its tables.

``python data/population/fit_population.py --genagents PATH``

Chow and Liu's tree keeps the pairs of attributes with the largest mutual information, so that the product of
its conditional tables is the closest tree to the bank's joint distribution. Mutual information is less what
independent attributes would show in a sample of this size, (K - 1)(L - 1) / 2n nats. Attributes with very many
levels (`LEAVES`) join the tree last, each below its closest attribute.

References
----------
Chow, C. K. and Liu, C. N. (1968). Approximating discrete probability distributions with dependence trees.
doi:10.1109/TIT.1968.1054142
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import click
import numpy as np
import pandas as pd

from beliefsim import paths
from beliefsim.personas import codebook, genagents
from beliefsim.personas.sampling import Node

ROOT = "age"

LEAVES = ("ethnicity", "state")  # ninety ancestries, and an invented address: nothing should depend on them


def mutual_information(counts: np.ndarray) -> float:
    """Mutual information of a two-way table of counts, in nats, less its bias under independence."""
    shares = counts / counts.sum()
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    seen = shares > 0
    plain = float(np.sum(shares[seen] * np.log(shares[seen] / expected[seen])))
    rows, columns = (counts.sum(axis=1) > 0).sum(), (counts.sum(axis=0) > 0).sum()
    return plain - (rows - 1) * (columns - 1) / (2 * counts.sum())


def cramers_v(table: np.ndarray) -> float:
    """Cramér's V of a two-way table of counts or shares: 0 for independence, 1 for a function."""
    shares = table / table.sum()
    shares = shares[shares.sum(axis=1) > 0][:, shares.sum(axis=0) > 0]
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    smaller = min(shares.shape) - 1
    return float(np.sqrt(np.sum((shares - expected) ** 2 / expected) / smaller)) if smaller else 0.0


def fit(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables of the population by file name, from the bank's people.

    Parameters
    ----------
    people : DataFrame
        From `load_genagents`; a level that the codebook lacks is an error.
    """
    attributes = [name for name in codebook.entries() if name not in codebook.AUGMENTED]
    codes = {name: _codes(people, name) for name in attributes}
    counts = {(a, b): _table(codes, a, b) for a, b in combinations(attributes, 2)}
    parents = _spanning_tree(attributes, {pair: mutual_information(table) for pair, table in counts.items()})
    return {
        "counts": pd.concat([_marginal(codes, name) for name in attributes], ignore_index=True),
        "years": _years(people),
        "conditionals": pd.concat([_conditional(codes, *edge) for edge in parents.items()], ignore_index=True),
        "pairs": _pairs(codes, counts, parents),
    }


def _codes(people: pd.DataFrame, attribute: str) -> np.ndarray:
    known = codebook.levels(attribute, "bank")
    unseen = set(people[attribute].dropna()) - set(known)
    if unseen:
        raise ValueError(f"{attribute} has levels {sorted(unseen)}: give each a row in beliefsim/personas/codebook.csv")
    return pd.Categorical(people[attribute], categories=list(known)).codes.astype(np.int64)


def _table(codes: dict[str, np.ndarray], one: str, other: str) -> np.ndarray:
    table = np.zeros((len(codebook.levels(one, "bank")), len(codebook.levels(other, "bank"))))
    np.add.at(table, (codes[one], codes[other]), 1)
    return table


def _spanning_tree(attributes: list[str], weights: dict[tuple[str, str], float]) -> dict[str, str]:
    """Parent by attribute, parents first (Prim's algorithm); "" where nothing is shared with the rest."""
    parents, outside = {ROOT: ""}, [name for name in attributes if name != ROOT]
    both = {**weights, **{(b, a): weight for (a, b), weight in weights.items()}}
    while outside:
        inner = [name for name in parents if name not in LEAVES]
        joining = [name for name in outside if name not in LEAVES] or outside
        parent, child = max(((a, b) for a in inner for b in joining), key=both.__getitem__)
        parents[child] = parent if both[parent, child] > 0 else ""
        outside.remove(child)
    return parents


def _marginal(codes: dict[str, np.ndarray], attribute: str) -> pd.DataFrame:
    known = codebook.levels(attribute, "bank")
    count = np.bincount(codes[attribute], minlength=len(known))
    return pd.DataFrame({"attribute": attribute, "level": known, "count": count})


def _years(people: pd.DataFrame) -> pd.DataFrame:
    counts = people.groupby(["age", "age_years"], observed=True).size()
    return counts.rename("count").rename_axis(["age", "years"]).reset_index()


def _conditional(codes: dict[str, np.ndarray], attribute: str, parent: str) -> pd.DataFrame:
    above = codebook.levels(parent, "bank") if parent else ("",)
    own = codebook.levels(attribute, "bank")
    table = _table(codes, parent, attribute) if parent else np.bincount(codes[attribute], minlength=len(own))[None]
    rows, columns = np.nonzero(table)
    return pd.DataFrame(
        {
            "attribute": attribute,
            "level": [own[column] for column in columns],
            "parent": parent,
            "parent_level": [above[row] for row in rows],
            "count": table[rows, columns].astype(int),
        }
    )


def _pairs(
    codes: dict[str, np.ndarray], counts: dict[tuple[str, str], np.ndarray], parents: dict[str, str]
) -> pd.DataFrame:
    implied = _implied(codes, parents)
    rows = [
        {
            "attribute": a,
            "other": b,
            "edge": "yes" if parents[a] == b or parents[b] == a else "no",
            "mutual_information": round(mutual_information(table), 4),
            "cramers_v": round(cramers_v(table), 4),
            "cramers_v_tree": round(cramers_v(implied[a, b]), 4),
        }
        for (a, b), table in counts.items()
    ]
    return pd.DataFrame(rows).sort_values("mutual_information", ascending=False, kind="stable")


def _implied(codes: dict[str, np.ndarray], parents: dict[str, str]) -> dict[tuple[str, str], np.ndarray]:
    """Joint shares of each pair under the tree, by passing each new node's table along its parent."""
    joint: dict[tuple[str, str], np.ndarray] = {}
    marginal: dict[str, np.ndarray] = {}
    for child, parent in parents.items():
        own = np.bincount(codes[child], minlength=len(codebook.levels(child, "bank"))) / len(codes[child])
        given = Node(child, parent, _table(codes, parent, child)).shares if parent else own[None]
        for before in marginal:
            known = np.diag(marginal[parent]) if before == parent else joint.get((before, parent))
            joint[before, child] = marginal[before][:, None] * own if known is None else known @ given
            joint[child, before] = joint[before, child].T
        marginal[child] = own
    return joint


@click.command()
@click.option("--genagents", required=True, type=click.Path(exists=True), help="The bank: clone, zip or JSONL.")
@click.option("--folder", default=str(paths.package / "personas" / "population"), help="Where the tables go.")
def main(genagents: str, folder: str) -> None:
    """Fit the population's tree to the bank and write its tables."""
    for name, table in fit(_load(genagents)).items():
        table.to_csv(Path(folder) / f"{name}.csv", index=False, lineterminator="\n")
        click.echo(f"{len(table):5d} rows  {Path(folder) / name}.csv")


def _load(path: str) -> pd.DataFrame:
    return genagents.load_genagents(path)


if __name__ == "__main__":
    main()
