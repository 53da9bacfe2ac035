"""A study's plan (`beliefsim plan`) beside its claims ledger: what was said before, what only afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from beliefsim import paths
from beliefsim.outputs.ledger import Claim

Plan = Mapping[str, Any]


def file(study: str) -> Path:
    """Where a study's plan is: ``results/plan/<study>.yml``."""
    return paths.results() / "plan" / f"{study}.yml"


def planned(study: str) -> Plan:
    """A study's plan, empty where none was made."""
    if not file(study).exists():
        return {}
    import yaml

    found: Plan = yaml.safe_load(file(study).read_text(encoding="utf-8"))
    return found


def against(claim: Claim, plan: Plan) -> str:
    """What a plan says about a ledger line: ``as planned``, or what is otherwise.

    A plan counts as made afterwards if replies of the arm had been recorded when it was written.
    """
    line = next((each for each in plan["claims"] if _key(each) == (claim.claim, claim.arm)), None)
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
        if _key(line) not in told
    ]


def _key(line: Mapping[str, Any]) -> tuple[str, str]:
    return line["claim"], line["arm"]
