"""What a belief loses on its way through a message, and the least that a message of given length must lose."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim import schema
from beliefsim.beliefs import Belief, Options, kullback_leibler

Array = NDArray[np.float64]
HALF_A_PERCENT = 0.005  # a stated 0 percent counts as this: less would be said to be 0 too
_KEYS = ["draw", "session", "round"]


def transmission_table(sent: pd.DataFrame, received: pd.DataFrame) -> pd.DataFrame:
    """Set each received belief beside the one that was sent.

    Parameters
    ----------
    sent, received : DataFrame
        Beliefs about one question, with a probability per outcome; each session and round that was received was sent.
        `sent` may be of the arm ``bayes``: what the sender knew.

    Returns
    -------
    DataFrame
        A row per draw, session and round that was received, with its ``reply``: ``loss``, KL(sent ‖ received) in nats,
        missing where the answer could not be read; ``silent``, the loss of who stays with even chances; ``moved`` and
        ``apart``, whose sums have as their ratio the share of the message in what is believed (1 takes it at its word,
        0 stays with even chances); ``success``, the chance that an answer drawn from the received belief is right.

    References
    ----------
    Tishby, Pereira & Bialek (1999), arXiv:physics/0004057.

    Examples
    --------
    >>> from beliefsim.studies import messages
    >>> game = messages.Relay()
    >>> agent = messages.ScriptedMessenger(game, trust=0.5)
    >>> talk = bs.play(game, agent, sessions=3, seed=1)
    >>> ask = game.question("place")
    >>> known, heard = (bs.elicit(ask, bs.Percent(), each, at=talk) for each in (bs.Bayes(game), agent))
    >>> table = messages.transmission_table(known, heard).query("round == 2")
    >>> float(round(table["moved"].sum() / table["apart"].sum(), 9))
    0.5
    """
    said, heard = _wide(sent, _KEYS[1:]), _wide(received, _KEYS)
    points = heard.index.droplevel("draw")
    if not set(heard.columns) <= set(said.columns) or not points.isin(said.index).all():
        raise ValueError("sent and received beliefs must be of one question, and each received one must have been sent")
    unread = heard.isna().all(axis=1)
    heard = heard.reindex(columns=said.columns).fillna(0.0)  # a sampled answer names one outcome only
    heard[unread] = np.nan
    space = Options(tuple(map(str, heard.columns)))
    p, q, even = Belief(space, said.loc[points].to_numpy()), Belief(space, heard.to_numpy()), Belief.uniform(space)
    loss, away = kullback_leibler(p, q, HALF_A_PERCENT), p.p - even.p
    columns = {
        "reply": received.groupby(_KEYS, sort=True)["reply"].first().astype(str).reindex(heard.index).to_numpy(),
        "loss": loss,
        "silent": kullback_leibler(p, Belief(space, np.broadcast_to(even.p, p.p.shape))),
        "moved": ((q.p - even.p) * away).sum(axis=1),
        "apart": np.where(np.isnan(loss), np.nan, (away**2).sum(axis=1)),
        "success": (p.p * q.p).sum(axis=1),
    }
    return pd.DataFrame(columns, index=heard.index).reset_index()


def move_probabilities(decisions: pd.DataFrame, player: str) -> pd.DataFrame:
    """A player's exact probabilities of its moves, as beliefs about what it names.

    Examples
    --------
    >>> from beliefsim.studies import messages
    >>> game = messages.Relay()
    >>> talk = bs.play(game, messages.ScriptedMessenger(game), sessions=1, seed=1)
    >>> messages.move_probabilities(talk, "receiver")["value"].tolist()
    [1.0, 0.0, 0.0]
    """
    rows = decisions[decisions["player"] == player]
    same = {name: rows[name] for name in ("arm", "game", "terms", "frame", "condition", "style", "draw", "session")}
    return schema.beliefs(
        **same,
        round=rows["round"],
        teller=player,
        statistic="probability",
        unit="probability",
        outcome=rows["move"],
        value=rows["probability"],
        read=rows["read"],
        reply=rows["reply"],
    )


def code_loss(beliefs: ArrayLike, written: ArrayLike) -> tuple[float, float]:
    """Bits of a code, and nats that its best reader loses, when each belief is as likely to be sent.

    The best reader believes the mean of what is written alike, which gives up just the information about the truth that
    the message lacks: loss = I(sender; truth) − I(message; truth).

    Parameters
    ----------
    beliefs : array_like, shape (D, K)
    written : array_like, shape (D,) or (D, M)
        What each is written as.

    Examples
    --------
    >>> from beliefsim.studies import messages
    >>> bits, loss = messages.code_loss([[1, 0], [0.5, 0.5], [0, 1]], ["a", "b", "c"])
    >>> round(bits, 3), loss
    (1.585, 0.0)
    """
    p = np.asarray(beliefs, dtype=float)
    _, which, count = np.unique(np.asarray(written), axis=0, return_inverse=True, return_counts=True)
    means = np.stack([np.bincount(which.ravel(), column) / count for column in p.T], axis=1)
    share = count / count.sum()
    space = Options(tuple(map(str, range(p.shape[1]))))
    loss = kullback_leibler(Belief(space, p), Belief(space, means[which.ravel()])).mean()
    return float(-(share * np.log2(share)).sum() + 0.0), float(loss)


def bottleneck(beliefs: ArrayLike, slopes: ArrayLike | None = None, steps: int = 40) -> pd.DataFrame:
    """The least loss at each rate that any code can have, many messages being coded together: rate against distortion.

    Alternating minimisation of I(sender; message) + slope · loss, from the finest code down.

    Parameters
    ----------
    beliefs : array_like, shape (D, K)
        Each as likely to be sent.
    slopes : array_like, optional
        Nats of rate that a nat of loss is worth; one point each.
    steps : int
        Iterations a point.

    Returns
    -------
    DataFrame
        ``bits`` and ``loss`` (nats), from nothing said to everything.

    References
    ----------
    Tishby, Pereira & Bialek (1999), arXiv:physics/0004057; Blahut (1972), doi:10.1109/TIT.1972.1054855.

    Examples
    --------
    >>> from beliefsim.studies import messages
    >>> messages.bottleneck([[1, 0], [0, 1]]).round(2).iloc[[0, -1]].to_numpy().tolist()
    [[0.0, 0.69], [1.0, 0.0]]
    """
    p = np.asarray(beliefs, dtype=float)
    logs = np.log(np.where(p > 0, p, 1))
    entropy = -(p * logs).sum(axis=1)
    worth = np.asarray(np.geomspace(1.2, 300, 16) if slopes is None else slopes, dtype=float)
    meant, weight, rows = p.copy(), np.full(len(p), 1 / len(p)), [(np.log2(len(np.unique(p, axis=0))), 0.0)]
    for slope in np.sort(worth)[::-1]:
        for _ in range(steps):
            loss = -p @ np.log(np.maximum(meant, 1e-300)).T - entropy[:, None]
            sent = weight * np.exp(-slope * (loss - loss.min(axis=1, keepdims=True)))
            sent /= sent.sum(axis=1, keepdims=True)
            kept = sent.mean(axis=0) > 1e-9
            sent, loss, weight = sent[:, kept], loss[:, kept], sent.mean(axis=0)[kept]
            meant = sent.T @ p / len(p) / weight[:, None]
        rate = (sent * np.log2(np.maximum(sent, 1e-300) / weight)).sum(axis=1).mean()
        rows.append((rate, (sent * loss).sum(axis=1).mean()))
    nothing = (p * (logs - np.log(np.maximum(p.mean(axis=0), 1e-300)))).sum(axis=1).mean()
    return pd.DataFrame([(0.0, nothing), *rows[::-1]], columns=["bits", "loss"])


def _wide(beliefs: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """A row per point, a column per outcome; draws are told apart only by `keys`."""
    rows = beliefs[beliefs["statistic"] == "probability"].astype({"outcome": str})
    wide = rows.drop_duplicates([*keys, "outcome"]).pivot(index=keys, columns="outcome", values="value")
    return wide.loc[:, wide.columns.notna()]  # an unread move names no outcome
