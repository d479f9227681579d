"""Who says it and what is left without them, and where each number of the page leads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from allywatch.data import dates
from allywatch.data.frames import each_row
from allywatch.data.source_names import short
from allywatch.evidence.dossiers import Dossier
from allywatch.evidence.rules import way
from allywatch.evidence.scoring import Verdict
from allywatch.evidence.shown import best_founded, most
from allywatch.page.directions import is_stated
from allywatch.page.wording.grammar import counted, joined, remark
from allywatch.page.wording.opening import direction_word, has_chart
from allywatch.page.wording.sureness import argument
from allywatch.page.wording.voices import abbreviations, behind
from briefmill.blocks import (
    Block,
    Item,
    Prose,
    Reference,
    References,
    Row,
    omit,
    role,
    row,
    table,
)
from briefmill.texts import TextLike, text, typographic

WHO_SAYS_IT = "Who says it, and what is left without them"
NUMBERS = "Where each number leads"
#: Sources of which a number gives the passages.
MOST_CITED = 12
#: Publishers of several of the sources for which there is no room.
MOST_PUBLISHERS = 5
#: After how many numbers a page has no room for.
MORE_NUMBERS = "more in the attached events.csv"


@role("sources")
def introduced(dossier: Dossier) -> Block:
    """The sources that speak of the partner in a line: what each is, and how reliable, the best first."""
    kinds = dossier.dataset.labels("sources", "doc_type")
    grades = dossier.dataset.labels("sources", "reliability")
    speaking = [
        source
        for source in each_row(dossier.sources)
        if source.source_id in dossier.speaking
    ]
    if not speaking:
        return omit("no source speaks of it")
    # What several sources are alike is said once.
    alike = ""
    if len(speaking) > 1 and len({source.doc_type for source in speaking}) == 1:
        alike = f" Each of them: {kinds[speaking[0].doc_type].lower()}."
    by_grade: dict[str, list[str]] = {grade: [] for grade in grades}
    for source in speaking:
        kind = "" if alike else f" ({kinds[source.doc_type].lower()})"
        by_grade[source.reliability].append(f"{source.called}{kind}")
    named = [
        f"{joined(names)}: {grades[grade].lower()}"
        for grade, names in _grouped(dossier, by_grade).items()
        if names
    ]
    words = f"{'; '.join(named)}.{alike}"
    return Prose(items=(Item((), tuple(remark(words))),))


def _grouped(
    dossier: Dossier, by_grade: Mapping[str, list[str]]
) -> dict[str, list[str]]:
    """The names by grade; of very many sources a few of each, and how many more there are."""
    count = most(dossier.dataset, "sources")
    if sum(map(len, by_grade.values())) <= count:
        return dict(by_grade)
    few = max(count // len(by_grade), 1)
    return {
        grade: [*names[:few], *([f"{len(names) - few:,} more"] if names[few:] else [])]
        for grade, names in by_grade.items()
    }


@role("sources")
def who_says_it(dossier: Dossier, verdict: Verdict | None = None) -> Block:
    """The sources: what each is, how reliable, how many of the reports it makes, and what is left without it.

    Without a `verdict`, on the page of the network, nothing is said of what is left.
    """
    if dossier.sources.empty:
        return omit("there is no source")
    made = dossier.supporting.drop_duplicates(["source_id", "event_id"])
    of_moving = made["event_id"].isin(dossier.scored["event_id"])
    reports = Counter(made["source_id"][of_moving].tolist())
    speaking = dossier.speaking
    ranked = sorted(
        each_row(dossier.sources),
        key=lambda source: (
            source.source_id not in speaking,
            -reports[source.source_id],
        ),
    )
    count = most(dossier.dataset, "sources")
    rows = [
        _source(dossier, verdict, source, reports, speaking)
        for source in ranked[:count]
    ]
    columns = [
        ("Source", "38mm"),
        ("What it is", "1fr"),
        ("How reliable", "31mm"),
        ("Reports", "22mm"),
        ("Without it", "38mm"),
    ]
    title = WHO_SAYS_IT
    if verdict is None:
        columns.pop()
        title = "Who the sources are"
    argued = argument(dossier)
    notes = [f"{argued}." if argued else "", _more_sources(dossier, ranked[count:])]
    note = " ".join(words for words in notes if words)
    grades = "grades: A completely reliable to E unreliable, F cannot be judged"
    return table(dossier.sources, columns, rows, note, title, grades)


def _more_sources(dossier: Dossier, sources: Iterable[Any]) -> str:
    """How many sources a page has no room for, how reliable they are, whose they are, and where they are listed."""
    left = [
        source
        for source in sources
        if source.source_id in dossier.speaking or not dossier.dataset.partner
    ]
    if not left:
        return ""
    grades = Counter(source.reliability for source in left)
    graded = [f"{count:,} graded {grade}" for grade, count in sorted(grades.items())]
    more = counted(len(left), "more source").capitalize()
    listed = f"{more} in the attached sources.csv: {joined(graded)}."
    return f"{listed} {_by_publisher(left)}".rstrip()


def _by_publisher(sources: Iterable[Any]) -> str:
    """Who published several of some sources, and how many texts of each there are; "" where nobody did."""
    texts = Counter(source.publisher for source in sources if source.publisher)
    several = [(name, count) for name, count in texts.most_common() if count > 1]
    if not several:
        return ""
    named = [
        f"{short(name)}, {count:,} texts" for name, count in several[:MOST_PUBLISHERS]
    ]
    left = len(several) - len(named)
    if left:
        named.append(counted(left, "other publisher"))
    return f"Of several of them the publisher is the same: {'; '.join(named)}."


def _source(
    dossier: Dossier,
    verdict: Verdict | None,
    source: Any,
    reports: Mapping[str, int],
    speaking: set[str],
) -> Row:
    kinds = dossier.dataset.labels("sources", "doc_type")
    grades = dossier.dataset.labels("sources", "reliability")
    speaks = source.source_id in speaking
    when = dates.format_edtf(source.published)
    n_reports = reports.get(source.source_id, 0)
    of = f"{n_reports:,} of {len(dossier.scored):,}"
    if not n_reports:
        of = _instead(dossier, source.source_id)
    cells: list[TextLike] = [
        text(source.called, "strong" if speaks else ""),
        f"{kinds[source.doc_type]}, {when}",
        f"{source.reliability}: {grades[source.reliability].lower()}",
        of,
    ]
    if verdict is not None:
        cells.append(_without(dossier, verdict, source.source_id))
    return row(*cells)


def _instead(dossier: Dossier, source_id: str) -> str:
    """What a source says that reports nothing that moves the tie."""
    claims = dossier.all_claims[dossier.all_claims["source_id"] == source_id]
    if source_id not in dossier.speaking:
        return "nothing here"
    if source_id in set(dossier.supporting["source_id"]):
        return "none moves it"
    return "background" if claims["supports"].any() else "nothing counted"


def _without(dossier: Dossier, verdict: Verdict, source_id: str) -> str:
    """``1 closer, 8 away: away``: what is left without a source, and the direction where there is one."""
    left_out = verdict.left_out.set_index("source_id")
    if source_id not in left_out.index:
        return "no change"
    left = left_out.loc[source_id]
    counts = f"{left['closer']:,} closer, {left['away']:,} away"
    if way(dossier.rules, verdict.direction) == "holding":
        counts = f"{left['held']:,} as it was, {counts}"
    if not is_stated(dossier, verdict):
        return counts
    if left["direction"] == verdict.direction:
        return f"{counts}: stands"
    word = direction_word(dossier, str(left["direction"])).removeprefix("moving ")
    n_moves = verdict.tally.closer + verdict.tally.away
    turned = way(dossier.rules, verdict.direction) == "turned"
    if turned and left["closer"] + left["away"] == n_moves:
        counts += ", a date lost"
    if left["lineages"] == 1:
        others = {*behind(dossier, dossier.scored["event_id"])} - {source_id}
        word += f": one {'source' if len(others) == 1 else 'independent source'} left"
    return f"{counts}: {word}"


@role("references")
def references(dossier: Dossier) -> Block:
    """Where each number leads: the events, their rows, and the place of each of their passages and records."""
    if dossier.all_events.empty:
        return omit("there is nothing to lead to")
    short = abbreviations(dossier)
    drawn = _drawn(dossier)
    # Without a chart only what the text cites is listed, and a screen has the others in a table.
    room = most(dossier.dataset, "references" if drawn else "rows")
    told = _told(dossier, short)
    items = [
        Reference(mark, *words, always=True)
        for mark, words in told.items()
        if mark in drawn
    ]
    others = {mark: words for mark, words in told.items() if mark not in drawn}
    cited = set(dossier.all_claims["source_id"].unique())
    explained = [
        f"{letters}: {dossier.called[source_id]}"
        for source_id, letters in short.items()
        if letters != dossier.called[source_id] and source_id in cited
    ]
    subtitle = f"event, row, {_places(dossier.all_claims)}"
    if explained and len(explained) <= most(dossier.dataset, "sources"):
        subtitle += f" · {', '.join(explained)}"
    return References(
        items=tuple(items),
        others=others,
        title=NUMBERS,
        subtitle=subtitle,
        more=MORE_NUMBERS if len(told) > room else "",
        data=dossier.all_events,
    )


def _places(claims: pd.DataFrame) -> str:
    """What a place of one of the claims is: the first character of a passage, or a record."""
    has_record = claims["locator"] != ""
    if not has_record.any():
        return "first character of each passage"
    if has_record.all():
        return "record"
    return "first character of each passage, or record"


def _drawn(dossier: Dossier) -> set[str]:
    """The marks of what a chart names, which is no text: what moves or holds the tie, of very much the best founded."""
    if not has_chart(dossier):
        return set()
    in_play = dossier.in_play
    return set(best_founded(in_play, most(dossier.dataset, "references"))["mark"])


def _told(dossier: Dossier, short: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What stands where each mark leads: the headlines of its events, and their rows with the places behind them."""
    events = dossier.all_events
    columns = (events["mark"], events["event_id"], events["headline"])
    event_ids = defaultdict(list)
    headlines = defaultdict(list)
    for mark, event_id, headline in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        event_ids[mark].append(event_id)
        headlines[mark].append(headline)
    cited = _cited(dossier.all_claims)
    return {
        mark: (
            typographic("; ".join(headlines[mark])),
            _origin(event_ids[mark], cited, short),
        )
        for mark in sorted(event_ids, key=int)
    }


def _cited(claims: pd.DataFrame) -> dict[str, dict[str, str]]:
    """By event and source, the places of `claims`, which are in their order: locators of records, first characters of passages."""
    cited: dict[str, dict[str, str]] = defaultdict(dict)
    columns = (claims[name] for name in ("event_id", "source_id", "locator", "start"))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for event_id, source_id, locator, start in rows:
        of_event = cited[event_id]
        place = locator or str(start)
        before = of_event.get(source_id)
        of_event[source_id] = f"{before}, {place}" if before else place
    return cited


def _origin(
    event_ids: Sequence[str],
    cited: Mapping[str, Mapping[str, str]],
    short: Mapping[str, str],
) -> str:
    """The rows of some events, and where they are `cited`."""
    places = cited.get(event_ids[0], {})
    if len(event_ids) > 1:
        places = _together(cited.get(event_id, {}) for event_id in event_ids)
    sources = [
        f"{short[source_id]} {of_source}" for source_id, of_source in places.items()
    ]
    left = len(sources) - MOST_CITED
    if left > 0:
        sources[MOST_CITED:] = [f"{left:,} more source{'s' * (left > 1)}"]
    rows = " ".join(event_ids)
    return f"{rows} · {'; '.join(sources)}" if sources else rows


def _together(cited: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """By source, the places at which several events are `cited`."""
    places: dict[str, list[str]] = defaultdict(list)
    for of_event in cited:
        for source_id, of_source in of_event.items():
            places[source_id].append(of_source)
    return {source_id: ", ".join(each) for source_id, each in places.items()}
