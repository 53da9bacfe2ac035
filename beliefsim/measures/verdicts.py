"""From an interval to one of the ledger's verdicts, with the N that would settle an open one, and to its evidence."""

import math
from typing import Any

_POWER = 1.96 + 0.8416  # two-sided 5 %, 80 % power


def verdict(
    estimate: Any,
    n: int,
    *,
    within: tuple[float, float] = (0.0, math.inf),
    smallest: float | None = None,
    unit: str = "units",
) -> str:
    """Supported if the 95 % interval lies within a region, contradicted if outside, else cannot tell.

    Parameters
    ----------
    estimate : Estimate, or row of a table
        With ``value``, ``low`` and ``high``.
    n : int
        Units behind it.
    within : tuple of float
        What is claimed: the value lies between these.
    smallest : float, optional
        Distance from the region's edge that is worth finding, default the distance seen; an open verdict names the
        units for 80 % power at it, if the standard error falls with √n.
    unit : str
        What was drawn, a plural.

    Examples
    --------
    >>> from beliefsim.measures import Estimate
    >>> verdict(Estimate(0.4, 0.1, 0.7), 20), verdict(Estimate(-0.4, -0.7, -0.1), 20)
    ('supported', 'contradicted')
    >>> verdict(Estimate(0.1, -0.3, 0.5), 20, smallest=0.25, unit="topics")
    'cannot tell (N needed: 105 topics for 80 % power at 0.25)'
    >>> verdict(Estimate(0.1, -0.1, 0.3), 10, unit="prompts")
    'cannot tell (N needed: 82 prompts for 80 % power at the 0.1 seen)'
    """
    if not math.isfinite(estimate.high - estimate.low):
        return f"cannot tell (N needed: more than the {n} {unit} there are, for an interval)"
    if within[0] < estimate.low and estimate.high < within[1]:
        return "supported"
    if estimate.high <= within[0] or within[1] <= estimate.low:
        return "contradicted"
    spread = (estimate.high - estimate.low) / 2 / 1.96
    seen = min(abs(estimate.value - edge) for edge in within)
    if smallest is None and seen < 1e-9:
        return f"cannot tell (N needed: more than the {n} {unit} there are, as nothing is seen)"
    needed = max(math.ceil(n * (_POWER * spread / (smallest or seen)) ** 2), n + 1)
    at = f"the {seen:.2g} seen" if smallest is None else f"{smallest:g}"
    return f"cannot tell (N needed: {needed:,} {unit} for 80 % power at {at})"


def with_interval(estimate: Any, form: str = ".2f") -> str:
    """A value with its interval, or with the words that it has none, as the ledger's evidence has it.

    Parameters
    ----------
    estimate : Estimate, or row of a table
        With ``value``, ``low`` and ``high``.
    form : str
        Format of each number.

    Examples
    --------
    >>> from beliefsim.measures import Estimate
    >>> with_interval(Estimate(0.4, 0.1, 0.7))
    '0.40 [0.10, 0.70]'
    >>> with_interval(Estimate(0.4))
    '0.40, no interval'
    """
    known = math.isfinite(estimate.high - estimate.low)
    ends = f" [{estimate.low:{form}}, {estimate.high:{form}}]" if known else ", no interval"
    return f"{estimate.value:{form}}{ends}"
