"""An inquiry: which rule does a box follow? Tests cost."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim.beliefs import Belief, Options
from beliefsim.games import Evidence, State
from beliefsim.games.evidence import Array
from beliefsim.games.terms import check_whole

# By test, under which of the four rules it shows the first result; the third test tells nothing.
_SHOWN = {"neutral": ((1, 0, 0, 1), (0, 1, 0, 1), (1, 1, 1, 1)), "salts": ((1, 0, 0, 1), (0, 1, 0, 1), (0, 0, 0, 0))}


@dataclass(frozen=True)
class Inquiry(Evidence):
    """A hidden rule, tests that cost, and results that sometimes err. The third test tells nothing.

    The same problem in three frames: *neutral*, a box with two buttons and a lamp (which circuit?); *salts*, a flask
    and reagents (which ion?); *triples*, Wason's 2-4-6 (which rule?), whose triple 2-4-6 fits every rule.
    A belief asked for in round t is about the results of t − 1 tests, so that round 1 gives the prior; the result of
    the last round's test comes too late to be asked about.

    Parameters
    ----------
    tests : tuple of int
        Which of the frame's tests, by place from 0, may be run.
    errs : int, 1 to 49
        Times in 100 that a result does not follow the rule.
    cost : int
        Dollars a test.
    prize : int
        Dollars for naming the rule in the end.
    rounds : int
    frame : str
        The wording, a file in ``texts/inquiry``, which names rules, tests and results.

    Raises
    ------
    ValueError
        If the tests cannot identify the rule; the message says which rules stay confounded.

    References
    ----------
    Wason (1960), doi:10.1080/17470216008416717; Klayman & Ha (1987), doi:10.1037/0033-295X.94.2.211.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> box = inquiry.Inquiry()
    >>> state = bs.games.State(("left",), (("left", "right", "dark"),))
    >>> box.truth(box.question("rule"), state).p.round(2).tolist()
    [[0.64, 0.05, 0.21, 0.1]]
    >>> inquiry.Inquiry(tests=(0, 2))
    Traceback (most recent call last):
    ValueError: tests left, both cannot tell left from either, right from both: add a test
    """

    tests: tuple[int, ...] = (0, 1, 2)
    errs: int = 10
    cost: int = 1
    prize: int = 20
    rounds: int = 5
    seats = ("rule", "inquirer", "result")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not set(self.tests) <= {0, 1, 2}:
            raise ValueError(f"tests {self.tests} are not among 0, 1, 2, the places of {self.words['tests']}")
        check_whole("errs", self.errs, least=1)
        if self.errs > 49:
            raise ValueError(f"errs must be within 1..49, got {self.errs}: what errs half the time tells nothing")
        check_whole("cost", self.cost, least=0)
        check_whole("prize", self.prize, least=0)
        seen, rules = self.shown.T.tolist(), self.hidden.names
        same = [f"{rules[i]} from {rules[j]}" for i, j in itertools.combinations(range(4), 2) if seen[i] == seen[j]]
        if same:
            tests = ", ".join(self.choices.names[:-1])
            raise ValueError(f"tests {tests} cannot tell {', '.join(same)}: add a test")

    @property
    def shown(self) -> NDArray[np.intp]:
        """1 where a test shows the first result under a rule, shape (A, 4)."""
        return np.array(_SHOWN.get(self.frame, _SHOWN["neutral"]))[list(self.tests)]

    @property
    def chance(self) -> tuple[str, ...]:
        """Chance chooses the rule and answers the tests."""
        return ("rule", "result")

    @property
    def hidden(self) -> Options:
        """The rules."""
        return Options(self._named("rules"), unit="rule")

    @property
    def choices(self) -> Options:
        """The tests, and stop."""
        names = self._named("tests")
        return Options((*(names[test] for test in self.tests), "stop"), unit="test")

    @property
    def signals(self) -> Options:
        """Each test with each result; stopping shows nothing."""
        pairs = [f"{test} {result}" for test in self.choices.names[:-1] for result in self._named("shows")]
        return Options((*pairs, "stop nothing"), unit="result")

    @property
    def prior(self) -> Array:
        """Unequal, so that there is a favourite."""
        return np.array([0.3, 0.2, 0.1, 0.4])

    @property
    def likelihood(self) -> Array:
        """Probability of each result given its test and each rule, shape (4, S)."""
        first = np.where(self.shown.T == 1, 1 - self.errs / 100, self.errs / 100)
        return np.column_stack([np.stack([first, 1 - first], axis=-1).reshape(4, -1), np.ones(4)])

    @property
    def costs(self) -> Array:
        """Dollars of each choice."""
        return np.array([self.cost] * len(self.tests) + [0], dtype=float)

    def moves(self, state: State) -> Options:
        """The rule, then a test, then its result."""
        return (self.hidden, self.choices, Options((*self._named("shows"), "nothing"), unit="result"))[len(state.moves)]

    def odds(self, seat: str, state: State) -> Belief:
        """The prior; or what a test shows."""
        if seat == "rule":
            return Belief(self.hidden, self.prior)
        rule, test = (np.atleast_1d(np.asarray(move, dtype=object)) for move in state.moves[:2])
        rows, columns = self.hidden.index(rule), self.choices.index(test)
        p = np.zeros((len(rows), 3))
        stopped = columns == len(self.tests)
        first = self.likelihood[rows, np.where(stopped, 0, 2 * columns)]
        p[:, 0], p[:, 1], p[:, 2] = np.where(stopped, 0, first), np.where(stopped, 0, 1 - first), stopped
        return Belief(self.moves(state), p)

    def seen(self, state: State) -> list[Any]:
        """Tests with their results so far; each one session's, or an array over sessions."""
        return [_joined(moves[1], moves[2]) for moves in state.past]

    def payoffs(self, state: State) -> dict[str, Any]:
        """What the test cost."""
        tests = self.choices.index(np.atleast_1d(np.asarray(state.moves[1], dtype=object)))
        paid = -self.costs[tests]
        return {"inquirer": paid if np.ndim(state.moves[1]) else float(paid[0])}

    def _outcomes(self, p: Array) -> tuple[Array, Array]:
        """Chances of both results of each test, (n, A, 2), and beliefs after, (n, A, 2, 4), from beliefs (n, 4)."""
        joint = p[:, None] * self.likelihood[:, :-1].T  # (n, 2A, 4)
        chances = joint.sum(axis=-1)
        shape = (len(p), len(self.tests), 2)
        return chances.reshape(shape), (joint / chances[..., None]).reshape((*shape, 4))

    def information(self, p: Array) -> Array:
        """Expected information in nats of each choice, shape (n, A + 1), for beliefs of shape (n, 4)."""
        chances, after = self._outcomes(p)
        gain = _entropy(p)[:, None] - (chances * _entropy(after)).sum(axis=-1)
        return np.column_stack([gain, np.zeros(len(p))])

    def values_of(self, p: Array, tests_left: int) -> Array:
        """Dollars expected from each choice when all later ones are optimal too, shape (n, A + 1)."""
        p, rows = np.unique(p.round(12), axis=0, return_inverse=True)  # many sessions, few beliefs
        chances, after = self._outcomes(p)
        later = self.prize * after.max(axis=-1)
        if tests_left > 1:
            later = self.values_of(after.reshape(-1, 4), tests_left - 1).max(axis=1).reshape(chances.shape)
        worth = np.column_stack([(chances * later).sum(axis=-1), self.prize * p.max(axis=1)]) - self.costs
        return worth[rows.ravel()]

    def _named(self, what: str) -> tuple[str, ...]:
        """Names that the frame gives to its rules, tests or results."""
        return tuple(name.strip() for name in self.words[what].split(","))


def _joined(test: Any, result: Any) -> Any:
    if np.ndim(test) == 0 and np.ndim(result) == 0:
        return f"{test} {result}"
    return np.array([f"{one} {other}" for one, other in zip(test, result, strict=True)], dtype=object)


def _entropy(p: Array) -> Array:
    return -(p * np.log(np.maximum(p, 1e-300))).sum(axis=-1)
