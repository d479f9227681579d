"""Reading a page whole: every text of a composed document, as its reader has it."""

from dataclasses import dataclass, fields

from setting import executed

from allywatch.evidence import dossiers, scoring
from allywatch.page import accounts, network_tables, overview, tellers, wording
from briefmill.blocks import (
    Attachments,
    Chronology,
    Item,
    Judgement,
    Masthead,
    Prose,
    Several,
    Triggers,
)
from briefmill.parts import Part
from briefmill.render.composition import compose
from briefmill.texts import Marks, Run, Words, plain

#: What a part of a page prints as it stands; other strings in it are names of styles, keys and widths.
PRINTED = {
    *("title", "subtitle", "heading", "kicker", "aside", "label", "word", "note"),
    *("when", "act", "words", "origin", "alt", "source"),
}
#: Runs that stand beside a sentence and are none: leads, and what is set small.
BESIDE = ("strong", "small")


def document(data_dir, partner=""):
    """The page of a partner, or the overview, of a data folder."""
    if partner:
        return compose(
            executed("country_briefing", data_dir=str(data_dir), partner=partner)
        )
    return compose(executed("overview_briefing", data_dir=str(data_dir)))


def country(dataset, partner):
    """The blocks of a partner's page but its chart, its title block first."""
    dossier = dossiers.dossier(dataset, partner)
    verdict = scoring.verdict(dossier)
    return [
        wording.masthead(dossier, verdict),
        wording.judgement(dossier, verdict),
        wording.chronology(dossier),
        wording.implications(dossier),
        wording.readings(dossier, verdict),
        wording.what_next(dossier, verdict),
        wording.how_sure(dossier, verdict),
        accounts.differing(dossier),
        accounts.by_source(dossier),
        tellers.introduced(dossier),
        tellers.who_says_it(dossier, verdict),
        wording.not_known(dossier),
        wording.worth_asking(dossier),
        tellers.references(dossier),
    ]


def overview_of(net):
    """The blocks of the overview but its map, its title block first."""
    return [
        overview.masthead(net),
        overview.judgement(net),
        overview.directions(net),
        overview.others(net),
        overview.how_sure(net),
        wording.chronology(net.pooled),
        overview.why_it_happens(net),
        overview.who_gains(net),
        overview.what_it_costs(net),
        wording.what_next(net.pooled),
        wording.readings(net.pooled),
        overview.where_accounts_differ(net),
        tellers.references(net.pooled),
        tellers.who_says_it(net.pooled),
        network_tables.by_field(net),
        network_tables.by_source(net),
        network_tables.every_event(net),
    ]


def about_the_world(blocks):
    """Every text in which what is said of the world bears marks: not short answers, tables or who says so."""
    for block in blocks:
        if isinstance(block, Chronology):
            yield from (step.runs for group in block.groups for step in group.steps)
        elif isinstance(block, Judgement | Prose | Triggers | Several):
            yield from texts(block)


def texts(value):
    """Every text in a part of a page, or in several, in reading order; of an item what is said, and not its lead."""
    if isinstance(value, Item):
        yield from texts(value.runs)
    elif isinstance(value, Part) and not isinstance(value, Attachments):
        for name in (each.name for each in fields(value)):
            if name not in ("data", "record"):
                yield from texts(getattr(value, name))
    elif isinstance(value, list | tuple) and value:
        if all(isinstance(item, Run) for item in value):
            yield value
        else:
            for item in value:
                yield from texts(item)


def printed(value):
    """Every string that a part of a page prints, in reading order; a text is one string."""
    if isinstance(value, Masthead):
        names = ("kicker", "title", "document_title", "description", "footer", "aside")
        yield from (getattr(value, name) for name in names)
    elif isinstance(value, Part) and not isinstance(value, Attachments):
        for name in (each.name for each in fields(value)):
            inner = getattr(value, name)
            if isinstance(inner, str):
                if name in PRINTED and inner:
                    yield inner
            elif name not in ("data", "record"):
                yield from printed(inner)
    elif isinstance(value, list | tuple) and value:
        if all(isinstance(item, Run) for item in value):
            yield plain(value).strip()
        else:
            for item in value:
                yield from printed(item)


def words_of(blocks):
    """All that some blocks print, a string a line."""
    return "\n".join(filter(None, printed(blocks)))


def whole(page):
    """All that a composed document prints, a string a line."""
    strings = list(printed(page.masthead))
    for section in page.sections():
        strings += [section.name, section.subtitle]
        strings += printed(section.blocks)
    return "\n".join(filter(None, strings))


@dataclass(frozen=True)
class Sentence:
    """What stands before its marks, back to the marks before them."""

    words: str
    marks: tuple[str, ...]


def sentences(runs):
    """The sentences of a text about the world: without leads, and without what it says of the page or of its sources."""
    said = []
    words = ""
    for run in runs:
        if isinstance(run, Marks):
            said.append(Sentence(words.strip(), run.marks))
            words = ""
        elif (
            isinstance(run, Words)
            and not run.remark
            and not set(run.style.split()) & set(BESIDE)
        ):
            words += run.text
    if words.strip(" ."):
        said.append(Sentence(words.strip(), ()))
    return said


def remarks(runs):
    """What a text says of the page or of its sources."""
    return [run.text for run in runs if isinstance(run, Words) and run.remark]
