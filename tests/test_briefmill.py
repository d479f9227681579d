"""briefmill by itself: another domain, its notebooks and its data, planned, run and published."""

import ast
import datetime
import importlib
import json
import shutil
from pathlib import Path

import pypdfium2
import pytest
import rainfall

from briefmill import PlanError, build, execution, freshness, plan
from briefmill.domain import Domain
from briefmill.editions import manifest
from briefmill.execution import perform

ROOT = Path(__file__).parents[1]
TOWNS = ["bergen", "oslo", "tromso"]


@pytest.fixture(scope="module", autouse=True)
def found_by_jobs():
    """The domain is a package that the processes of jobs can import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT / "tests"), prepend=":")
        yield


@pytest.fixture
def weather(tmp_path):
    """A folder with the data and the notebooks of the rainfall domain; free to be spoilt."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / "tests" / "rainfall" / name, tmp_path / name)
    return tmp_path


def planned(weather, *towns, **others):
    return plan(rainfall, weather / "data", weather / "notebooks", towns, **others)


def rain(weather, town, month, mm):
    """Have so much rain in a town and a month."""
    path = weather / "data" / "rainfall.csv"
    lines = path.read_text().splitlines()
    start = f"{town},{month},"
    changed = [f"{start}{mm}" if line.startswith(start) else line for line in lines]
    path.write_text("\n".join(changed) + "\n")


def text(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def test_a_domain_has_what_the_protocol_asks_for():
    asked = {name for name in vars(Domain) if not name.startswith("_")}
    asked |= {name for name in Domain.__annotations__ if not name.startswith("_")}
    for name in ("rainfall", "allywatch.briefings"):
        assert asked <= set(vars(importlib.import_module(name))), name


def test_it_works_without_allywatch():
    for path in sorted((ROOT / "tests" / "rainfall").rglob("*.py")):
        names = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert "allywatch" not in " ".join(names)


# Planning


def test_a_notebook_that_declares_the_unit_runs_once_per_unit(weather):
    jobs = planned(weather).jobs
    names = ["country_briefing", *(f"town_briefing_{town}" for town in TOWNS)]
    assert [job.name for job in jobs] == names
    assert [job.unit for job in jobs] == ["", *TOWNS]
    assert jobs[1].parameters == {
        "town": "bergen",
        "as_of": "",
        "data_dir": "../data",
    }


def test_units_are_named_in_the_words_of_the_domain(weather):
    some = planned(weather, "Oslo", "BERGEN", parameters={"dry": "3"})
    assert [job.unit for job in some.jobs] == ["oslo", "bergen"]
    assert not some.whole
    assert some.jobs[0].parameters["dry"] == 3


def test_a_past_day_reaches_the_loader_and_the_notebooks(weather):
    past = planned(weather, as_of="2025-11-30")
    assert list(past.dataset["oslo"]) == ["2025-10", "2025-11"]
    assert {job.parameters["as_of"] for job in past.jobs} == {"2025-11-30"}


@pytest.mark.parametrize(
    ("towns", "others", "says"),
    [
        (["Oslo", "Atlantis", "Mu"], {}, "no such town: Atlantis, Mu"),
        ([], {"as_of": "yesterday"}, "not a date"),
        ([], {"parameters": {"twon": "oslo"}}, "declares the parameter twon"),
        ([], {"parameters": {"town": "oslo"}}, "by naming towns"),
        ([], {"parameters": {"dry": "very"}}, "takes a value like 0"),
    ],
)
def test_what_is_not_there_is_refused(weather, towns, others, says):
    with pytest.raises(PlanError, match=says):
        planned(weather, *towns, **others)


# Running


@pytest.mark.slow
def test_both_engines_make_the_same_files(weather):
    whole = planned(weather)
    for job in whole.jobs[:2]:
        forked, in_kernel = (
            perform(execution.pack(job, whole, engine, None, far=False))
            for engine in ("fork", "kernel")
        )
        assert (forked.status, forked.error) == ("built", "")
        assert forked == in_kernel


# Editions


def test_a_whole_edition(weather):
    edition = build(planned(weather), weather / "out")
    assert not edition.failed
    names = ["country_briefing", *(f"town_briefing_{town}" for town in TOWNS)]
    files = {
        path.relative_to(edition.folder).as_posix()
        for path in edition.folder.rglob("*")
        if path.is_file()
    }
    assert files == {
        "CHANGES.md",
        "feed.xml",
        "index.html",
        "manifest.json",
        "manifest.schema.json",
        *(f"{name}.{kind}" for name in names for kind in ("pdf", "html")),
        *(f"thumbnails/{name}.png" for name in names),
    }
    for town in TOWNS:
        words = text(edition.folder / f"town_briefing_{town}.pdf")
        assert [each for each in TOWNS if each.capitalize() in words] == [town]
    assert "There are 3 towns." in text(edition.folder / "country_briefing.pdf")
    assert "town_briefing_oslo" in (edition.folder / "index.html").read_text()

    written = manifest.read(edition.folder)
    assert written["edition"]["towns"] == 3
    oslo = manifest.output(written, "town_briefing_oslo")
    assert (oslo["title"], oslo["blocks"], oslo["pages"]) == ("Rain in Oslo", 1, 1)
    assert oslo["snapshot"] == {"mm": 212}


@pytest.mark.slow
def test_only_the_town_that_changed_is_built_and_its_change_is_listed(weather):
    out = weather / "out"
    build(planned(weather), out)
    rain(weather, "oslo", "2025-12", 99)
    edition = build(planned(weather), out)
    built = {each.job.name: each.why for each in edition.outcomes if each.why}
    why = ("rain in oslo changed",)
    assert built == {"country_briefing": why, "town_briefing_oslo": why}
    changes = (edition.folder / "CHANGES.md").read_text()
    assert "## Oslo\n\n- 256 mm, were 212.\n" in changes
    assert "Bergen" not in changes

    again = build(planned(weather), out)
    assert not again.fresh
    assert {each.status for each in again.outcomes} == {"current"}


@pytest.mark.slow
def test_an_edition_without_a_change_says_so(weather):
    out = weather / "out"
    build(planned(weather), out)
    edition = build(planned(weather, parameters={"unit": "millimetres"}), out)
    assert edition.fresh
    assert rainfall.UNCHANGED in (edition.folder / "CHANGES.md").read_text()


@pytest.mark.slow
def test_a_town_that_fails_keeps_its_last_files(weather):
    out = weather / "out"
    first = build(planned(weather), out)
    kept = (first.folder / "town_briefing_oslo.pdf").read_bytes()
    second = build(planned(weather, parameters={"dry": "300"}), out)
    assert [outcome.job.unit for outcome in second.failed] == ["oslo"]
    assert "oslo is dry" in second.failed[0].error
    assert (second.folder / "town_briefing_oslo.pdf").read_bytes() == kept
    assert (second.failures / "town_briefing_oslo.ipynb").is_file()


@pytest.mark.slow
def test_whether_anything_changed_is_told_from_whole_files(weather):
    def requested():
        folders = weather / "data", weather / "notebooks"
        return freshness.request(rainfall, *folders, "", {})

    edition = build(planned(weather), weather / "out")
    written = json.loads((edition.folder / "manifest.json").read_bytes())
    assert freshness.unchanged(requested(), written, edition.folder)
    rain(weather, "oslo", "2025-12", 99)
    assert not freshness.unchanged(requested(), written, edition.folder)


def test_the_code_is_that_of_briefmill_and_the_domain():
    names = freshness.code(rainfall)
    assert "the library’s rainfall/__init__.py" in names
    assert "the library’s briefmill/planning.py" in names
    assert not any("allywatch" in name for name in names)


def test_the_domain_takes_a_day():
    data = ROOT / "tests" / "rainfall" / "data"
    oslo = rainfall.load(data, datetime.date(2025, 10, 31))["oslo"]
    assert oslo == {"2025-10": 84}
