"""Documents that come from the world: their text as whole sentences, and of what they say of themselves what they state."""

import hashlib
import re

import papers
import pytest
from test_curating import rows

from allywatch.check import check
from allywatch.cli import main
from allywatch.desk.coverage import sentences
from allywatch.desk.documents import days, prose
from allywatch.desk.documents.extract import DocumentError
from allywatch.desk.documents.reading import extracted_from

NO_LETTER = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\ufffd\ufffe\ue000-\uf8ff\ufb00-\ufb06]"
)
FILES = {
    "notice.docx": papers.docx_file,
    "notice.odt": papers.odt_file,
    "notice.rtf": papers.rtf_file,
    "notice.eml": papers.eml_file,
    "notice.mhtml": papers.mhtml_file,
    "notice.html": papers.page,
    **{f"{name}.pdf": paper for name, paper in papers.PAPERS.items()},
}


@pytest.mark.parametrize("name", FILES)
def test_sentences_come_out_whole_and_in_order(name):
    text = extracted_from(FILES[name](), name).text
    paragraphs = text.split("\n\n")
    places = []
    for sentence in papers.SENTENCES:
        home = [at for at, each in enumerate(paragraphs) if sentence in each]
        assert home, sentence
        places.append((home[0], paragraphs[home[0]].index(sentence)))
    assert places == sorted(places)
    assert not NO_LETTER.search(text.replace("\n", ""))
    for around in (papers.HEAD, "Lantern", "Vol. 7", *papers.AROUND):
        assert around not in text


@pytest.mark.parametrize("name", [*papers.PAPERS, "odt_file"])
def test_no_number_of_a_page_or_a_note_is_left(name):
    text = extracted_from(getattr(papers, name)(), name).text
    numbers = set(re.findall(r"\d+|[⁰¹²³⁴-⁹]", text))
    assert numbers <= {
        "2025",
        "250",
        "57",
        *re.findall(r"Part (\d)|Figure (\d)", text)[:0],
        *"123456",
    }
    alone = [
        line for line in text.splitlines() if re.fullmatch(r"\W*\d+\W*|Page .*", line)
    ]
    assert alone == []
    assert "250 workers, the first" in text


@pytest.mark.parametrize("name", ["two_columns", "odt_file"])
def test_a_note_stands_at_the_end_without_its_number(name):
    text = extracted_from(getattr(papers, name)(), name).text
    assert text.rstrip().split("\n\n")[-1] == papers.NOTE


def test_the_same_document_gives_the_same_bytes():
    content = papers.two_columns()
    first, second = (extracted_from(content, "a.pdf").text for _ in "12")
    assert first == second


@pytest.mark.parametrize(
    ("before", "after", "elsewhere", "word"),
    [
        ("Russian", "led", "", "Russian-led"),
        ("inde", "pendent", "", "independent"),
        ("Pashin", "yan", "", "Pashinyan"),
        ("Kazakh", "stan", "", "Kazakhstan"),
        ("pro", "government", "", "pro-government"),
        ("anti", "Western", "", "anti-Western"),
        ("Su", "57", "", "Su-57"),
        ("counter", "offensive", "a counter-offensive", "counter-offensive"),
        ("Vel", "moran", "the Velmoran fleet", "Velmoran"),
        # British spellings, which the list of words has not.
        ("col", "our", "", "colour"),
        ("neighbour", "ing", "", "neighbouring"),
        ("organ", "ised", "", "organised"),
        ("de", "fence", "", "defence"),
        ("program", "me", "", "programme"),
        ("lit", "re", "", "litre"),
        ("travel", "led", "", "travelled"),
        ("labour", "market", "", "labour-market"),
    ],
)
def test_a_word_cut_by_a_line_is_mended(before, after, elsewhere, word):
    broken = f"the {before}{prose.BROKEN}{after} thing"
    assert prose.with_whole_words(broken, elsewhere) == f"the {word} thing"


@pytest.mark.parametrize("name", ["docx_table", "odt_table"])
def test_a_row_of_a_table_is_one_passage_with_its_cells(name):
    text = extracted_from(getattr(papers, name)(), name).text
    passages = [text[start:end] for start, end in sentences(text)]
    assert "Partner | Year | What was handed over" in passages
    taskar = next(each for each in passages if each.startswith("Taskar"))
    assert taskar.startswith("Taskar | 2024 | Nine patrol boats.")
    assert any(each.startswith("Corvath | Nothing.") for each in passages)
    if name == "docx_table":
        assert "Corvath | Nothing. Guns none" in text
        assert text.startswith(papers.SENTENCES[0])
        assert {"A box of its own.", papers.SENTENCES[1]} <= {*passages}


def test_powers_stay_and_numbers_of_notes_go():
    text = "It sold 40 km² of land.³ In 2025¹² it cost 10⁶ more, he said² then."
    assert prose.without_references(text, {"2", "3", "12"}) == (
        "It sold 40 km² of land. In 2025 it cost 10⁶ more, he said then."
    )


def test_letters_are_letters():
    assert prose.tidy(
        "The o\ufb03cial\u00a0\x02plan gener\u00adation\ue001\r\nx\u200by"
    ) == ("The official plan generation\n\nxy\n")


def test_a_word_document_has_what_was_inserted_and_not_what_was_deleted():
    assert (
        "The council solemnly agreed." in extracted_from(papers.docx_file(), "a").text
    )


def test_letters_of_another_code_page_are_read():
    assert "The communiqué of Оrsa." in extracted_from(papers.rtf_file(), "a").text


# What it states


@pytest.mark.parametrize(
    ("file", "stated"),
    [
        (papers.docx_file, {"title": "The shipyard at Orsa", "author": "Ana Orsini"}),
        (papers.odt_file, {"title": "The shipyard at Orsa"}),
        (papers.rtf_file, {"title": "The shipyard at Orsa", "author": "Ana Orsini"}),
        (papers.eml_file, {"title": "The shipyard at Orsa", "published": "2025-03-09"}),
        (
            papers.mhtml_file,
            {
                "publisher": "The Lantern",
                "author": "Ana Orsini",
                "published": "2025-03-09",
            },
        ),
        (
            lambda: papers.page(papers.STATED),
            {
                "title": "The shipyard at Orsa",
                "author": "Ana Orsini",
                "published": "2025-03-09",
            },
        ),
        (
            lambda: papers.page('<meta name="date" content="Sept. 12, 2025">'),
            {"published": "2025-09-12"},
        ),
    ],
)
def test_what_a_document_states_of_itself_is_read(file, stated):
    told = extracted_from(file(), "notice").stated
    assert {name: told.get(name) for name in stated} == stated


def test_what_stands_in_the_text_of_a_page_is_not_stated():
    body = "<p>Published on 3 May 2024 by the Harbour Office.</p>"
    told = extracted_from(papers.page(body=body, title=""), "page").stated
    assert told == {}


def added(folder, tmp_path, name, content, *options):
    """What `allywatch source add` returns for a file of this content."""
    (tmp_path / name).write_bytes(content)
    arguments = ["source", "add", str(tmp_path / name), "--data", str(folder)]
    return main([*arguments, "--stance", "mixed", *options])


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [
        "Sept. 12, 2025",
        "12 September 2025",
        "2025-09-12",
        "12 сентября 2025 г.",
        "le 12 septembre 2025",
        "12.09.2025",
    ],
)
def test_a_day_at_the_head_of_a_text_is_a_guess_with_its_place(
    velmora, tmp_path, capsys, said
):
    body = papers.page().replace(
        b"</h1>", f"</h1><p>By Ana Orsini, {said}</p>".encode()
    )
    assert added(velmora, tmp_path, "page.html", body) == 0
    assert (
        "no date is stated; 2025-09-12 is a guess, from line 3"
        in capsys.readouterr().err
    )
    row = rows(velmora, "sources")[-1]
    assert (row["published"], row["published_basis"]) == ("2025-09-12", "inferred")
    start, end = map(int, re.search(r"characters (\d+) to (\d+)", row["note"]).groups())
    text = (velmora / "documents" / row["file"]).read_text(encoding="utf-8")
    assert text[start:end].rstrip(" .г") in said
    assert check(velmora).exit_code == 0


def test_a_day_in_running_text_is_no_date_of_publication(velmora, tmp_path):
    body = papers.page(body="<p>On 3 May 2024 the harbour office closed its gates.</p>")
    assert added(velmora, tmp_path, "page.html", body) == 0
    row = rows(velmora, "sources")[-1]
    assert (row["published"], row["published_basis"]) == ("", "undated")


def test_a_day_in_a_wrapped_line_of_running_text_is_none_either(
    velmora, tmp_path, capsys
):
    text = b"""A pact

The harbour office and the fishermen signed a pact on 3 May 2024. Under the
pact the gates stay open at night, and the quay is lit.
"""
    assert added(velmora, tmp_path, "wrapped.txt", text, "--title", "A pact") == 0
    row = rows(velmora, "sources")[-1]
    assert (row["published"], row["published_basis"]) == ("", "undated")
    said = capsys.readouterr().err
    assert "carries no weight" in said
    assert "no publisher is stated" in said


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2025-09-12T10:00:00+02:00", "2025-09-12"),
        ("20250912", "2025-09-12"),
        ("2025/09/12", "2025-09-12"),
        ("Fri, 12 Sep 2025 10:00:00 GMT", "2025-09-12"),
        ("September 12th, 2025", "2025-09-12"),
        ("2025 September 12", "2025-09-12"),
        ("12. September 2025", "2025-09-12"),
        ("12 de septiembre de 2025", "2025-09-12"),
        ("1er mars 2025", "2025-03-01"),
        ("12 Eylül 2025", "2025-09-12"),
        ("2025年9月12日", "2025-09-12"),
        ("13/09/2025", "2025-09-13"),
        ("2025-09", "2025-09"),
        ("2025", "2025"),
        ("03/04/2025", ""),
        ("31.02.2025", ""),
        ("soon", ""),
    ],
)
def test_a_day_is_read_however_it_is_written(words, day):
    assert days.stated(words) == day


# What is no article


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "is no text: it is a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "an old Office file"),
        (b"PK\x03\x04" + bytes(99), "is damaged"),
        (b"text\0with\0zeros", "is no text"),
        (b"%PDF-1.7\nnothing", "is no PDF that can be read"),
        ("text".encode("utf-16"), "is UTF-16"),
        (papers.scan(), "no text was found"),
    ],
)
def test_what_is_no_text_is_refused_by_its_content(
    velmora, tmp_path, capsys, content, says
):
    before = rows(velmora, "sources")
    assert added(velmora, tmp_path, "notice.txt", content, "--title", "A") == 2
    assert says in capsys.readouterr().err
    assert rows(velmora, "sources") == before


def test_a_document_is_read_by_its_content_whatever_its_name():
    for file in (papers.docx_file, papers.two_columns, papers.page, papers.eml_file):
        assert papers.SENTENCES[0] in extracted_from(file(), "notice.txt").text
    assert extracted_from(b"Plain words.\n", "notice.html").text == "Plain words.\n"


@pytest.mark.slow
def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(201_000_000))
    with pytest.raises(DocumentError, match="too much for a text"):
        extracted_from((tmp_path / "a.docx").read_bytes(), "a.docx")


BOT = """<html><head><title>Just a moment...</title></head><body><p>Verify you are human by completing the action below.</p>
<script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script></body></html>"""
WALL = f"""<html><head><title>Orsa</title></head><body><article><h1>Orsa</h1><p>{papers.SENTENCES[0]}</p>
<p>{papers.SENTENCES[1]}</p></article><div class="wall"><p>Subscribe to continue reading</p></div></body></html>"""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOT.encode(), "a page that checks for robots"),
        (WALL.encode(), "the beginning of an article that is for subscribers"),
        (papers.with_a_scanned_page(), "page 2 has no text: a scan"),
    ],
)
def test_a_wall_and_a_scan_are_warned_about(velmora, tmp_path, capsys, content, says):
    assert added(velmora, tmp_path, "notice", content, "--title", "A") == 0
    assert says in capsys.readouterr().err


def test_an_article_is_not_warned_about():
    body = "<p>Asked whether he was a robot, the minister said: are you a robot?</p>"
    assert extracted_from(papers.page(papers.STATED, body), "page").remarks == []


# The row


def test_what_is_missing_is_asked_for_by_its_option(velmora, tmp_path, capsys):
    (tmp_path / "notice.txt").write_text("Talks began.\n", encoding="utf-8")
    command = ["source", "add", str(tmp_path / "notice.txt"), "--data", str(velmora)]
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "states no title: say it by --title" in said
    assert "needs --stance: one of erosion, mixed, deepening" in said


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Отчёт.txt", "S4gln.txt"),
        ("报告 2025.txt", "2025.txt"),
        ("Café crème.txt", "Cafe-creme.txt"),
    ],
)
def test_a_name_in_any_script_will_do(velmora, tmp_path, name, file):
    assert added(velmora, tmp_path, name, b"Talks began.\n", "--title", "A") == 0
    assert rows(velmora, "sources")[-1]["file"] == file
    assert (velmora / "documents" / file).read_bytes() == b"Talks began.\n"


def test_a_text_keeps_its_bytes(velmora, tmp_path):
    content = "  Of­ficial\u00a0 text,\r\n\r\nas it\x0c is.\n".encode()
    assert added(velmora, tmp_path, "notice.txt", content, "--title", "A") == 0
    row = rows(velmora, "sources")[-1]
    assert row["sha256"] == hashlib.sha256(content).hexdigest()
