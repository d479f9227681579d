"""What speaks against the page, what the sources foresee, what would change it, and what they do not tell."""

from __future__ import annotations

import pandas as pd

from allywatch import scoring
from allywatch.evidence import Dossier
from allywatch.exhibits import Exhibit, Run, arrow, nothing, text
from allywatch.scoring import Verdict
from allywatch.wording.grammar import (
    capital,
    counted,
    joined,
    number,
    possessive,
    sentence,
    spaced,
    verb,
)
from allywatch.wording.sections import prose
from allywatch.wording.verdicts import forecasts, spread

MOST_FORECASTS, MOST_TOLD, MOST_NAMED = 3, 3, 2


def opposite_reading(file: Dossier, verdict: Verdict) -> Exhibit:
    """The best case against the direction on the page; without a direction, both readings side by side."""
    told = judged(file, "opposite_reading")
    if told:
        return prose("plain", [("", spaced(*told))])
    directions = file.in_play["direction"]
    if verdict.direction == "insufficient":
        sides = (
            ("Loosening.", file.in_play[directions < 0]),
            ("Tightening or holding.", file.in_play[directions >= 0]),
        )
        items = [
            ([text(lead, "strong")], _told(side, "Nothing that is told says so.")) for lead, side in sides
        ]
        return prose("plain", items, title="Two readings of what is known")
    leads_closer = verdict.tally.closer > verdict.tally.away
    against = file.in_play[directions < 0 if leads_closer else directions >= 0]
    return prose("plain", [("", _told(against, _silence(file, leads_closer)))])


def _told(events: pd.DataFrame, otherwise: str) -> list[Run]:
    """The best-founded of `events` in their own words, or `otherwise`."""
    if events.empty:
        return sentence(otherwise)
    best = events.sort_values(["corroborated", "best_grade", "intensity"], ascending=[False, True, False])
    shown, rest = best.head(MOST_TOLD).sort_index(), best.iloc[MOST_TOLD:].sort_index()
    runs = [sentence(event.summary, [event.mark]) for event in shown.itertuples()]
    if len(rest):
        words = f"{capital(number(len(rest)))} more {verb(len(rest), 'points', 'point')} the same way."
        runs.append(sentence(words, list(rest["mark"])))
    return spaced(*runs)


def _silence(file: Dossier, leads_closer: bool) -> str:
    whose = possessive(file.name)
    if leads_closer:
        weight = "All of them argue that such ties fray, so what they concede here counts for more."
        words = f"No admitted source tells of {whose} tie leading away."
    else:
        weight = "All of them argue that such ties fray, so their silence is weak evidence."
        words = f"No admitted source tells of {whose} tie leading closer or holding."
    erosion = file.sources.loc[file.sources["cited"], "stance"].eq("erosion").all()
    return f"{words} {weight}" if erosion else words


def judged(file: Dossier, kind: str) -> list[list[Run]]:
    """An analyst's judgements of one kind as sentences with marks; none where the table has none."""
    table = file.dataset.judgements
    own = table["partners"].map(lambda codes: file.partner["partner_id"] in codes).astype(bool)
    to_event = file.claims.set_index("claim_id")["event_id"].to_dict()
    return [
        sentence(row.text, file.marks(to_event.get(ref, ref) for ref in row.refs))
        for row in table[own & (table["kind"] == kind)].itertuples()
    ]


def forecast_list(file: Dossier, verdict: Verdict) -> Exhibit:
    """What the sources foresee, each attributed, with the yardstick's range where one was read."""
    if not verdict.gate.met:
        return nothing("forecasts stand under “What is known”")
    foretold = forecasts(file).drop_duplicates("event_id")
    if foretold.empty:
        words = "No source says what comes next, and this briefing gives no figure of its own."
        return prose("plain", [("", sentence(words))])
    items = []
    for _, claim in foretold.head(MOST_FORECASTS).iterrows():
        reading = (
            "No likelihood given"
            if pd.isna(claim["low"])
            else f"Read as {claim['status_word']}, {spread(claim)}"
        )
        lead = text(f"{claim['called']} ({claim['reliability']}).", "strong")
        told = [
            lead,
            text(" "),
            *sentence(claim["statement"], [claim["mark"]]),
            text(f" {reading}.", "small"),
        ]
        items.append(("", told))
    more = len(foretold) - len(items)
    note = [text(f"{capital(counted(more, 'more forecast'))} in the annex.")] if more > 0 else []
    return prose("plain", items, subtitle="never scored", note=note)


def indicators(file: Dossier, verdict: Verdict) -> Exhibit:
    """What would change this page: the gate, and the partner's own open threads."""
    gate, items = verdict.gate, []
    if not gate.met:
        missing = max(gate.min_events - gate.events, 0)
        wanted = [f"{counted(missing, 'more scored event')}"] if missing else []
        if gate.lineages < gate.min_lineages:
            wanted.append(
                "a second independent lineage"
                if gate.lineages
                else f"{number(gate.min_lineages)} independent lineages"
            )
        words = f"{capital(joined(wanted))}: then a direction is printed."
        items.append(([arrow("insufficient")], sentence(words)))
    scored = file.scored
    for direction, way in ((-1, "away"), (1, "closer")):
        single = scored[~scored["corroborated"] & (scored["direction"] == direction)]
        items += _thread("A second lineage for", single.sort_values("intensity", ascending=False), way)
    items += _thread("An independent word on", file.in_play[file.in_play["contested"]], "contested")
    foretold = file.events[file.events["event_id"].isin(forecasts(file)["event_id"])]
    items += _thread("Whether it comes to", foretold, "insufficient", last="or")
    return prose("bullets", items) if items else nothing("no open thread")


def _thread(lead: str, events: pd.DataFrame, way: str, last: str = "or") -> list[tuple[list[Run], list[Run]]]:
    """One bullet that names up to two `events` by their headlines; none for none."""
    shown = events.head(MOST_NAMED).sort_index()
    if shown.empty:
        return []
    named = joined([f"“{headline}”" for headline in shown["headline"]], last)
    return [([arrow(way)], sentence(f"{lead} {named}", list(shown["mark"])))]


def gaps(file: Dossier) -> Exhibit:
    """What the corpus does not tell about this partner."""
    profile = scoring.dimension_profile(file)
    labels = file.dataset.labels("events", "dimension")
    empty = profile[profile[["closer", "away", "held"]].sum(axis=1) == 0]["dimension"]
    items = []
    if len(empty) == len(profile):
        words = f"all {number(len(profile))} lack an event that moves or holds the tie."
        items.append(([text("Dimensions:", "strong")], sentence(words)))
    elif len(empty):
        words = f"no {joined([labels[dimension].lower() for dimension in empty], 'or')} event."
        items.append(([text("Dimensions:", "strong")], sentence(words)))
    undated = file.events[file.events["counted"].isna()]
    if len(undated):
        words = f"{number(len(undated))} of {counted(len(file.events), 'event')} {verb(len(undated), 'has', 'have')} none."
        items.append(([text("Dates:", "strong")], sentence(words, list(undated["mark"]))))
    silent = file.sources.loc[~file.sources["cited"], "called"]
    if len(silent):
        words = f"{joined(list(silent))} {verb(len(silent), 'does', 'do')} not speak of {file.name}."
        items.append(([text("Sources:", "strong")], sentence(words)))
    voices = file.claims.loc[file.claims["attributed_to"] != "", "attributed_to"].nunique()
    quoted = (
        f"{counted(voices, 'speaker')} {verb(voices, 'is', 'are')} quoted" if voices else "nobody is quoted"
    )
    items.append(([text("Voices:", "strong")], sentence(f"{quoted}; the rest is the authors’ own telling.")))
    return prose("plain", [("", spaced(*([*label, text(" "), *runs] for label, runs in items)))])
