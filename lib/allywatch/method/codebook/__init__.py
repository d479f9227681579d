"""What the methodology shows: the codebook from the data folder, and its rules at work on real rows."""

from allywatch.method.codebook.agreement import (
    account,
    agreement,
    agreement_in_words,
    coded_alike,
    differences,
    seen_alike,
)
from allywatch.method.codebook.corpus import (
    grades,
    limits,
    one_event,
    slant,
    sources,
    suggestions,
)
from allywatch.method.codebook.document import (
    attachments,
    changes,
    key_figures,
    masthead,
)
from allywatch.method.codebook.entries import (
    confidence,
    directions,
    event_types,
    fields,
    likelihood,
    terms,
)
from allywatch.method.codebook.examples import (
    balance,
    counted_events,
    examples,
    gate,
    left_out,
    sensitivity,
)
