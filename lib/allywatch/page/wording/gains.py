"""Who only gains in what others do: partners to whom others turn, and of whose own tie nothing is reported."""

from __future__ import annotations

import pandas as pd

from allywatch.evidence.dossiers import Dossier

#: As many events of others as make a partner somebody who gains.
BENEFICIARY = 3


def gained_in(dossier: Dossier) -> pd.DataFrame:
    """The events in which others turn to the partner, and so away from the power: supported realignments to it."""
    code = dossier.partner["partner_id"]
    beside = dossier.beside
    named = [code in parties for parties in beside["counterparts"]]
    turned_to = pd.Series(named, beside.index, dtype=bool)
    supported = beside["n_claims"] > 0
    return beside[turned_to & supported & (beside["channel"] == "realignment")]


def is_gainer(dossier: Dossier) -> bool:
    """Whether the partner only gains in what others do: nothing on its own tie in play, and enough of theirs."""
    return dossier.in_play.empty and len(gained_in(dossier)) >= BENEFICIARY
