"""Simulated people: their attributes, how they are drawn, and how they read."""

from .codebook import AUGMENTED, TEST_ATTRIBUTES, attributes, describe, describe_many, levels, sample_persona, title
from .genagents import load_genagents
from .plausibility import implausible, rules
from .sampling import sample

__all__ = [
    "AUGMENTED",
    "TEST_ATTRIBUTES",
    "attributes",
    "describe",
    "describe_many",
    "implausible",
    "levels",
    "load_genagents",
    "rules",
    "sample",
    "sample_persona",
    "title",
]
