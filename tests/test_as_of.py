"""A past edition, from data to page: it knows what was published by its day, and nothing else."""

import json
from datetime import date

import pikepdf
import pypdfium2
import pytest
from conftest import ROOT

from allywatch.briefings import plan
from allywatch.data.loading import load, rows
from allywatch.evidence import dossiers, scoring
from allywatch.page import wording
from briefmill import PlanError, build
from briefmill.texts import plain

DATA, NOTEBOOKS = ROOT / "data", ROOT / "notebooks"
DAY = "2025-06-30"
ONLY = "S1"  # the one source published by then


@pytest.fixture(scope="module")
def briefing(tmp_path_factory):
    """A briefing as of the day, as text of its pages and as the files attached to it."""
    edition = build(
        plan(DATA, NOTEBOOKS, ["ARM"], DAY), tmp_path_factory.mktemp("edition")
    )
    assert edition.failed == []
    path = edition.folder / "country_briefing_ARM.pdf"
    with pypdfium2.PdfDocument(path) as document:
        text = " ".join(
            " ".join(
                page.get_textpage().get_text_bounded() for page in document
            ).split()
        )
    with pikepdf.open(path) as pdf:
        files = {
            name: file.get_file().read_bytes().decode()
            for name, file in pdf.attachments.items()
        }
    return text, files


@pytest.fixture(scope="module")
def later():
    """What only sources published later tell: their claims, events, and the sources themselves."""
    everything, then = load(DATA), load(DATA, DAY)
    assert set(then.sources["source_id"]) == {ONLY}
    keys = {"claims": "claim_id", "events": "event_id", "sources": "source_id"}
    whole = {table: getattr(everything, table) for table in keys}
    known = {table: set(getattr(then, table)[key]) for table, key in keys.items()}
    return {
        table: frame[~frame[keys[table]].isin(known[table])]
        for table, frame in whole.items()
    }


def test_no_later_source_is_on_its_pages_or_in_its_files(briefing, later):
    text, files = briefing
    tables = {name: content for name, content in files.items() if name.endswith(".csv")}
    for source in later["sources"].itertuples():
        assert source.publisher not in text
        for name, content in tables.items():
            assert not any(
                word in content
                for word in (source.publisher, source.file, source.source_id)
            ), name
    assert [source["source_id"] for source in rows(files["sources.csv"])] == [ONLY]


def test_no_claim_or_event_of_a_later_source_is_in_it(briefing, later):
    text, files = briefing
    claims, events = rows(files["claims.csv"]), rows(files["events.csv"])
    assert claims and {claim["source_id"] for claim in claims} == {ONLY}
    assert not {claim["claim_id"] for claim in claims} & set(
        later["claims"]["claim_id"]
    )
    assert not {event["event_id"] for event in events} & set(
        later["events"]["event_id"]
    )
    about = later["events"][
        later["events"]["partners"].map(lambda codes: "ARM" in codes)
    ]
    assert len(about)
    assert not any(
        event.headline in text or event.summary in text for event in about.itertuples()
    )
    assert not any(claim.statement in text for claim in later["claims"].itertuples())


def test_every_mark_leads_to_an_event_known_then(briefing):
    _, files = briefing
    known = {event["mark"] for event in rows(files["events.csv"])}
    sentences = rows(files["sentences.csv"])
    assert (
        sentences
        and {mark for row in sentences for mark in row["marks"].split(";")} <= known
    )
    assert json.loads(files["run.json"])["parameters"] == {
        "as_of": DAY,
        "partner": "ARM",
    }


@pytest.mark.slow
def test_its_first_lines_and_its_short_answers_rest_on_the_one_source_known_then():
    then = load(DATA, DAY)
    dossier = dossiers.dossier(then, "ARM")
    verdict = scoring.verdict(dossier)
    judgement = wording.judgement(dossier, verdict)
    (name,) = then.sources["publisher"]
    assert plain(judgement.headline).count(f"({name} alone)") == 2
    assert "so no direction is stated" in plain(judgement.paragraphs[0])
    assert (judgement.direction, judgement.word) == ("insufficient", "No direction")
    aside = wording.masthead(dossier, verdict).aside
    assert aside.startswith("As of 30 June 2025 · Evidence up to about spring 2025")
    who = [
        plain(step.who)
        for group in wording.chronology(dossier).groups
        for step in group.steps
    ]
    assert who and set(who) == {name}


@pytest.mark.slow
def test_an_event_that_later_sources_tell_more_of_is_told_as_it_was_known(briefing):
    """Headline, summary and date are put together from all claims, so they would know what came later."""
    everything, then = load(DATA), load(DATA, DAY)
    claims, labels = (
        everything.claims,
        everything.event_types.set_index("type")["label"],
    )
    told_later = set(claims.loc[claims["source_id"] != ONLY, "event_id"])
    retold = then.events[then.events["event_id"].isin(told_later)]
    assert len(retold) > 5
    for event in retold.itertuples():
        own = then.claims[then.claims["event_id"] == event.event_id]
        assert event.summary in {
            f"{then.sources['publisher'].iloc[0]}: {statement}"
            for statement in own["statement"]
        }
        assert event.date in {"", *own["date"]}
        assert event.headline == labels[event.type]
    untouched = then.events[~then.events["event_id"].isin(told_later)].set_index(
        "event_id"
    )
    before = everything.events.set_index("event_id").loc[untouched.index]
    assert untouched[["headline", "summary", "date"]].equals(
        before[["headline", "summary", "date"]]
    )


@pytest.mark.slow
def test_nothing_that_is_scored_happened_after_its_sources_were_published():
    then = load(DATA, DAY)
    happened = then.claims[~then.claims["modality"].isin(["forecast"])]
    events = then.events[then.events["event_id"].isin(happened["event_id"])]
    assert (events["earliest"].dropna() <= DAY).all()


@pytest.mark.slow
def test_a_partner_of_whom_no_source_had_spoken_yet_has_no_briefing(capsys):
    with pytest.raises(PlanError, match=f"no event in sources published by {DAY}"):
        plan(DATA, NOTEBOOKS, ["Cuba"], DAY)
    partners = {job.unit for job in plan(DATA, NOTEBOOKS, as_of=DAY).jobs}
    assert "ARM" in partners and not {"CUB", "VEN", "PRK"} & partners


@pytest.mark.slow
def test_an_undated_source_is_admitted_only_when_no_day_is_set():
    sources = load(DATA).sources
    undated = set(sources.loc[sources["published_basis"] == "undated", "source_id"])
    assert undated
    assert not undated & set(load(DATA, date(2999, 1, 1)).sources["source_id"])
    dated = set(load(DATA, date(2999, 1, 1)).claims["source_id"])
    assert dated == set(sources["source_id"]) - undated


@pytest.mark.slow
def test_the_notes_of_a_past_edition_are_blank_for_they_compare_all_sources():
    then = load(DATA, DAY)
    for table in ("sources", "claims", "relations"):
        assert set(getattr(then, table)["note"]) <= {""}


@pytest.mark.slow
def test_what_two_sources_tell_otherwise_is_retold_with_both():
    """Of Syria two sources knew in 2025, and they differ: neither's word may stand alone."""
    then = load(DATA, "2025-12-31")
    names = dict(zip(then.sources["source_id"], then.sources["publisher"], strict=True))
    disputed = then.relations[then.relations["kind"] == "contradicts"]
    claims = then.claims.set_index("claim_id")
    now = load(DATA).events.set_index("event_id")["summary"]
    pairs = [
        pair
        for pair in disputed[["claim_a", "claim_b"]].to_numpy().tolist()
        if claims["event_id"][pair[0]] == claims["event_id"][pair[1]]
    ]
    both = 0
    for event in then.events[
        then.events["summary"] != now.reindex(then.events["event_id"]).to_numpy()
    ].itertuples():
        said = list(claims[claims["event_id"] == event.event_id].itertuples())
        told = [f"{names[claim.source_id]}: {claim.statement}" for claim in said]
        assert event.summary.startswith(tuple(told)), (
            "who says so stands before what is said"
        )
        first = next(
            claim
            for claim in said
            if event.summary.startswith(f"{names[claim.source_id]}: {claim.statement}")
        )
        if any(first.Index in pair for pair in pairs):
            both += 1
            assert sum(words in event.summary for words in told) == 2
    assert both
