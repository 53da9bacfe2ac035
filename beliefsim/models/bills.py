"""What a run may cost and did cost; prices are a table of the user's, then those of genai-prices."""

from __future__ import annotations

import asyncio
import csv
import functools
import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from beliefsim import recordings

from .errors import BudgetSpent, ModelError
from .requests import Request

if TYPE_CHECKING:
    import pandas as pd

_CHARACTERS = 4.0  # of English text in a token, until replies tell better


@dataclass
class Bill:
    """What a model was asked in this process; grows as replies come.

    Parameters
    ----------
    model : str
    free : bool
        Whether it runs on this machine.

    Examples
    --------
    >>> from beliefsim.models import Bill
    >>> print(Bill("gpt-4.1-mini", calls=2, input=1000, output=50))
    gpt-4.1-mini: 2 calls, 0 replayed, 1,000 tokens in (0 cached), 50 out: $0.0005
    """

    model: str
    free: bool = False
    calls: int = 0
    replayed: int = 0
    failed: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    _characters: int = field(default=0, repr=False)

    def add(self, request: Request, usage: Sequence[int]) -> None:
        """Count an answer by its tokens: of the prompt, of the answer, of reasoning, and read from a cache."""
        self.calls += 1
        self.input += usage[0]
        self.output += usage[1]
        self.cached += usage[3]
        self._characters += _length(request)

    def input_tokens(self, request: Request) -> float:
        """Estimated from characters, corrected by the usage of earlier replies."""
        ratio = self._characters / self.input if self.calls >= 5 and self.input else _CHARACTERS
        return _length(request) / ratio

    @property
    def dollars(self) -> float | None:
        """Cost, or None where the price table lacks the model."""
        return charge(self.model, self.free, self.input, self.output, self.cached)

    def __str__(self) -> str:
        tokens = f"{self.input:,} tokens in ({self.cached:,} cached), {self.output:,} out"
        cost = "free" if self.free else "price unknown" if self.dollars is None else f"${self.dollars:,.4f}"
        return f"{self.model}: {self.calls:,} calls, {self.replayed:,} replayed, {tokens}: {cost}"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(str(self))}</p>"


@dataclass
class Budget:
    """A hard ceiling; no request is sent that could pass it, and a rerun goes on where it stopped.

    Parameters
    ----------
    dollars : float, optional
        Needs the model's price. Attempts that failed are not billed here, since endpoints do not say.
    calls : int, optional
        Number of answers.

    Examples
    --------
    >>> model = bs.Model("gpt-4.1-mini", live=True, budget=0.50)  # dollars
    >>> model.budget.dollars
    0.5
    """

    dollars: float | None = None
    calls: int | None = None
    spent_dollars: float = 0.0
    spent_calls: int = 0
    _held: int = field(default=0, repr=False)  # requests for which something is set aside
    _settled: asyncio.Event = field(default_factory=asyncio.Event, repr=False, compare=False)  # one of them is

    def __post_init__(self) -> None:
        for name in ("dollars", "calls"):
            if (getattr(self, name) or 0) < 0:
                raise ValueError(f"budget: {name} must be 0 or more, got {getattr(self, name)}")

    def check(self, bill: Bill) -> None:
        """Refuse a budget that allows nothing, or that cannot be watched.

        Raises
        ------
        BudgetSpent, ModelError
        """
        if self.dollars == 0 or self.calls == 0:
            raise BudgetSpent(f"model {bill.model}: a budget of 0 allows recorded replies only, and one is missing")
        if self.dollars is not None and bill.dollars is None:
            raise ModelError(
                f"model {bill.model} is not in the price table, so a budget in dollars cannot be kept: add a line to "
                f"{own_table()} (model,input,output; dollars for a million tokens), or use Budget(calls=…)"
            )

    async def reserve(self, bill: Bill, request: Request, length: int) -> float:
        """Set the most that a request can cost aside, once it fits; called on the background loop only.

        Raises
        ------
        BudgetSpent
            If it does not fit, and nothing is in flight that could cost less than was set aside.
        """
        cost = 0.0
        if self.dollars is not None:
            cost = charge(bill.model, bill.free, 1.3 * bill.input_tokens(request) + 20, length) or 0.0
        while self._over(cost):
            if not self._held:
                raise BudgetSpent(f"the budget is spent ({self}); the next request was not sent.")
            self._settled.clear()
            await self._settled.wait()
        self.spent_dollars += cost
        self.spent_calls += 1
        self._held += 1
        return cost

    def _over(self, cost: float) -> bool:
        over = self.dollars is not None and self.spent_dollars + cost > self.dollars
        return over or (self.calls is not None and self.spent_calls + 1 > self.calls)

    def settle(self, bill: Bill, request: Request, reserved: float, usage: Sequence[int] | None) -> None:
        """Replace what was set aside by what an answer did cost, which is billed, or by nothing."""
        if usage is None:
            self.spent_calls -= 1
        else:
            bill.add(request, usage)
            if self.dollars is not None:
                self.spent_dollars += charge(bill.model, bill.free, usage[0], usage[1], usage[3]) or 0.0
        self.spent_dollars -= reserved
        self._held -= 1
        self._settled.set()


def itemised(table: pd.DataFrame, by: str | list[str] = "instrument") -> pd.DataFrame:
    """Tokens and dollars of the replies behind a table of decisions or beliefs.

    Parameters
    ----------
    table : DataFrame
        With columns `arm` and `reply`, as `play` and `elicit` give it.
    by : str or list of str
        Columns to add up over.

    Returns
    -------
    DataFrame
        A row for each model and group: replies, tokens in and out, dollars (missing where no price is known). An exact
        choice counts its first token only.

    Examples
    --------
    >>> from beliefsim.models import itemised
    >>> itemised(stated).empty  # scripted people cost nothing
    True
    """
    import pandas as pd

    groups = ["arm", *([by] if isinstance(by, str) else by)]
    replies = table.loc[table["reply"] != "", [*groups, "reply"]].drop_duplicates("reply").astype(str)
    usage = [recordings.reply(id).usage for id in replies["reply"]]
    tokens = pd.DataFrame(usage, columns=["input", "output", "reasoning", "cached"], index=replies.index, dtype=float)
    found = pd.concat([replies.drop(columns="reply"), tokens], axis=1).assign(replies=1)
    total = found.groupby(groups, observed=True).sum().reset_index()
    costs = [charge(row.arm, False, row.input, row.output, row.cached) for row in total.itertuples()]
    return total.assign(dollars=pd.array(costs, dtype="float64"))


def _length(request: Request) -> int:
    return sum(len(text) for _, text in request.messages) + len(request.prefill)


def charge(model: str, free: bool, input: float, output: float, cached: float = 0.0) -> float | None:
    """Cost of tokens, 0 for a free model, None where the price table lacks it."""
    if free:
        return 0.0
    known = price(model)
    return known and ((input - cached) * known.input + cached * known.cached + output * known.output) / 1e6


class Price(NamedTuple):
    """Dollars for a million tokens: of the prompt, of what was read from a cache, of the answer."""

    input: float
    cached: float
    output: float


def own_table() -> Path:
    """The user's price table, with columns model, input, output, and perhaps cached_input."""
    import platformdirs

    return platformdirs.user_config_path("beliefsim", appauthor=False) / "prices.csv"


def price(model: str) -> Price | None:
    """Price of a model, or None.

    Raises
    ------
    ValueError
        If the user's table has a row that cannot be read.

    Examples
    --------
    >>> price("gpt-4.1-mini-2025-04-14").output
    1.6
    """
    table = own_table()
    own = _read(table, table.stat().st_mtime_ns).get(model) if table.exists() else None
    return own or _known(model)


@functools.cache
def _known(model: str) -> Price | None:
    from genai_prices import Usage, calc_price

    def dollars(**tokens: int) -> float:
        """For a million tokens; by a short prompt, since some models charge more for long ones."""
        return float(calc_price(Usage(**tokens), model_ref=model).total_price) * 1e6 / 1000

    try:
        cached = dollars(input_tokens=1000, cache_read_tokens=1000)
        return Price(dollars(input_tokens=1000), cached, dollars(output_tokens=1000))
    except LookupError:
        return None


@functools.lru_cache(maxsize=8)
def _read(table: Path, modified: int) -> dict[str, Price]:
    """Prices of a table, read again when the file was edited."""
    prices = {}
    with table.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                input, output = float(row["input"]), float(row["output"])
                prices[row["model"]] = Price(input, float(row.get("cached_input") or input), output)
            except (KeyError, TypeError, ValueError):
                needed = "needs model, input, output (dollars for a million tokens)"
                raise ValueError(f"{table}, line {number}: {needed}, got {row}") from None
    return prices
