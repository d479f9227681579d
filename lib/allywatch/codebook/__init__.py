"""What the methodology shows: the codebook from the data folder, and its rules at work on real rows."""

from allywatch.codebook.agreement import (
    Agreement,
    account,
    agreement,
    agreement_in_words,
    coded_alike,
    differences,
    seen_alike,
)
from allywatch.codebook.corpus import grades, key_figures, limits, masthead, one_event, slant, sources
from allywatch.codebook.entries import confidence, directions, event_types, fields, likelihood, terms
from allywatch.codebook.examples import (
    Examples,
    balance,
    counted_events,
    examples,
    gate,
    left_out,
    sensitivity,
)
from allywatch.codebook.files import attachments

__all__ = [
    "Agreement",
    "Examples",
    "account",
    "agreement",
    "agreement_in_words",
    "attachments",
    "balance",
    "coded_alike",
    "confidence",
    "counted_events",
    "differences",
    "directions",
    "event_types",
    "examples",
    "fields",
    "gate",
    "grades",
    "key_figures",
    "left_out",
    "likelihood",
    "limits",
    "masthead",
    "one_event",
    "seen_alike",
    "sensitivity",
    "slant",
    "sources",
    "terms",
]
