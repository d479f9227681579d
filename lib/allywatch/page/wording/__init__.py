"""A partner's page in words: each function makes one section from a dossier and its verdict."""

from allywatch.page.wording.ahead import what_next
from allywatch.page.wording.changes import (
    changes,
    conclusions,
    listed,
    network_changes,
)
from allywatch.page.wording.happened import chronology
from allywatch.page.wording.meaning import implications
from allywatch.page.wording.opening import judgement, masthead
from allywatch.page.wording.readings import readings
from allywatch.page.wording.sureness import how_sure
from allywatch.page.wording.unknown import (
    not_known,
    not_known_in_short,
    worth_asking,
)
