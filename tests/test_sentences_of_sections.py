"""The sentences of a page, section by section: what is made of events of a few lines each where no analyst wrote anything.

Who tells: the Lantern (B, June 2025) and the Harbour Ledger (C, July 2025) are independent; Pilot sheet no. 7 (E, no
date) draws on the Lantern.
"""

import pandas as pd
import pytest
from networks import Told
from test_sentences import BOTH, FIRM, ONE, dossier_of, told

from allywatch.data import loading
from allywatch.evidence import dossiers, scoring
from allywatch.page import wording
from allywatch.page.wording import fallbacks, judgements, silence
from briefmill.blocks import Omitted, Prose
from briefmill.texts import Words, plain


def verdict_of(dossier):
    return scoring.verdict(dossier)


def items(block):
    """The leads and the words of a section's items, in order."""
    if not isinstance(block, Prose):
        block = block.blocks[0]
    return [(plain(item.label), plain(item.runs)) for item in block.items]


# What next


@pytest.mark.parametrize(
    ("by", "date", "expected"),
    [
        ("S1:forecast", "2026", ("Forecast, still open.", "Taskar held dues (The Lantern, 10 June 2025).")),
        ("S1:forecast", "2025-08", ("Forecast, still open.", "Taskar held dues (The Lantern, 10 June 2025).")),
        ("S1:forecast", "2025-07", ("Forecast, still open.", "Taskar held dues (The Lantern, 10 June 2025).")),
        ("S1:forecast", "2025-06", ("Forecast, its term has passed and no claim says what came of it.", "Taskar held dues (The Lantern, 10 June 2025).")),
        ("S1:forecast", "", ("Forecast, still open.", "Taskar held dues (The Lantern, 10 June 2025).")),
        ("S3:forecast", "", ("Forecast, still open.", "Taskar held dues (Pilot sheet no. 7).")),
        ("S1:forecast:a_governor", "2026", ("Forecast, still open.", "Taskar held dues (a governor, in the Lantern, 10 June 2025).")),
        ("S1:forecast S2", "2025", ("", "What sources foresaw for Taskar has since been reported, denied or overtaken.")),
        ("S1", "2025", ("", "No source looks ahead for Taskar.")),
    ],
)  # fmt: skip
def test_what_is_foreseen_and_whether_it_is_still_open(tmp_path, by, date, expected):
    """The newest source, the Ledger, is of July 2025."""
    dossier = dossier_of(tmp_path, told("Dues", -1, by, date))
    forecast, own = items(wording.what_next(dossier))[:2]
    assert forecast == expected
    assert own == ("Our own.", "We make none: no analyst has written one.")


def columns(dossier):
    """What would change the judgement: the acts under each heading."""
    block = wording.what_next(dossier, verdict_of(dossier))
    if isinstance(block, Prose):
        return {}
    return {
        column.label: [trigger.act for trigger in column.triggers]
        for column in block.blocks[1].columns
    }


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (ONE, {"Away if": ["Dues held:"], "A direction if": ["Two more reports of a step closer or away and a second independent source:"]}),
        ((told("Vows", 0),), {"A direction if": ["Three reports of a step closer or away and two independent sources:"]}),
        (FIRM, {}),
        (FIRM[:2], {"A direction if": ["One more report of a step closer or away:"]}),
        (BOTH, {"Away if": ["Tolls held:"], "Closer if": ["Fair held:"]}),
        (tuple(told(n, 1) for n in ("A", "B", "C")), {"Closer if": ["A held:", "B held:"], "A direction if": ["A second independent source:"]}),
    ],
)  # fmt: skip
def test_what_would_change_the_judgement(tmp_path, events, expected):
    assert columns(dossier_of(tmp_path, *events)) == expected


# Why it matters


def for_the_power(tmp_path, *standing):
    dossier = dossier_of(tmp_path, told("Dues", -1), *standing)
    (found,) = items(wording.implications(dossier))
    return found


def on_the_power(name, by, **others):
    return Told(
        f"{name} fall", f"{name} fall.", "context", by, partners="XVE", bears_on="XTA", **others
    )  # fmt: skip


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ((), "No source says what this means for the United Shoals."),
        ((on_the_power("Rents", "S1"),), "The Lantern says: Rents fall."),
        ((on_the_power("Rents", "S1:attributed:a_clerk"),), "The Lantern says, on the word of a clerk: Rents fall."),
        ((on_the_power("Rents", "S2"), on_the_power("Tides", "S1")), "The Lantern says: Tides fall."),
        ((on_the_power("Rents", "S1:forecast"),), "No source says what this means for the United Shoals."),
    ],
)  # fmt: skip
def test_why_it_matters_is_the_best_graded_claim_on_the_power(
    tmp_path, standing, words
):
    assert for_the_power(tmp_path, *standing) == ("For the United Shoals.", words)


# The other reading


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (FIRM, [("", "No report speaks for another reading.")]),
        ((*FIRM, *(told(n, -1, "S1 S2") for n in "AB"), told("Fair", 1)), [("", "Taskar held fair, the Lantern alone reports.")]),
        ((*FIRM, told("Vows", 0, "S2")), [("", "Taskar held vows, Harbour Ledger alone reports.")]),
        (BOTH, [("Loosening.", "Taskar held dues. Taskar held tolls, the Lantern alone reports."), ("Closer.", "Taskar held fair, Harbour Ledger alone reports.")]),
        (ONE, [("Loosening.", "Taskar held dues, the Lantern alone reports."), ("Closer.", "No report says so.")]),
        ((told("Fair", 1), told("Vows", 0)), [("Loosening.", "No report says so."), ("Closer, or as it was.", "Taskar held fair, the Lantern alone reports. Taskar held vows, the Lantern alone reports.")]),
        ((told("Dues", -1), told("Vows", 0)), [("Loosening.", "Taskar held dues, the Lantern alone reports."), ("As it was.", "Taskar held vows, the Lantern alone reports.")]),
        ((told("Scene", "context"),), [("", "No report on this tie can be read two ways.")]),
    ],
)  # fmt: skip
def test_the_other_reading_is_the_case_of_the_other_side(tmp_path, events, expected):
    dossier = dossier_of(tmp_path, *events)
    found = [(label.strip(), words) for label, words in items(wording.readings(dossier, verdict_of(dossier)))]  # fmt: skip
    assert found == expected


# What is not reported


def test_no_report_is_told_from_none_that_counts(tmp_path):
    """The Pilot sheet cannot be judged: what it alone reports does not count, and what is foreseen was not reported."""
    from networks import SOURCES

    sources = SOURCES | {"S3": ("Pilot sheet no. 7", "F", "pilot", "")}
    dossier = dossier_of(
        tmp_path,
        told("Dues", -1, "S3"),
        told("Fair", 1, "S1:forecast"),
        told("Vows", 0, "S1"),
        sources=sources,
    )
    assert silence.no_report(dossier, -1) == "No report that counts"
    assert silence.no_report(dossier, 1) == "No report"
    assert silence.no_report(dossier, 0) == "No report"
    assert silence.no_report(dossier, 1, -1) == "No report that counts"
    assert (
        silence.no_report(dossier, -1, channel="defection") == "No report that counts"
    )
    assert silence.no_report(dossier, -1, channel="realignment") == "No report"


def test_fields_without_a_report_are_named(tmp_path):
    def gaps(name, *events):
        block = wording.not_known(dossier_of(tmp_path / name, *events))
        return (
            [] if isinstance(block, Omitted) else [words for _, words in items(block)]
        )

    heard = "Nobody from Taskar is heard in any of these reports."
    assert gaps("none", told("Vows", 0)) == [
        "Anything that moves the tie, in any field.",
        heard,
    ]
    (fields, nobody) = gaps("one", told("Dues", -1))
    assert nobody == heard
    assert fields.startswith("Military") or fields.startswith("Economic")
    assert "diplomatic" not in fields.lower()
    assert fields.endswith(" ties: no report on them moves the tie.")


# First lines


@pytest.mark.parametrize(
    ("events", "headline", "sentences"),
    [
        (ONE, "Taskar held dues, the Lantern alone reports.", "One report without a second independent source shows no trend."),
        ((FIRM[0],), "Taskar held dues.", "Two sources report it. One event, however well attested, shows no trend."),
        (FIRM, "Taskar held tolls.", "Two sources report it. Also leading away: Fees held; Dues held. No report leads closer."),
        (BOTH, "Taskar held fair, Harbour Ledger alone reports. Taskar held dues.", "Two sources report the second. Reports lead both ways: one closer and two away."),
        ((told("Vows", 0),), "Taskar held vows, the Lantern alone reports.", "No report moves the tie either way."),
        (tuple(told(n, -1) for n in ("A", "B", "C")), "Taskar held a, the Lantern alone reports.",
         "Also leading away: B held (the Lantern alone); C held (the Lantern alone). No report leads closer. No second independent source bears this out, so no direction is stated."),
    ],
)  # fmt: skip
def test_the_first_lines_follow_from_the_shape_of_the_evidence(
    tmp_path, events, headline, sentences
):
    dossier = dossier_of(tmp_path, *events)
    found = fallbacks.opening(dossier, verdict_of(dossier))
    said = plain(found.headline), plain(found.sentences)
    if events == FIRM:  # three of one weight: any may come first
        assert said[1].startswith("Two sources report it. Also leading away: ")
        assert said[1].endswith("No report leads closer.")
    else:
        assert said == (headline, sentences)


def test_of_whom_no_source_speaks_that_is_said(tmp_path):
    dossier = dossier_of(tmp_path, *ONE, partner="XIL")
    found = fallbacks.opening(dossier, verdict_of(dossier))
    assert plain(found.headline) == (
        "No source speaks of Ilmeny’s tie with the United Shoals."
    )


@pytest.mark.slow
def test_who_gains_is_told_where_and_by_whom(tmp_path):
    turned = [
        told(name, -1, by, partners=code, to="XCV")
        for name, by, code in (
            *(("Dues", "S1", "XTA"), ("Tolls", "S1", "XIL"), ("Fees", "S1", "XPE")),
        )
    ]
    dossier = dossier_of(tmp_path / "one", *turned, partner="XCV")
    found = fallbacks.opening(dossier, verdict_of(dossier))
    assert plain(found.headline).startswith(
        "The Lantern alone reports gains for Corvath "
    )
    turned[0] = told("Dues", -1, "S1 S2", partners="XTA", to="XCV")
    dossier = dossier_of(tmp_path / "two", *turned, partner="XCV")
    found = fallbacks.opening(dossier, verdict_of(dossier))
    assert plain(found.headline).startswith(
        "Gains for Corvath are reported where ties "
    )
    unsupported = [told(n, -1, "S1:forecast", partners="XTA", to="XCV") for n in "ABC"]
    dossier = dossier_of(tmp_path / "none", *unsupported, partner="XCV")
    assert not fallbacks.is_gainer(dossier)


# The head of the page


def test_a_page_says_as_of_when_it_is_and_how_far_the_evidence_reaches(tmp_path):
    dossier = dossier_of(tmp_path, *ONE)
    block = wording.masthead(dossier, verdict_of(dossier))
    assert block.date == "2025-07-31"
    assert (
        block.aside == "Evidence up to July 2025 · one of four sources speaks of Taskar"
    )
    assert block.conditions == {
        "partner": "XTA",
        "direction": False,
        "two_pages": False,
    }
    past = loading.load(tmp_path / "data", as_of="2025-06-30")
    dossier = dossiers.dossier(past, "XTA")
    block = wording.masthead(dossier, verdict_of(dossier))
    assert block.date == "2025-06-30"
    assert block.aside.startswith("As of 30 June 2025 · Evidence up to 10 June 2025 · ")
    assert block.footer.endswith("As of 30 June 2025 · Taskar")


# Judgements


def test_what_moved_under_a_text_is_a_note_in_small_print():
    assert judgements.review_of("") == []
    assert plain(judgements.review_of("E1 changed")) == " (under review: E1 changed)"
    several = "E1 changed; C2 is gone; S1 is new"
    assert plain(judgements.review_of(several)) == (
        " (under review: E1 changed, and two more)"
    )


def test_an_inference_is_set_small():
    runs = judgements.statement("It turns (our inference), they say.", ["1"])
    words = [(run.text, run.style) for run in runs if isinstance(run, Words)]
    assert words == [
        ("It turns ", ""),
        ("(our inference)", "small"),
        (", they say.", ""),
    ]
    assert [run.text for run in judgements.statement("It turns.", []) if run] == [
        "It turns."
    ]


def test_what_would_settle_a_point_is_what_names_all_its_claims(tiny):
    dossier = dossiers.dossier(loading.load(tiny), "XBE")
    said = [plain(judgements.settling(dossier, claims)[1]) for claims in (
        ["C12", "C13"], ["C12"], ["C12", "C5"], [],
    )]  # fmt: skip
    picture = "A picture of the flag over the station."
    assert said == [picture, picture, "", picture]


# Changes


def kept(dossier):
    return {
        "snapshot": wording.changes(dossier, verdict_of(dossier)).record["snapshot"]
    }


@pytest.mark.slow
def test_the_page_tells_four_changes_of_a_kind_and_counts_the_others(tmp_path):
    before = dossier_of(tmp_path / "a", told("Dues", -1))
    names = ("Tolls", "Fees", "Rents", "Taxes", "Tithes", "Levies")
    for n_more, more in ((4, ""), (5, " One more in CHANGES.md."), (6, " Two more in CHANGES.md.")):  # fmt: skip
        events = [told("Dues", -1), *(told(name, 0) for name in names[:n_more])]
        now = dossier_of(tmp_path / str(n_more), *events)
        block = wording.changes(now, verdict_of(now), kept(before) | {"baseline": None})
        (new,) = [words for label, words in items(block) if label == "New."]
        assert new.count(" (leaves the tie as it was") == 0
        assert new.count(" held (does not move the tie") == 4
        assert new.endswith(more or ").")


def test_each_change_is_a_line_with_a_link_to_its_mark(tmp_path):
    one = kept(dossier_of(tmp_path / "a", told("Dues", -1)))["snapshot"]
    two = kept(dossier_of(tmp_path / "b", told("Dues", -1), told("Vows", 0, "S2")))[
        "snapshot"
    ]
    assert wording.listed(one, one) == []
    assert wording.listed(one, two) == [
        "New: Vows held (does not move the tie, by Harbour Ledger alone, graded C). [E2](#2)"
    ]
    assert wording.listed(two, one) == ["Withdrawn: Vows held. (E2)"]


def test_a_frame_of_no_event_has_no_weightiest():
    assert fallbacks.by_weight(pd.DataFrame(
        {name: [] for name in ("event_id", "scored", "held", "channel", "n_sources", "n_lineages", "intensity")}
        | {"latest": pd.to_datetime([])}
    )).empty  # fmt: skip
