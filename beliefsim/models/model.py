"""`Model`: what answers messages, from recordings first and from an endpoint where that is allowed."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from beliefsim import paths, recordings
from beliefsim.run import Run as Job

from .bills import Bill, Budget
from .choices import Ask, read_choice
from .client import connected, waited
from .distributed import AT_ONCE, Distributed, scheduler
from .endpoint import resolve
from .errors import Fault, MissingReply
from .exchange import Exchange
from .llama_process import SLOTS
from .pace import Limits
from .probing import LLAMA_CPP, Traits, probe
from .requests import Choice, Reply, Request
from .runs import Account, Run, Walk
from .wire import Answer

_EMBEDDED = Limits(SLOTS, SLOTS, attempt_seconds=300, ahead=1)  # more would push prompts out of its cache


class Model:
    """A language model behind recordings.

    Parameters
    ----------
    name : str or Path, optional
        A name of the catalogue (`beliefsim models`) or a path to a .gguf file: run here, by llama.cpp. Any other name
        is asked for at `base_url`, or at OpenAI. None is the embedded default.
    base_url : str, optional
        Address of an OpenAI-compatible endpoint, for example ``"http://localhost:8000/v1"``.
    live : bool
        Allow requests that are sent elsewhere and may cost money. Models on this machine need no permission.
    key_variable : str, optional
        Environment variable that holds the key. With `base_url` no key is sent unless this names one.
    recording : path, optional
        Recording to read and to append to, instead of results/recordings/<name>.jsonl.
    limits : Limits, optional
        Ceilings, deadlines, attempts.
    budget : Budget or float, optional
        What may be spent; a number is dollars. Models may share one `Budget`.

    Raises
    ------
    ValueError
        For a name that is nearly one of the catalogue, or an address that is none.

    Examples
    --------
    >>> Model("gpt-4.1-mini").name
    'gpt-4.1-mini'
    """

    def __init__(
        self,
        name: str | Path | None = None,
        *,
        base_url: str | None = None,
        live: bool = False,
        key_variable: str | None = None,
        recording: str | Path | None = None,
        limits: Limits | None = None,
        budget: Budget | float | None = None,
    ) -> None:
        self.name, digest, self.endpoint = resolve(name, base_url, key_variable or Job.current().key_for(base_url))
        self.live = live
        self.limits = limits or (_EMBEDDED if self.endpoint.weights else Limits())
        self.budget = budget if isinstance(budget, Budget) else Budget(dollars=budget)
        self.bill = Bill(self.name, free=self.endpoint.free)
        slug = paths.file_name(self.name)
        job = Job.current()
        known = Path(recording) if recording else Path(job.known or paths.recordings()) / f"{slug}.jsonl"
        target = paths.recordings() / f"{slug}.jsonl" if job.rehearsal else known
        sources = list(dict.fromkeys([*recordings.committed(slug), known, target]))
        self._exchange = Exchange(self.name, digest, sources, target)
        self._executor = scheduler()
        if (self.endpoint.weights or job.rehearsal) and self._exchange.traits is None:
            self._exchange.traits = LLAMA_CPP
        self._compare_addresses()

    def __repr__(self) -> str:
        return f"Model({self.name!r}, {self.endpoint.public}{', live' if self.live else ''})"

    @property
    def recording(self) -> recordings.Recording:
        """The recording that new replies go to."""
        return recordings.opened(self._exchange.target.path)

    @property
    def traits(self) -> Traits:
        """What the endpoint can do; probed when no recording says so."""
        if self._exchange.traits is None:
            self._connect()
        assert self._exchange.traits is not None
        return self._exchange.traits

    def ask(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Replies in the order of the requests, which are generated as they are needed.

        Parameters
        ----------
        requests : iterable of Request
            May be longer than memory: a bounded number is under way.

        Returns
        -------
        iterator of Reply
            One for each request; a request that failed has an `error`.

        Raises
        ------
        MissingReply
            If a reply is in no recording and the model may not be asked.
        BudgetSpent
            If the next request could exceed the budget; what came before was handed on.
        ModelError
            If the endpoint cannot answer, or every request fails; the message begins with the first cause.
        """
        return self._run(_ask, requests)

    def choose(self, requests: Iterable[Request]) -> Iterator[Choice]:
        """Probabilities of the options of each request, in order; `Choice.read` tells how they were read.

        Raises
        ------
        MissingReply, BudgetSpent, ModelError
            As in `ask`.
        """
        return self._run(self._choose, requests)

    async def _choose(self, request: Request, ask: Ask) -> Choice:
        return await read_choice(request, self.traits, ask)

    def through(self, executor: Executor) -> Model:
        """The same model with its requests sent from an executor's workers; recording and bill stay here.

        Parameters
        ----------
        executor : concurrent.futures.Executor
            `limits` hold for each of its workers, which look up the key in their own environment.
        """
        other, here = copy.copy(self), self._exchange
        other._executor = executor
        other._exchange = Exchange(here.name, here.weights, [each.path for each in here.sources], here.target.path)
        other._exchange.traits = here.traits or other._exchange.traits
        return other

    def _run(self, walk: Walk, requests: Iterable[Request]) -> Iterator[Any]:
        account = Account(self.budget, self.bill)
        shares = 1 if self._executor is None else AT_ONCE
        return Run(self._exchange, self._connect, self.limits, account, shares).results(walk, requests)

    def _connect(self) -> None:
        """Open the way to the endpoint if that is allowed, once, or again after its process ended; learn what it is."""
        exchange = self._exchange
        if exchange.client is not None and exchange.client.alive:
            return
        self.close()
        self._permit()
        self.budget.check(self.bill)
        found = {"url": self.endpoint.public}
        if Job.current().rehearsal:
            from .rehearsal import Rehearsal

            exchange.client = Rehearsal()
            return
        if self.endpoint.weights:
            from . import embedded

            found["runtime"] = embedded.runtime()
        if self._executor is None:
            exchange.client = connected(self.endpoint, self.limits)
        else:
            exchange.client = Distributed(self._executor, self.endpoint, self.limits)
        try:
            self._meet(found)
        except BaseException:
            self.close()
            raise

    def _meet(self, found: dict[str, str]) -> None:
        """Compare who answers with who did, and find out what it can do."""
        exchange = self._exchange
        assert exchange.client is not None
        if not exchange.weights:
            strangers = len(exchange.target) and not exchange.served
            exchange.recognise(waited(exchange.client.served(self.name)))
            if strangers:
                warnings.warn(
                    f"{exchange.target.path} does not say which model its replies of {self.name!r} came from; it is "
                    "taken for the one that answers now. Model(recording=…) keeps them apart",
                    stacklevel=5,
                )
        if exchange.traits is None:
            exchange.traits = probe(self.name, self._probed, hosted=self.endpoint.hosted)
        exchange.describe(found)

    def _probed(self, body: Mapping[str, Any]) -> Answer | Fault:
        assert self._exchange.client is not None
        try:
            answer = waited(self._exchange.client.ask(body))
        except Fault as fault:
            return fault
        if answer.model:
            self._exchange.recognise({"model": answer.model})
        return answer

    def _compare_addresses(self) -> None:
        """Say when replies of the same name came from elsewhere: servers often ignore the name they get."""
        recorded = self._exchange.target.provenance.get("url", self.endpoint.public)
        if recorded != self.endpoint.public:
            warnings.warn(
                f"{self._exchange.target.path} holds replies of {self.name!r} from {recorded}, which answer here too; "
                "Model(recording=…) keeps them apart",
                stacklevel=3,
            )

    def _permit(self) -> None:
        replay_only = Job.current().replay_only
        if self.live or Job.current().rehearsal or (self.endpoint.free and not replay_only):
            return
        remedy = (
            "this run replays recordings only: `beliefsim record` asks the model and records its replies"
            if replay_only
            else "pass live=True (--live) to ask, which may cost money"
        )
        raise MissingReply(f"no recorded reply of model {self.name!r}, and it may not be asked: {remedy}.")

    def close(self) -> None:
        """Let go of the endpoint; the embedded server stops with its last user."""
        if self._exchange.client is not None:
            self._exchange.client.close()
            self._exchange.client = None


async def _ask(request: Request, ask: Ask) -> Reply:
    return (await ask([request]))[0]
