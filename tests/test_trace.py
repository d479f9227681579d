"""`allywatch trace`: from every mark on a page, and from every row, home to the passage."""

import io
import re
import shutil

import pikepdf
import pypdfium2
import pytest
import shared
from conftest import ROOT, spoil

from allywatch import cli
from allywatch.briefings import plan
from allywatch.data import passages, paths
from allywatch.data.loading import rows
from allywatch.trace import UnknownReference, trace
from briefmill import build

NOTEBOOKS = ROOT / "notebooks"
PARTNERS = ("XAR", "XBE", "XCO", "ARM")


@pytest.fixture(scope="module")
def briefings(tmp_path_factory):
    """The path of each briefing: the tiny folder's three, and one of the real data."""
    real = build(plan(ROOT / "data", NOTEBOOKS, ["ARM"]), tmp_path_factory.mktemp("a"))
    assert real.failed == []
    editions = real.folder, shared.tiny_edition() / "reports" / "latest"
    return {
        partner: next(
            path for folder in editions for path in folder.glob(f"*_{partner}.pdf")
        )
        for partner in PARTNERS
    }


def attached(path):
    """The rows of every CSV file a PDF carries, by the file's name without its suffix."""
    with pikepdf.open(path) as pdf:
        files = {
            name: file.get_file().read_bytes().decode()
            for name, file in pdf.attachments.items()
        }
    return {
        name[:-4]: rows(text) for name, text in files.items() if name.endswith(".csv")
    }


def linked(path):
    """The marks that are links on the pages of a PDF, with ranges written out, and where each leads."""
    with pikepdf.open(path) as pdf, pypdfium2.PdfDocument(path) as drawn:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
        for number, page in enumerate(pdf.pages):
            for note in page.get("/Annots", []):
                if "/Dest" in note:
                    words = (
                        drawn[number]
                        .get_textpage()
                        .get_text_bounded(*map(float, note.Rect))
                        .strip()
                    )
                    target = drawn[numbers[note.Dest[0].objgen]].get_textpage()
                    left, top = float(note.Dest[2]), float(note.Dest[3])
                    there = target.get_text_bounded(
                        left - 1, top - 14, left + 22, top + 3
                    ).split()
                    yield words, there


def marks_of(words):
    """The marks that the words of one link stand for: one, or all from the first to the last."""
    found = [int(number) for number in re.findall(r"\d+", words)]
    return [str(number) for number in range(found[0], found[-1] + 1)]


def events_of_marks(files):
    """The ids of the events that each mark stands for."""
    events = {}
    for event in files["events"]:
        events.setdefault(event["mark"], []).append(event["event_id"])
    return events


def pressed(words):
    """Words without what a line break may change."""
    return re.sub(r"[\s\u00ad\u2060-]+", "", words)


def words_of(path):
    """All that is printed on the pages of a PDF, pressed."""
    with pypdfium2.PdfDocument(path) as drawn:
        texts = [page.get_textpage().get_text_bounded() for page in drawn]
    return pressed("".join(texts))


@pytest.mark.parametrize("partner", PARTNERS)
def test_every_mark_of_every_sentence_is_walked_to_the_sources_of_each_of_its_events(
    briefings, partner, tmp_path
):
    lines = trace(str(briefings[partner]), tmp_path / "none")
    files = attached(briefings[partner])
    assert len(files["sentences"]) >= 4
    events = events_of_marks(files)
    for sentence in files["sentences"]:
        at = next(
            at
            for at, line in enumerate(lines)
            if line.startswith(f"{sentence['sentence']}. ")
        )
        assert lines[at].endswith(sentence["text"])
        marks = sentence["marks"].split(";")
        led = ", ".join(f"{mark} {' '.join(events[mark])}" for mark in marks)
        assert lines[at + 1] == f"    → {led}"
    for mark, event_ids in events.items():
        for event_id in event_ids:
            start = next(
                at
                for at, line in enumerate(lines)
                if line.startswith(f"{mark} · {event_id} · ")
            )
            chain = lines[start : lines.index("", start)]
            claims = [
                claim for claim in files["claims"] if claim["event_id"] == event_id
            ]
            assert claims
            for claim in claims:
                (told,) = [
                    line
                    for line in chain
                    if line.startswith(f"  {claim['claim_id']} · ")
                ]
                assert f" · {claim['source_id']} " in told
                assert f"characters {claim['start']} to {claim['end']}" in told


@pytest.mark.slow
def test_the_events_of_one_mark_follow_one_another_in_the_order_of_the_marks(
    briefings, tmp_path
):
    """On the page of Armenia several lines tell of more than one event."""
    events = events_of_marks(attached(briefings["ARM"]))
    assert len(events["7"]) == 2
    lines = trace(str(briefings["ARM"]), tmp_path / "none")
    walked = [
        line.split(" · ")[0] for line in lines if re.match(r"\d+ · [A-Z]+-\d+ · ", line)
    ]
    assert walked == sorted(walked, key=int)
    assert walked.count("7") == 2
    told = [line.split(" · ")[0] for line in trace("ARM") if " · ARM-" in line]
    assert told == sorted(told, key=int)


@pytest.mark.parametrize("partner", PARTNERS)
def test_the_sentences_hold_the_marks_that_are_linked_on_the_pages(briefings, partner):
    on_pages = set()
    for words, there in linked(briefings[partner]):
        assert marks_of(words)[0] in there, f"{words} leads elsewhere"
        on_pages.update(marks_of(words))
    sentences = attached(briefings[partner])["sentences"]
    told = {mark for row in sentences for mark in row["marks"].split(";")}
    assert on_pages <= told
    # What is not linked belongs to lines that the page had no room for.
    printed = words_of(briefings[partner])
    assert any(pressed(row["text"]) in printed for row in sentences)
    for row in sentences:
        if not on_pages.issuperset(row["marks"].split(";")):
            assert pressed(row["text"]) not in printed, row["text"]
    if partner != "ARM":
        assert told == on_pages


def test_a_trigger_is_told_with_what_it_would_mean(briefings):
    texts = [row["text"] for row in attached(briefings["ARM"])["sentences"]]
    triggers = [
        text for text in texts if text.startswith("Armenia gives notice to leave")
    ]
    (told,) = triggers
    assert "CSTO: " in told and told.endswith(".")


def test_a_reader_who_has_only_the_pdf_can_walk_home_and_is_told_so(
    briefings, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(paths.DOCUMENTS_VARIABLE, raising=False)
    shutil.copy(briefings["XAR"], tmp_path / "mailed.pdf")
    lines = trace("mailed.pdf")
    assert "There is no data folder at data to compare it with." in lines
    assert lines[-1].startswith("Documents not at hand") and "gazette.txt" in lines[-1]


def test_with_the_data_a_briefing_was_made_from_it_says_so_and_shows_the_passages(
    briefings, tiny
):
    lines = trace(str(briefings["XAR"]), tiny)
    assert f"It was made from the data in {tiny} as it is now." in lines
    at = next(at for at, line in enumerate(lines) if line.startswith("  C4 · "))
    assert (
        "Northern Gazette, 10 May 2024 · line 5, characters 322 to 353 · grade B1"
        in lines[at]
    )
    assert any(line.startswith("      | ") and "Dunmere" in line for line in lines[at:])
    assert not any(line.startswith("Documents not at hand") for line in lines)


def test_when_the_data_has_moved_on_it_names_the_rows_that_are_touched(briefings, tiny):
    spoil(tiny, "claims", "C1", statement="The garrison stood by.")
    spoil(tiny, "claims", "C6", event_id="E1")
    spoil(tiny, "events", "E5", summary="Of another partner.")
    claims = (tiny / "claims.csv").read_text(encoding="utf-8")
    gone = next(
        line for line in claims.splitlines(keepends=True) if line.startswith("C2,")
    )
    claims = claims.replace(gone, "") + gone.replace("C2,", "C99,")
    (tiny / "claims.csv").write_text(claims, encoding="utf-8")
    lines = trace(str(briefings["XAR"]), tiny)
    assert any(
        line.startswith(f"The data in {tiny} has moved on since, in claims.csv")
        for line in lines
    )
    assert "  C1 changed, C2 gone, C6 changed, C99 new" in lines
    spoil(tiny, "claims", "C1", date="soon")
    assert any("is not sound" in line for line in trace(str(briefings["XAR"]), tiny))


def test_rows_of_other_partners_do_not_touch_a_briefing(briefings, tiny):
    spoil(tiny, "events", "E5", summary="Of another partner.")
    assert f"It was made from the data in {tiny} as it is now." in trace(
        str(briefings["XAR"]), tiny
    )


def test_an_event_a_claim_and_a_partner_lead_to_passage_grade_and_relations(tiny):
    event = trace("e3", tiny)
    assert (
        event[0]
        == "E3 · Radars ordered from Dunmere · February 2024 · realignment · military · away"
    )
    assert "      C5 supersedes C4 (status): First ordered, then in place." in event
    assert (
        "Radars were ordered from Dunmere. (attributed to the Gazette; undated)"
        in "\n".join(event)
    )
    claim = trace("C4", tiny)
    assert (
        claim[0] == event[0]
        and "  and 2 more of this event: allywatch trace E3" in claim
    )
    assert not any(line.startswith("  C5 · ") for line in claim)
    assert trace("Arvenia", tiny) == trace("av", tiny) == trace("XAR", tiny)
    heads = [line for line in trace("XAR", tiny) if re.match(r"\d+ · E\d+ · ", line)]
    assert [head[:7] for head in heads] == ["1 · E1 ", "2 · E2 ", "3 · E3 ", "4 · E4 "]


def test_each_document_is_read_once(tiny, monkeypatch, load_afresh):
    read, raw = [], passages._read_document
    monkeypatch.setattr(
        passages,
        "_read_document",
        lambda folder, name: read.append(name) or raw(folder, name),
    )
    trace("XBE", tiny)
    assert max(map(read.count, read)) <= 2, (
        "once to verify the data, once for all passages"
    )


def test_a_passage_is_withheld_when_its_document_has_other_words(tiny):
    path = tiny / "documents" / "gazette.txt"
    path.write_bytes(path.read_bytes().replace(b"radar sets", b"rapid sets"))
    lines = trace("E3", tiny)
    assert (
        "      | withheld: gazette.txt has other words in this place than were coded"
        in lines
    )
    assert not any("rapid" in line for line in lines)


@pytest.mark.parametrize(
    ("ref", "says"),
    [
        ("E33", "Did you mean E3"),
        ("Arvennia", "Did you mean Arvenia (XAR)?"),
        ("Dunmere", "has no briefing"),
        ("nowhere.pdf", "No such file"),
    ],
)
def test_a_reference_that_leads_nowhere_ends_2_with_a_suggestion(
    tiny, capsys, ref, says
):
    assert cli.main(["trace", ref, "--data", str(tiny)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert says in said.err


def test_a_pdf_of_another_kind_ends_2(tmp_path, capsys):
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "other.pdf")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    assert cli.main(["trace", str(tmp_path / "other.pdf")]) == 2
    assert "does not carry the rows of a briefing" in capsys.readouterr().err
    assert cli.main(["trace", str(tmp_path / "broken.pdf")]) == 2
    assert "no PDF that can be read" in capsys.readouterr().err


def doctored(path, folder, name, before, after):
    """A copy of a briefing in whose attached file `name` the bytes `before` are `after`."""
    with pikepdf.open(path) as pdf:
        content = pdf.attachments[name].get_file().read_bytes()
        assert before in content
        pdf.attachments[name] = content.replace(before, after)
        copy = io.BytesIO()
        pdf.save(copy)
    (folder / "doctored.pdf").write_bytes(copy.getvalue())
    return str(folder / "doctored.pdf")


@pytest.mark.slow
def test_nothing_in_a_pdf_can_steer_the_terminal_or_reach_another_file(
    briefings, tmp_path, tiny
):
    statement = b"Arvenia was left without help."
    lines = trace(
        doctored(briefings["XAR"], tmp_path, "claims.csv", statement, b"\x1b[2J\x07"),
        tiny,
    )
    assert all(line.isprintable() for line in lines)
    assert any("\\x1b[2J" in line for line in lines)
    lines = trace(
        doctored(
            briefings["XAR"], tmp_path, "sources.csv", b"gazette.txt", b"../sources.csv"
        ),
        tiny,
    )
    assert "../sources.csv" in lines[-1]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("claims.csv", b"claim_id", b"claim"),
        ("claims.csv", b",S1,", b",S9,"),
        ("events.csv", b"2020-23", b"whenever"),
        ("run.json", b"{", b"["),
    ],
)
def test_a_pdf_with_spoilt_rows_is_refused(briefings, tmp_path, name, before, after):
    with pytest.raises(UnknownReference, match="does not carry the rows"):
        trace(doctored(briefings["XAR"], tmp_path, name, before, after))
