"""Editions by themselves: what one holds, what the next takes over from it, and what becomes of the old.

The domain is rainfall in three towns; its files come from a press (see press.py) in the place of notebooks, so that an
edition takes a moment.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
import rainfall
from press import Press, pdf

from briefmill import build, freshness, plan
from briefmill.editions import auditing, changes, composing, locking, manifest, store
from briefmill.editions.verifying import fault
from briefmill.jobs import FILES, Job, JobOutcome

ROOT = Path(__file__).parents[1]
ALL = [
    "country_briefing",
    *(f"town_briefing_{t}" for t in ("bergen", "oslo", "tromso")),
]
OSLO = "town_briefing_oslo"


@pytest.fixture
def weather(tmp_path):
    """A folder with the data and the notebooks of the rainfall domain; free to be spoilt."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / "tests" / "rainfall" / name, tmp_path / name)
    return tmp_path


def printed(weather, *towns, dry=(), out="out", **others):
    """An edition of the `towns`, or of all, from a press in which those in `dry` fail."""
    planned = plan(rainfall, weather / "data", weather / "notebooks", towns)
    return build(planned, weather / out, executor=Press(dry), **others)


def rain(weather, town, millimetres):
    """Have so much rain in a town in December."""
    path = weather / "data" / "rainfall.csv"
    start = f"{town},2025-12,"
    lines = [
        f"{start}{millimetres}" if line.startswith(start) else line
        for line in path.read_text().splitlines()
    ]
    path.write_text("\n".join(lines) + "\n")


def states(edition):
    """The status of each briefing in the manifest."""
    said = manifest.briefings(edition.manifest)
    return {name: briefing["status"] for name, briefing in said.items()}


def since(edition):
    """Since which edition the files of each briefing are as they are; None without files."""
    said = manifest.briefings(edition.manifest)
    return {
        name: briefing["output"] and briefing["output"]["edition"]
        for name, briefing in said.items()
    }


def written_changes(edition):
    return (edition.folder / changes.FILE).read_text("utf-8")


# What an edition holds


def test_a_first_edition_has_all_and_nothing_before_it(weather):
    edition = printed(weather)
    said = edition.manifest
    assert edition.fresh
    assert states(edition) == dict.fromkeys(ALL, "built")
    assert since(edition) == dict.fromkeys(ALL, 1)
    assert (said["edition"]["number"], said["edition"]["previous"]) == (1, None)
    assert store.shown(weather / "out") == 1
    assert manifest.read(edition.folder) == json.loads(json.dumps(said))
    assert written_changes(edition) == (
        "# What changed in edition 1\n\nThis is the first edition; there is none before it.\n"
    )
    named = manifest.files(said)
    assert {*(f"{each}.pdf" for each in ALL), "index.html", changes.FILE} < set(named)
    for name, digest in named.items():
        assert freshness.sha256(edition.folder / name) == digest


def test_the_same_again_is_no_edition(weather):
    first = printed(weather)
    second = printed(weather)
    assert not second.fresh
    assert second.manifest == manifest.read(first.folder)
    assert {outcome.status for outcome in second.outcomes} == {"current"}
    assert store.numbers(weather / "out") == [1]


def test_files_that_come_out_the_same_are_as_old_as_they_were(weather):
    """What is built by force is the edition that stands, and no other."""
    printed(weather)
    again = printed(weather, force=True)
    assert len(again.outcomes) == len(ALL)
    assert {outcome.status for outcome in again.outcomes} == {"built"}
    assert not again.fresh


def test_only_what_changed_is_of_the_new_edition(weather):
    first = printed(weather)
    rain(weather, "oslo", 99)
    second = printed(weather)
    renewed = ["country_briefing", OSLO]
    assert states(second) == dict.fromkeys(ALL, "current") | dict.fromkeys(
        renewed, "built"
    )
    assert since(second) == dict.fromkeys(ALL, 1) | dict.fromkeys(renewed, 2)
    assert second.manifest["edition"]["previous"] == 1
    before = manifest.output(first.manifest, "town_briefing_bergen")
    after = manifest.output(second.manifest, "town_briefing_bergen")
    assert after["made"] == before["made"]
    assert after["inputs_sha256"] == second.manifest["inputs_sha256"]
    assert after["inputs_sha256"] != before["inputs_sha256"]
    assert written_changes(second).startswith(
        "# What changed in edition 2\n\nSince edition 1.\n"
    )
    assert "## Oslo\n\n- 256 mm, were 212.\n" in written_changes(second)


def test_an_edition_in_which_nothing_reads_otherwise_says_so(weather):
    """The millimetres are in another month: other inputs, the same sum."""
    printed(weather)
    path = weather / "data" / "rainfall.csv"
    path.write_text(
        path.read_text().replace("10,84", "10,83").replace("11,73", "11,74")
    )
    second = printed(weather)
    assert second.fresh
    assert since(second) == dict.fromkeys(ALL, 1)
    assert written_changes(second).endswith(f"\n{rainfall.UNCHANGED}\n")


def test_a_town_that_comes_is_said_to_be_new_and_one_that_goes_goes(weather):
    path = weather / "data" / "rainfall.csv"
    whole = path.read_text()
    path.write_text(
        "".join(line for line in whole.splitlines(True) if "oslo" not in line)
    )
    without = printed(weather)
    assert OSLO not in states(without)
    path.write_text(whole)
    with_oslo = printed(weather)
    assert "## Oslo\n\n- This briefing is new.\n" in written_changes(with_oslo)
    path.write_text(
        "".join(line for line in whole.splitlines(True) if "oslo" not in line)
    )
    assert OSLO not in states(printed(weather))
    assert not (weather / "out" / "latest" / f"{OSLO}.pdf").exists()


def test_some_towns_leave_the_others_as_they_were(weather):
    first = printed(weather)
    rain(weather, "oslo", 99)
    rain(weather, "bergen", 1)
    some = printed(weather, "oslo")
    assert [outcome.job.name for outcome in some.outcomes] == [OSLO]
    assert since(some) == dict.fromkeys(ALL, 1) | {OSLO: 2}
    bergen = manifest.briefings(some.manifest)["town_briefing_bergen"]
    assert bergen == manifest.briefings(first.manifest)["town_briefing_bergen"]
    assert "Bergen" not in written_changes(some)


# Whether an edition answers a request


def requested(weather):
    return freshness.request(rainfall, weather / "data", weather / "notebooks", "", {})


def test_a_whole_edition_answers_the_request_and_a_part_of_one_does_not(weather):
    whole = printed(weather)
    assert whole.manifest["request"] == requested(weather)
    assert freshness.unchanged(requested(weather), whole.manifest, whole.folder)
    # Some, all of which are current: the edition is as whole as it was.
    assert printed(weather, "oslo").manifest["request"] == requested(weather)
    rain(weather, "oslo", 99)
    some = printed(weather, "oslo")
    assert some.manifest["request"] == ""
    assert not freshness.unchanged(requested(weather), some.manifest, some.folder)
    # The country is still to be made, whatever became of Oslo.
    assert printed(weather, "oslo").manifest["request"] == ""
    assert printed(weather).manifest["request"] == requested(weather)


@pytest.mark.parametrize("what", ["data", "notebook"])
def test_what_is_written_while_an_edition_is_made_is_new_to_the_next(weather, what):
    def write(words, event="", **facts):
        if event == "start" and what == "data":
            rain(weather, "oslo", 999)
        if event == "start" and what == "notebook":
            path = weather / "notebooks" / "town_briefing.ipynb"
            path.write_text(path.read_text().replace("Rain", "Snow"))

    inputs = freshness.file_hashes(rainfall.input_files(weather / "data"))
    first = printed(weather, report=write)
    assert first.manifest["inputs"] == inputs
    assert not freshness.unchanged(requested(weather), first.manifest, first.folder)
    second = printed(weather)
    assert second.fresh
    assert freshness.unchanged(requested(weather), second.manifest, second.folder)


def test_an_edition_with_a_failure_answers_no_request(weather):
    assert printed(weather, dry=["oslo"]).manifest["request"] == ""
    assert not freshness.unchanged("", {}, weather / "out" / "latest")


# Failures


def test_what_fails_at_first_has_no_files_and_a_notebook_that_says_why(weather):
    edition = printed(weather, dry=["oslo"])
    assert [outcome.job.name for outcome in edition.failed] == [OSLO]
    assert since(edition)[OSLO] is None
    assert not (edition.folder / f"{OSLO}.pdf").exists()
    assert edition.failures == weather / "out" / "failures" / "1"
    lines = (edition.failures / "failures.txt").read_text()
    assert lines == "town_briefing.ipynb\toslo\toslo is dry\n"
    cells = json.loads((edition.failures / f"{OSLO}.ipynb").read_text())["cells"]
    assert "oslo\nis dry" in "".join(cells[0]["source"])
    assert "## Oslo\n\n- Could not be made.\n" in written_changes(edition)


def test_what_fails_later_keeps_its_files_and_says_of_which_day_they_are(weather):
    first = printed(weather)
    rain(weather, "oslo", 99)
    second = printed(weather, dry=["oslo"])
    assert since(second) == dict.fromkeys(ALL, 1) | {"country_briefing": 2}
    day = manifest.output(first.manifest, OSLO)["made"][:10]
    assert f"- Not renewed; its files are of {day}.\n" in written_changes(second)
    assert [*manifest.failed(second.manifest)] == [OSLO]


def test_a_failure_is_tried_again_and_its_notebook_goes_once_it_is_made(weather):
    printed(weather, dry=["oslo"])
    again = printed(weather, dry=["oslo"])
    assert [outcome.job.name for outcome in again.failed] == [OSLO]
    assert not again.fresh
    made = printed(weather)
    assert states(made)[OSLO] == "built"
    assert not made.failures.exists()


def test_a_failure_that_was_not_tried_again_keeps_its_notebook(weather):
    first = printed(weather, dry=["oslo"])
    kept = (first.failures / f"{OSLO}.ipynb").read_bytes()
    rain(weather, "bergen", 1)
    second = printed(weather, "bergen")
    assert second.failures.name == "2"
    assert (second.failures / f"{OSLO}.ipynb").read_bytes() == kept
    assert "oslo is dry" in (second.failures / "failures.txt").read_text()


def test_what_failed_and_would_come_out_as_before_is_built_all_the_same(weather):
    printed(weather)
    rain(weather, "oslo", 99)
    printed(weather, dry=["oslo"])
    rain(weather, "oslo", 55)
    planned = plan(rainfall, weather / "data", weather / "notebooks")
    latest = weather / "out" / "latest"
    _, why = freshness.standing(planned, manifest.read(latest), latest)
    assert why[OSLO] == ("its last build failed",)
    assert why["town_briefing_bergen"] == ()


# Damage


def spoil(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"!")


def test_why_a_file_is_made_again(weather):
    edition = printed(weather)
    (edition.folder / f"{OSLO}.html").unlink()
    spoil(edition.folder / f"{OSLO}.pdf")
    last = manifest.output(edition.manifest, OSLO)
    assert freshness.damaged(last, edition.folder) == (
        f"{OSLO}.pdf is not what was built",
        f"{OSLO}.html is gone",
    )
    assert not freshness.whole(edition.manifest, edition.folder)
    assert [each.job.name for each in printed(weather).outcomes if each.why] == [OSLO]


def test_a_spoilt_file_is_put_back_from_an_edition_that_has_it_whole(weather):
    """Two editions that do not share their files, as on a file system without links."""
    out = weather / "out"
    printed(weather)
    rain(weather, "oslo", 99)
    printed(weather)
    shared = out / "editions" / "2" / "town_briefing_bergen.pdf"
    whole = shared.read_bytes()
    shared.unlink()
    shared.write_bytes(b"%PDF spoilt")
    assert [str(each) for each in auditing.damages(out)] == [
        "town_briefing_bergen.pdf of edition 2 is not what was published"
    ]
    mended, lasting = auditing.mend(out)
    assert ([each.edition for each in mended], lasting) == ([2], [])
    assert shared.read_bytes() == whole
    assert auditing.damages(out) == []


def test_what_is_whole_nowhere_else_stays_named(weather):
    out = weather / "out"
    edition = printed(weather)
    spoil(edition.folder / f"{OSLO}.pdf")
    (edition.folder / f"{OSLO}.html").unlink()
    mended, lasting = auditing.mend(out)
    assert mended == []
    assert {each.name for each in lasting} == {f"{OSLO}.pdf", f"{OSLO}.html"}
    assert {each.good for each in lasting} == {None}
    assert not list(out.rglob(".mended*"))


def test_a_manifest_that_cannot_be_read_is_a_damage_and_a_foreign_folder_is_none(
    weather,
):
    out = weather / "out"
    printed(weather)
    (out / "editions" / "7").mkdir()
    assert auditing.damages(out) == []
    (out / "editions" / "1" / "manifest.json").unlink()
    assert [each.name for each in auditing.damages(out)] == ["manifest.json"]


# The store


def test_editions_are_numbered_on_whatever_else_lies_there(weather):
    out = weather / "out"
    printed(weather)
    for name in ("007", "٧", "9b", "notes"):
        (out / "editions" / name).mkdir()
    assert store.numbers(out) == [1]
    (out / "editions" / "12").mkdir()
    rain(weather, "oslo", 99)
    assert printed(weather).manifest["edition"]["number"] == 13
    assert store.numbers(weather / "nowhere") == []


def several(weather, how_many):
    """So many editions, each with a failure of its own; the output folder."""
    for number in range(1, how_many + 1):
        rain(weather, "bergen", number)
        printed(weather, dry=["oslo"])
    return weather / "out"


def test_prune_keeps_the_newest_and_the_one_that_is_shown(weather):
    out = several(weather, 4)
    assert store.prune(out, 2, dry_run=True) == [1, 2]
    assert store.numbers(out) == [1, 2, 3, 4]
    (out / "latest").unlink()
    (out / "latest").symlink_to("editions/2")
    assert store.prune(out, 2) == [1]
    assert store.numbers(out) == [2, 3, 4]
    assert sorted(path.name for path in (out / "failures").iterdir()) == ["2", "3", "4"]
    assert not list(out.glob(".build-*"))


def test_prune_to_none_keeps_all_and_takes_no_folder_of_somebody_else(weather):
    out = several(weather, 2)
    (out / "editions" / "1" / "manifest.json").unlink()
    (out / "failures" / "9").mkdir()
    (out / "failures" / "mine").mkdir()
    assert store.prune(out, 0) == []
    assert store.prune(out, 1) == []
    assert store.numbers(out) == [1, 2]
    assert not (out / "failures" / "9").exists()
    assert (out / "failures" / "mine").is_dir()


def test_whatever_is_not_ours_is_refused_as_latest(tmp_path):
    latest = tmp_path / "latest"
    store.refuse_foreign(tmp_path)
    latest.mkdir()
    with pytest.raises(FileExistsError, match="something of your own"):
        store.refuse_foreign(tmp_path)
    (latest / manifest.SCHEMA).write_text("{}")
    store.refuse_foreign(tmp_path)  # a folder of ours, from where there are no links
    shutil.rmtree(latest)
    for target, ours in (
        ("editions/3", True),
        ("mine/3", False),
        ("editions/x", False),
    ):
        latest.symlink_to(target)
        if ours:
            store.refuse_foreign(tmp_path)
        else:
            with pytest.raises(FileExistsError):
                store.refuse_foreign(tmp_path)
        latest.unlink()


@pytest.mark.parametrize("target", ["editions/3", "editions/x", None])
def test_latest_shows_an_edition_by_its_number(tmp_path, target):
    assert store.shown(tmp_path) is None
    if target is None:
        (tmp_path / "latest").mkdir()
    else:
        (tmp_path / "latest").symlink_to(target)
    assert store.shown(tmp_path) == (3 if target == "editions/3" else None)


def test_what_a_killed_run_has_left_goes_and_the_edition_before_comes_back(tmp_path):
    for name in (".build-x1", ".latest-new", ".latest-before"):
        (tmp_path / name).mkdir()
    (tmp_path / ".latest-before" / "index.html").write_text("before")
    store.recover(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["latest"]
    assert (tmp_path / "latest" / "index.html").read_text() == "before"
    # Where `latest` stands, what was before it is a leftover like the others.
    (tmp_path / ".latest-before").mkdir()
    store.recover(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["latest"]


def test_an_edition_without_links_is_a_folder_and_takes_the_place_of_one(
    weather, monkeypatch
):
    def refuse(*_, **__):
        raise OSError

    monkeypatch.setattr(Path, "symlink_to", refuse)
    monkeypatch.setattr(os, "link", refuse)
    latest = weather / "out" / "latest"
    printed(weather)
    assert latest.is_dir() and not latest.is_symlink()
    rain(weather, "oslo", 99)
    printed(weather)
    assert manifest.read(latest)["edition"]["number"] == 2
    assert not [path for path in (weather / "out").glob(".*") if path.is_dir()]
    assert not os.access(latest / "index.html", os.W_OK) or os.geteuid() == 0
    assert latest.joinpath("index.html").stat().st_mode & 0o222 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="has no such rights")
def test_nobody_writes_into_an_edition_by_mistake(weather):
    edition = printed(weather)
    for path in edition.folder.resolve().rglob("*"):
        assert path.is_dir() or path.stat().st_mode & 0o222 == 0


# What may be published


def outcome(folder, **changed):
    """What a job on Oslo has made in `folder`: all files, and a PDF with what it attached and its record."""
    record = json.dumps({"parameters": {"town": "oslo"}}).encode()
    files = {"run.json": record, "rain.csv": b"month,mm\n"}
    contents = {
        "pdf": pdf(attached=files),
        "html": b"<p>",
        "thumbnail": b"PNG",
    } | changed
    for kind, content in contents.items():
        if content is not None:
            (folder / FILES[kind]).write_bytes(content)
    job = Job(OSLO, Path("town_briefing.ipynb"), "oslo", {"town": "oslo"})
    about = {"attached": ["rain.csv"]}
    return JobOutcome(job, folder, "built", 0.1, about=about)


def recorded(text):
    return pdf(attached={"rain.csv": b"", "run.json": text})


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, ""),
        ({"html": None}, "briefing.html was not made"),
        ({"pdf": b"no PDF"}, "the PDF cannot be read"),
        ({"pdf": pdf(pages=0)}, "the PDF has no page"),
        ({"pdf": pdf(tagged=False)}, "the PDF is not tagged"),
        ({"pdf": pdf()}, "the PDF has lost what was attached: rain.csv"),
        ({"pdf": pdf(attached={"rain.csv": b""})}, ""),
        ({"pdf": recorded(b"{")}, "the record of the run attached"),
        ({"pdf": recorded(b"[]")}, "the record of the run attached"),
        ({"pdf": recorded(b'{"parameters": {"town": "bergen"}}')}, "the PDF is about bergen, not about oslo"),
        ({"pdf": recorded(b'{"parameters": {}}')}, "the PDF is about everything, not about oslo"),
    ],
)  # fmt: skip
def test_what_is_not_fit_is_not_published(tmp_path, changed, says):
    found = fault(outcome(tmp_path, **changed), "town")
    assert found.startswith(says) and bool(found) == bool(says)


@pytest.mark.parametrize("lacking", ["MarkInfo", "StructTreeRoot"])
def test_a_pdf_is_tagged_when_it_says_so_and_has_the_tags(tmp_path, lacking):
    made = outcome(tmp_path)
    path = tmp_path / FILES["pdf"]
    import pikepdf

    with pikepdf.open(path, allow_overwriting_input=True) as opened:
        del opened.Root[f"/{lacking}"]
        opened.save(path)
    assert fault(made, "town") == "the PDF is not tagged"


# The lock


def refused(out):
    """What somebody else is told who would hold `out`."""
    with pytest.raises(locking.Locked) as told, locking.held(out):
        pass
    return str(told.value)


def test_who_holds_an_output_folder_is_known_and_forgotten(tmp_path):
    assert locking.holder(tmp_path) == {}
    with locking.held(tmp_path):
        running = locking.holder(tmp_path)
        assert running["process"] == os.getpid()
        assert locking.is_here(running)
        assert f": process {os.getpid()} on " in refused(tmp_path)
        (tmp_path / locking.HOLDER).write_text("[]")
        assert ": another process. Nothing was changed" in refused(tmp_path)
    assert not (tmp_path / locking.HOLDER).exists()
    assert not locking.is_here({"host": "elsewhere"})
    assert not locking.is_here({})


# A manifest


@pytest.mark.parametrize("other", ["Oslo, wet", "\udce9", 7, None])
def test_a_manifest_with_a_member_changed_counts_as_absent(weather, other):
    edition = printed(weather)
    path = edition.folder.resolve() / manifest.FILE
    path.chmod(0o644)
    said = json.loads(path.read_text())
    said["briefings"][OSLO]["output"]["title"] = other
    path.write_text(json.dumps(said))
    assert manifest.read(edition.folder) == {}
    assert len(printed(weather).outcomes) == len(ALL)


def test_a_state_of_the_code_is_kept_while_a_briefing_was_made_by_it(weather):
    """Oslo's is of an older state than the rest; it goes once Oslo is made anew."""
    edition = printed(weather)
    said = manifest.read(edition.folder)
    said["code"]["older"] = {"the library’s rainfall/__init__.py": "0"}
    said["briefings"][OSLO]["output"]["key"]["code"] = "older"
    (edition.folder / manifest.FILE).chmod(0o644)
    manifest.write(edition.folder, said)
    rain(weather, "bergen", 1)
    some = printed(weather, "bergen")
    assert set(some.manifest["code"]) == set(said["code"])
    whole = printed(weather)
    assert "older" not in whole.manifest["code"]
    (why,) = [each.why for each in whole.outcomes if each.job.name == OSLO]
    assert why == ("the library’s rainfall/__init__.py changed",) or len(why) > 1


def test_versions_are_those_of_what_is_required_and_not_of_extras():
    from allywatch import briefings

    found = composing.versions(briefings)
    assert {"python", "allywatch", "pandas"} <= set(found)
    assert "ruff" not in found
    assert set(composing.versions(rainfall)) == {"python"}


def test_the_commit_is_known_in_a_repository_and_not_outside(tmp_path):
    import subprocess

    def git(*arguments):
        name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", "-C", tmp_path, *name, *arguments], check=True)

    assert composing.git(tmp_path / "nowhere") is None
    git("init", "-q")
    assert composing.git(tmp_path) is None, "no commit yet"
    (tmp_path / "a").write_text("a")
    git("add", "a")
    git("commit", "-q", "-m", "a")
    found = composing.git(tmp_path)
    assert len(found["commit"]) == 40 and found["dirty"] is False
    (tmp_path / "b").write_text("untracked")
    assert composing.git(tmp_path)["dirty"] is False
    (tmp_path / "a").write_text("b")
    assert composing.git(tmp_path)["dirty"] is True
