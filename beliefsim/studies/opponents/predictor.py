"""Sentences that tell an attitude, and a predictor that learns attitudes from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim import prompts

from .game import MATERIAL, Talk

Array = NDArray[np.float64]


def attitude_sentence(game: Talk, counter: str, level: int, rng: np.random.Generator) -> str:
    """One of the sentences that say how far a counter-claim is believed."""
    opening = rng.choice(prompts.section(MATERIAL, "attitudes", str(level)).splitlines())
    return f"{opening} {rng.choice(prompts.section('claims', game.claim, counter).splitlines())}."


@dataclass(frozen=True)
class AttitudePredictor:
    """Tells from a sentence how far its speaker agrees, as chances of the levels 0 to 4.

    Frequencies of words and pairs of words, reduced by singular value decomposition, in a logistic regression.

    Parameters
    ----------
    model : sklearn Pipeline
        From `learned`.

    References
    ----------
    Deerwester et al. (1990), doi:10.1002/(SICI)1097-4571(199009)41:6<391::AID-ASI1>3.0.CO;2-9 (the reduction).

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> sentences = ["I am sure of it.", "It is nonsense."] * 3
    >>> opponents.AttitudePredictor.learned(sentences, [4, 0] * 3).chances(["I am sure."]).round(1).tolist()
    [[0.1, 0.0, 0.0, 0.0, 0.9]]
    """

    model: Any

    @classmethod
    def learned(cls, sentences: Iterable[str], levels: Iterable[int]) -> AttitudePredictor:
        """A predictor from sentences with known levels.

        Raises
        ------
        ValueError
            If the sentences are fewer than three, or all of one level.
        """
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        texts, known = list(sentences), list(levels)
        if len(texts) < 3 or len(set(known)) < 2:
            raise ValueError(f"a predictor learns from 3 sentences of 2 levels at least, got {len(texts)}")
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")
        reduced = TruncatedSVD(min(100, len(texts) - 1), random_state=0)
        return cls(make_pipeline(words, reduced, LogisticRegression(C=30.0, max_iter=1000)).fit(texts, known))

    @classmethod
    def trained_elsewhere(cls, game: Talk, size: int) -> AttitudePredictor:
        """A predictor from so many sentences about other claims than the game's."""
        rng = np.random.default_rng([0, size])
        others = [Talk(name) for name in prompts.names("claims") if name != game.claim]
        levels = np.resize(rng.permutation(5), size).tolist()
        sentences = [attitude_sentence(others[rng.integers(len(others))], rng.choice(game.counters), level, rng)
                     for level in levels]  # fmt: skip
        return cls.learned(sentences, levels)

    def chances(self, sentences: Iterable[str]) -> Array:
        """Chances of the levels, shape (n, 5)."""
        p = np.zeros((len(texts := list(sentences)), 5))
        p[:, self.model.classes_] = self.model.predict_proba(texts)
        return p
