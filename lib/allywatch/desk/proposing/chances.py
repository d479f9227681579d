"""How likely each code is for a clause, by the nearest coded claims and by a regression on traits.

The nearest claims vote, each as much as it is near (k nearest neighbours: Cover and Hart, IEEE Transactions on
Information Theory 13, 1967). Beside them stands a multinomial logistic regression on a clause's traits, which learns
from every claim and from the cases that the codebook describes. Either is right where the other is not.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from allywatch.desk.proposing.codebook import Codebook, Move

#: Claims that vote.
_NEIGHBOURS = 7
#: How closely the regression follows what is coded (the inverse of its penalty).
_CLOSENESS = 3.0
#: What a type's usual direction weighs beside the coded events of the type.
_USUAL = 3.0
_SELDOM = 0.02


def votes(
    nearness: np.ndarray, labels: Sequence[Hashable], codes: Sequence[Hashable]
) -> np.ndarray:
    """The votes of the nearest claims: for each clause (row) a share for each of `codes`; rows sum to 1, or to 0."""
    column = {code: number for number, code in enumerate(codes)}
    columns = np.array([column[label] for label in labels])
    shares = np.zeros((len(nearness), len(codes)))
    for number, near in enumerate(nearness):
        nearest = np.argsort(-near, kind="stable")[:_NEIGHBOURS]
        total = near[nearest].sum()
        if total > 0:
            np.add.at(shares[number], columns[nearest], near[nearest] / total)
    return shares


def regression(
    known: np.ndarray,
    labels: Sequence[Hashable],
    asked: np.ndarray,
    codes: Sequence[Hashable],
) -> np.ndarray:
    """What a logistic regression on traits makes of each clause (row): a share for each of `codes`; rows sum to 1."""
    column = {code: number for number, code in enumerate(codes)}
    columns = np.array([column[label] for label in labels])
    shares = np.zeros((len(asked), len(codes)))
    if len(set(columns.tolist())) == 1:
        shares[:, columns[0]] = 1.0
        return shares
    model = LogisticRegression(C=_CLOSENESS, max_iter=500).fit(known, columns)
    shares[:, model.classes_] = model.predict_proba(asked)
    return shares


def moves_of_types(
    book: Codebook, types: Sequence[str], moves: Sequence[Move]
) -> np.ndarray:
    """How likely each move of the codebook (column) is for each of its types (row), by the coded claims of the type.

    A type's usual direction counts beside them, with the channel whose description is nearest to the type's.
    """
    known = list(book.definitions)
    counts = np.full((len(known), len(book.moves)), _SELDOM)
    for row, kind in enumerate(known):
        usual = book.usual_direction[kind]
        if usual is None:
            continue
        scores = book.channels.scores(book.definitions[kind])
        total = sum(scores.values()) or 1.0
        for column, (channel, direction) in enumerate(book.moves):
            if direction == usual:
                counts[row, column] += _USUAL * scores[channel] / total
    for kind, move in zip(types, moves, strict=True):
        counts[known.index(kind), book.moves.index(move)] += 1
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))
