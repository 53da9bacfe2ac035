"""The claims ledger that ends a study: what is claimed, about which edge, for whom, and with what verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EDGES: Mapping[str, str] = {
    "consistency": "stated–done",
    "calibration": "stated–true",
    "competence": "done–true",
}
VERDICTS = ("supported", "contradicted", "cannot tell (N needed: …)", "not run")
_VERDICT = re.compile(r"supported|contradicted|not run|cannot tell \(N needed: [^()]+\)")


@dataclass(frozen=True)
class Claim:
    """One line of a study's claims ledger.

    Parameters
    ----------
    claim : str
        What is claimed, a sentence.
    edge : {"consistency", "calibration", "competence"}
        Which edge of the stated–done–true triangle it is about.
    arm : str
        Who was tested.
    verdict : str
        Exactly one of ``supported``, ``contradicted``, ``cannot tell (N needed: …)`` and ``not run``.
    evidence : str
        The numbers behind the verdict.
    metric : str
        The primary metric, on which the verdict rests.
    n : int, optional
        Personas (or whatever was drawn) behind it.

    Raises
    ------
    ValueError
        If the edge or the verdict is another word.

    Examples
    --------
    >>> Claim("says what it does", "consistency", "scripted", "supported", "slope 0.98 [0.91, 1.05]").verdict
    'supported'
    """

    claim: str
    edge: str
    arm: str
    verdict: str
    evidence: str = ""
    metric: str = ""
    n: int | None = None

    def __post_init__(self) -> None:
        if self.edge not in EDGES:
            raise ValueError(f"claim {self.claim!r}: edge {self.edge!r} is not among {', '.join(EDGES)}")
        if not _VERDICT.fullmatch(self.verdict):
            raise ValueError(f"claim {self.claim!r}: verdict {self.verdict!r} is not among {', '.join(VERDICTS)}")


class Ledger(list[Claim]):
    """A study's claims, in the order in which they are made.

    Examples
    --------
    >>> ledger = bs.outputs.Ledger()
    >>> ledger.claim("says what it does", "consistency", "scripted", "supported", "slope 0.98 [0.91, 1.05]")
    >>> bs.outputs.claims(ledger)
    """

    def claim(self, *line: Any) -> None:
        """Add a line: the fields of `Claim` in their order."""
        self.append(Claim(*line))
