"""The proposer *neighbours*: codes and events by the coded claims that are nearest in their words.

Texts become vectors of weighted words and letters (TF-IDF: Spärck Jones, Journal of Documentation 28, 1972), and the
nearest claims vote, each as much as it is near (k nearest neighbours: Cover and Hart, IEEE Transactions on
Information Theory 13, 1967). For the codes the names of actors are hidden behind their roles, so that what is said
of one partner helps with another; for the events they stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer

from allywatch.data.dataset import Dataset
from allywatch.data.frames import records
from allywatch.data.passages import Documents
from allywatch.desk.proposing import rules
from allywatch.desk.proposing.actors import Gazetteer, gazetteer
from allywatch.desk.proposing.codebook import Codebook, Move, codebook
from allywatch.desk.proposing.document import Document
from allywatch.desk.proposing.proposal import Candidate, Codes, Proposal
from allywatch.desk.proposing.rules import Reading

#: Claims that vote.
_NEIGHBOURS = 7
#: How much the sentence around a clause counts beside the clause.
_SENTENCE = 0.3
#: How much more a claim with the same partners counts than one without, in votes and in the search for events.
_SAME_PARTNERS = 2.0
_SAME_PARTNERS_OF_EVENT = 0.2
#: How much the codebook's own words count beside the votes for a type.
_DEFINITION = 1.0
#: The least nearness from which an event is offered.
_LEAST_NEAR = 0.1


@dataclass(frozen=True)
class Coded:
    """The coded claims: their rows with the codes of their events, and their texts, plain and with hidden names."""

    rows: pd.DataFrame
    plain: list[str]
    hidden: list[str]


def propose(document: Document) -> list[Proposal]:
    """What *rules* propose, with codes and events by the nearest coded claims; as by rules where nothing is coded."""
    names = gazetteer(document.dataset, document.published)
    coded = _coded(document.dataset, names)
    if coded.rows.empty:
        return rules.propose(document)
    read = rules.readings(document)
    book = codebook(document.dataset)
    moves = rules.sound_moves(book, read)
    partners = [each.cast.partners for each in read]
    shared = _shared(partners, coded.rows["partners"].tolist())
    near_codes = _nearness_of_codes(document, read, coded, names)
    near_codes = near_codes * (1 + _SAME_PARTNERS * shared)
    near_events = _nearness_of_events(document, read, coded)
    near_events = near_events + _SAME_PARTNERS_OF_EVENT * shared
    proposals = []
    for number, reading in enumerate(read):
        proposal = reading.proposal
        if proposal.is_claim:
            votes = _Votes(coded.rows, near_codes[number])
            codes = _codes(book, reading, votes, moves[number])
            events = _events(coded.rows, near_events[number], shared[number])
            proposal = rules.with_codes(proposal, codes, events, 0.4 * votes.share)
        proposals.append(proposal)
    return rules.one_for_each_sentence(read, proposals)


def _coded(dataset: Dataset, names: Gazetteer) -> Coded:
    """Every claim on a passage with its event's codes; its text is its statement, and its passage where that is at hand."""
    events = dataset.events.set_index("event_id")
    columns = ["partners", "type", "channel", "dimension", "direction", "intensity"]
    rows = dataset.claims.join(events[columns], on="event_id")
    documents = Documents(dataset.documents)
    sources = {row["source_id"]: row for row in records(dataset.sources)}
    plain = []
    hidden = []
    for claim in records(rows):
        passage = documents.passage(sources[claim["source_id"]], claim).text or ""
        text = f"{passage} {claim['statement']}"
        plain.append(text)
        hidden.append(_hidden(text, claim["partners"], names))
    return Coded(rows.reset_index(drop=True), plain, hidden)


def _hidden(text: str, partners: Sequence[str], names: Gazetteer) -> str:
    """A text with the role of each actor in the place of its name."""
    parts = []
    end = 0
    for mention in names.mentions(text):
        parts.append(text[end : mention.start])
        if names.focal_power in mention.codes:
            role = "powerx"
        elif set(mention.codes) & set(partners):
            role = "partnerx"
        else:
            role = "otherx"
        parts.append(f" {role} ")
        end = mention.end
    alone = " alonex" if tuple(partners) == (names.focal_power,) else ""
    return "".join(parts) + text[end:] + alone


def _shared(
    partners: Sequence[Sequence[str]], coded: Sequence[Sequence[str]]
) -> np.ndarray:
    """Of each clause and each coded claim, the partners both have as a share of those either has."""
    return np.array(
        [
            [
                len({*ours} & {*theirs}) / max(1, len({*ours} | {*theirs}))
                for theirs in coded
            ]
            for ours in partners
        ]
    )


def _nearness_of_codes(
    document: Document, read: Sequence[Reading], coded: Coded, names: Gazetteer
) -> np.ndarray:
    """How near each clause is to each coded claim in words and letters, names hidden."""
    clauses = []
    around = []
    for each in read:
        sentence = document.text[slice(*each.clause.sentence)]
        clauses.append(_hidden(each.clause.text, each.cast.partners, names))
        around.append(_hidden(sentence, each.cast.partners, names))
    by_words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    by_letters = TfidfVectorizer(
        sublinear_tf=True, analyzer="char_wb", ngram_range=(3, 5)
    )
    return sum(
        (
            _nearness(vectors, coded.hidden, clauses)
            + _SENTENCE * _nearness(vectors, coded.hidden, around)
            for vectors in (by_words, by_letters)
        ),
        start=np.zeros((len(read), len(coded.hidden))),
    )


def _nearness_of_events(
    document: Document, read: Sequence[Reading], coded: Coded
) -> np.ndarray:
    """How near each clause is to each coded claim in words, names and all."""
    clauses = [each.clause.text for each in read]
    around = [document.text[slice(*each.clause.sentence)] for each in read]
    vectors = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    in_clause = _nearness(vectors, coded.plain, clauses)
    return in_clause + _SENTENCE * _nearness(vectors, coded.plain, around)


def _nearness(
    vectors: TfidfVectorizer, coded: Sequence[str], texts: Sequence[str]
) -> np.ndarray:
    """The cosine of the angle between each of `texts` and each coded text, 0 to 1."""
    known = vectors.fit_transform(coded)
    return np.asarray((vectors.transform(texts) @ known.T).toarray())


class _Votes:
    """The nearest claims, and how near each is as a share of all of them."""

    def __init__(self, rows: pd.DataFrame, nearness: np.ndarray) -> None:
        nearest = np.argsort(-nearness, kind="stable")[:_NEIGHBOURS]
        self._rows = rows.iloc[nearest]
        total = nearness[nearest].sum()
        self._weights = nearness[nearest] / total if total else nearness[nearest]
        #: The share of the first in all votes for a type; a measure of how far they agree.
        self.share = max(self.by("type").values(), default=0.0)

    def by(self, *columns: str) -> dict[Hashable, float]:
        """The votes for each code of one column, or each combination of several."""
        votes: dict[Hashable, float] = defaultdict(float)
        cells = self._rows[list(columns)].itertuples(index=False, name=None)
        for values, weight in zip(cells, self._weights, strict=True):
            votes[values if len(columns) > 1 else values[0]] += float(weight)
        return dict(votes)


def _codes(
    book: Codebook, reading: Reading, votes: _Votes, allowed: Sequence[Move]
) -> Codes:
    """The codes with most votes, as far as they may stand together."""
    text = reading.clause.text
    forced = book.type_of(reading.proposal.modality)
    by_type = votes.by("type")
    for code, score in book.types.scores(text).items():
        if code in by_type:
            by_type[code] += _DEFINITION * score / 10
    kind = forced or str(rules.best(by_type, by_type))
    by_move = votes.by("channel", "direction")
    if forced:
        scores = book.channels.scores(book.definitions[forced])
        usual = book.usual_direction[forced]
        allowed = [move for move in allowed if usual in (None, move[1])] or allowed
        by_move = {move: scores[move[0]] for move in allowed}
    channel, direction = max(allowed, key=lambda move: by_move.get(move, 0.0))
    by_dimension = votes.by("dimension")
    by_intensity = votes.by("intensity")
    return Codes(
        type=kind,
        channel=channel,
        dimension=str(rules.best(by_dimension, by_dimension)),
        direction=direction,
        intensity=int(str(rules.best(by_intensity, by_intensity))),
    )


def _events(
    rows: pd.DataFrame, nearness: np.ndarray, shared: np.ndarray
) -> list[Candidate]:
    """The events of the nearest claims, each once, the nearest first."""
    found: dict[str, Candidate] = {}
    event_ids = rows["event_id"].tolist()
    claim_ids = rows["claim_id"].tolist()
    for number in np.argsort(-nearness, kind="stable"):
        if len(found) == rules.MOST_RANKED or nearness[number] < _LEAST_NEAR:
            break
        event_id = event_ids[number]
        if event_id in found:
            continue
        relation = {0.0: "another partner", 1.0: "same partners"}
        whose = relation.get(float(shared[number]), "a partner in common")
        why = f"{whose}; near {claim_ids[number]} ({nearness[number]:.2f})"
        found[event_id] = Candidate(event_id, why)
    return list(found.values())
