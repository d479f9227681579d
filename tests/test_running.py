"""Planning, executing and publishing, on a small world: three partners and one small notebook."""

import csv
import datetime
import hashlib
import io
import json
import os
import re
import shutil
import socket
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import nbformat
import pandas as pd
import pypdfium2
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from allywatch import cli
from allywatch.briefings import plan
from allywatch.data import loading
from allywatch.data.contract import Contract
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.page import index, standards_page
from briefmill import PlanError, build

TINY = Path(__file__).parent / "fixtures" / "tiny"
PARTNERS = pd.DataFrame(
    [
        ("ARM", "Armenia", "Armenia", ("Hayastan",)),
        ("IRN", "Iran", "Iran", ("Islamic Republic",)),
        ("MD-SN", "Transnistria", "Transnistria", ()),
        ("RUS", "Russia", "Russia", ()),
        ("TUR", "Türkiye", "Türkiye", ("Turkey", "Islamic Republic")),
    ],
    columns=["partner_id", "name", "short_name", "aliases"],
)
EVENTS = pd.DataFrame(
    [
        ("e1", ("ARM",)),
        ("e2", ("IRN", "MD-SN")),
        ("e3", ("RUS",)),
        ("unclaimed", ("TUR",)),
    ],
    columns=["event_id", "partners"],
)
CLAIMS = pd.DataFrame({"claim_id": ["c1", "c2", "c3"], "event_id": ["e1", "e2", "e3"]})

PARAMETERS = """\
partner: str = "ARM"  # code of the partner
as_of: str = ""  # admit only what was published by this day
data_dir: str = "../data"  # the data folder
fails: str = ""  # the partner whose cell raises
dies: str = ""  # the partner whose process is killed
years: int = 3  # a number
"""
# Two jobs at a time write the same two file names, wait for each other, and read them back.
SAME_NAMES = """\
import os, signal, tempfile, time
from pathlib import Path
from briefmill.blocks import Judgement, Masthead
from briefmill.texts import Arrow, Marks, Words
charts = [Path("chart.svg"), Path(tempfile.gettempdir(), "chart.svg")]
[chart.write_text(partner) for chart in charts]
time.sleep(1)
assert {chart.read_text() for chart in charts} == {partner}
print("partner is", partner)
"""
FATES = """\
assert partner != fails, "the <data> of this partner is odd"
partner == dies and os.kill(os.getppid(), signal.SIGKILL)
"""
MASTHEAD = """\
Masthead(title=partner, facts=(("Focal power", "Russia"), ("Evidence", partner)))
"""
JUDGEMENT = """\
Judgement(
    direction="away",
    arrows=(Arrow("away", "falling", "down"),),
    word="moving away",
    headline=(Words("It moves <b>away</b> & on."), Marks(("1",))),
)
"""


def small_notebook(
    *sources: str, briefing: bool | None = None
) -> nbformat.NotebookNode:
    """A notebook whose first code cell, `sources[0]`, declares its parameters."""
    metadata = {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        },
        "language_info": {"name": "python"},
    }
    if briefing is not None:
        metadata["allywatch"] = {"briefing": briefing}
    tagged = new_code_cell(sources[0], metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# Small"), tagged, *map(new_code_cell, sources[1:])]
    return new_notebook(cells=cells, metadata=metadata)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A folder with data and notebooks; the loader is replaced, for what it does is tested elsewhere."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "data").mkdir()
    (folder / "data" / "datapackage.json").write_text("{}")
    (folder / "data" / "events.csv").write_text("event_id,partners\n")
    (folder / "notebooks").mkdir()
    # A kernel of the same name that a user installed: to run it is to fail.
    (folder / "stray/kernels/python3").mkdir(parents=True)
    (folder / "stray/kernels/python3/kernel.json").write_text(
        json.dumps(
            {"argv": ["false"], "display_name": "Python 3", "language": "python"}
        )
    )
    notebook = small_notebook(PARAMETERS, SAME_NAMES, MASTHEAD, JUDGEMENT, FATES)
    nbformat.write(notebook, folder / "notebooks" / "country_briefing.ipynb")
    nbformat.write(small_notebook(PARAMETERS), folder / "notebooks" / "explore.ipynb")
    shutil.copytree(TINY, folder / "tiny")
    shutil.copy(TINY.parents[2] / "data" / "datapackage.json", folder / "tiny")
    tiny = loading.load(folder / "tiny")
    words = [
        {"key": "away", "word": "moving away"},
        {"key": "insufficient", "word": "too little"},
    ]
    rules = tiny.rules | {
        "focal_power": "RUS",
        "language": "en",
        "direction_words": words,
    }

    def load(data_dir, as_of=None):
        tables = {
            "partners": PARTNERS,
            "events": EVENTS,
            "claims": CLAIMS if as_of is None else CLAIMS[:1],
        }
        frames = {
            name: _filled(rows, getattr(tiny, name)) for name, rows in tables.items()
        }
        none = {
            name: getattr(tiny, name).iloc[:0] for name in ("relations", "judgements")
        }
        contract = Contract(tiny.package | {"allywatch": rules})
        known = {
            "data_dir": Path(data_dir),
            "as_of": as_of,
            "documents": None,
            "contract": contract,
        }
        return replace(tiny, **known, **frames, **none)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "load", load)
        patch.setenv("JUPYTER_PATH", str(folder / "stray"))
        patch.delenv(DOCUMENTS_VARIABLE, raising=False)
        patch.chdir(folder)
        yield folder


def _filled(rows: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """`rows` with the other columns of `like`, each cell as in its first row."""
    return rows.assign(
        **{
            name: [like[name].iloc[0]] * len(rows)
            for name in like.columns
            if name not in rows.columns
        }
    ).assign(**{name: "" for name in ("parent_id",) if name in like.columns})


# Planning


def test_one_job_per_partner_with_an_event(world):
    planned = plan()
    assert [job.name for job in planned.jobs] == [
        f"country_briefing_{code}" for code in ("ARM", "IRN", "MD-SN")
    ]
    assert planned.jobs[1].parameters == {
        "partner": "IRN",
        "as_of": "",
        "data_dir": "../data",
    }
    assert planned.whole


def test_a_notebook_without_a_partner_runs_once_and_only_when_none_is_named(
    world, tmp_path
):
    nbformat.write(
        small_notebook('as_of: str = ""'), tmp_path / "overview_briefing.ipynb"
    )
    nbformat.write(
        small_notebook('as_of: str = ""', briefing=True), tmp_path / "methodology.ipynb"
    )
    nbformat.write(small_notebook(PARAMETERS), tmp_path / "country_briefing.ipynb")
    whole = [job.name for job in plan(notebooks=tmp_path).jobs]
    assert whole[-2:] == ["methodology", "overview_briefing"]
    assert len(whole) == 5
    assert [job.name for job in plan(notebooks=tmp_path, partners=["ARM"]).jobs] == [
        "country_briefing_ARM"
    ]


def test_the_metadata_can_take_a_notebook_out(world, tmp_path):
    nbformat.write(
        small_notebook(PARAMETERS, briefing=False), tmp_path / "draft_briefing.ipynb"
    )
    with pytest.raises(PlanError, match="no briefing notebook"):
        plan(notebooks=tmp_path)


def test_partners_are_known_by_id_name_and_alias_in_any_case(world):
    planned = plan(partners=["hayastan", "IRAN", "md-sn", "ARM"])
    assert [job.unit for job in planned.jobs] == ["ARM", "IRN", "MD-SN"]
    assert not planned.whole


def test_as_of_reaches_the_loader_and_the_notebook(world):
    planned = plan(as_of="2026-01-31")
    assert planned.dataset.as_of == datetime.date(2026, 1, 31)
    assert [(job.unit, job.parameters["as_of"]) for job in planned.jobs] == [
        ("ARM", "2026-01-31")
    ]


def test_a_parameter_takes_the_type_of_its_default(world):
    assert plan(parameters={"years": "5"}).jobs[0].parameters["years"] == 5


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (
            {"partners": ["ATLANTIS"]},
            r"'ATLANTIS'(?s:.*)Armenia \(ARM\), Iran \(IRN\), Transnistria \(MD-SN\)",
        ),
        ({"partners": ["Armenie"]}, r"Did you mean Armenia \(ARM\)\?"),
        ({"partners": ["ARM", "Atlantis", "Mu"]}, "'Atlantis'(?s:.*)'Mu'"),
        ({"partners": ["Turkey"]}, r"Türkiye \(TUR\) has no briefing"),
        ({"partners": ["RUS"]}, "focal power"),
        ({"partners": ["Islamic Republic"]}, "may be any of IRN, TUR"),
        ({"partners": ["IRN"], "as_of": "2020-01-01"}, "published by 2020-01-01"),
        ({"partners": [""]}, "No partner is called ''"),
        ({"as_of": "2026-02-30"}, "not a date"),
        ({"as_of": "20260131"}, "not a date"),
        ({"as_of": "2026-01"}, "not a date"),
        (
            {"parameters": {"yeras": "5"}},
            "No notebook declares the parameter yeras(?s:.*)years",
        ),
        ({"parameters": {"years": "many"}}, "takes a value like 3"),
        ({"parameters": {"partner": "IRN"}}, "by naming partners"),
        ({"data_dir": "nowhere"}, "not a data folder"),
        ({"notebooks": "nowhere"}, "no briefing notebook"),
    ],
)
def test_what_is_not_there_is_refused(world, request_, says):
    with pytest.raises(PlanError, match=says):
        plan(**request_)


def test_a_past_edition_is_refused_where_a_notebook_cannot_make_one(world, tmp_path):
    nbformat.write(
        small_notebook('data_dir: str = "../data"'),
        tmp_path / "overview_briefing.ipynb",
    )
    with pytest.raises(PlanError, match="declares no parameter as_of"):
        plan(notebooks=tmp_path, as_of="2026-01-31")


# Three editions: all is well; one cell raises and one process is killed; one partner alone is made again


@pytest.fixture(scope="module")
def editions(world):
    """What the world's reports held after each of three runs: name to bytes, and the exit codes."""
    runs = [[], ["-p", "fails=IRN", "-p", "dies=MD-SN"], ["Iran"]]
    codes, states = [], []
    for arguments in runs:
        codes.append(cli.main(["build", "--workers", "3", *arguments]))
        reports = world / "reports"
        shown = [
            path
            for folder in ("latest", "failures")
            for path in files(reports / folder)
        ]
        states.append(
            {path.relative_to(reports).as_posix(): path.read_bytes() for path in shown}
        )
    return SimpleNamespace(codes=codes, states=states)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def manifest(state: dict[str, bytes]) -> dict:
    return json.loads(state["latest/manifest.json"])


def test_a_whole_run_publishes_every_partner_an_index_and_a_manifest(editions):
    names = {f"country_briefing_{code}" for code in ("ARM", "IRN", "MD-SN")}
    assert editions.codes[0] == 0
    assert set(editions.states[0]) == {
        *(
            f"latest/{name}"
            for name in (
                "CHANGES.md",
                "briefings.json",
                "claims.csv",
                "events.csv",
                "feed.xml",
                "index.html",
                "manifest.json",
                "manifest.schema.json",
            )
        ),
        *("latest/standards.csv", "latest/standards.html"),
        *(f"latest/{name}.{kind}" for name in names for kind in ("pdf", "html")),
        *(f"latest/thumbnails/{name}.png" for name in names),
    }


def test_the_manifest_holds_what_is_there(editions, world):
    said = manifest(editions.states[0])
    jsonschema.validate(
        said, json.loads(editions.states[0]["latest/manifest.schema.json"])
    )
    assert (said["edition"]["number"], said["edition"]["previous"]) == (1, None)
    assert (said["edition"]["as_of"], said["edition"]["focal_power"]) == ("", "RUS")
    for name, digest in said["inputs"].items():
        assert hashlib.sha256((world / name).read_bytes()).hexdigest() == digest
    assert set(said["inputs"]) == {"data/datapackage.json", "data/events.csv"}
    assert {"python", "allywatch", "papermill", "typst"} <= set(said["versions"])
    for partner in ("ARM", "IRN", "MD-SN"):
        briefing = said["briefings"][f"country_briefing_{partner}"]
        assert (briefing["status"], briefing["error"], briefing["partner"]) == (
            "built",
            "",
            partner,
        )
        assert briefing["parameters"]["partner"] == partner
        assert briefing["duration_s"] > 0
        output = briefing["output"]
        assert (output["title"], output["word"], output["pages"]) == (
            partner,
            "moving away",
            1,
        )
        assert set(output["files"]) == {"pdf", "html", "thumbnail"}
        for file in output["files"].values():
            assert (
                hashlib.sha256(editions.states[0][f"latest/{file['path']}"]).hexdigest()
                == file["sha256"]
            )


def test_the_manifest_names_no_machine(editions, world):
    for state in editions.states:
        text = (
            state["latest/manifest.json"].decode() + state["latest/index.html"].decode()
        )
        for private in (
            str(world),
            str(Path.home()),
            socket.gethostname(),
            os.sep + "tmp",
        ):
            assert private not in text


def test_a_failing_partner_and_a_killed_process_leave_the_others_alone(editions):
    first, second = editions.states[:2]
    assert editions.codes[1] == 1
    told = manifest(second)["briefings"]
    assert {name: briefing["status"] for name, briefing in told.items()} == {
        "country_briefing_ARM": "built",
        "country_briefing_IRN": "failed",
        "country_briefing_MD-SN": "failed",
    }
    assert (
        "AssertionError: the <data> of this partner is odd"
        in told["country_briefing_IRN"]["error"]
    )
    assert "killed" in told["country_briefing_MD-SN"]["error"]
    for partner in (
        "IRN",
        "MD-SN",
    ):  # the PDF of the run before is kept, and said to be that
        file = f"latest/country_briefing_{partner}.pdf"
        assert second[file] == first[file]
        before = manifest(first)["briefings"][f"country_briefing_{partner}"]
        assert told[f"country_briefing_{partner}"]["output"] == before["output"]
    assert (
        second["latest/index.html"].decode().count("this PDF is from an earlier run")
        == 2
    )


def test_a_failed_notebook_is_kept_with_its_error(editions, world):
    second = editions.states[1]
    raised = nbformat.reads(
        second["failures/2/country_briefing_IRN.ipynb"].decode(), as_version=4
    )
    killed = nbformat.reads(
        second["failures/2/country_briefing_MD-SN.ipynb"].decode(), as_version=4
    )
    assert "the <data> of this partner is odd" in raised.cells[0].source
    assert "killed" in killed.cells[0].source
    outputs = [output for cell in raised.cells for output in cell.get("outputs", [])]
    assert outputs[0].text == "partner is IRN\n"  # it ran up to the cell that failed
    assert outputs[-1].ename == "AssertionError"


def test_one_partner_is_made_again_and_the_others_stay(editions):
    second, third = editions.states[1:]
    assert editions.codes[2] == 0
    told = manifest(third)["briefings"]
    assert told["country_briefing_IRN"]["status"] == "built"
    for name in ("country_briefing_ARM", "country_briefing_MD-SN"):
        assert told[name] | {"changes": []} == manifest(second)["briefings"][name] | {
            "changes": []
        }
        assert third[f"latest/{name}.pdf"] == second[f"latest/{name}.pdf"]
    assert sorted(name for name in third if name.startswith("failures/3/")) == [
        "failures/3/country_briefing_MD-SN.ipynb",
        "failures/3/failures.txt",
    ]


def test_each_pdf_is_about_its_own_partner(editions):
    partners = {"ARM", "IRN", "MD-SN"}
    for partner in partners:
        with pypdfium2.PdfDocument(
            editions.states[2][f"latest/country_briefing_{partner}.pdf"]
        ) as document:
            text = "".join(page.get_textpage().get_text_range() for page in document)
        assert {other for other in partners if other in text} == {partner}


def test_an_interrupted_run_changes_nothing(editions, world):
    def interrupt(line, *event, **facts):
        if line.startswith("[1/"):
            raise KeyboardInterrupt

    before = {path: path.stat().st_mtime_ns for path in files(world / "reports")}
    with pytest.raises(KeyboardInterrupt):
        build(plan(), world / "reports", workers=2, report=interrupt)
    assert {
        path: path.stat().st_mtime_ns for path in files(world / "reports")
    } == before
    assert sorted(
        path.name for path in (world / "reports").iterdir() if path.name != ".lock"
    ) == [
        "editions",
        "failures",
        "latest",
    ]


# The index


class Page(HTMLParser):
    """The links, pictures, scripts and element ids of a page."""

    def __init__(self, text: str):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def values(self, tag: str, attribute: str) -> list[str]:
        return [
            attrs[attribute]
            for name, attrs in self.tags
            if name == tag and attribute in attrs
        ]


def test_every_link_and_picture_of_the_index_is_there(editions):
    for state in editions.states:
        page = Page(state["latest/index.html"].decode())
        anchors = page.values("h2", "id")
        for link in page.values("a", "href"):
            if link.startswith("#"):
                assert link[1:] in anchors
            else:
                assert os.path.normpath(f"latest/{link}") in state
        pictures = [attrs for tag, attrs in page.tags if tag == "img"]
        assert len(pictures) == 3
        for picture in pictures:
            assert f"latest/{picture['src']}" in state
        assert {picture["alt"] for picture in pictures} == {
            f"First page of the briefing: {name}"
            for name in ("Armenia", "Iran", "Transnistria")
        }


def test_the_index_says_what_a_reader_looks_for(editions):
    page = Page(editions.states[0]["latest/index.html"].decode())
    assert page.values("html", "lang") == ["en"]
    text = re.sub(r"\s+", " ", page.text)
    assert "ties with Russia" in text
    # One line a partner, as data and never as markup; how many partners a direction has is not told.
    assert text.count("It moves <b>away</b> & on.") == 3
    assert not re.search(r"Moving away \d", text)
    assert "Focal power" not in text  # what a page says in its title block stays there


def test_the_index_leads_to_the_pages_for_a_screen(editions):
    page = Page(editions.states[0]["latest/index.html"].decode())
    links = page.values("a", "href")
    for code in ("ARM", "IRN", "MD-SN"):
        # From its picture, its name and the word that opens it; the PDF has a link of its own.
        assert links.count(f"country_briefing_{code}.html") == 3
        assert links.count(f"country_briefing_{code}.pdf") == 1


def an_output(name, **others):
    """What a manifest says of a briefing that was made."""
    return {
        "files": {
            "pdf": {"path": f"{name}.pdf"},
            "html": {"path": f"{name}.html"},
            "thumbnail": {"path": f"{name}.png"},
        },
        "standards": [],
        "made": "2026-01-31T00:00:00Z",
        "title": name,
        "word": "",
        "note": "",
        "pages": 2,
        "headline": "",
        "judgement": "",
        "figures": [],
        "facts": [],
        "direction": "",
        "inputs_sha256": "1",
        "as_of": "",
    } | others


def a_manifest(**outputs):
    """The manifest of an edition with these outputs, by the name of the briefing; that of a partner ends in its id."""
    briefings = {
        name: {
            "partner": name.partition("_")[2],
            "status": "built",
            "error": "",
            "output": output,
        }
        for name, output in outputs.items()
    }
    edition = {"as_of": "", "number": 1}
    return {"edition": edition, "inputs_sha256": "1", "briefings": briefings}


def test_the_index_opens_with_the_story_of_all_partners(world):
    said = a_manifest(
        country_ARM=an_output(
            "country_ARM",
            word="Moving away",
            note="low confidence",
            headline="Armenia looks elsewhere.",
            judgement="It was let down.",
            direction="away",
        ),
        methodology=an_output("methodology", title="Methodology"),
        overview=an_output(
            "overview",
            title="Russia’s partners",
            headline="Some look elsewhere.",
            judgement="Armenia does.\nIran does not.",
        ),
    )
    page = Page(index.page(said, plan().dataset))
    text = re.sub(r"\s+", " ", page.text)
    assert page.values("a", "href")[0] == "overview.html"
    order = [
        "Some look elsewhere.",
        "Armenia does.",
        "Iran does not.",
        "Russia’s partners",
        "Methodology",
        "Armenia looks elsewhere.",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert text.count("Some look elsewhere.") == 1
    assert "It was let down." not in text  # the line is enough; the page has the rest


def test_what_is_left_of_an_edition_that_knew_no_headline_stands_in_the_index(world):
    """A briefing that fails keeps its last good files, and those may be years old."""
    output = an_output("country_ARM", judgement="It was let down.", direction="away")
    del output["headline"]
    said = a_manifest(country_ARM=output)
    said["briefings"]["country_ARM"]["status"] = "failed"
    text = Page(index.page(said, plan().dataset)).text
    assert text.count("It was let down.") == 1
    assert "Not renewed" in text


def test_text_from_data_is_escaped_in_the_index(world):
    hostile = '"><script>alert(1)</script>'
    told = dict.fromkeys(("title", "word", "note", "headline", "judgement"), hostile)
    standards = [{"standard": hostile, "status": hostile, "why": hostile}]
    of_partner = an_output("country_ARM", standards=standards, **told, direction="away")
    of_all = an_output("overview", standards=standards, **told)
    said = a_manifest(country_ARM=of_partner, overview=of_all)
    for briefing in said["briefings"].values():
        briefing |= {"status": "failed", "error": hostile}
    page = Page(index.page(said, plan().dataset))
    assert "script" not in [tag for tag, _ in page.tags]
    # The partner's name is the data's; of its output: word, note, headline, error. Of the overview: the headline
    # and the story in the head, title, word, note and error.
    assert page.text.count("<script>alert(1)</script>") == 10
    listed = Page(standards_page.files(said, plan().dataset)["standards.html"])
    assert "script" not in [tag for tag, _ in listed.tags]
    assert listed.text.count("<script>alert(1)</script>") >= 3


def test_the_standards_are_rows_and_a_page(editions):
    rows = list(
        csv.DictReader(io.StringIO(editions.states[0]["latest/standards.csv"].decode()))
    )
    assert len(rows) == 3 * 9
    assert {row["status"] for row in rows} <= {"met", "partly", "not"}
    assert all(row["why"] for row in rows if row["status"] != "met")
    assert "standards.html" in editions.states[0]["latest/index.html"].decode()
    page = Page(editions.states[0]["latest/standards.html"].decode())
    assert "It makes no case for the other reading." in page.text
