"""The claims ledger that ends a study: what is claimed, about which edge, for whom, and with what verdict.

Beside it stands the study's plan, where `beliefsim plan` has written one: what was said before, what only afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beliefsim import paths

Plan = Mapping[str, Any]
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


def plan_file(study: str) -> Path:
    """Where a study's plan is: ``results/plan/<study>.yml``."""
    return paths.results() / "plan" / f"{study}.yml"


def planned(study: str) -> Plan:
    """A study's plan, empty where none was made."""
    import yaml

    file = plan_file(study)
    plan: Plan = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    return plan


def against(claim: Claim, plan: Plan) -> str:
    """What a plan says about a ledger line: ``as planned``, or what is otherwise.

    A plan counts as made afterwards if replies of the arm had been recorded when it was written.
    """
    line = next((each for each in plan["claims"] if (each["claim"], each["arm"]) == (claim.claim, claim.arm)), None)
    if line is None:
        return "not planned"
    otherwise = []
    if claim.metric != line.get("metric", ""):
        otherwise.append(f"planned metric: {line.get('metric') or 'none'}")
    if claim.n != line.get("n"):
        otherwise.append(f"planned with n = {line.get('n')}, not {claim.n}")
    for request in plan["requests"]:
        if request["model"] == claim.arm and request["recorded"]:
            total = request["recorded"] + request["calls"]
            otherwise.append(f"planned after {request['recorded']} of {total} replies were recorded")
    return "; ".join(otherwise) or "as planned"


def unreported(claims: Sequence[Claim], plan: Plan) -> list[Claim]:
    """Ledger lines for what was planned and is not reported."""
    told = {(claim.claim, claim.arm) for claim in claims}
    return [
        Claim(line["claim"], line["edge"], line["arm"], "not run", "planned, not reported", line.get("metric", ""))
        for line in plan.get("claims", ())
        if (line["claim"], line["arm"]) not in told
    ]
