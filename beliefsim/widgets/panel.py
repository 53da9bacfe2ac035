"""What panels share: live or still, text that follows controls, and pictures, tables and texts as HTML."""

from __future__ import annotations

import base64
import html
import io
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pandas import DataFrame

Draw = Callable[..., Any]  # gives a figure of `beliefsim.figures`
FIELD: dict[str, Any] = {"style": {"description_width": "min(15em, 40%)"}, "layout": {"width": "min(98%, 640px)"}}
_PRE = "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;line-height:1.4;margin:.3em 0"


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
        self.sentence, self._still, self._build = sentence, still, build

    @cached_property
    def widget(self) -> Any:
        """The live panel."""
        import ipywidgets

        extras = Path(__file__).with_name("panel.html").read_text(encoding="utf-8")
        return ipywidgets.VBox([self._build(), ipywidgets.HTML(extras)]).add_class("beliefsim")

    @property
    def still(self) -> str:
        """The still picture, as HTML."""
        return note(f"{self.sentence} This is a still picture; the panel works in JupyterLab.") + self._still()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle = {"text/plain": self.sentence, "text/html": self.still}
        return {**self.widget._repr_mimebundle_(), **bundle} if live() else bundle


def live() -> bool:
    """Whether somebody can use a panel: papermill, nbmake and nbconvert tell the kernel that nobody can be asked."""
    kernel = "IPython" in sys.modules and getattr(sys.modules["IPython"].get_ipython(), "kernel", None)
    return bool(kernel and getattr(kernel, "_allow_stdin", True))


def following(draw: Callable[..., str], controls: Mapping[str, Any], *below: Any) -> Any:
    """Controls, what stands below them, a text that follows them, and an output for what goes wrong unforeseen.

    A control that is dragged sends its newest value when its last one was drawn: a fast slider leaves no queue.
    """
    import ipywidgets
    from IPython.display import clear_output

    text = ipywidgets.HTML()

    def update(**values: Any) -> None:
        clear_output()  # of the last error
        values = {name: round(each, 9) if isinstance(each, float) else each for name, each in values.items()}
        text.value = draw(**values)

    output = ipywidgets.interactive_output(update, dict(controls))
    return ipywidgets.VBox([*controls.values(), *below, text, output])


def picture(fig: Any, over: str = "") -> str:
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


def table(rows: DataFrame) -> str:
    """A small table, numbers with two decimals."""
    return str(rows.to_html(index=False, border=0, float_format=lambda value: f"{value:.2f}", na_rep=""))
