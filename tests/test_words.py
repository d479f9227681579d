"""Every word of an edition as a reader meets it: no term of our own trade, and no abbreviation that is not spelled out."""

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pikepdf
import pypdfium2
import pytest
import shared
from conftest import ROOT, slow_but, spoil
from rendering_fixtures.reading import elements
from setting import executed

from allywatch.briefings import plan
from allywatch.data import loading
from allywatch.data.contract import ContractError
from briefmill import build
from briefmill.blocks import (
    Chronology,
    Figure,
    Item,
    Judgement,
    Prose,
    Reference,
    Step,
    Steps,
    Trigger,
    TriggerColumn,
    Triggers,
    every_part,
)
from briefmill.render.abbreviations import spelled_out
from briefmill.render.composition import compose
from briefmill.render.drafts import Draft
from briefmill.texts import Arrow, Words, plain

DATASET = shared.real()
PARTNERS = shared.real_partners()
BRIEFINGS = [f"country_briefing_{each}" for each in PARTNERS]
PAGES = [*BRIEFINGS, "overview_briefing"]
#: Terms of the data and the code that no page prints.
HOUSE_TERMS = re.compile(
    r"\b(scored events?|lineages?|verdicts?|held|told|in play|gates?|corpus|corpora|channels?"
    r"|focal powers?|all evidence in hand|nought)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="session")
def edition(tmp_path_factory):
    """The folder of an edition of every briefing, after one of every third with other rows, so that these say what changed."""
    folder = tmp_path_factory.mktemp("words")
    others = folder / "data"
    shutil.copytree(
        ROOT / "data", others, ignore=shutil.ignore_patterns("documents", ".*")
    )
    spoil(others, "sources", "S5", reliability="C")
    for event in DATASET.events["event_id"][::9]:
        spoil(others, "events", event, summary="Something else was reported then.")
    for judgement in DATASET.judgements["judgement_id"][::40]:
        spoil(others, "judgements", judgement, written="2026-01-01")
    planned = plan(others, ROOT / "notebooks")
    jobs = tuple(job for job in planned.jobs if job.name in PAGES[::3])
    first = build(replace(planned, jobs=jobs), folder / "reports")
    assert first.failed == []
    second = build(plan(ROOT / "data", ROOT / "notebooks"), folder / "reports")
    assert second.failed == []
    return second.folder


class Reader(HTMLParser):
    """All that a page of HTML says: its text, and what stands for pictures and under the pointer."""

    SPOKEN = ("alt", "title", "aria-label", "content", "placeholder")

    def __init__(self, text):
        super().__init__()
        self.said = []
        self.silent = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("style", "script")
        self.said += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag):
        self.silent -= tag in ("style", "script")

    def handle_data(self, data):
        if not self.silent:
            self.said.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.said).split())


def printed(path):
    """All that a PDF says: its pages, its metadata, its bookmarks, its pictures and what is attached."""
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
        marks = [mark.get_title() for mark in document.get_toc()]
    with pikepdf.open(path) as pdf:
        alternatives = [
            str(element.Alt)
            for element in elements(pdf.Root.StructTreeRoot)
            if "/Alt" in element
        ]
        about = [str(value) for value in pdf.docinfo.values()]
        attached = [
            f"{name}: {file.description}" for name, file in pdf.attachments.items()
        ]
    every = [*pages, *marks, *alternatives, *about, *attached]
    return " ".join("\n".join(every).replace("\u00ad", "").split())


def terms_in(words):
    """The house terms in a text, each with what stands about it."""
    return [
        words[max(found.start() - 40, 0) : found.end() + 30]
        for found in HOUSE_TERMS.finditer(words)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_no_page_prints_a_term_of_our_trade(edition, name):
    assert terms_in(printed(edition / f"{name}.pdf")) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_nor_does_its_html_with_what_stands_on_screen_only(edition, name):
    page = Reader((edition / f"{name}.html").read_text("utf-8")).words
    assert len(page) > 2000
    assert terms_in(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "standards.html"])
def test_nor_do_the_pages_that_lead_to_them(edition, name):
    assert terms_in(Reader((edition / name).read_text("utf-8")).words) == []


@pytest.mark.slow
def test_in_the_methodology_no_printed_page_names_them(edition):
    """Its table of terms is about the words of the data, and stands on screen only."""
    assert terms_in(printed(edition / "methodology.pdf")) == []
    page = Reader((edition / "methodology.html").read_text("utf-8")).words
    before, heading, _ = page.partition("Words of the data, and of the page")
    assert heading
    assert terms_in(before) == []


@pytest.mark.slow
def test_the_pages_read_say_what_changed(edition):
    page = printed(edition / "country_briefing_ARM.pdf")
    assert "What changed" in page and "in other words" in page


# Abbreviations

ABBREVIATIONS = {each["short"]: each["long"] for each in DATASET.rules["abbreviations"]}
#: What stands in capital letters and is a name, or the code of a row.
NAMES = {"RFU", "IB", "TRT", "US", "PDF", "HTML", "CSV", "JSON"}
CODE = re.compile(r"\b[A-Z]{2,3}(?:-[A-Z]{2})?-\d+\b|\b[A-Z]\d-\d+\b")


def capitals(document):
    """The words in capital letters of a page's texts, without headlines, names, and the codes of rows."""
    texts = CODE.sub(" ", " ".join(texts_of(document)))
    return set(re.findall(r"\b[A-Z][A-Z]+\b", texts)) - NAMES


def texts_of(document):
    """Each text of a page in reading order, but for its headline, its map and its chart."""
    for block in document.blocks():
        if isinstance(block, Judgement):
            block = replace(block, headline=())
        if isinstance(block, Figure):
            continue
        for part in every_part(block):
            if isinstance(part, Words):
                yield part.text
            if isinstance(part, Trigger):
                yield part.act
            if isinstance(part, Reference):
                yield part.words


@pytest.mark.parametrize("partner", slow_but("", *shared.SOME, among=["", *PARTNERS]))
def test_every_abbreviation_is_spelled_out_where_the_page_first_uses_it(partner):
    for shown in (
        shared.country(partner),
        shared.country(partner).paper or shared.country(partner),
    ):
        assert capitals(shown) <= ABBREVIATIONS.keys()
        texts = list(texts_of(shown))
        for short, long in ABBREVIATIONS.items():
            uses = [text for text in texts if re.search(rf"\b{short}\b", text)]
            if uses:
                assert f"{long} ({short})" in uses[0]
                assert sum(f"{long} ({short})" in text for text in uses) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_so_it_is_in_what_is_printed(edition, name):
    """However full the page is: what it leaves out may not take the long form along."""
    with pypdfium2.PdfDocument(edition / f"{name}.pdf") as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    words = " ".join(" ".join(pages).replace("\u00ad", "").split())
    texts = CODE.sub(" ", words)
    for short, long in ABBREVIATIONS.items():
        uses = [found.start() for found in re.finditer(rf"\b{short}\b", texts)]
        if uses:
            assert f"{long} ({short})" in texts, short


@pytest.mark.parametrize("partner", slow_but("", *shared.SOME, among=["", *PARTNERS]))
def test_us_is_an_adjective_only(partner):
    for text in texts_of(shared.country(partner)):
        for found in re.finditer(r"\bUS\b", text):
            after = text[found.end() :]
            assert re.match(r" [a-z]+|-[A-Z]", after), text
            assert not re.match(
                r" (?:and (?!Israeli)|or|in|is|was|has|had|to|of|for|with|by|on)\b",
                after,
            ), text


LONG = [("LF", "Long Form"), ("EU", "European Union")]


def spelled(*blocks, tags=()):
    (draft,) = spelled_out([Draft("", frozenset(tags), list(blocks))], LONG)
    return draft.blocks


def passage(words, drop=0):
    return Prose(items=(Item((), (Words(words),), drop),))


def said(block):
    return " ".join(plain(item.runs) for item in block.items)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The LF met. The LF left.", "The Long Form (LF) met. The LF left."),
        ("The Long Form (LF) met.", "The Long Form (LF) met."),
        ("The LF’s day.", "The Long Form’s (LF) day."),
        ("A date (LF).", "A date (Long Form, LF)."),
        ("HALF and LFS are other words.", "HALF and LFS are other words."),
        (
            "EU and LF at once.",
            "European Union (EU) and Long Form (LF) at once.",
        ),
    ],
)
def test_the_first_use_in_a_text(words, expected):
    assert said(*spelled(passage(words))) == expected


def test_a_second_text_has_the_short_form():
    first, second = spelled(passage("LF."), passage("LF."))
    assert (said(first), said(second)) == ("Long Form (LF).", "LF.")


def test_a_headline_is_left_as_it_is_and_is_no_first_use():
    block = Judgement(headline=(Words("LF left"),), paragraphs=((Words("LF left."),),))
    (found,) = spelled(block)
    assert plain(found.headline) == "LF left"
    assert plain(found.paragraphs[0]) == "Long Form (LF) left."


def test_what_a_full_page_leaves_out_is_no_first_use():
    first, second, third = spelled(
        passage("LF.", drop=3), passage("LF."), passage("LF.")
    )
    assert said(first) == said(second) == "Long Form (LF)."
    assert said(third) == "LF."
    (whole_section,) = spelled(passage("LF."), tags=("drop:2",))
    assert said(whole_section) == "Long Form (LF)."


def test_a_line_of_the_chronology_and_a_trigger_are_texts():
    arrow = Arrow("away", "falling", "down")
    steps = Steps((Step("2020", arrow, (Words("LF left."),), (Words("EU"),)),))
    chronology = Chronology(groups=(steps,))
    triggers = Triggers(
        columns=(TriggerColumn("Away if", (Trigger(arrow, "LF splits:", ()),)),)
    )
    first, second = spelled(chronology, triggers)
    (step,) = first.groups[0].steps
    assert plain(step.runs) == "Long Form (LF) left."
    assert plain(step.who) == "European Union (EU)"
    assert second.columns[0].triggers[0].act == "LF splits:"


def test_a_folder_without_abbreviations_has_its_words_as_they_are(tiny):
    path = tiny / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    del package["allywatch"]["abbreviations"]
    path.write_text(json.dumps(package), encoding="utf-8")
    spoil(tiny, "events", "E2", summary="Arvenia left the CSTO without a word.")
    book = executed("country_briefing", partner="XAR", data_dir=str(tiny))
    texts = " ".join(texts_of(compose(book)))
    assert "left the CSTO without" in texts


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"short": "LF"}, "a long form"),
        ({"long": "Long Form"}, "a short form"),
        ({"short": "LF", "long": "Long Form", "case": "upper"}, "nothing reads it"),
    ],
)
def test_an_abbreviation_that_lacks_a_form_is_refused(tiny, entry, says):
    path = tiny / "datapackage.json"
    package = json.loads(path.read_text("utf-8"))
    package["allywatch"]["abbreviations"] = [entry]
    path.write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(ContractError, match=says):
        loading.load(tiny)
