"""What panels share: live or still, pictures and texts as HTML, and a slider that is faster than its computation."""

from __future__ import annotations

import asyncio
import base64
import html
import importlib.util
import io
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FREE", "LABEL", "Panel", "block", "latest", "live", "note", "picture", "pre", "table"]

LABEL: dict[str, Any] = {"description_width": "min(12em, 40%)"}
FREE: dict[str, Any] = {"description_width": "initial"}
_PRE = "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;line-height:1.4;margin:.3em 0"
# What ipywidgets gives no way to set. A slider's handle gets the label's text as its name, for screen readers; and
# JupyterLab keeps its own one-key commands (1 makes a heading, arrows leave the cell) out of the panel.
_EXTRAS = """<style>
.beliefsim .widget-label {white-space: normal; height: auto; line-height: 1.3; overflow: visible}
.beliefsim-question {display: flex; flex-flow: column; height: auto !important; align-items: flex-start}
.beliefsim-question select {flex: none !important; min-width: 9em; height: 28px}
.beliefsim td, .beliefsim th {padding: 2px 8px; text-align: right}
</style><img alt="" hidden src="data:," onerror="for (const wait of [50, 500, 2000]) setTimeout(() => {
  const panel = this.closest('.beliefsim'); if (!panel) return;
  panel.setAttribute('data-lm-suppress-shortcuts', 'true');
  panel.onkeydown = event => event.stopPropagation();
  for (const slider of panel.querySelectorAll('.widget-slider')) slider.querySelector('[role=slider]')
    .setAttribute('aria-label', slider.querySelector('label').textContent);
}, wait)">"""
_WAIT_SECONDS = 0.05


class Panel:
    """A panel as a cell's last line: live where somebody can use it, a still picture elsewhere.

    Parameters
    ----------
    sentence : str
        What the panel does.
    still : callable
        Gives the still picture as HTML.
    build : callable
        Gives the ipywidgets widget; called once, when the panel is first shown live.

    Examples
    --------
    >>> bs.widgets.Panel("It says hello.", still=lambda: "<p>hello</p>", build=lambda: None).sentence
    'It says hello.'
    """

    def __init__(self, sentence: str, still: Callable[[], str], build: Callable[[], Any]) -> None:
        self.sentence = sentence
        self._still, self._build = still, build
        self._widget: Any = None

    @property
    def widget(self) -> Any:
        """The live panel."""
        if self._widget is None:
            import ipywidgets

            self._widget = ipywidgets.VBox([self._build(), ipywidgets.HTML(_EXTRAS)])
            self._widget.add_class("beliefsim")
        return self._widget

    @property
    def still(self) -> str:
        """The still picture, as HTML."""
        missing = "" if _widgets_there() else " This kernel has no ipywidgets: pip install ipywidgets."
        return note(f"{self.sentence} This is a still picture; the panel works in JupyterLab.{missing}") + self._still()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle = {"text/plain": self.sentence, "text/html": self.still}
        return {**self.widget._repr_mimebundle_(), **bundle} if live() else bundle


def live() -> bool:
    """Whether somebody can use a panel: there is a kernel whose front end answers, and ipywidgets.

    papermill, nbmake and nbconvert tell the kernel that nobody can be asked for input.
    """
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    kernel = getattr(shell, "kernel", None)
    return bool(kernel is not None and getattr(kernel, "_allow_stdin", True) and _widgets_there())


def _widgets_there() -> bool:
    try:
        return importlib.util.find_spec("ipywidgets") is not None
    except ValueError:  # a module set to None
        return False


def latest(update: Callable[[], None]) -> Callable[[Any], None]:
    """An observer that runs `update` soon, once for all changes until then: a fast slider leaves no queue."""
    waiting = False

    def run() -> None:
        nonlocal waiting
        waiting = False
        update()

    def changed(_: Any) -> None:
        nonlocal waiting
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            update()
            return
        if not waiting:
            waiting = True
            loop.call_later(_WAIT_SECONDS, run)

    return changed


def picture(fig: Figure, over: str = "") -> str:
    """A figure of `beliefsim.figures` as an image with its caption and alternative text, and markup laid over it."""
    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=150, bbox_inches=None if over else "tight")
    data = base64.b64encode(file.getvalue()).decode()
    alt, caption = html.escape(getattr(fig, "alt", "")), html.escape(getattr(fig, "caption", ""))
    return (
        '<figure style="margin:0"><div style="position:relative;width:fit-content"><img '
        f'alt="{alt}" style="display:block;max-width:min(100%,720px)" src="data:image/png;base64,{data}">{over}</div>'
        f'<figcaption style="line-height:1.4">{caption}</figcaption></figure>'
    )


def block(text: str) -> str:
    """A text as it is, line ends kept."""
    return pre(html.escape(text))


def pre(markup: str) -> str:
    """Escaped text as it is; JupyterLab would break words."""
    return f'<pre style="{_PRE}">{markup}</pre>'


def note(sentence: str) -> str:
    """A sentence."""
    return f'<p style="line-height:1.4;margin:.4em 0;overflow-wrap:anywhere">{html.escape(sentence)}</p>'


def table(rows: pd.DataFrame) -> str:
    """A small table, numbers with two decimals."""
    return str(rows.to_html(index=False, border=0, float_format=lambda value: f"{value:.2f}", na_rep=""))
