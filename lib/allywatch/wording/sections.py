"""The sections of a briefing's body: each a passage of prose from one dossier.

Every sentence about the world ends in evidence marks; one without speaks of the corpus itself.
"""

from __future__ import annotations

import pandas as pd

from allywatch import evidence, scoring
from allywatch.evidence import Dossier
from allywatch.exhibits import Exhibit, Run, arrow, nothing, signs, text
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
from allywatch.wording.verdicts import direction_word, forecasts, spread

MOST_PER_DIMENSION = 3


def prose(style: str, items: list[tuple], title: str = "", subtitle: str = "", note=()) -> Exhibit:
    """A prose exhibit from (label, runs) pairs."""
    content = [{"label": label, "runs": runs} for label, runs in items]
    block = {"kind": "prose", "title": title, "subtitle": subtitle, "style": style, "items": content}
    return Exhibit(block | {"note": list(note)})


def changes(file: Dossier, verdict: Verdict) -> Exhibit:
    """What surely falls in the evidence's own last year, what surely before it, and what its dates leave open."""
    last, _ = evidence.cut_off(file.dataset)
    if last is None or file.in_play["counted"].isna().all():
        return nothing("no dated evidence to compare")
    start, events = last - pd.DateOffset(years=1), file.in_play
    fresh, before = events[events["earliest"] > start], events[events["counted"] <= start]
    unclear = events[~events["mark"].isin([*fresh["mark"], *before["mark"]])]
    year = f"the year to {last:%B %Y}"
    most = 0 if not verdict.gate.met else 1 if len(unclear) else 2
    items = [
        ([text("New.", "strong")], _fresh(fresh, year, most)),
        ([text("Before.", "strong")], _before(file, before, start, verdict)),
    ]
    if len(unclear):
        words = f"The dates of {counted(len(unclear), 'event')} leave open whether {verb(len(unclear), 'it falls', 'they fall')} in that year."
        items.append(([text("Open.", "strong")], sentence(words, list(unclear["mark"]))))
    return prose("columns", items, subtitle="in the evidence’s own last year; there is no earlier edition")


def _fresh(fresh: pd.DataFrame, year: str, most: int) -> list[Run]:
    if fresh.empty:
        return sentence(f"Nothing told here falls for certain in {year}.")
    newest = fresh.sort_values(["corroborated", "counted"], ascending=False).head(most)
    lead = (
        f"{capital(counted(len(fresh), 'event'))} {verb(len(fresh), 'falls', 'fall')} for certain in {year}."
    )
    told = [sentence(event.summary, [event.mark]) for event in newest.sort_values("counted").itertuples()]
    return spaced(sentence(lead, list(fresh["mark"])), *told)


def _before(file: Dossier, before: pd.DataFrame, start: pd.Timestamp, verdict: Verdict) -> list[Run]:
    if before.empty:
        return sentence(f"Nothing told here is certain to have happened by {start:%B %Y}.")
    earlier, tally = scoring.direction_of(file, before), scoring.balance(before)
    counts = [f"{number(tally.closer)} closer", f"{number(tally.away)} away"]
    counts += [f"{number(tally.held)} held"] if tally.held else []
    if earlier == verdict.direction:
        meaning = (
            "already too thin for a direction" if earlier == "insufficient" else "the same direction as now"
        )
    else:
        meaning = (
            "too thin for a direction"
            if earlier == "insufficient"
            else f"then read as {direction_word(file, earlier)}"
        )
    return sentence(
        f"What had surely happened by {start:%B %Y}: {joined(counts)}, {meaning}.", list(before["mark"])
    )


def by_dimension(file: Dossier, verdict: Verdict) -> Exhibit:
    """What is told in each dimension: its best-founded events in their own words."""
    if not verdict.gate.met:
        return nothing("too few events to group by dimension")
    labels, items, silent = file.dataset.labels("events", "dimension"), [], []
    for dimension, label in labels.items():
        here = file.in_play[file.in_play["dimension"] == dimension]
        if here.empty:
            silent.append(label.lower())
            continue
        squares = signs(here["direction"], here["corroborated"])
        items.append(([text(label.capitalize(), "strong"), squares], _best(here)))
    if silent:
        words = "No admitted source tells an event of this kind: silence, not calm."
        items.append(([text(capital(joined(silent)), "strong")], sentence(words)))
    subtitle = "filled: two lineages or more; hollow: one"
    return prose("labelled", items, subtitle=subtitle)


def _best(here: pd.DataFrame) -> list[Run]:
    ranked = here.sort_values(["corroborated", "best_grade", "intensity"], ascending=[False, True, False])
    shown = ranked.head(MOST_PER_DIMENSION).sort_values("counted", na_position="last")
    rest = here[~here["mark"].isin(shown["mark"])]
    told = [sentence(event.summary, [event.mark]) for event in shown.itertuples()]
    if len(rest):
        told.append(
            sentence(
                f"{capital(number(len(rest)))} more {verb(len(rest), 'stands', 'stand')} in the annex.",
                list(rest["mark"]),
            )
        )
    return spaced(*told)


def thin_points(file: Dossier, verdict: Verdict) -> Exhibit:
    """What hangs on one source, on one lineage, or on no date."""
    scored = file.scored
    if not verdict.gate.met:
        return nothing("the whole page is a thin point")
    single = scored[~scored["corroborated"]]
    told = []
    if verdict.overturned_by:
        names = joined([file.called[source] for source in verdict.overturned_by], "or")
        told.append(sentence(f"Without {names}, the verdict falls.", list(scored["mark"])))
    else:
        told.append(sentence("Set aside any one source, and the verdict holds.", list(scored["mark"])))
    if len(single):
        words = f"{capital(counted(len(single), 'scored event'))} {verb(len(single), 'rests', 'rest')} on a single lineage."
        told.append(sentence(words, list(single["mark"])))
    undated = scored[scored["counted"].isna()]
    if len(undated):
        words = f"{capital(number(len(undated)))} {verb(len(undated), 'has', 'have')} no date."
        told.append(sentence(words, list(undated["mark"])))
    return prose("small", [("", spaced(*told))])


def opposite_reading(file: Dossier, verdict: Verdict) -> Exhibit:
    """The best case against the direction on the page, from the evidence itself."""
    told = judged(file, "opposite_reading")
    leads_closer = verdict.tally.closer > verdict.tally.away
    speaks_against = file.in_play["direction"] < 0 if leads_closer else file.in_play["direction"] >= 0
    other = file.in_play[speaks_against]
    if not told and len(other):
        best = other.sort_values(["corroborated", "best_grade"], ascending=[False, True]).head(4)
        told = [sentence(event.summary, [event.mark]) for event in best.sort_index().itertuples()]
    if not told and not verdict.gate.events:
        return prose("plain", [("", _two_readings(file))])
    if not told:
        told = [sentence(_silence(file, leads_closer))]
    return prose("plain", [("", spaced(*told))])


def _silence(file: Dossier, leads_closer: bool) -> str:
    whose = possessive(file.name)
    if leads_closer:
        weight = "All of them argue that such ties fray, so what they concede here counts for more."
        words = f"No admitted source tells of {whose} tie leading away."
    else:
        weight = "All of them argue that thesis, so their silence is weak evidence."
        words = f"No admitted source tells of {whose} tie leading closer or holding."
    erosion = file.sources.loc[file.sources["cited"], "stance"].eq("erosion").all()
    return f"{words} {weight}" if erosion else words


def _two_readings(file: Dossier) -> list[Run]:
    words = (
        "What is told fits a tie that loosens and one that tightens alike; nothing in hand tells the two apart, "
        "and either would be an inference."
    )
    return sentence(words, file.marks())


def judged(file: Dossier, kind: str, dimension: str = "") -> list[list[Run]]:
    """An analyst's judgements of one kind as sentences with marks; none where the table has none."""
    table = file.dataset.judgements
    own = table["partners"].map(lambda codes: file.partner["partner_id"] in codes)
    chosen = table[own & (table["kind"] == kind) & ((table["dimension"] == dimension) | (dimension == ""))]
    to_event = file.claims.set_index("claim_id")["event_id"].to_dict()
    return [
        sentence(row.text, file.marks(to_event.get(ref, ref) for ref in row.refs))
        for row in chosen.itertuples()
    ]


def forecast_list(file: Dossier, verdict: Verdict) -> Exhibit:
    """What the sources foresee, each attributed, with the yardstick's range where one was read."""
    foretold = forecasts(file)
    if not verdict.gate.met:
        return nothing("forecasts stand under “What is known”")
    if foretold.empty:
        words = "No source says what comes next, and this briefing gives no figure of its own."
        return prose("plain", [("", sentence(words))])
    items = []
    foretold = foretold.drop_duplicates("event_id")
    for claim in foretold.head(3).itertuples():
        reading = (
            "no likelihood given"
            if pd.isna(claim.low)
            else f"read as {claim.status_word}, {spread(pd.Series(claim._asdict()))}"
        )
        lead = [text(f"{claim.called} ({claim.reliability}).", "strong")]
        items.append(
            (
                "",
                [
                    *lead,
                    text(" "),
                    *sentence(claim.statement, [claim.mark]),
                    text(f" {capital(reading)}.", "small"),
                ],
            )
        )
    more = len(foretold) - len(items)
    note = [text(f"{capital(counted(more, 'more forecast'))} in the annex.")] if more > 0 else []
    return prose("plain", items, subtitle="never scored", note=note)


def indicators(file: Dossier, verdict: Verdict) -> Exhibit:
    """What would change this page: the partner's own open threads."""
    items: list[tuple] = []
    gate = verdict.gate
    if not gate.met:
        missing = max(gate.min_events - gate.events, 0)
        wanted = [f"{counted(missing, 'more scored event')}"] if missing else []
        if gate.lineages < gate.min_lineages:
            wanted.append("a second, independent lineage")
        items.append(
            ([arrow("insufficient")], sentence(f"{capital(joined(wanted))}: then a direction is printed."))
        )
    for event in file.in_play[file.in_play["contested"]].head(2).itertuples():
        items.append(
            (
                _way(event.direction),
                sentence(f"An independent source that settles “{event.headline}”", [event.mark]),
            )
        )
    single = file.scored[~file.scored["corroborated"]].sort_values("intensity", ascending=False)
    for event in single.head(4 - min(len(items), 3)).itertuples():
        items.append(
            (_way(event.direction), sentence(f"A second lineage for “{event.headline}”", [event.mark]))
        )
    for claim in forecasts(file).drop_duplicates("event_id").head(1).itertuples():
        headline = file.events.set_index("event_id").loc[claim.event_id, "headline"]
        items.append(([arrow("insufficient")], sentence(f"Whether “{headline}” comes about", [claim.mark])))
    return prose("bullets", items) if items else nothing("no open thread")


def _way(direction: int) -> list[Run]:
    return [arrow({-1: "away", 0: "holding", 1: "closer"}[direction])]


def gaps(file: Dossier) -> Exhibit:
    """What the corpus does not tell about this partner."""
    profile = scoring.dimension_profile(file)
    labels = file.dataset.labels("events", "dimension")
    blank = [
        labels[row.dimension].lower()
        for row in profile.itertuples()
        if not (row.closer or row.away or row.held)
    ]
    items = []
    if blank:
        all_blank = len(blank) == len(profile)
        words = (
            "all five lack an event that moves or holds the tie"
            if all_blank
            else f"no {joined(blank, 'or')} event"
        )
        words = words.replace("all five", f"all {number(len(profile))}")
        items.append(([text("Dimensions:", "strong")], sentence(f"{words}.")))
    undated = file.events[file.events["counted"].isna()]
    if len(undated):
        words = f"{counted(len(undated), 'event')} of {len(file.events)} {verb(len(undated), 'has', 'have')} none."
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
    return prose("plain", items)
