"""What `beliefsim reproduce` hands to a notebook's process: one record, in one private environment variable."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from functools import lru_cache

VARIABLE = "BELIEFSIM_RUN"


@dataclass(frozen=True)
class Run:
    """How a notebook's process is to run; every field is empty where a person works by hand.

    Parameters
    ----------
    study : str
        The notebook's name: what it writes goes to its own folders of `results/`, and it shows no progress bars.
    recordings : str
        Folder that new replies go to.
    tally : str
        File that gets a JSON line for each run of requests.
    replay_only : bool
        Every reply must be in a recording, because the recordings came with the clone.
    rehearsal : bool
        Answers are made up and recorded in `recordings`, which is thrown away; nothing is sent.
    known : str
        Folder of the real recordings, which a rehearsal reads and does not write.
    base_url, key_variable : str
        The key that this variable holds goes to models at this address ("": the hosted default), and to no other.
    scheduler : str
        Address of a dask scheduler whose workers send the requests.

    Examples
    --------
    >>> from beliefsim.run import Run
    >>> Run.current() == Run()
    True
    """

    study: str = ""
    recordings: str = ""
    tally: str = ""
    replay_only: bool = False
    rehearsal: bool = False
    known: str = ""
    base_url: str = ""
    key_variable: str = ""
    scheduler: str = ""

    @classmethod
    def current(cls) -> Run:
        """The run that this process is part of."""
        return _parsed(os.environ.get(VARIABLE, ""))

    @property
    def setting(self) -> tuple[str, str]:
        """Name and value of the environment variable that hands this to a process."""
        return VARIABLE, json.dumps({name: value for name, value in asdict(self).items() if value})

    def key_for(self, base_url: str | None) -> str | None:
        """The variable that holds the key of a model at an address, if this run names one."""
        same = (base_url or "").rstrip("/") == self.base_url.rstrip("/")
        return (self.key_variable or None) if same else None


@lru_cache(maxsize=8)
def _parsed(text: str) -> Run:
    return Run(**json.loads(text)) if text else Run()
