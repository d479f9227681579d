"""Every computed page is true of its rows, whatever they are: kinds of corpora, and no case."""

import pytest
from conftest import ROOT, slow_but
from corpora import KINDS, corpus
from recount import Rows, Tie
from truth import Page
from truth_blocks import slips

from allywatch.data import loading
from allywatch.evidence import network, scoring

#: A corpus of each kind but the large one, small enough to be read in a second or two.
SMALL = {"partners": 5, "events": 45}
READ = [kind for kind in KINDS if kind != "large"]


def small(folder, kind):
    """A small corpus of a kind; what the kind itself makes smaller stays as it is."""
    shape = KINDS[kind]
    changes = {
        name: most for name, most in SMALL.items() if getattr(shape, name) > most
    }
    return corpus(folder, kind, **changes)


@pytest.mark.parametrize("kind", slow_but("plain", "disputed", among=READ))
def test_every_sentence_of_a_kind_of_corpus_is_true(kind, tmp_path):
    assert slips(small(tmp_path / "data", kind), 2) == []


def test_every_sentence_on_the_real_data_is_true():
    assert slips(ROOT / "data", 3) == []


@pytest.mark.parametrize(
    "kind",
    slow_but("turned", among=["disputed", "few lineages", "thin", "turned"]),
)
def test_directions_are_those_of_the_rules_worked_out_anew(kind, tmp_path):
    folder = corpus(tmp_path / "data", kind)
    rows = Rows(folder)
    net = network.network(loading.load(folder))
    assert set(net.by_partner) == rows.briefed
    for partner, (dossier, verdict) in net.by_partner.items():
        tie = Tie(rows, partner)
        assert verdict.direction == tie.direction
        assert set(verdict.overturned_by) == tie.falls_without
        assert scoring.confidence_level(dossier) == tie.confidence


def test_what_is_false_or_cannot_be_read_is_found(tmp_path):
    folder = corpus(tmp_path / "data", "shared lineage")
    rows = Rows(folder)
    page = Page(
        rows, "AAA", {each["source_id"]: each["publisher"] for each in rows.sources}
    )
    page.read("Whichever source is left out, the direction stands")
    page.read("Most of what three sources say is new.")
    page.read("It is what it is.")
    false, unread = page.slips
    assert false.startswith("false: 'Whichever source")
    assert unread.startswith("cannot be read")


def test_the_same_seed_makes_the_same_rows(tmp_path):
    first, second, other = (
        {
            file.name: file.read_bytes()
            for file in corpus(folder, "plain", seed).iterdir()
        }
        for folder, seed in (
            (tmp_path / "a", 1),
            (tmp_path / "b", 1),
            (tmp_path / "c", 2),
        )
    )
    assert first == second
    assert first["events.csv"] != other["events.csv"]
