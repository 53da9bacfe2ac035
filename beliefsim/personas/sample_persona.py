"""The sample persona that Mannekote et al. (2025) print."""

from __future__ import annotations

import pandas as pd

from . import codebook

__all__ = ["sample_persona"]


def sample_persona() -> pd.Series:
    """The paper's sample persona: an agent of the GenAgents bank, with high openness and conscientiousness.

    Returns
    -------
    Series
        Named by the agent's id; attributes as in a row of `bs.personas.load_genagents`.

    References
    ----------
    Mannekote, A. et al. (2025). Do role-playing agents practice what they preach? doi:10.48550/arXiv.2507.02197,
    appendix C.4; the bank's agent 0023952f-142e-434b-82e2-7a7451b7c55f is its only match.

    Examples
    --------
    >>> persona = sample_persona()
    >>> persona["religion"], persona["age_years"]
    ('Catholic', 25)
    """
    rows = codebook.read_table("sample_persona.csv").set_index("attribute")["value"].astype(object)
    persona = rows.drop("id")
    persona["age_years"] = int(persona["age_years"])
    return persona.rename(rows["id"])
