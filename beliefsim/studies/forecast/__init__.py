"""Can an agent forecast its own play, round by round?

An agent plays a repeated Trust Game against a trustee with a fixed rule and says, before each round, what it will
send now and some rounds ahead (`bs.Forecast`, ``about="self"``). `ScriptedForecaster` knows its plan and errs by a
planted amount that grows with the horizon by a planted slope. `forecast_errors` pairs each forecast with what was
done; `forecast_mae` and `horizon_slopes` score it by horizon with intervals over people; `forecast_skill` compares it
with references that need no agent (a constant, the last move, the best response: `best_sends`); `retest` is how far
an answer moves when asked again, below which no error can be told. Notebook ``03_trust_forecast``.

References
----------
Mannekote et al. (2025), section 5 and Figure 1, arXiv:2507.02197. Medians as point forecasts: Gneiting (2011),
doi:10.1198/jasa.2011.r10138.
"""

from .agents import ScriptedForecaster
from .figure import horizons, payoffs, skills
from .measures import best_sends, forecast_errors, forecast_mae, forecast_skill, horizon_slopes, retest

__all__ = [
    "ScriptedForecaster",
    "best_sends",
    "forecast_errors",
    "forecast_mae",
    "forecast_skill",
    "horizon_slopes",
    "horizons",
    "payoffs",
    "retest",
    "skills",
]
