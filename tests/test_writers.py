"""Several at work on one data folder, and places that cannot be written: what is told as saved is there, whole."""

import csv
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from small import SHIPYARD

from allywatch.cli import main
from allywatch.data import loading, sharing
from allywatch.desk import curate
from allywatch.desk.curate.page import CuratePage
from allywatch.desk.writing import NotWritten, held, replace_all

CLAIM = {
    "statement": "Said.",
    "modality": "assessed",
    "date_basis": "undated",
    "voice": "source",
}
EVENT = SHIPYARD
WRITER = f"""
import sys
from pathlib import Path
from allywatch.data import loading
from allywatch.desk import curate
folder = Path(sys.argv[1])
dataset = loading.load(folder)
print("ready", flush=True)
sys.stdin.readline()
for place in range(3):
    claim = {CLAIM} | {{"statement": sys.argv[2]}}
    saved = curate.add_claim(dataset, "S1", place, place + 11, claim, {EVENT})
    print(*saved.keys.values(), flush=True)
"""


def everything(folder):
    """The bytes of every file in a folder, and None for every folder in it."""
    return {
        path: path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def keys(folder, table):
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return [next(iter(row.values())) for row in csv.DictReader(file)]


# Several at once


@pytest.mark.slow
def test_what_two_at_once_are_told_is_saved_is_there_and_readers_see_no_half(
    velmora, load_afresh
):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, velmora, f"Said by {number}."],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("\n")
        writer.stdin.flush()
    while any(writer.poll() is None for writer in writers):
        dataset = loading.load(velmora)
        assert set(dataset.events["event_id"]) == set(dataset.claims["event_id"])
    saved = [key for writer in writers for key in writer.communicate()[0].split()]
    assert len(set(saved)) == 12
    assert {*keys(velmora, "claims"), *keys(velmora, "events")} >= {*saved}
    for _ in range(6):
        curate.undo(velmora)
    assert not {*keys(velmora, "claims"), *keys(velmora, "events")} & {*saved}
    assert not [*velmora.glob(".*.new"), *velmora.glob(".*.old")]


def test_a_reader_waits_while_files_take_their_places(velmora):
    before = everything(velmora)
    curate.add_claim(loading.load(velmora), "S1", 0, 11, CLAIM, EVENT)
    after = everything(velmora)
    for path, content in before.items():
        if content is not None:
            path.write_bytes(content)
    read = []
    reader = threading.Thread(target=lambda: read.append(loading.load(velmora)))
    with sharing.no_reader(velmora):
        (velmora / "events.csv").write_bytes(after[velmora / "events.csv"])
        reader.start()
        reader.join(1)
        (velmora / "claims.csv").write_bytes(after[velmora / "claims.csv"])
    reader.join()
    assert set(read[0].events["event_id"]) == set(read[0].claims["event_id"])


@pytest.mark.slow
def test_where_a_writer_never_ends_others_are_told_and_readers_go_on(
    velmora, monkeypatch, capsys
):
    monkeypatch.setattr(sharing, "PATIENCE", 0)
    with held(velmora):
        assert len(loading.load(velmora).claims) == 25
        assert main(["partner", "add", "Chile", "--data", str(velmora)]) == 2
        assert "is being written to by another" in capsys.readouterr().err
    with sharing.no_reader(velmora):
        assert len(loading.load(velmora).claims) == 25
    assert main(["partner", "add", "Chile", "--data", str(velmora)]) == 0


def test_a_table_that_is_edited_by_hand_in_the_middle_of_a_save_stays_as_it_is(velmora):
    path = velmora / "claims.csv"
    with held(velmora) as current:
        edited = path.read_bytes().replace(b"Taskar", b"TASKAR", 1)
        path.write_bytes(edited)
        with pytest.raises(NotWritten, match=r"claims.csv has been changed meanwhile"):
            replace_all(current, {path: b"lost"})
    assert path.read_bytes() == edited


@pytest.mark.slow
def test_two_open_desks_save_in_turn_and_take_back_only_their_own(velmora, tmp_path):
    before = everything(velmora)
    first, second = (desk_on(velmora) for _ in range(2))
    assert re.search(r"S2-012[a-z]{3} added", claim_at(first))
    assert re.search(r"S2-013[a-z]{3} added", claim_at(second, "Said otherwise."))
    *_, ours, theirs = (k for k in keys(velmora, "claims") if k.startswith("S2"))
    (tmp_path / "new.txt").write_text("Taskar sent word.\n", encoding="utf-8")
    curate.add_source(velmora, tmp_path / "new.txt", {"title": "N", "stance": "mixed"})
    assert taken_back_at(first) == (
        f"Taken back in claims.csv and proposals.csv: {ours}."
    )
    assert "nothing was saved at this desk" in taken_back_at(first)
    assert theirs in keys(velmora, "claims")
    assert taken_back_at(second) == f"Taken back in claims.csv: {theirs}."
    assert (velmora / "documents" / "new.txt").is_file()
    assert curate.undo(velmora) == ["sources.csv", "new.txt"]
    (velmora / ".undo.json").unlink()
    assert everything(velmora) == before


@pytest.mark.slow
def test_an_event_that_another_has_joined_is_not_taken_back(velmora):
    dataset = loading.load(velmora)
    opened = curate.add_claim(dataset, "S1", 0, 11, CLAIM, EVENT)
    joined = CLAIM | {"event_id": opened.keys["events"]}
    curate.add_claim(dataset, "S2", 0, 11, joined)
    after = everything(velmora)
    with pytest.raises(curate.NothingToUndo) as refused:
        curate.undo(velmora, opened.name)
    event_id, claim_id = opened.keys["events"], opened.keys["claims"]
    assert f"{event_id} and {claim_id} cannot be taken back" in str(refused.value)
    assert "claims.csv, row" in str(refused.value)
    assert everything(velmora) == after


@pytest.mark.slow
def test_rows_edited_by_hand_elsewhere_do_not_stand_in_the_way_of_undo(velmora):
    saved = curate.add_claim(loading.load(velmora), "S1", 0, 11, CLAIM, EVENT)
    path = velmora / "claims.csv"
    path.write_bytes(path.read_bytes().replace(b"Taskar", b"TASKAR", 1))
    assert sorted(curate.undo(velmora)) == ["claims.csv", "events.csv"]
    assert b"TASKAR" in path.read_bytes()
    assert saved.keys["claims"] not in keys(velmora, "claims")


@pytest.mark.slow
def test_a_journal_that_cannot_be_understood_keeps_nobody_from_saving(velmora):
    (velmora / ".undo.json").write_text('[{"claims.csv": 1}]', encoding="utf-8")
    with pytest.raises(curate.NothingToUndo):
        curate.undo(velmora)
    curate.add_claim(loading.load(velmora), "S1", 0, 11, CLAIM, EVENT)
    assert sorted(curate.undo(velmora)) == ["claims.csv", "events.csv"]


# What cannot be written


def said(capsys, *words):
    """What a command says that cannot do its work for want of a place to write."""
    assert main([*words]) == 2
    return capsys.readouterr().err


def desk_on(folder):
    return CuratePage(loading.load(folder), "RV", "2026-03-01")


def claim_at(desk, statement="Said."):
    """What `desk` tells of a claim that is saved on some words."""
    desk.answer({"do": "source", "source": "S2", "proposer": "rules"})
    desk.answer({"do": "select", "start": 0, "end": 3})
    values = {f"claims.{column}": cell for column, cell in CLAIM.items()}
    values |= {"claims.statement": statement, "claims.date": ""}
    desk.answer({"do": "save", "values": values, "event": "TA-01"})
    return desk.view.form["message"]


def taken_back_at(desk):
    """What `desk` tells of its last save that is taken back."""
    desk.answer({"do": "undo"})
    return desk.view.form["message"]


def claim_at_the_desk(folder):
    return claim_at(desk_on(folder))


@pytest.mark.slow
def test_a_folder_in_the_way_is_told_with_file_and_reason(velmora, capsys):
    (velmora / ".undo.json").mkdir()
    before = everything(velmora)
    for words in (
        claim_at_the_desk(velmora),
        said(capsys, "partner", "add", "Chile", "--data", str(velmora)),
    ):
        assert ".undo.json cannot be written: Is a directory." in words
    assert everything(velmora) == before


def test_a_file_in_the_place_of_the_documents_is_told(velmora, tmp_path, capsys):
    (tmp_path / "new.txt").write_text("Taskar sent word.\n", encoding="utf-8")
    shutil.rmtree(velmora / "documents")
    (velmora / "documents").write_text("in the way")
    before = everything(velmora)
    words = said(
        capsys, "source", "add", str(tmp_path / "new.txt"), "--title", "New",
        "--stance", "mixed", "--data", str(velmora),
    )  # fmt: skip
    assert "documents cannot be written: File exists." in words
    assert everything(velmora) == before


@pytest.fixture
def little_room():
    """No file may grow beyond 200 kB, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_cannot_be_written_to_its_end_is_told(velmora, little_room):
    entry = {"name": "", "keys": ["x" * 199_900], "files": {}}
    (velmora / ".undo.json").write_text(json.dumps([entry]), encoding="utf-8")
    before = everything(velmora)
    words = claim_at_the_desk(velmora)
    assert ".undo.json cannot be written: File too large. Nothing was changed." in words
    assert everything(velmora) == before


@pytest.mark.parametrize("step", range(1, 7))
def test_whatever_step_of_a_save_fails_nothing_is_left_behind(
    velmora, monkeypatch, step
):
    """Three files are written and synced, and then take their places: one of these six steps fails."""
    before = everything(velmora)
    fail_at(monkeypatch, {step})
    with pytest.raises(NotWritten, match="cannot be written: No space left") as told:
        curate.add_claim(loading.load(velmora), "S1", 0, 11, CLAIM, EVENT)
    file = [".undo.json", "events.csv", "claims.csv"][(step - 1) % 3]
    assert str(velmora / file) in str(told.value)
    assert "Nothing was changed" in str(told.value)
    assert everything(velmora) == before


def test_what_cannot_be_put_back_is_told_with_where_it_lies(velmora, monkeypatch):
    before = (velmora / "events.csv").read_bytes()
    fail_at(monkeypatch, {6, 7})
    with pytest.raises(NotWritten, match="cannot be written: No space left") as told:
        curate.add_claim(loading.load(velmora), "S1", 0, 11, CLAIM, EVENT)
    assert "claims.csv cannot be written: No space left on device." in str(told.value)
    assert (
        "events.csv could not be put back: No space left on device. As it was, it stands in"
        in str(told.value)
    )
    kept = Path(str(told.value).split("it stands in ")[1].split(" ")[0].rstrip("."))
    assert kept.read_bytes() == before


def fail_at(monkeypatch, steps):
    """Have the given steps of those that sync a file or rename it fail, as on a full disk; the first is 1."""
    taken = 0

    def failing(call):
        def attempt(*arguments):
            nonlocal taken
            taken += 1
            if taken in steps:
                raise OSError(28, os.strerror(28))
            return call(*arguments)

        return attempt

    monkeypatch.setattr(os, "fsync", failing(os.fsync))
    monkeypatch.setattr(Path, "replace", failing(Path.replace))
