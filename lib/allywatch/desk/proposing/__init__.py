"""Proposals for what of a document to code: by rules, by the claims nearest in their words, or by a proposer of one's own.

A proposer is a function that takes a `Document` and returns a `Proposal` for every sentence, a claim or more, or that
there is nothing to code. It goes by the name of its entry point in the group `allywatch.proposers`. What it proposes
stands in `proposals.csv`, which no build reads, until a person accepts it.
"""

from allywatch.desk.proposing.document import Document, NotAtHand, document_of
from allywatch.desk.proposing.proposal import Candidate, Codes, Proposal
from allywatch.desk.proposing.proposers import (
    MODEL,
    NotAnswered,
    Proposer,
    UnknownProposer,
    default_proposer,
    proposer,
    proposers,
    proposers_here,
)
from allywatch.desk.proposing.saving import Proposed, keep_worth, propose
