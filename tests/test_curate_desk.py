"""The page of the curate notebook, driven by the messages that its widgets send: proposals, claims, and what is taken back."""

import csv
import json

import pytest
from conftest import spoil
from shared import add_source

from allywatch.check import check
from allywatch.data import loading
from allywatch.desk import curate, proposing
from allywatch.desk.curate import live
from allywatch.desk.curate.page import CuratePage

ARTICLE = (
    "Taskar and the river\n\n"
    "In March 2026 Taskar opened two forts to Velmora. In June 2025 Corvath turned to Quillon, and Ilmeny looked on. "
    "An adviser in Pellany said that the berth stays free.\n\nWeather permitting.\n"
)
DAY = "2026-03-20"


def rows(folder, table):
    path = folder / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


@pytest.fixture
def rules_propose(monkeypatch):
    """Unless another is named, *rules* propose: *neighbours*, which learns each time anew, is tried elsewhere."""
    rules = proposing.proposer("rules")
    monkeypatch.setattr("allywatch.desk.curate.page.default_proposer", lambda: rules)


@pytest.fixture
def article(velmora):
    """A folder with a fourth source, of 10 March 2026, not yet coded."""
    cells = {"source_id": "S4", "title": "An article", "stance": "mixed"}
    cells["published"] = "2026-03-10"
    add_source(velmora, "article.txt", ARTICLE, **cells)
    return velmora


@pytest.fixture
def desk(article, rules_propose):
    """The desk on the fourth source; *rules* propose."""
    return CuratePage(loading.load(article), "RV", DAY)


def folder(desk):
    return desk.session.dataset.data_dir


def coded(desk, number="S4-001"):
    """The id of the claim with this number; its letters follow from what it holds."""
    keys = [row["claim_id"] for row in rows(folder(desk), "claims")]
    return next((key for key in keys if key.startswith(number)), None)


def open_words(desk, words):
    """Open the proposal whose passage has these words."""
    for stop in desk.session.waiting():
        if words in desk.session.text[stop.start : stop.end]:
            desk.answer({"do": "go", "target": f"proposal:{stop.key}"})
            return
    raise AssertionError(words)


def looks(desk):
    """What each place of the document is shown as, by its words."""
    return {
        desk.session.text[start:end]: look for start, end, look, _ in desk.view.marks
    }


def save(desk, statement, event="new", **values):
    """Save what is open as it is filled, with a statement and other `values` (``table__column``)."""
    form = desk.view.form
    given = {name.replace("__", "."): value for name, value in values.items()}
    filled = form["values"] | {"claims.statement": statement} | given
    guessed = [name for name in form["guessed"] if name not in given]
    desk.answer({"do": "save", "values": filled, "guessed": guessed, "event": event})
    return desk.view.form


FORTS = {
    "events__type": "SECURITY_AID",
    "events__channel": "deepening",
    "events__direction": "1",
    "events__dimension": "military",
    "events__intensity": "2",
    "events__headline": "Two forts opened",
}


def save_forts(desk):
    open_words(desk, "two forts")
    return save(desk, "Taskar opened two forts to Velmora.", **FORTS)


@pytest.mark.slow
def test_a_source_is_opened_with_proposals_for_its_whole_text_and_nothing_is_written(
    desk,
):
    before = contents(folder(desk))
    assert "proposals.csv" not in before
    assert desk.view.document["text"] == ARTICLE
    assert desk.view.form["kind"] == "nothing"
    assert looks(desk)["Weather permitting."] == "nothing"
    (opened, *_) = desk.view.within
    assert ARTICLE[opened[0] : opened[1]] == "Taskar and the river"
    desk.answer({"do": "step", "by": 1})
    assert desk.view.form["kind"] == "proposal"
    assert contents(folder(desk)) == before


def test_what_is_guessed_is_shown_as_a_guess_and_a_third_party_is_no_partner(desk):
    open_words(desk, "turned to Quillon")
    form = desk.view.form
    assert form["values"]["events.partners"] == "XCV"
    assert "XQU" in form["values"]["events.counterparts"]
    assert {"events.partners", "events.counterparts", "claims.date"} <= {
        *form["guessed"]
    }
    filled = {name for name, value in form["values"].items() if value}
    assert filled == {*form["guessed"]}


def test_an_accepted_proposal_becomes_rows_and_keeps_its_trail(desk):
    before = contents(folder(desk))
    open_words(desk, "two forts")
    waiting = desk.view.form["waiting"]
    form = save(
        desk, "Taskar opened two forts.", "TA-03", events__headline="Left unused"
    )
    assert form["message"] == f"{coded(desk)} added, of TA-03."
    assert form["waiting"] == waiting - 1
    assert form["kind"] in ("proposal", "nothing")
    claim = rows(folder(desk), "claims")[-1]
    assert (claim["event_id"], claim["date"]) == ("TA-03", "2026-03")
    (trail,) = rows(folder(desk), "proposals")
    told = [trail[name] for name in ("claim_id", "reviewer", "reviewed")]
    assert told == [coded(desk), "RV", DAY]
    assert check(folder(desk)).exit_code == 0
    desk.answer({"do": "undo"})
    assert contents(folder(desk)) == before
    assert desk.view.form["waiting"] == waiting


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "state"),
    [({}, "accepted"), ({"events__partners": "Corvath"}, "edited")],
)
def test_the_trail_says_whether_a_proposal_was_taken_as_it_was(desk, values, state):
    open_words(desk, "two forts")
    form = desk.view.form
    blank = {
        name.replace(".", "__"): FORTS[name.replace(".", "__")]
        for name in ("events.type", "events.dimension", "events.intensity")
        if not form["values"][name]
    }
    desk.session.proposals[form["key"]] = dict(
        desk.session.proposals[form["key"]],
        **{name.removeprefix("events__"): cell for name, cell in FORTS.items()
           if name != "events__headline"},
    )  # fmt: skip
    save(desk, "Taskar opened two forts.", **(FORTS | blank | values))
    (trail,) = rows(folder(desk), "proposals")
    assert trail["state"] == state
    event = rows(folder(desk), "events")[-1]
    assert event["partners"] == ("XCV" if values else "XTA")
    assert event["summary"] == "Taskar opened two forts."


@pytest.mark.parametrize(
    ("guessed", "state"),
    [
        ({}, "accepted"),
        ({"type": "PACT_TIGHTEN"}, "edited"),
        ({"partners": "XTA;XIL"}, "edited"),
        ({"intensity": "3"}, "edited"),
        ({"type": "", "channel": "", "dimension": "", "intensity": ""}, "accepted"),
    ],
)
def test_joining_an_event_with_other_codes_than_were_guessed_is_an_edit(
    desk, guessed, state
):
    """TA-03 is what is proposed to be joined; where the codes that are guessed are not its own, they were not taken."""
    joined = {
        "partners": "XTA", "counterparts": "", "type": "TRADE_DEEPEN", "channel": "deepening",
        "dimension": "economic", "direction": "1", "intensity": "2", "events": "TA-03",
    }  # fmt: skip
    open_words(desk, "two forts")
    key = desk.view.form["key"]
    desk.session.proposals[key] = {**desk.session.proposals[key], **joined, **guessed}
    save(desk, "Taskar opened two forts.", "TA-03")
    (trail,) = rows(folder(desk), "proposals")
    assert trail["state"] == state


@pytest.mark.slow
def test_a_rejected_proposal_is_noted_and_not_proposed_again(desk):
    open_words(desk, "two forts")
    key = desk.view.form["key"]
    desk.answer({"do": "reject"})
    (trail,) = rows(folder(desk), "proposals")
    assert (trail["proposal_id"], trail["state"]) == (key, "rejected")
    again = CuratePage(loading.load(folder(desk)), "RV", DAY)
    again.answer({"do": "source", "source": "S4", "proposer": "rules"})
    assert key not in again.session.proposals


def test_what_was_rejected_is_seen_in_the_text_and_can_be_decided_again(desk):
    open_words(desk, "two forts")
    key = desk.view.form["key"]
    words = desk.session.text[slice(*desk.view.form["place"])]
    assert looks(desk)[words] == "proposal"
    desk.answer({"do": "reject"})
    assert looks(desk)[words] == "rejected"
    again = CuratePage(loading.load(folder(desk)), "RV", DAY)
    again.answer({"do": "source", "source": "S4", "proposer": "rules"})
    assert looks(again)[words] == "rejected"
    again.answer({"do": "go", "target": f"rejected:{key}"})
    assert again.view.form["kind"] == "rejected"
    assert again.view.form["values"]["events.partners"] == "XTA"
    save(again, "Taskar opened two forts.", "TA-03")
    assert looks(again)[words] == "claim"
    (trail,) = rows(folder(desk), "proposals")
    assert (trail["state"], trail["claim_id"]) != ("rejected", "")
    again.answer({"do": "undo"})
    assert looks(again)[words] == "rejected"


def test_what_is_left_of_a_sentence_is_seen_and_guessed_as_a_proposal_is(desk):
    """Half a sentence is coded; the other half is marked, and opens with partners, date, type and events."""
    start = ARTICLE.index("In June 2025")
    half = ARTICLE.index(", and Ilmeny")
    stop = next(each for each in desk.session.waiting() if each.start == start)
    desk.session.proposals[stop.key] = {
        **desk.session.proposals[stop.key], "end": str(half),
    }  # fmt: skip
    desk.session.reload()
    desk.answer({"do": "step", "by": 1})
    assert looks(desk)["and Ilmeny looked on."] == "bare"
    rest = (half + 2, half + 2 + len("and Ilmeny looked on."))
    desk.answer({"do": "go", "target": f"bare:{rest[0]}:{rest[1]}"})
    form = desk.view.form
    assert (form["kind"], form["place"]) == ("passage", list(rest))
    assert form["values"]["events.partners"] == "XIL"
    assert form["values"]["claims.date"] == "2025-06"
    assert "events.partners" in form["guessed"]


def test_words_chosen_by_hand_get_the_same_guesses_as_proposed_ones(desk):
    open_words(desk, "two forts")
    proposed = desk.view.form
    shown = desk.view.within
    desk.answer({"do": "reject"})
    start, end = proposed["place"]
    desk.answer({"do": "select", "start": len(ARTICLE) - 5, "end": len(ARTICLE) - 1})
    desk.answer({"do": "select", "start": start, "end": end})
    form = desk.view.form
    assert form["kind"] == "passage"
    assert form["values"] == proposed["values"]
    assert form["guessed"] == proposed["guessed"]
    assert form["events"] == proposed["events"]
    assert form["events"]
    assert desk.view.within == shown
    save(desk, "Taskar opened two forts.", "TA-03")
    assert [row["state"] for row in rows(folder(desk), "proposals")] == ["rejected"]


def at_another(desk, text):
    """The desk on a fifth source with this text."""
    here = folder(desk)
    (here.parent / "other.txt").write_text(text, encoding="utf-8")
    cells = {"source_id": "S9", "title": "Another", "stance": "mixed"}
    cells["published"] = "2026-03-10"
    curate.add_source(here, here.parent / "other.txt", cells)
    page = CuratePage(loading.load(here), "RV", DAY)
    page.answer({"do": "source", "source": "S9", "proposer": "rules"})
    return page


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A senior harbour official said that Taskar keeps its berth.", "a senior harbour official"),
        ("At the quay Joan Varr, an analyst, said that Taskar keeps its berth.", "an analyst"),
        ("As one expert on the river has since told us, Taskar keeps its berth.", "one expert on the river"),
        ("Taskar keeps its berth, according to a scholar of the river, for now.", "a scholar of the river"),
    ],
)  # fmt: skip
def test_a_speaker_that_the_sentence_names_is_guessed(desk, text, named):
    page = at_another(desk, text + "\n")
    open_words(page, "Taskar")
    form = page.view.form
    assert form["values"]["claims.modality"] == "attributed"
    assert form["values"]["claims.attributed_to"] == named
    assert "claims.attributed_to" in form["guessed"]


def test_an_attributed_claim_must_say_to_whom_and_the_page_knows_the_rule(desk):
    open_words(desk, "An adviser")
    assert desk.view.form["values"]["claims.attributed_to"] == ""
    assert desk.view.form["speaker"] == "an adviser in Pellany"
    form = save(
        desk, "The berth stays free.", "PE-02", claims__modality="attributed"
    )  # fmt: skip
    says = "an attributed claim must say to whom"
    assert form["errors"] == {"claims.attributed_to": says}
    assert {
        "when": {"claims.modality": ["attributed"]},
        "then": {"claims.attributed_to": {"blank": False}},
        "says": says,
    } in desk.view.lists["rules"]


@pytest.mark.slow
def test_a_day_that_is_to_come_is_no_guess_of_when_it_happened(desk):
    """The contract refuses such a date, and with it the note that the proposal is rejected."""
    here = folder(desk)
    page = at_another(desk, "The lease of Taskar runs until 2044.\n")
    open_words(page, "Taskar")
    assert page.view.form["values"]["claims.date"] == ""
    page.answer({"do": "reject"})
    assert [row["state"] for row in rows(here, "proposals")] == ["rejected"]


@pytest.mark.slow
def test_nothing_to_code_goes_to_uncoded_with_its_reason(desk):
    before = contents(folder(desk))
    open_words(desk, "Weather")
    desk.answer({"do": "nothing", "values": {"reason": ""}})
    assert desk.view.form["errors"] == {"reason": "say why there is nothing to code"}
    desk.answer({"do": "nothing", "values": {"reason": "no actor"}})
    (row,) = rows(folder(desk), "uncoded")
    assert ARTICLE[int(row["start"]) : int(row["end"])] == "Weather permitting."
    assert row["reason"] == "no actor"
    (trail,) = rows(folder(desk), "proposals")
    assert trail["state"] == "edited"
    assert check(folder(desk)).exit_code == 0
    desk.answer({"do": "undo"})
    assert contents(folder(desk)) == before


@pytest.mark.slow
def test_what_is_wrong_stands_at_its_field_and_nothing_changes(desk):
    before = contents(folder(desk))
    open_words(desk, "two forts")
    assert save(desk, "")["errors"] == {
        "claims.statement": "say in your own words what it asserts"
    }
    assert save(desk, "Forts.", event="")["errors"] == {
        "event": "join an event, or open a new one"
    }
    form = save(desk, "Forts.", "TA-01", claims__date="soon")
    assert list(form["errors"]) == ["claims.date"]
    assert form["values"]["claims.date"] == "soon"
    form = save(
        desk, "Forts.", claims__date="2026-03", **FORTS, events__partners="Atlantis"
    )
    assert list(form["errors"]) == ["events.partners"]
    form = save(desk, "Forts.", claims__date="2026-03", **FORTS, events__partners="")
    assert list(form["errors"]) == ["events.partners"]
    assert (
        form["message"] == ""
    )  # and nothing of the key, which follows from the partners
    desk.answer({"do": "reject", "reviewer": " "})
    assert desk.view.form["errors"] == {"reviewer": "say who decides"}
    desk.answer({"do": "reject", "reviewer": "RV", "day": "today"})
    assert list(desk.view.form["errors"]) == ["day"]
    assert contents(folder(desk)) == before


@pytest.mark.slow
def test_a_second_save_of_the_same_thing_is_no_second_claim(desk):
    save_forts(desk)
    after = contents(folder(desk))
    start = ARTICLE.index("In March")
    end = ARTICLE.index(" In June")
    desk.answer({"do": "select", "start": start, "end": end})
    form = save(desk, "Taskar opened two forts to Velmora.", **FORTS | {"events__partners": "XTA"})  # fmt: skip
    assert form["errors"] == {"claims.statement": f"is saved already, as {coded(desk)}"}
    assert contents(folder(desk)) == after


@pytest.mark.slow
def test_words_of_one_s_own_are_a_passage_of_their_own(desk):
    save_forts(desk)
    start = ARTICLE.index("two forts")
    desk.answer({"do": "select", "start": start, "end": start + 9})
    assert desk.view.form["kind"] == "passage"
    assert desk.view.form["claims_here"] == [coded(desk)]
    save(desk, "There are two forts.", "TA-01")
    claim = rows(folder(desk), "claims")[-1]
    assert (claim["claim_id"], claim["start"]) == (coded(desk, "S4-002"), str(start))
    assert len(rows(folder(desk), "proposals")) == 1


@pytest.mark.slow
def test_other_words_of_a_proposal_are_an_edit_of_it(desk):
    open_words(desk, "two forts")
    key = desk.view.form["key"]
    start = ARTICLE.index("Taskar opened")
    desk.answer({"do": "select", "start": start, "end": start + 23})
    assert desk.view.form["key"] == key
    save(desk, "Taskar opened two forts.", "TA-03")
    assert rows(folder(desk), "claims")[-1]["start"] == str(start)
    assert rows(folder(desk), "proposals")[0]["state"] == "edited"


@pytest.mark.slow
def test_any_event_is_found_by_words_of_its_headline_and_its_claims(desk):
    open_words(desk, "two forts")
    desk.answer({"do": "find", "words": "salt agree"})
    assert desk.view.form["events"][0]["id"] == "IL-01"
    claim = rows(folder(desk), "claims")[0]
    desk.answer({"do": "find", "words": " ".join(claim["statement"].split()[:4])})
    assert desk.view.form["events"][0]["id"] == claim["event_id"]
    desk.answer({"do": "find", "words": "zzz"})
    assert "zzz" not in json.dumps(desk.view.form["events"])


@pytest.mark.slow
def test_whose_word_it_was_is_kept_for_the_next_of_the_same_voice(desk):
    open_words(desk, "An adviser")
    voice = desk.view.form["values"]["claims.voice"]
    assert voice != "source"
    save(
        desk, "The berth stays free.", "PE-02",
        claims__attributed_to="an adviser", claims__modality="attributed",
    )  # fmt: skip
    desk.answer({"do": "undo"})
    open_words(desk, "An adviser")
    form = desk.view.form
    assert form["values"]["claims.attributed_to"] == "an adviser"
    assert "claims.attributed_to" in form["guessed"]


# Claims and events that stand already


def test_the_claim_stays_open_that_was_edited_or_taken_back(desk):
    open_words(desk, "turned to Quillon")
    before = desk.view.form
    save(desk, "Corvath turned away.", "CV-02")
    assert desk.view.form["key"] != before["key"]
    desk.answer({"do": "undo"})
    form = desk.view.form
    assert (form["key"], form["place"]) == (before["key"], before["place"])
    assert form["values"]["claims.statement"] == "Corvath turned away."
    assert form["event"] == "CV-02"
    open_claim(desk, "S1-007")
    save(desk, "Ilmeny signed.", "IL-01")
    assert desk.view.form["key"] == "S1-007"
    assert desk.view.form["values"]["claims.statement"] == "Ilmeny signed."
    desk.answer({"do": "source", "source": "S4", "proposer": "rules"})
    desk.answer({"do": "undo"})
    assert (desk.view.form["source"], desk.view.form["key"]) == ("S1", "S1-007")
    assert desk.view.form["values"]["claims.statement"] != "Ilmeny signed."


def alter(desk, event_id, **values):
    """Open an event and save it with other values, ``table__column``."""
    desk.answer({"do": "open event", "event": event_id})
    given = {name.replace("__", "."): value for name, value in values.items()}
    desk.answer({"do": "save event", "values": desk.view.form["values"] | given})
    return desk.view.form


def test_the_cells_of_an_event_are_altered_at_the_desk_and_taken_back(desk):
    before = contents(folder(desk))
    open_words(desk, "two forts")
    opened = desk.view.form
    desk.answer({"do": "open event", "event": "TA-01"})
    form = desk.view.form
    assert (form["altered"], form["claims_of_altered"]) == ("TA-01", 2)
    assert form["values"]["events.headline"] == "River pact renewed"
    assert form["values"]["events.date"] == "2024-03"
    assert not [name for name in form["guessed"] if name.startswith("events.")]
    form = alter(desk, "TA-01", events__date="2024-03-05~", events__headline="Pact")
    assert form["message"].startswith("TA-01 saved.")
    row = next(r for r in rows(folder(desk), "events") if r["event_id"] == "TA-01")
    assert (row["date"], row["headline"]) == ("2024-03-05~", "Pact")
    # The proposal is open as it was, with the guesses for a new event.
    assert (form["key"], form["altered"]) == (opened["key"], "")
    assert form["values"] == opened["values"]
    assert {*form["guessed"]} == {*opened["guessed"]}
    desk.answer({"do": "undo"})
    assert contents(folder(desk)) == before
    assert desk.view.form["key"] == opened["key"]


def test_what_is_wrong_with_an_event_stands_at_its_field(desk):
    before = contents(folder(desk))
    form = alter(desk, "TA-01", events__date="soon", events__headline="")
    assert {*form["errors"]} == {"events.date", "events.headline"}
    assert form["altered"] == "TA-01"
    assert form["values"]["events.date"] == "soon"
    assert contents(folder(desk)) == before
    desk.answer({"do": "close event"})
    assert desk.view.form["altered"] == ""


def test_an_altered_event_is_told_to_carry_texts_that_rest_on_it(desk):
    form = alter(desk, "TA-01", events__summary="Said otherwise.")
    assert "rest" not in form["message"]
    line = rows(folder(desk), "judgements")[0]["judgement_id"]
    spoil(folder(desk), "judgements", line, refs="TA-02")
    form = alter(desk, "TA-02", events__summary="Said otherwise.")
    assert "1 text rests on it" in form["message"]


def test_the_codes_that_follow_a_type_are_those_its_events_have(desk):
    (types,) = [
        each["options"]
        for row in desk.view.lists["fields"]["events"]
        for each in row
        if each["name"] == "events.type"
    ]
    usual = {each["value"]: each["usual"] for each in types}
    assert usual["ARMS_DIVERSIFY"] == {
        "channel": "realignment", "dimension": "military", "direction": "-1", "intensity": "2",
    }  # fmt: skip
    # Of a type without events the codebook alone speaks.
    assert usual["COERCION"]["direction"] == "-1"
    assert {"channel", "dimension"} <= usual["COERCION"].keys()


def test_a_list_that_stays_as_it_is_is_sent_once(desk):
    sent = []
    desk.view.observe(lambda change: sent.append(change["name"]))
    desk.answer({"do": "step", "by": 1})
    assert set(sent) == {"within", "form"}
    sent.clear()
    save_forts(desk)
    assert set(sent) == {"within", "form", "marks"}


def open_claim(desk, claim_id):
    source = claim_id.split("-")[0]
    desk.answer({"do": "source", "source": source, "proposer": "rules"})
    desk.answer({"do": "go", "target": f"claim:{claim_id}"})
    return desk.view.form


@pytest.mark.slow
def test_a_saved_claim_is_opened_as_it_is_and_altered(desk):
    before = contents(folder(desk))
    form = open_claim(desk, "S1-007")
    assert (form["kind"], form["event"], form["guessed"]) == ("claim", "IL-01", [])
    assert form["values"]["claims.value"] == "30"
    assert save(desk, form["values"]["claims.statement"], "IL-01")["message"] == (
        "S1-007 saved."
    )
    assert contents(folder(desk)) == before
    open_claim(desk, "S1-007")
    save(desk, "Ilmeny signed.", "IL-01", claims__note="shortened")
    claim = next(r for r in rows(folder(desk), "claims") if r["claim_id"] == "S1-007")
    assert (claim["statement"], claim["note"]) == ("Ilmeny signed.", "shortened")
    desk.answer({"do": "undo"})
    assert contents(folder(desk)) == before


@pytest.mark.slow
def test_a_claim_is_moved_and_an_event_without_claims_goes(desk):
    save_forts(desk)
    between = contents(folder(desk))
    form = open_claim(desk, coded(desk))
    opened = form["event"]
    save(desk, form["values"]["claims.statement"], "TA-01")
    assert opened not in [row["event_id"] for row in rows(folder(desk), "events")]
    assert rows(folder(desk), "claims")[-1]["event_id"] == "TA-01"
    assert check(folder(desk)).exit_code == 0
    desk.answer({"do": "undo"})
    assert contents(folder(desk)) == between


@pytest.mark.slow
def test_a_deleted_claim_leaves_its_proposal_open_and_can_be_taken_back(desk):
    save_forts(desk)
    between = contents(folder(desk))
    claim_id = coded(desk)
    open_claim(desk, claim_id)
    desk.answer({"do": "remove"})
    assert desk.view.form["message"] == f"{claim_id} deleted."
    (trail,) = rows(folder(desk), "proposals")
    assert (trail["state"], trail["claim_id"]) == ("open", "")
    assert coded(desk) is None
    assert check(folder(desk)).exit_code == 0
    desk.answer({"do": "undo"})
    assert contents(folder(desk)) == between


@pytest.mark.slow
def test_what_other_rows_rest_on_is_not_deleted(desk):
    before = contents(folder(desk))
    rested_on = rows(folder(desk), "relations")[0]["claim_a"]
    open_claim(desk, rested_on)
    desk.answer({"do": "remove"})
    assert "relations.csv" in desk.view.form["message"]
    assert contents(folder(desk)) == before


@pytest.mark.slow
def test_undo_survives_hand_edits_of_other_rows(desk):
    here = folder(desk)
    form = open_claim(desk, "S1-007")
    save(desk, "Ilmeny signed.", "IL-01")
    spoil(here, "claims", "S1-001", note="by hand")
    desk.answer({"do": "undo"})
    by_id = {row["claim_id"]: row for row in rows(here, "claims")}
    assert by_id["S1-007"]["statement"] == form["values"]["claims.statement"]
    assert by_id["S1-001"]["note"] == "by hand"
    desk.answer({"do": "source", "source": "S4", "proposer": "rules"})
    save_forts(desk)
    claim_id = coded(desk)
    open_claim(desk, claim_id)
    desk.answer({"do": "remove"})
    spoil(here, "claims", "S1-002", note="by hand, too")
    spoil(here, "events", "TA-02", summary="By hand.")
    desk.answer({"do": "undo"})
    assert desk.view.form["message"].startswith("Taken back")
    assert rows(here, "claims")[-1]["claim_id"] == claim_id
    assert check(here).exit_code == 0


@pytest.mark.slow
def test_undo_leaves_alone_a_row_that_was_edited_by_hand(desk):
    open_claim(desk, "S1-007")
    save(desk, "Ilmeny signed.", "IL-01")
    spoil(folder(desk), "claims", "S1-007", note="by hand")
    after = contents(folder(desk))
    desk.answer({"do": "undo"})
    assert "claims.csv has been changed since S1-007" in desk.view.form["message"]
    assert contents(folder(desk)) == after


@pytest.mark.slow
def test_a_source_is_added_at_the_desk(velmora, tmp_path):
    (tmp_path / "new.txt").write_text(
        "Taskar sent word on 3 May 2025.\n", encoding="utf-8"
    )
    desk = CuratePage(loading.load(velmora), "RV", DAY)
    desk.answer({"do": "add source", "document": "", "values": {}})
    assert list(desk.view.form["errors"]) == ["document"]
    desk.answer({"do": "add source", "document": str(tmp_path / "new.txt")})
    assert list(desk.view.form["errors"]) == ["sources.stance"]
    desk.answer(
        {
            "do": "add source",
            "document": str(tmp_path / "new.txt"),
            "values": {"sources.title": "Word", "sources.stance": "mixed"},
        }
    )
    form = desk.view.form
    assert form["source"].startswith("S4") and form["kind"] == "proposal"
    assert form["values"]["events.partners"] == "XTA"


def test_neighbours_propose_unless_another_is_chosen_with_a_source(article):
    desk = CuratePage(loading.load(article), "RV", DAY)
    assert desk.view.form["source"] == "S4"
    assert proposing_at(desk) == {"neighbours"}
    desk.answer({"do": "source", "source": "S4", "proposer": "rules"})
    assert proposing_at(desk) == {"rules"}


def proposing_at(desk):
    """Who made the proposals that are shown, and is said to."""
    return {row["proposer"] for row in desk.session.proposals.values()} | {
        desk.view.form["proposer"]
    }


def test_without_documents_the_desk_says_so(velmora):
    (velmora / "documents" / "pilot.txt").unlink()
    desk = CuratePage(loading.load(velmora), "RV", DAY)
    assert "pilot.txt" in desk.view.document["missing"]
    desk.answer({"do": "save", "values": {"claims.statement": "X"}, "event": "TA-01"})
    assert "select the words" in json.dumps(desk.view.form["errors"])


@pytest.mark.slow
def test_a_proposer_that_asks_elsewhere_is_not_asked_by_opening_a_source(desk):
    desk.answer({"do": "source", "source": "S4", "proposer": "model"})
    assert "allywatch propose S4 --proposer model" in desk.view.document["missing"]
    assert desk.session.proposals == {}


@pytest.mark.slow
def test_open_proposals_of_the_file_are_those_that_are_shown(desk):
    """Those that a person made by `allywatch propose`, whoever proposed them, are shown as they stand."""
    here = folder(desk)
    proposing.propose(here, "S4", proposing.proposer("rules"))
    path = here / "proposals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",rules,", ",model,"))
    desk.answer({"do": "source", "source": "S4", "proposer": "model"})
    open_words(desk, "two forts")
    key = desk.view.form["key"]
    save(desk, "Taskar opened two forts.", "TA-03")
    (trail,) = [row for row in rows(here, "proposals") if row["state"] != "open"]
    assert (trail["proposal_id"], trail["proposer"]) == (key, "model")
    desk.answer({"do": "undo"})
    assert {row["state"] for row in rows(here, "proposals")} == {"open"}


@pytest.mark.slow
def test_the_briefing_shown_is_of_the_partner_at_hand_with_the_rows_as_they_are(
    desk, monkeypatch, tmp_path
):
    asked = []

    def preview(partner, data_dir, notebooks, out):
        asked.append((partner, len(rows(data_dir, "claims"))))
        page = tmp_path / "page.html"
        page.write_text(f"<p>{partner}", encoding="utf-8")
        return [page]

    monkeypatch.setattr(live, "preview", preview)
    before = len(rows(folder(desk), "claims"))
    open_words(desk, "turned to Quillon")
    desk.answer({"do": "preview", "event": "new"})
    open_words(desk, "two forts")
    save(desk, "Taskar opened two forts.", "TA-03")
    open_words(desk, "turned to Quillon")
    desk.answer({"do": "preview", "event": "new"})
    assert asked == [("XCV", before), ("XTA", before + 1)]
    assert desk.view.page["html"] == "<p>XTA"
