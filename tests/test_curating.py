"""Rows added to a data folder: sound before they are there, in their place, and gone again on request."""

import csv
import hashlib
import re
import subprocess

import nbformat
import pytest
from rendering_fixtures.reading import export
from shared import add_source
from small import SHIPYARD

from allywatch.check import check
from allywatch.cli import main
from allywatch.data import loading
from allywatch.data.contract import ContractError
from allywatch.desk import curate
from allywatch.desk.phrases import dates_in, figures_in
from allywatch.desk.proposing.actors import gazetteer

NOTICE = (
    "In March 2025 Taskar and Velmora opened a joint shipyard with 250 workers.\n\n"
    "Corvath has since asked for talks. Nobody in Pellany was consulted.\n"
)
CLAIM = {
    "statement": "Taskar and Velmora opened a joint shipyard.",
    "modality": "reported",
    "date": "2025-03",
    "date_basis": "stated",
    "value": "250",
    "unit": "workers",
    "voice": "source",
}
EVENT = SHIPYARD


@pytest.fixture
def notice(velmora):
    """The folder with a fourth source, not yet coded."""
    cells = {"source_id": "S4", "title": "A notice", "stance": "mixed"}
    add_source(velmora, "notice.txt", NOTICE, **cells)
    return velmora


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def rows(folder, table):
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_text_becomes_a_source_as_it_is(notice):
    source = rows(notice, "sources")[-1]
    assert (notice / "documents" / source["file"]).read_bytes() == NOTICE.encode()
    assert source["sha256"] == hashlib.sha256(NOTICE.encode()).hexdigest()
    told = {
        name: source[name]
        for name in (
            "source_id",
            "reliability",
            "doc_type",
            "published_basis",
            "published",
        )
    }
    assert list(told.values()) == ["S4", "F", "unattributed", "undated", ""]
    assert check(notice).exit_code == 0


@pytest.mark.slow
def test_a_claim_that_opens_an_event_is_found_again(notice):
    dataset = loading.load(notice)
    end = NOTICE.index(".") + 1
    saved = curate.add_claim(dataset, "S4", 0, end, CLAIM, EVENT)
    assert re.fullmatch("XTA-01[a-z]{3}", saved.keys["events"])
    assert re.fullmatch("S4-001[a-z]{3}", saved.keys["claims"])
    report = check(notice)
    assert report.exit_code == 0, report.text
    assert "passages verified: 26 of 26" in report.text


def test_ids_go_on_and_rows_stand_with_their_like(notice):
    dataset = loading.load(notice)
    curate.add_claim(dataset, "S1", 0, 11, CLAIM | {"event_id": "TA-01"})
    keys = [row["claim_id"] for row in rows(notice, "claims")]
    assert keys == sorted(keys)
    assert re.fullmatch("S1-011[a-z]{3}", keys[keys.index("S2-001") - 1])


def test_undo_restores_the_bytes_save_by_save(notice):
    before = contents(notice)
    curate.add_claim(loading.load(notice), "S4", 0, 74, CLAIM, EVENT)
    between = contents(notice)
    curate.add_claim(loading.load(notice), "S4", 0, 74, CLAIM | {"event_id": "TA-02"})
    curate.undo(notice)
    assert contents(notice) == between
    assert sorted(curate.undo(notice)) == ["claims.csv", "events.csv"]
    assert contents(notice) == before


def test_undo_of_a_new_source_takes_its_document_along(velmora, tmp_path):
    def everything():
        return {
            path: path.read_bytes()
            for path in velmora.rglob("*")
            if path.is_file() and path.name[0] != "."
        }

    before = everything()
    (tmp_path / "notice.txt").write_text(NOTICE, encoding="utf-8")
    curate.add_source(
        velmora, tmp_path / "notice.txt", {"title": "A notice", "stance": "mixed"}
    )
    assert curate.undo(velmora) == ["sources.csv", "notice.txt"]
    assert everything() == before


@pytest.mark.slow
def test_undo_leaves_a_document_that_was_there_or_was_changed(velmora, tmp_path):
    there = velmora / "documents" / "notice.txt"
    for first, last in ((NOTICE, NOTICE), (None, NOTICE + "More.")):
        there.unlink(missing_ok=True)
        source = there if first else tmp_path / "notice.txt"
        source.write_text(NOTICE, encoding="utf-8")
        curate.add_source(velmora, source, {"title": "A notice", "stance": "mixed"})
        there.write_text(last, encoding="utf-8")
        assert curate.undo(velmora) == ["sources.csv"]
        assert there.read_text(encoding="utf-8") == last


@pytest.mark.slow
def test_undo_leaves_alone_what_was_changed_since(notice):
    curate.add_claim(loading.load(notice), "S4", 0, 74, CLAIM, EVENT)
    path = notice / "claims.csv"
    path.write_bytes(path.read_bytes().replace(b"joint shipyard", b"shared shipyard"))
    after = contents(notice)
    with pytest.raises(
        curate.NothingToUndo, match=r"claims.csv has been changed since"
    ):
        curate.undo(notice)
    assert contents(notice) == after


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claim", "event", "says"),
    [
        ({"date": "soon"}, {}, "must be a possible date in EDTF"),
        ({"voice": "mine"}, {}, "voice"),
        ({}, {"direction": "-1"}, "deepening must lead closer or hold"),
        ({}, {"partners": "Atlantis"}, "partners"),
    ],
)
def test_a_row_that_breaks_the_contract_is_named_and_nothing_changes(
    notice, claim, event, says
):
    before = contents(notice)
    with pytest.raises(ContractError, match=says):
        curate.add_claim(
            loading.load(notice), "S4", 0, 74, CLAIM | claim, EVENT | event
        )
    assert contents(notice) == before


@pytest.mark.slow
def test_text_of_a_claim_is_one_line_of_the_file_and_never_markup(notice):
    said = 'A "quoted", split\nand =1+1 statement'
    before = (notice / "claims.csv").read_bytes().count(b"\n")
    curate.add_claim(
        loading.load(notice), "S4", 0, 74, CLAIM | {"statement": said}, EVENT
    )
    assert (notice / "claims.csv").read_bytes().count(b"\n") == before + 1
    assert (
        rows(notice, "claims")[-1]["statement"]
        == 'A "quoted", split and =1+1 statement'
    )


@pytest.fixture
def repository(velmora):
    """The folder under version control; what it gives runs git in it and returns its exit code."""

    def git(*words):
        return subprocess.run(
            ["git", *words], cwd=velmora, capture_output=True, text=True
        ).returncode

    assert git("init", "--quiet", "--initial-branch=main") == 0
    git("config", "user.email", "a@example.org")
    git("config", "user.name", "a")
    (velmora / ".gitignore").write_text(".*\n", encoding="utf-8")
    git("add", ".")
    assert git("commit", "--quiet", "-m", "before") == 0
    return git


def two_people(git, folder, one, two):
    """Have two people, each in a branch of their own, do something in the folder; returns the exit code of the merge."""
    for branch, work in (("one", one), ("two", two)):
        assert git("checkout", "--quiet", "-b", branch, "main") == 0
        work(folder)
        git("add", ".")
        assert git("commit", "--quiet", "-m", branch) == 0
    return git("merge", "--quiet", "-m", "both", "one")


def joining(source, event):
    return lambda folder: curate.add_claim(
        loading.load(folder), source, 0, 11, CLAIM | {"event_id": event}
    )


def opening(source, partner):
    return lambda folder: curate.add_claim(
        loading.load(folder), source, 0, 11, CLAIM, EVENT | {"partners": partner}
    )


def adding(words, tmp_path):
    def add(folder):
        file = tmp_path / f"{words}.txt"
        file.write_text(f"{words} is reported.\n", encoding="utf-8")
        curate.add_source(folder, file, {"title": words, "stance": "mixed"})

    return add


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "two"),
    [
        (joining("S1", "TA-01"), joining("S2", "CV-02")),
        (opening("S1", "XTA"), opening("S3", "XSI")),
    ],
    ids=["claims", "events"],
)
def test_two_people_s_rows_merge_without_a_conflict(repository, velmora, one, two):
    """As the README says: where they coded different sources and opened events of different partners that have some."""
    for partner in ("XTA", "XSI"):
        opening("S2", partner)(velmora)
    repository("commit", "--quiet", "-am", "an event of each partner")
    assert two_people(repository, velmora, one, two) == 0
    report = check(velmora)
    assert report.exit_code == 0, report.text
    assert "passages verified: 29 of 29" in report.text


@pytest.mark.slow
def test_a_merge_that_git_could_not_finish_is_named_as_such(
    repository, velmora, tmp_path, capsys
):
    ones = adding("One", tmp_path)
    twos = adding("Two", tmp_path)
    assert two_people(repository, velmora, ones, twos) == 1
    report = check(velmora)
    assert report.exit_code == 2
    assert "sources.csv, row 5: must not hold the marks of a merge" in report.text
    assert "often both" in report.text
    before = contents(velmora)
    assert main(["partner", "add", "Chile", "--data", str(velmora)]) == 2
    assert "must not hold the marks of a merge" in capsys.readouterr().err
    assert contents(velmora) == before


def through_the_commands(words, tmp_path):
    """Add a source, and a claim on it that opens an event."""

    def work(folder):
        file = tmp_path / f"{words}.txt"
        file.write_text(f"{words} has opened a shipyard.\n", encoding="utf-8")
        data = ["--data", str(folder)]
        stated = ["--title", words, "--stance", "mixed"]
        assert main(["source", "add", str(file), *stated, *data]) == 0
        source_id = rows(folder, "sources")[-1]["source_id"]
        cells = EVENT | {"statement": f"{words} opened it.", "headline": words}
        given = [f"{column}={value}" for column, value in cells.items()]
        assert main(["claim", "add", source_id, words, *given, *data]) == 0

    return work


def on_the_same_source(words, tmp_path):
    """Code other words of a source that was there, and open an event of the same partner."""

    def work(folder):
        data = ["--data", str(folder)]
        cells = EVENT | {"statement": f"So it is with {words}.", "headline": words}
        given = [f"{column}={value}" for column, value in cells.items()]
        (path,) = [
            row["file"] for row in rows(folder, "sources") if row["source_id"] == "S1"
        ]
        text = (folder / "documents" / path).read_text(encoding="utf-8")
        passage = text[:30] if words == "One" else text[40:80]
        assert main(["claim", "add", "S1", passage, *given, *data]) == 0

    return work


@pytest.mark.slow
@pytest.mark.parametrize("work", [through_the_commands, on_the_same_source])
def test_two_branches_are_merged_by_keeping_the_rows_of_both(
    repository, velmora, tmp_path, work
):
    """As the README says: nothing is renumbered, whatever two people have added."""
    tables = ("sources", "claims", "events")
    before = {name: len(rows(velmora, name)) for name in tables}
    added = 2 if work is through_the_commands else 0
    assert (
        two_people(repository, velmora, work("One", tmp_path), work("Other", tmp_path))
        == 1
    )
    named = check(velmora)
    assert named.exit_code == 2
    assert "must not hold the marks of a merge" in named.text
    for path in velmora.glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line[:7] not in ("<" * 7, "=" * 7, ">" * 7)]
        path.write_text("".join(kept), encoding="utf-8")
    report = check(velmora)
    assert report.exit_code == 0, report.text
    after = {name: len(rows(velmora, name)) - before[name] for name in tables}
    assert after == {"sources": added, "claims": 2, "events": 2}


@pytest.mark.slow
def test_a_document_that_both_have_added_is_one_source(repository, velmora, tmp_path):
    same = adding("One", tmp_path)
    assert two_people(repository, velmora, same, same) == 0
    assert check(velmora).exit_code == 0


def test_marks_of_a_merge_in_the_contract_are_named_as_such(velmora):
    path = velmora / "datapackage.json"
    marked = "{\n<<<<<<< HEAD\n" + path.read_text(encoding="utf-8")[1:]
    path.write_text(marked, encoding="utf-8")
    report = check(velmora)
    assert report.exit_code == 2
    assert "datapackage.json, row 2: must not hold the marks of a merge" in report.text


PAGE = """<html><head><title>The shipyard at Orsa</title><meta property="og:site_name" content="The Lantern">
<meta property="article:published_time" content="2025-03-09"></head><body><nav><a href="/">Home</a></nav><article>
<h1>The shipyard at Orsa</h1><p>In March 2025 Taskar and Velmora opened a joint shipyard with 250 workers, the
first on the upper river in a generation.</p><p>Corvath has since asked for talks, which its council denies.</p>
</article></body></html>"""


@pytest.mark.slow
def test_a_web_page_gives_its_text_and_what_it_states(velmora, tmp_path, capsys):
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    assert (
        main(
            [
                "source",
                "add",
                str(tmp_path / "page.html"),
                "--stance",
                "mixed",
                "--data",
                str(velmora),
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "9 March 2025: grade F, lineage s4" in said
    assert "[XTA; 2025-03; 250 workers]" in said
    assert "Home" not in (velmora / "documents" / "page.txt").read_text(
        encoding="utf-8"
    )


def test_a_pdf_gives_its_text(velmora, tmp_path):
    page = nbformat.v4.new_markdown_cell("Taskar and Velmora opened a shipyard.")
    (tmp_path / "paper.pdf").write_bytes(export(page))
    curate.add_source(
        velmora, tmp_path / "paper.pdf", {"title": "A paper", "stance": "mixed"}
    )
    assert "Taskar and Velmora opened a shipyard" in (
        velmora / "documents" / "paper.txt"
    ).read_text(encoding="utf-8")


def test_a_document_is_added_once_and_a_bad_one_not_at_all(notice, tmp_path, capsys):
    (tmp_path / "again.txt").write_text(NOTICE, encoding="utf-8")
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    before = contents(notice)
    for name, why in (
        ("again.txt", "is a source already: S4"),
        ("empty.txt", "no text was found"),
        ("latin.txt", "not UTF-8"),
        ("gone.txt", "cannot be read"),
    ):
        assert (
            main(
                [
                    "source",
                    "add",
                    str(tmp_path / name),
                    "--stance",
                    "mixed",
                    "--data",
                    str(notice),
                ]
            )
            == 2
        )
        assert why in capsys.readouterr().err
    assert contents(notice) == before


def test_a_source_without_a_stance_is_refused_and_leaves_no_document(
    velmora, tmp_path, capsys
):
    (tmp_path / "new.txt").write_text(NOTICE, encoding="utf-8")
    assert (
        main(
            [
                "source",
                "add",
                str(tmp_path / "new.txt"),
                "--title",
                "New",
                "--data",
                str(velmora),
            ]
        )
        == 2
    )
    assert "stance" in capsys.readouterr().err
    assert not (velmora / "documents" / "new.txt").exists()


@pytest.mark.slow
def test_status_tells_what_is_bare(notice, capsys):
    assert main(["source", "status", "S4", "--data", str(notice)]) == 0
    said = capsys.readouterr().out
    assert (
        "0 claims; 3 sentences: 0 with a claim, 0 with a reason why not, 3 bare" in said
    )
    assert "line 3, from 76: Corvath has since asked for talks. [XCV]" in said
    assert main(["source", "status", "S9", "--data", str(notice)]) == 2


# What is suggested


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "In March 2024 it bought 12 aircraft for $400 million.",
            ["2024-03", "12 aircraft", "400 million dollars"],
        ),
        (
            "Since late 2024, and by the summer of 2025, 30 per cent.",
            ["2024-39/..", "../2025-22", "30 per cent"],
        ),
        (
            "Between 2020 and 2023; 12 March 2024; March 31, 2025.",
            ["[2020..2023]", "2024-03-12", "2025-03-31"],
        ),
        (
            "In the second half of 2024 and the third quarter of 2025",
            ["2024-41", "2025-35"],
        ),
        ("On February 30, 2024 nothing happened.", ["2024"]),
        ("Taskari ships, and those of the Sunder Isles", ["XTA", "XSI"]),
    ],
)
def test_partners_dates_and_figures_are_found(velmora, words, found):
    names = gazetteer(loading.load(velmora))
    partners = [code for each in names.mentions(words) for code in each.codes]
    named = sorted(dates_in(words), key=lambda date: date.start)
    figures = [
        figure.value
        for figure in figures_in(words)
        if not any(date.overlaps(figure.start, figure.end) for date in named)
    ]
    assert [*partners, *(date.value for date in named), *figures] == found
