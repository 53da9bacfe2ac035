"""The study forecast."""

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
