"""The study consultation."""

from .agents import ScriptedArguer
from .arguments import admissible, categoriser, df_quad, grounded, preferred
from .game import Consultation, Diagnosis
from .measures import attacks, coherence, critic_noise, decided, flips, read
from .weighing import beliefs, expected_accuracy, informed

__all__ = [
    "Consultation",
    "Diagnosis",
    "ScriptedArguer",
    "admissible",
    "attacks",
    "beliefs",
    "categoriser",
    "coherence",
    "critic_noise",
    "decided",
    "df_quad",
    "expected_accuracy",
    "flips",
    "grounded",
    "informed",
    "preferred",
    "read",
]
