"""Can an agent forecast its own play, round by round?

**Asked:** in a repeated Trust Game against a trustee with a fixed rule, an agent says what it will send in this round
and some rounds ahead (`bs.Forecast`, ``about="self"``), and then plays. **Answer:** language models, plain and
reasoned.
**Planted:** `ScriptedForecaster` knows its plan and errs by an amount that grows with the horizon by a slope, which
comes back in `horizon_slopes`.
**Scored:** `forecast_errors` pairs each forecast with what was done; `forecast_mae` gives the error by horizon with
intervals over people; `forecast_skill` sets it against references that ask nobody (a constant, the last move, the
best response: `best_sends`); `retest` is how far an answer moves when it is asked again, the floor of every error.

**Notebook:** ``03_trust_forecast``. **Use:**

>>> from beliefsim.studies import forecast
>>> errors = forecast.forecast_errors(forecasts, rounds)
>>> by_horizon = forecast.forecast_mae(errors)

**Source:** Mannekote et al. (2025), section 5 and Figure 1, arXiv:2507.02197; medians as point forecasts: Gneiting
(2011), doi:10.1198/jasa.2011.r10138.
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
