"""The blocks of a page, each compared with the rows: sentences by `truth`, tables and lines cell by cell."""

import re

from reading import country, overview_of, printed
from recount import Rows, Tie
from truth import NUMBERS, Page, fits

from allywatch.data import loading
from allywatch.evidence import dossiers, network
from briefmill.blocks import (
    Chronology,
    Judgement,
    References,
    Several,
    Strip,
    Table,
    Triggers,
)
from briefmill.texts import plain

_ARROWS = {1: "closer", -1: "away", 0: "holding"}
#: How a table of the page is known: by its columns.
WHO_SAYS_IT = "How reliable"
DIRECTIONS = "If one source is left out, the direction"
EVERY_EVENT = "What happened"
WHAT_IT_SAYS = "What it says"


def slips(folder, partners=None):
    """What is false or cannot be read on the overview and on the pages of `partners`; of None, all partners."""
    dataset = loading.load(folder)
    rows = Rows(folder)
    called = dossiers.named(dataset.sources).set_index("source_id")["called"].to_dict()
    found = _names(rows, called)
    net = network.network(dataset)
    page = Page(rows, "", called)
    found += _checked(page, overview_of(net), "overview")
    known = [dossier.partner["partner_id"] for dossier, _ in net.judged]
    for partner in known[:partners]:
        page = Page(rows, partner, called)
        found += _checked(page, country(dataset, partner), partner)
    return found


def _names(rows, called):
    """Names of sources that two share, or that do not begin as the publisher or the title does."""
    found = []
    if len(set(called.values())) < len(called):
        found.append("two sources have one name")
    for key, name in called.items():
        full = rows.source[key]["publisher"] or rows.source[key]["title"]
        bare = re.sub(r" \([^)]*\)", "", name)
        if not full.startswith(bare.partition("…")[0].rstrip()):
            found.append(f"{name!r} is no name of {full!r}")
    return found


def _checked(page, blocks, where):
    for block in blocks:
        _block(page, block)
    return [f"{where}: {slip}" for slip in page.slips]


def _block(page, block):
    if isinstance(block, Judgement):
        _judgement(page, block)
    elif isinstance(block, Chronology):
        _chronology(page, block)
    elif isinstance(block, Several):
        for each in block.blocks:
            _block(page, each)
    elif isinstance(block, Triggers):
        for column in block.columns:
            for trigger in column.triggers:
                page.read(f"{trigger.act} {plain(trigger.meaning).strip()}")
    elif isinstance(block, Strip):
        for cell in block.cells:
            page.read(plain(cell.runs), page.headline)
            if cell.arrows:
                ways = [each.arrow for each in cell.arrows]
                filled = sum(each.filled for each in cell.arrows)
                counts = (ways.count("closer"), ways.count("away"), filled)
                tie = page.tie
                is_so = counts == (len(tie.closer), len(tie.away), len(tie.firm))
                _expect(page, is_so, "arrows", cell)
    elif isinstance(block, Table):
        _table(page, block)
    elif isinstance(block, References):
        for item in block.items:
            _reference(page, item)
    else:
        for words in printed(block):
            page.read(words, page.headline)


def _expect(page, is_so, what, seen):
    if not is_so:
        page.slips.append(f"false {what}: {seen}")


def _events(page, words):
    """The events of which words tell by summary or headline."""
    tokens = page._pattern.sub(page._token, words)
    found = re.findall(r"⟦[HS]:([^⟧]*)⟧", tokens)
    event_of = {each["claim_id"]: each["event_id"] for each in page.rows.claims}
    for key in re.findall(r"⟦J:([^⟧]*)⟧", tokens):
        refs = page.rows.refs[key]
        found += [event_of.get(ref, ref) for ref in refs]
    return found


def _judgement(page, block):
    page.headline = _events(page, plain(block.headline))
    page.read(plain(block.headline))
    for paragraph in block.paragraphs:
        page.read(plain(paragraph), page.headline)
    if not page.partner:
        return
    page.read(block.note)
    rules = page.rows.rules["direction_words"]
    words = {rule["key"]: rule["word"] for rule in rules}
    word = words[page.tie.direction] if page.tie.events else "not known"
    _expect(page, block.word.lower() == word.lower(), "direction", block.word)


def _chronology(page, block):
    for group in block.groups:
        for step in group.steps:
            events = _events(page, plain(step.runs))
            if "⟦J:" in page._pattern.sub(page._token, plain(step.runs)):
                continue  # an analyst's line, which `check` compares with its rows
            _line(page, events[0], step.arrow, plain(step.who), step)
            date = page.rows.event[events[0]]["date"]
            if group.label:
                _expect(page, not date or date.startswith(".."), "undated line", step)
                _first_report(page, events[0], step.when)
            else:
                _expect(page, fits(step.when, date), "day", step)
    for key in block.key:
        page.read(key.words)


def _first_report(page, event, words):
    sources = page.rows.behind(event) or {
        claim["source_id"] for claim in page.rows.claims_of[event]
    }
    days = [page.rows.source[each]["published"] for each in sources]
    said = words.removeprefix("no date, ").removeprefix("reported ")
    if said == "in an undated text":
        _expect(page, not any(days), "report", words)
    else:
        _expect(page, any(day and fits(said, day) for day in days), "report", words)


def _line(page, event, arrow, who, seen):
    """The sign of an event, and who stands behind it."""
    tie = page.tie
    leads = tie.leads(event)
    behind = page.rows.behind(event)
    counts = event in tie.moves or event in tie.held
    if counts:
        _expect(page, arrow.arrow == _ARROWS[leads], "sign", seen)
        _expect(page, arrow.filled == page.rows.is_firm(event), "filled sign", seen)
    else:
        _expect(page, arrow.arrow in ("doubtful", "context"), "sign", seen)
    _who(page, event, behind, who, seen)


def _who(page, event, behind, who, seen):
    named, _, against = who.partition("; ")
    if against:
        tokens = page._pattern.sub(page._token, against)
        _expect(page, page.against(tokens, event), "denial", seen)
    else:
        is_quiet = not page.rows.deniers(event) and not page.rows.is_disputed(event)
        _expect(page, is_quiet, "silence on a denial", seen)
    many = re.fullmatch(r"(\d+) sources", named)
    if many:
        is_so = int(many[1]) == len(behind) and page.rows.is_firm(event)
        _expect(page, is_so, "number of sources", seen)
        return
    sources = page.sources(page._pattern.sub(page._token, named))
    every = {claim["source_id"] for claim in page.rows.claims_of[event]}
    _expect(page, sources == (behind or every), "sources", seen)
    _expect(page, len(sources) == 1 or not page.rows.is_firm(event), "sources", seen)


def _table(page, block):
    labels = [column.label for column in block.columns]
    rows = [row for group in block.groups for row in group.rows]
    for row in rows:
        cells = [plain(cell).strip() for cell in row.cells]
        if WHO_SAYS_IT in labels:
            _source(page, cells)
        elif DIRECTIONS in labels:
            _direction(page, cells)
        elif EVERY_EVENT in labels and "Partners" in labels:
            (event,) = set(_events(page, cells[3]))
            page.read(cells[3])
            arrow = next(run for run in row.cells[2])
            _line(page, event, arrow, cells[5], cells)
        elif WHAT_IT_SAYS in labels:
            page.read(cells[1])
        elif "Third party" in labels:
            _gain(page, cells)
        elif labels[:1] == ["Question"]:
            page.read(cells[0])
        elif labels[:1] == ["Partner"]:
            _counts(page, labels, cells)
        else:
            page.slips.append(f"a table that cannot be read: {labels}")
    page.read(plain(block.note))
    page.read(block.subtitle)


def _source(page, cells):
    """A row of who says it: how many of the reports, and what is left without it."""
    tie = page.tie
    (source,) = page.sources(page._pattern.sub(page._token, cells[0]))
    made = [each for each in tie.moves if source in page.rows.behind(each)]
    counted = re.fullmatch(r"(\d+) of (\d+)", cells[3])
    said = (int(counted[1]), int(counted[2])) if counted else (0, len(tie.moves))
    _expect(page, said == (len(made), len(tie.moves)), "reports of a source", cells)
    claims = [each for each in page.rows.claims if each["source_id"] == source]
    of_page = [each for each in claims if each["event_id"] in tie.events]
    if cells[3] == "nothing here":
        _expect(page, not of_page, "nothing", cells)
    if cells[3] == "nothing counted":
        _expect(page, not any(map(page.rows.supports, of_page)), "nothing", cells)
    grade = page.rows.source[source]["reliability"]
    _expect(page, cells[2].startswith(f"{grade}:"), "grade", cells)
    if len(cells) < 5:
        return
    if cells[4] == "no change":
        _expect(page, source not in tie.supporters, "change", cells)
        return
    left = tie.left_without(source)
    closer, away = map(int, re.search(r"(\d+) closer, (\d+) away", cells[4]).groups())
    is_so = (closer, away) == (len(left.closer), len(left.away))
    _expect(page, is_so, "what is left", cells)
    if tie.is_stated:
        stands = cells[4].endswith(": stands")
        _expect(page, stands == (left.direction == tie.direction), "standing", cells)
    if "one source left" in cells[4]:
        behind = set().union(*(page.rows.behind(each, source) for each in left.moves))
        _expect(page, len(behind) == 1, "one source left", cells)


def _code(page, words):
    """The code of the partner that a cell names."""
    found = re.findall(r"⟦P:([^⟧]*)⟧", page._pattern.sub(page._token, words))
    return found[0] if found else words


def _direction(page, cells):
    """A row of the overview: direction, and without whom it falls."""
    tie = Tie(page.rows, _code(page, cells[0]))
    rules = page.rows.rules["direction_words"]
    words = {rule["key"]: rule["word"].removeprefix("moving ") for rule in rules}
    _expect(page, cells[1] == words[tie.direction], "direction", cells)
    falls = page.sources(page._pattern.sub(page._token, cells[3]))
    _expect(page, falls == tie.falls_without, "left out", cells)
    _expect(page, bool(falls) == cells[3].startswith("falls"), "left out", cells)
    is_one_upstream = not falls and bool(tie.falls_without_upstreams)
    _expect(page, is_one_upstream == ("upstream" in cells[3]), "left out", cells)
    own = Page(page.rows, tie.partner, page.called)
    own.headline = _events(own, cells[2])
    own.read(cells[2])
    page.slips += own.slips


def _gain(page, cells):
    tokens = page._pattern.sub(page._token, cells[1])
    events = re.findall(r"⟦H:([^⟧]*)⟧", tokens)
    third = _code(page, cells[0])
    gains = [
        each
        for each in page.tie.moves
        if page.rows.event[each]["channel"] == "realignment"
        and third in page.rows.codes(each, "counterparts")
    ]
    if not events:
        return  # an analyst's
    more = re.search(r"and (\w+) more", tokens)
    n_more = 0
    if more:
        n_more = NUMBERS.index(more[1]) if more[1] in NUMBERS else int(more[1])
    _expect(page, len(events) + n_more == len(gains), "gains", cells)
    partners = {each for event in gains for each in page.rows.codes(event)}
    named = set(re.findall(r"⟦P:([^⟧]*)⟧", tokens))
    left = len(partners) - len(named)
    said = 2 if " and others" in tokens else 1 if " and one other" in tokens else 0
    _expect(page, min(left, 2) == said and named <= partners, "partners", cells)
    several = re.match(r"(\d+) sources( or more on each)?", cells[2])
    behind = set().union(*map(page.rows.behind, gains))
    if several:
        n = len(behind)
        if several[2]:
            n = min(len(page.rows.behind(each)) for each in gains)
        _expect(page, int(several[1]) == n, "sources", cells)


def _counts(page, labels, cells):
    """Partners by field, or by source."""
    tie = Tie(page.rows, _code(page, cells[0]))
    in_play = [*tie.moves, *tie.held]
    for label, cell in zip(labels[1:], cells[1:], strict=True):
        sources = page.sources(page._pattern.sub(page._token, label))
        if sources:
            (source,) = sources
            made = [each for each in in_play if source in page.rows.behind(each)]
            _expect(page, cell == (str(len(made)) if made else "–"), "count", cells)
            continue
        said = {glyph: int(n) for n, glyph in re.findall(r"(\d+) (\S)(?:,|$)", cell)}
        ways = {"↗": tie.closer, "↘": tie.away, "→": tie.held}
        fields = {}
        for glyph, events in ways.items():
            n = sum(
                page.rows.event[each]["dimension"] == _field(label) for each in events
            )
            if n:
                fields[glyph] = n
        _expect(page, said == fields, f"count of {label}", cells)


def _field(label):
    """The code of a field of the real and the invented data by its printed name."""
    return label.lower()


def _reference(page, item):
    """The rows and the places that a number leads to."""
    rows, _, places = item.origin.partition(" · ")
    events = rows.split(" ")
    starts = sorted(
        claim["start"] for event in events for claim in page.rows.claims_of[event]
    )
    if "more" in places:
        return  # not all are named
    said = sorted(
        each
        for part in places.split("; ")
        for each in re.findall(r"(?<= )\d+(?=,|$)", part)
    )
    # A partner's page has of what bears on it only the claims that do.
    is_so = set(said) <= set(starts) if page.partner else said == starts
    _expect(page, is_so, "places", item)
