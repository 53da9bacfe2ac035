"""The scripted buyer and seller of the persuasion game."""

from dataclasses import dataclass, replace

import numpy as np

from beliefsim.agents import Known, ScriptedTeller
from beliefsim.agents.agent import check_dials
from beliefsim.agents.bayes import Array
from beliefsim.beliefs import Belief
from beliefsim.questions import Asking, Turn

from .game import Persuasion, Pitch


def needed_posterior(prior: float, threshold: float, evidence_weight: float = 1.0, prior_weight: float = 1.0) -> float:
    """The Bayesian posterior from which on a buyer who weighs evidence and prior so believes the threshold reached.

    Such a buyer holds the log-odds prior_weight · logit prior + evidence_weight · (logit posterior − logit prior), a
    systematic distortion, so that a persuader's optimum is that for a wise buyer with this threshold.

    Raises
    ------
    ValueError
        If the evidence weight is not positive: then nothing that is said counts.

    References
    ----------
    de Clippel & Zhang (2022), doi:10.1086/720464 (non-Bayesian persuasion); Grether (1980), doi:10.2307/1885092.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> needed = persuasion.needed_posterior
    >>> round(needed(0.3, 0.5), 3), round(needed(0.3, 0.5, evidence_weight=0.5), 3)
    (0.5, 0.7)
    """
    from scipy.special import expit, logit

    if not evidence_weight > 0:
        raise ValueError(f"evidence_weight must be positive for words to count, got {evidence_weight!r}")
    return float(expit(logit(prior) + (logit(threshold) - prior_weight * logit(prior)) / evidence_weight))


@dataclass(frozen=True)
class ScriptedBuyer(ScriptedTeller):
    """Judges what a seller says with the dials of `ScriptedTeller`, and buys by what it believes.

    Parameters
    ----------
    game : Persuasion
    honesty : float, in [0, 1], or None
        Share of honest sellers that it believes in whatever the seller tells of it: high is credulous, low sceptical.
    obedience : float, in [0, 1]
        Chance that it does what its own belief asks for.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> shop = persuasion.Persuasion(honest_percent=0)  # everything is called good
    >>> sold = bs.play(shop, persuasion.ScriptedBuyer(shop, honesty=0.8), sessions=1, seed=1)
    >>> sold.loc[(sold["player"] == "buyer") & sold["chosen"], "move"].tolist()
    ['yes']
    """

    honesty: float | None = None
    obedience: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_dials(self, honesty=(0, 1), obedience=(0, 1))

    def believe(self, asking: Asking) -> Belief:
        """Its belief about the item, or about the seller's type."""
        if asking.question.name == "type":
            self._check(asking)
            return self._trusted.truth(asking.question, asking.state)
        return super().believe(asking)

    def decide(self, turn: Turn) -> Belief:
        """Buys if that pays by its belief, as far as it obeys itself."""
        best = super().decide(turn)
        return Belief(best.space, self.obedience * best.p + (1 - self.obedience) * (1 - best.p))

    def heard(self, turn: Turn) -> Array:
        """What was said, as from sellers of whom as many are honest as it believes."""
        return self._trusted.evidence(turn.state)

    @property
    def _trusted(self) -> Persuasion:
        assert isinstance(self.game, Persuasion)
        return self.game if self.honesty is None else replace(self.game, honest_percent=100 * self.honesty)


@dataclass(frozen=True)
class ScriptedSeller(Known):
    """Calls as many sellers honest as sells best to a buyer with the given weights.

    Parameters
    ----------
    game : Pitch
    evidence_weight, prior_weight : float
        Of the buyer that it has in mind; 1 and 1 is Bayes' rule.
    rationality : float, 0 or more
        Choices have odds exp(rationality · chance of a sale).

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> pitch = persuasion.Pitch(prior_percent=30)
    >>> made = bs.play(pitch, persuasion.ScriptedSeller(pitch), sessions=1)
    >>> made.loc[made["chosen"], "move"].tolist()
    ['6']
    """

    game: Pitch
    evidence_weight: float = 1.0
    prior_weight: float = 1.0
    rationality: float = 1e6

    def decide(self, turn: Turn) -> Belief:
        """The best number, or better ones more often."""
        self._check(turn)
        space, prior, threshold = turn.amounts, self.game.prior_percent / 100, self.game.threshold_percent / 100
        worth = self.game.sales(
            space.values / 10, needed_posterior(prior, threshold, self.evidence_weight, self.prior_weight)
        )
        p = np.exp(self.rationality * (worth - worth.max()))
        return Belief.normalised(space, np.broadcast_to(p, (len(turn), len(space))))
