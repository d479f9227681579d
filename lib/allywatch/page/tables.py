"""Frame to table: the annex rows that every evidence mark leads to, and the boxes beside them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.frames import each_row
from allywatch.data.loading import Dataset
from allywatch.evidence import parts
from allywatch.evidence.disagreements import disagreements
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.scoring import Verdict
from allywatch.page import wording
from allywatch.page.directions import arrow, signs
from allywatch.page.wording.grammar import possessive, spaced
from briefmill.blocks import (
    Block,
    Definition,
    Gate,
    Group,
    Row,
    Slot,
    Term,
    omit,
    role,
    row,
    table,
)
from briefmill.texts import Run, marks, text

MOST_POINTS = 5
SIGN = "\N{NO-BREAK SPACE}≠"  # behind what accounts disagree on
CONTEXT = "Context: shown, never scored"
BESIDE = "Named as the other party, or told of"
_WAYS = {
    -1: ("away", "away"),
    0: ("holding", "holds"),
    1: ("closer", "closer"),
}  # key and word


def event_table(dossier: Dossier, verdict: Verdict) -> Block:
    """Annex: one row per event, with source, grade and first character of every passage."""
    columns = [
        ("", "8mm"),
        ("Date as spoken", "25mm"),
        ("Event", "1fr"),
        ("Channel", "21mm"),
    ]
    columns += [
        ("Dimension", "19mm"),
        ("Direction", "16mm"),
        ("Source, grade, place", "29mm"),
    ]
    columns += [("Corroboration", "23mm")]
    labels = {
        name: dossier.dataset.labels("events", name)
        for name in ("channel", "dimension")
    }
    beside = f"{BESIDE} {possessive(dossier.power['name'])} own standing: counts for nothing here"
    titled = (
        ("", dossier.in_play),
        (CONTEXT, dossier.context),
        (beside, dossier.beside),
    )
    groups = [
        Group(
            tuple(_event_row(dossier, event, labels) for event in each_row(events)),
            label,
        )
        for label, events in titled
        if len(events)
    ]
    note = [
        *disputed(dossier, dossier.events),
        text("since", "emph"),
        text(" = begun then and still true; "),
        text("told in", "emph"),
        text(" = when it was reported, since no source says when it was; "),
        text("undated", "emph"),
        text(
            " = no source gives a date. Grade: source A–F, then its claims 1–6; place: first character of each passage. "
        ),
        *_together(dossier),
    ]
    subtitle = "every mark leads to a row here; every row leads to its passages"
    return table(dossier.all_events, columns, groups, note, "Annex: evidence", subtitle)


def disputed(dossier: Dossier, shown: pd.DataFrame) -> list[Run]:
    """What ≠ means, where one of the events `shown` has it, and where to read on, where there is something."""
    if not shown["contested"].any():
        return []
    return [
        text(
            "≠ accounts disagree"
            + (". " if _points(dossier).empty else ", see Contested points. ")
        )
    ]


def _points(dossier: Dossier) -> pd.DataFrame:
    """The relations that the section on contested points tells of."""
    return dossier.relations[
        dossier.relations["kind"].isin(["contradicts", "supersedes"])
    ]


def _event_row(dossier: Dossier, event: Any, labels: dict[str, Any]) -> Row:
    return row(
        *(
            marks([event.mark]),
            dates.format_edtf(event.date),
            [
                text(event.headline + (SIGN if event.contested else "")),
                *doubted(dossier, event),
            ],
        ),
        *(
            labels[name][getattr(event, name)].lower()
            for name in ("channel", "dimension")
        ),
        *standing(dossier.dataset, event),
        anchor=event.mark,
    )


def doubted(dossier: Dossier, event: Any) -> list[Run]:
    """What outside reports say against claims of an event, each with its reference, in a line of its own."""
    doubts = dossier.doubts_by_event.get(event.event_id, {})
    return [
        text(f"\nDoubted ({', '.join(claim_ids)}): {said}", "small")
        for said, claim_ids in doubts.items()
    ]


def standing(dataset: Dataset, event: Any) -> tuple[list[Run], list[Run], list[Run]]:
    """The cells of an event on its direction, its places and its corroboration, or why it is not scored."""
    if not (event.scored or event.held):
        return [text("–")], _places(event.places), [text(_why_unscored(dataset, event))]
    key, word = _WAYS[event.direction]
    return (
        [arrow(dataset, key), text(f" {word}")],
        _places(event.places),
        _corroboration(event),
    )


def _places(places: Any) -> list[Run]:
    told = places if isinstance(places, list) else []
    runs = (
        [text(source, "strong"), text(f" {grade}  {starts}")]
        for source, grade, starts in told
    )
    return spaced(*runs, between="\n")


def _corroboration(event: Any) -> list[Run]:
    words = " one source" if event.n_sources == 1 else " one lineage"
    if event.corroborated:
        words = f" {wording.number(event.n_lineages)} lineages"
    if event.told_of:
        words += f", told of {event.told_of}"
    if event.superseded:
        words += ", since overtaken"
    return [signs([event.direction], [event.corroborated]), text(words)]


def _why_unscored(dataset: Dataset, event: Any) -> str:
    if dataset.partner and dataset.partner not in event.partners:
        return _whose_tie(dataset, event)
    if event.counted_as:
        return f"told of {event.told_of}, counted once, as {event.counted_as}"
    region = f", told of {event.told_of}" if event.told_of else ""
    if event.channel != "context":
        return f"not firm enough to score{region}"
    kinds = {"FORECAST": "forecast", "CONDITION": "standing condition"}
    return kinds.get(event.type, "not the tie itself") + region


def _whose_tie(dataset: Dataset, event: Any) -> str:
    """Whose tie an event bears on that stands on the page of somebody else."""
    power = dataset.rules["focal_power"]
    partners = dataset.partners
    names = dict(zip(partners["partner_id"], partners["name"], strict=True))
    if power in event.partners:
        return f"{possessive(names[power])} own standing"
    return f"tie of {wording.joined([names[code] for code in event.partners])}"


def known_table(dossier: Dossier, verdict: Verdict) -> Block:
    """Where no direction can be given: every event in a sentence, with how it is known."""
    if dossier.all_events.empty:
        return omit("no source tells of this tie")
    columns = [
        *(("", "8mm"), ("Date as spoken", "27mm"), ("What is told", "1fr", "prose")),
        *(("Standing", "33mm"), ("Source, grade, place", "31mm")),
    ]
    rows = []
    for event in each_row(dossier.all_events):
        direction, places, known = standing(dossier.dataset, event)
        in_play = (
            [*direction, text("; "), *known[1:]]
            if event.scored or event.held
            else known
        )
        summary = [
            text(event.summary + (SIGN if event.contested else "")),
            *doubted(dossier, event),
        ]
        cells = (
            marks([event.mark]),
            dates.format_edtf(event.date),
            summary,
            in_play,
            places,
        )
        rows.append(row(*cells, anchor=event.mark))
    note = [*disputed(dossier, dossier.events), *_together(dossier)]
    return table(
        dossier.all_events,
        columns,
        rows,
        note,
        subtitle=wording.counted(len(dossier.all_claims), "claim"),
    )


def gate(dossier: Dossier, verdict: Verdict) -> Block:
    """Why no number is printed: what the gate asks and what there is."""
    gate = verdict.gate
    held, shown = len(dossier.in_play) - gate.events, len(dossier.context)
    beside = [wording.counted(held, "held event")] if held else []
    beside += [wording.counted(shown, "context event")] if shown else []
    scored = dossier.supporting["event_id"].isin(dossier.scored["event_id"])
    sources = sorted(dossier.supporting.loc[scored, "called"].unique())
    others = f"Shown{' beside them' if gate.events else ''}, never scored: {wording.joined(beside)}."
    rest_on = f"They rest on {wording.joined(sources)}."
    slots = [
        _slot("Scored events", gate.events, gate.min_events, others if beside else ""),
        _slot(
            "Lineages behind them",
            gate.lineages,
            gate.min_lineages,
            rest_on if sources else "",
        ),
    ]
    blank = " A blank here says the corpus looked elsewhere; it must not be read as nought, as balance, or as a tie that holds."
    aside = [text("No evidence is not evidence of calm.", "strong"), text(blank)]
    return Gate(
        subtitle="a balance is printed once both are filled",
        aside=tuple(aside),
        slots=tuple(slots),
    )


def _slot(what: str, count: int, least: int, note: str) -> Slot:
    """How many there are of something, and how many are asked for."""
    needed = (
        f"{count} of {least} needed"
        if count <= least
        else f"{count}, where {least} are needed"
    )
    return Slot(f"{what}: {needed}", min(count, least), least, note)


@role("contested")
def contested(dossier: Dossier) -> Block:
    """Points on which claims, read side by side, do not say the same; overtaken readings apart.

    Contradictions that hang together are one point: the reading most often contradicted stands on the left,
    the others on the right. Of an overtaken reading the later ones stand on the left.
    """
    pairs = _points(dossier)
    if pairs.empty:
        return omit("no contradiction is recorded")
    told, events = (
        dossier.claims.set_index("claim_id"),
        dossier.events.set_index("event_id"),
    )
    rows: dict[str, list[list[Any]]] = {
        kind: [] for kind in ("contradicts", "supersedes")
    }
    points = disagreements(pairs)
    points.sort(
        key=lambda point: -told.loc[[*point[2], *point[3]], "source_id"].nunique()
    )
    for kind, about, ones, others in points:
        claim_id = ones[0] if kind == "contradicts" else others[0]
        event: Any = events.loc[str(told.at[claim_id, "event_id"])]
        point = [text(event["headline"], "strong"), marks([event["mark"]])]
        on = dossier.dataset.labels("relations", "about")[about].lower()
        settling = wording.settling(dossier, [*ones, *others])
        rows[kind].append(
            [
                point,
                on,
                _readings(told.loc[ones]),
                _readings(told.loc[others]),
                settling,
            ]
        )
    columns = [
        ("Point", "36mm"),
        ("On", "17mm"),
        ("One reading", "1fr"),
        ("Other readings", "1fr"),
    ]
    settled = any(cells[-1] for points in rows.values() for cells in points)
    columns += [("Would settle it", "36mm")] if settled else []
    titled: list[tuple[str, list[list[Any]]]] = [
        ("", rows["contradicts"]),
        ("Overtaken: the later reading first", rows["supersedes"]),
    ]
    # Every point of the network, whose pages may grow; a partner's may not.
    most = MOST_POINTS if dossier.dataset.partner else len(points)
    shown, room = [], most
    for label, shown_points in titled:
        kept = [row(*cells[: len(columns)]) for cells in shown_points[:room]]
        shown += [Group(tuple(kept), label)] if kept else []
        room -= len(kept)
    left = len(points) - most
    more = f"{wording.counted(left, 'more point')} in the attached relations.csv.".capitalize()
    note = more if left > 0 else ""
    subtitle = "where claims, read side by side, do not say the same"
    subtitle += f" · what would settle it: {wording.BY_ANALYST}" if settled else ""
    return table(pairs, columns, shown, note, subtitle=subtitle)


def _readings(claims: pd.DataFrame) -> list[Run]:
    readings = []
    for claim in each_row(claims.sort_values(["source_id", "start"])):
        grade = f" {claim.source_id} {claim.reliability}{claim.credibility}"
        readings.append(
            [
                text(claim.statement),
                text(grade.replace(" ", "\N{NO-BREAK SPACE}"), "small"),
            ]
        )
    return spaced(*readings, between="\n")


def who_gains(dossier: Dossier, verdict: Verdict) -> Block:
    """Third parties the partner binds itself to, with the events that say so."""
    away = dossier.scored[dossier.scored["channel"] == "realignment"].explode(
        "counterparts"
    )
    if away.empty:
        return omit("no scored event binds the partner to a third party")
    order = (
        away.groupby("counterparts").size().sort_values(ascending=False, kind="stable")
    )
    rows = []
    for code in order.index:
        events = away[away["counterparts"] == code]
        squares = signs(events["direction"], events["corroborated"])
        turned = [
            squares,
            text(" " if len(events) < 5 else "\n"),
            marks(events["mark"]),
        ]
        rows.append(row(text(dossier.actors[code], "strong"), turned))
    return table(away, [("Third party", "26mm"), ("Turned to, in", "1fr")], rows)


def sources(dossier: Dossier) -> Block:
    """The admitted sources with their grades, those silent on the partner named below."""
    items = []
    for source in each_row(dossier.sources[dossier.sources["cited"]]):
        when = dates.format_edtf(source.published) + (
            ", inferred" if source.published_basis == "inferred" else ""
        )
        kind = dossier.dataset.labels("sources", "doc_type")[source.doc_type].lower()
        words = [text(f"{source.called}, {kind}; {when}")]
        items.append(Term(source.source_id, tuple(words), source.reliability))
    unheard, lineages = (
        dossier.sources[~dossier.sources["cited"]],
        dossier.sources["lineage"].nunique(),
    )
    silent = [f"{source.source_id} {source.called}" for source in each_row(unheard)]
    shared = f"{lineages} independent lineages"
    if lineages == len(dossier.sources):
        shared = "no two are known to share an upstream"
    closing = (
        "Grades, by the Admiralty code: sources from A (reliable) to F (cannot be judged); "
        f"claims from 1 (confirmed) to 5 (improbable), 6 (cannot be judged). {shared.capitalize()}."
    )
    if silent:
        tell = wording.verb(len(silent), "tells", "tell")
        closing = f"{wording.joined(silent)} {tell} nothing of this tie. {closing}"
    return Definition(items=tuple(items), note=(text(closing),))


def slant(dossier: Dossier) -> Block:
    """How one-sided the corpus is: claims with a direction that say closer or holding."""
    told = (
        (dossier.name, wording.other_way(dossier)),
        ("all partners", parts.slant(dossier.dataset)),
    )
    return wording.one_sided(
        dossier, [(f"about {name}", part, of) for name, (part, of) in told if of]
    )


def _together(dossier: Dossier) -> list[Run]:
    """Which events are told of several partners in one breath; nothing where none is."""
    shared = dossier.events[dossier.events["partners"].map(len).gt(1)]
    if shared.empty:
        return []
    return [
        text(f"Said of several partners at once, not of {dossier.name} alone:"),
        marks(shared["mark"]),
    ]
