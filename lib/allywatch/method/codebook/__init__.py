"""What the methodology shows: the codebook from the data folder, and its rules at work on real rows."""

from allywatch.method.codebook.agreement import (
    account,
    agreement,
    coded_alike,
    differences,
    seen_alike,
    seen_in_words,
)
from allywatch.method.codebook.corpus import one_event, terms
from allywatch.method.codebook.document import (
    attachments,
    changes,
    key_figures,
    masthead,
)
from allywatch.method.codebook.entries import (
    confidence,
    derived,
    directions,
    event_types,
    fields,
    house_words,
    likelihood,
)
from allywatch.method.codebook.examples import (
    balance,
    counted_events,
    examples,
    gate,
    left_out,
    weightings,
)
from allywatch.method.codebook.over_time import trends
from allywatch.method.codebook.proposing import proposers_alike
from allywatch.method.codebook.shortcomings import limits
from allywatch.method.codebook.sources import grades, source_reasons, sources
from allywatch.method.codebook.weights import sensitivity
