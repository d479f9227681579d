"""Keys: what a briefing is made from, part by part, and so whether it would come out the same."""

import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, spoil

from allywatch import briefings
from allywatch.data import loading
from allywatch.data.fingerprints import (
    fingerprint,
    fingerprints,
    frame_fingerprint,
)
from allywatch.data.paths import DOCUMENTS_VARIABLE, PREPARED_VARIABLE
from briefmill import PlanError, freshness
from briefmill.editions import manifest

RAIN = ROOT / "tests" / "rainfall" / "notebooks" / "town_briefing.ipynb"


def key_of(folder, partner):
    return briefings.key(briefings.subset(loading.load(folder), partner))


def changed(before, now):
    return {
        name for name in before.keys() | now.keys() if before.get(name) != now.get(name)
    }


# What a partner's briefing rests on


def test_the_key_of_a_part_names_its_rows_and_what_all_decide_together(tiny):
    key = key_of(tiny, "XCO")
    rows = {name for name in key if name.startswith(("claims ", "events "))}
    assert rows == {"claims C11", "claims C16", "events E11", "events E7"}
    assert {f"sources S{number}" for number in (1, 2, 3)} < set(key)
    assert {"partners XBE", "partners XCO", "partners RUS"} < set(key)
    assert {"the order of claims", "the order of sources"} < set(key)
    assert "what all partners decide together" in key
    assert "the dictionary and rules" in key
    assert not any(name.startswith(("documents/", "data/")) for name in key)
    assert "the repairs" not in key


def test_the_key_of_the_whole_has_what_else_lies_there(tiny):
    """The documents, and the tables that are no part of anybody's."""
    key = key_of(tiny, "")
    assert {"documents/gazette.txt", "the repairs"} < set(key)
    assert "what all partners decide together" not in key
    assert len([name for name in key if name.startswith("claims ")]) == 17
    assert not {"data/datapackage.json", "data/claims.csv", "data/events.csv"} & set(
        key
    )
    assert "data/doubts.csv" in key
    assert len(key["documents/gazette.txt"]) == 16
    (tiny / "documents" / "gazette.txt").write_text("Another text.")
    assert "documents/gazette.txt" in changed(key, key_of(tiny, ""))


@pytest.mark.slow
def test_what_changes_a_row_changes_the_keys_that_have_it(tiny):
    before = {partner: key_of(tiny, partner) for partner in ("XAR", "XCO", "")}
    spoil(tiny, "events", "E11", headline="President mocks the court")
    after = {partner: key_of(tiny, partner) for partner in before}
    assert changed(before["XAR"], after["XAR"]) == set()
    assert changed(before["XCO"], after["XCO"]) == {"events E11"}
    assert "events E11" in changed(before[""], after[""])


@pytest.mark.slow
def test_the_order_of_rows_and_the_rules_have_their_part(tiny):
    before = key_of(tiny, "XCO")
    path = tiny / "sources.csv"
    header, first, second, *rest = path.read_text().splitlines()
    path.write_text("\n".join([header, second, first, *rest]) + "\n")
    assert "the order of sources" in changed(before, key_of(tiny, "XCO"))
    package = json.loads((tiny / "datapackage.json").read_bytes())
    package["allywatch"]["gate"]["min_events"] = 4
    (tiny / "datapackage.json").write_text(json.dumps(package))
    assert "the dictionary and rules" in changed(before, key_of(tiny, "XCO"))


@pytest.mark.parametrize("most", [16, 17])
def test_of_very_many_rows_there_is_one_hash(tiny, monkeypatch, most):
    """There are 17 claims."""
    monkeypatch.setattr(briefings, "MOST_ROWS", most)
    key = key_of(tiny, "")
    assert ("some of the claims" in key) == (most == 16)
    assert ("claims C1" in key) == (most == 17)
    spoil(tiny, "claims", "C1", statement="The garrison stood by.")
    name = "some of the claims" if most == 16 else "claims C1"
    assert name in changed(key, key_of(tiny, ""))


def test_what_a_partner_does_among_all_changes_what_all_decide_together(tiny):
    part = briefings.subset(loading.load(tiny), "XCO")
    before = briefings.key(part)
    for other in (
        part.with_rows({}, period="month"),
        part.with_rows({}, beyond_chance=True),
    ):
        assert changed(before, briefings.key(other)) == {
            "what all partners decide together"
        }
    chosen = part.with_rows({}, choice="without S1")
    assert changed(before, briefings.key(chosen)) == {"the choice of the evidence"}


# The domain


def test_the_files_of_a_folder_are_called_by_what_does_not_move(tiny):
    (tiny / "reliability").mkdir(exist_ok=True)
    (tiny / "reliability" / "one.csv").write_text("a\n")
    (tiny / "notes.txt").write_text("no table")
    (tiny / "documents" / "page.html").write_text("no text")
    names = list(briefings.input_files(tiny))
    assert names == sorted(names)
    assert {"data/datapackage.json", "data/claims.csv", "data/reliability/one.csv"} < {
        *names
    }
    assert {name for name in names if name.startswith("documents/")} == {
        *("documents/digest.txt", "documents/gazette.txt", "documents/harbour.txt"),
    }
    assert not {"data/notes.txt", "documents/page.html"} & set(names)


def empty(folder, *tables):
    for table in tables:
        path = folder / f"{table}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")


@pytest.mark.slow
def test_where_there_is_nothing_to_brief_on_that_is_said_and_what_to_do(tiny):
    assert len(briefings.load(tiny, None).claims) == 17
    with pytest.raises(PlanError, match="no source with a claim was published by 1999"):
        briefings.load(tiny, date(1999, 1, 1))
    empty(tiny, "claims", "events", "relations", "judgements", "doubts")
    with pytest.raises(PlanError, match=r"claims\.csv has no row"):
        briefings.load(tiny, None)
    empty(tiny, "sources")
    with pytest.raises(PlanError, match=r"sources\.csv has no row"):
        briefings.load(tiny, None)
    (tiny / "datapackage.json").unlink()
    with pytest.raises(PlanError, match="is not a data folder"):
        briefings.load(tiny, None)


def test_the_units_are_the_partners_with_a_briefing_by_id_and_name(tiny):
    dataset = loading.load(tiny)
    assert briefings.units(dataset) == {
        **{"XAR": "Arvenia", "XBE": "Bellmark", "XCO": "Corsund"},
    }
    assert briefings.resolve(dataset, ["côrsund", "AV"]) == ["XCO", "XAR"]
    assert briefings.edition_facts(dataset) == {"focal_power": "RUS"}
    assert briefings.environment(Path("d"), Path("p")) == {
        DOCUMENTS_VARIABLE: str(Path("d", "documents")),
        PREPARED_VARIABLE: "p",
    }


# Cells and files


def cells_of(tmp_path, change):
    notebook = json.loads(RAIN.read_bytes())
    change(notebook)
    path = tmp_path / "town_briefing.ipynb"
    path.write_text(json.dumps(notebook))
    return freshness.cells(path)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda n: n["cells"][2].update(source="import rainfall"), {"cell 3"}),
        (lambda n: n["cells"][0].update(cell_type="raw"), {"cell 1"}),
        (lambda n: n["cells"][1]["metadata"].update(tags=[]), {"cell 2"}),
        (lambda n: n["cells"][1]["metadata"].update(collapsed=True), set()),
        (lambda n: n["cells"][2].update(outputs=[{"x": 1}], execution_count=7), set()),
        (lambda n: n["metadata"].update(title="T"), {"the notebook’s metadata"}),
        (lambda n: n["cells"].pop(), {"cell 7"}),
    ],
)  # fmt: skip
def test_of_a_notebook_count_its_cells_their_tags_and_its_metadata(
    tmp_path, change, expected
):
    before = freshness.cells(RAIN)
    assert len(before) == 8
    assert changed(before, cells_of(tmp_path, change)) == expected


def test_a_source_in_lines_is_the_same_source(tmp_path):
    def in_one(notebook):
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])

    assert cells_of(tmp_path, in_one) == freshness.cells(RAIN)


def test_files_that_cannot_be_read_have_no_hash(tmp_path):
    (tmp_path / "a").write_text("a")
    (tmp_path / "folder").mkdir()
    paths = {name: tmp_path / name for name in ("a", "folder", "none")}
    assert freshness.file_hashes(paths) == {
        "a": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    }
    assert freshness.short_hash("a") == "ca978112ca1bbdca"
    same = (
        freshness.fingerprint({"x": 1, "y": 2}),
        freshness.fingerprint({"y": 2, "x": 1}),
    )
    assert len(set(same)) == 1


def test_the_code_is_that_of_both_packages_its_faces_and_what_is_installed():
    key = freshness.code(briefings)
    library = {name for name in key if name.startswith("the library’s ")}
    assert "the library’s allywatch/evidence/scoring.py" in library
    assert {Path(name).suffix for name in library} == {".py", ".typ", ".html", ".css"}
    assert any(name.startswith("the face SourceSans") for name in key)
    assert {"the installed packages", "Python"} < set(key)
    hashes = {key[name] for name in library}
    assert all(len(digest) == 16 for digest in hashes)
    # Only the library decides whether a worker elsewhere has the same.
    assert freshness.library(briefings) == freshness.fingerprint(
        {name: key[name] for name in library}
    )


# What has changed


def why(before, now, earlier=None):
    return freshness.changed(briefings, now, {"key": before}, earlier or {"code": {}})


def test_why_a_briefing_is_to_be_built():
    now = {"code": "x", "cell 1": "1", "claims C1": "1"}
    assert why(now, now) == ()
    assert why({}, now) == ("it has not been built before",)
    assert freshness.changed(briefings, now, {}, {}) == (
        "it has not been built before",
    )
    assert why(now | {"cell 1": "2"}, now) == ("cell 1 changed",)
    assert why({"code": "x", "cell 1": "1"}, now) == ("claims C1 is new",)
    assert why(now | {"claims C0": "1"}, now) == ("claims C0 is gone",)
    several = why({"code": "x", "z": "1", "cell 1": "2"}, now)
    assert several == ("cell 1 changed", "claims C1 is new", "z is gone")


def test_of_another_state_of_the_code_the_files_that_changed_are_named():
    key = freshness.code(briefings)
    name = "the library’s allywatch/evidence/scoring.py"
    earlier = {"code": {"old": key | {name: "0"}}}
    assert why({"code": "old"}, {"code": "new"}, earlier) == (f"{name} changed",)
    unknown = why({"code": "lost"}, {"code": "new"}, earlier)
    assert f"{name} is new" in unknown and len(unknown) == len(key)
    assert why({"code": "same"}, {"code": "same"}, earlier) == ()


def test_a_folder_that_is_not_whole_is_told(tmp_path):
    (tmp_path / "a").write_text("a")
    digest = freshness.sha256(tmp_path / "a")
    last = {"files": {"pdf": {"path": "a", "sha256": digest}}}
    assert freshness.damaged(last, tmp_path) == ()
    last["files"]["html"] = {"path": "b", "sha256": digest}
    assert freshness.damaged(last, tmp_path) == ("b is gone",)
    (tmp_path / "b").write_text("b")
    assert freshness.damaged(last, tmp_path) == ("b is not what was built",)


def test_a_request_is_that_of_its_day_its_values_and_its_inputs(tiny, tmp_path):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    shutil.copy(RAIN, notebooks)

    def asked(as_of="", parameters=(), inputs=""):
        given = dict(parameters)
        return freshness.request(briefings, tiny, notebooks, as_of, given, inputs)

    first = asked()
    inputs = freshness.fingerprint(freshness.file_hashes(briefings.input_files(tiny)))
    assert asked() == asked(inputs=inputs) == first
    others = {asked("2025-01-01"), asked(parameters=[("x", "1")]), asked(inputs="0")}
    (notebooks / "notes.ipynb").write_text("{}")
    assert asked() == first, "it is no briefing"
    shutil.copy(RAIN, notebooks / "other_briefing.ipynb")
    others.add(asked())
    spoil(tiny, "claims", "C1", statement="The garrison stood by.")
    others.add(asked())
    assert len(others | {first}) == 6


def test_only_what_was_asked_for_and_is_whole_is_unchanged(tmp_path):
    (tmp_path / "a").write_text("a")
    said = {"request": "r", "pages": {"a": freshness.sha256(tmp_path / "a")}}
    assert manifest.files(said) == said["pages"]
    assert freshness.unchanged("r", said, tmp_path)
    assert not freshness.unchanged("other", said, tmp_path)
    assert not freshness.unchanged("", {}, tmp_path)
    (tmp_path / "a").unlink()
    assert not freshness.unchanged("r", said, tmp_path)


def test_a_frame_has_the_fingerprint_of_its_values_as_python_writes_them(tiny):
    """So it has been in every edition: one that were written otherwise would make all of them stale."""
    frame = loading.load(tiny).claims
    values = [list(map(repr, frame[name].tolist())) for name in frame]
    columns = [f"[{', '.join(written)}]" for written in values]
    assert frame_fingerprint(frame) == fingerprint(f"[{', '.join(columns)}]")
    rows = [f"({', '.join(row)})" for row in zip(*values, strict=True)]
    both = fingerprints(frame)
    assert both.whole == frame_fingerprint(frame)
    assert both.rows == [fingerprint(row)[:16] for row in rows]
    assert {"NaT", "<NA>"} & {each for written in values for each in written}
    moved = frame.assign(earliest=frame["earliest"] + pd.Timedelta(days=1))
    assert frame_fingerprint(moved) != frame_fingerprint(frame)
