"""Panels for a notebook: see what the agent saw, page through replies, play yourself, drag a figure's dials.

A panel only calls functions that cells call. Where nobody is there to use it (papermill, a web page) it leaves a still
picture that says what it would do. ipywidgets is imported when a panel is shown.
"""

from .explorable import Slider, Steps, Words, chance, explorable
from .explore import explore
from .panel import Panel
from .play import play_yourself
from .replies import behind, replies
from .session import Session

__all__ = ["Panel", "Session", "Slider", "Steps", "Words",
           "behind", "chance", "explorable", "explore", "play_yourself", "replies"]  # fmt: skip
