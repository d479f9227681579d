"""A network of one's own, without judgements and without a thesis: every computed line is true, whole and plain."""

import re
import shutil
from functools import cache

import pytest
import shared
from conftest import ROOT, invented_network, slow_but, spoil
from networks import (
    Told,
    edit_package,
    network_of,
    real_without,
    without_judgements_and_thesis,
)
from reading import (
    about_the_world,
    country,
    document,
    overview_of,
    sentences,
    whole,
    words_of,
)
from test_second_power import REAL_NAMES

from allywatch.data import loading
from allywatch.data.paths import DOCUMENTS_VARIABLE
from allywatch.evidence import dossiers, network, scoring
from allywatch.page import overview, tellers, wording
from briefmill.blocks import Chronology, Judgement, Omitted, Triggers, every_mark
from briefmill.texts import plain

PACT = Told(
    "Pact signed", "Taskar signed a pact with the United Shoals.", 1, "S1 S2", "2023-05"
)
BOATS = Told(
    "Nine boats handed over",
    "The United Shoals handed nine boats to Taskar.",
    *(1, "S2", "2024-03"),
)
CADETS = Told(
    "Cadets trained",
    "Taskar sent cadets to the United Shoals.",
    *(1, "S1 S3", "2024-06"),
)
FAIR = Told(
    "Fair held",
    "Taskar held a fair with the United Shoals.",
    *(1, "S1 S2 S3", "2024-09"),
)
DUES = Told(
    "Dues no longer paid",
    "Taskar stopped paying the light dues.",
    *(-1, "S1 S2", "2025-01"),
)
GUNS = Told(
    "Guns from Quillon",
    "Taskar bought coastal guns from Quillon.",
    *(-1, "S1 S2:denied:the_council_of_Taskar", ""),
    to="XQU",
)
CHARTER = Told(
    "Charter said to stand",
    "The governor of Taskar says that the charter stands.",
    *(0, "S1::the_governor_of_Taskar", "2025-02"),
)
FLAG = Told("Flag saluted", "Ships of Taskar salute the flag.", 0, "S3", "")
PRAISE = Told(
    "Words of praise",
    "The council of Taskar praises the charter.",
    *(0, "S4", "2025-03"),
)
COURT = Told("Old ties", "Taskar was once ruled from afar.", "context", "S4", "")
LAPSE = Told(
    "Treaty may lapse",
    "Taskar is expected to let the mooring treaty lapse.",
    *(-1, "S1:forecast:an_adviser", "2026"),
)
DENIAL = Told(
    "Savings abroad",
    "The court denies that princes of Taskar moved their savings.",
    *(-1, "S1:denied:the_court", ""),
)
FLEET = Told(
    "Fleet stays away",
    "The fleet of the United Shoals did not sail when the upper, the lower and the middle harbour of Taskar burnt.",
    *(-1, "S4", "2025-04"),
    intensity=3,
)


def guns_of(name, code, by="S1"):
    return Told(
        f"Guns for {name}", f"{name} bought guns.", -1, by, partners=code, to="XQU"
    )


#: By shape: the events, the partner, and its headline and judgement, worked out by hand.
SHAPES = {
    "one-sided": (
        [PACT, BOATS, CADETS],
        "Taskar signed a pact with the United Shoals.",
        "Two sources report it. Also leading closer: Cadets trained (the Lantern and Pilot sheet no. 7); "
        "Nine boats handed over (Harbour Ledger alone). No report leads away.",
    ),
    "one-sided, with one report against it": (
        [FAIR, PACT, BOATS, CADETS, FLEET],
        "Taskar held a fair with the United Shoals.",
        "Three sources report it, two of them independent. Also leading closer: Pact signed; "
        "Cadets trained (the Lantern and Pilot sheet no. 7); and one more. "
        "Leading away: Fleet stays away (Weekly Sounder alone).",
    ),
    "two-sided": (
        [PACT, BOATS, DUES, GUNS],
        "Taskar signed a pact with the United Shoals. Taskar stopped paying the light dues.",
        "Two sources report each. Reports lead both ways: two closer and two away.",
    ),
    "two-sided, in more words": (
        [PACT, BOATS, FLEET, GUNS],
        "Pact signed. Fleet stays away (Weekly Sounder alone).",
        "Taskar signed a pact with the United Shoals. Two sources report it. "
        "The fleet of the United Shoals did not sail when the upper, the lower and the middle harbour of Taskar "
        "burnt. Only Weekly Sounder reports it. Reports lead both ways: two closer and two away.",
    ),
    "turned": (
        [PACT, BOATS, DUES],
        "Up to 2024: Pact signed. Since 2025: Dues no longer paid.",
        "Taskar signed a pact with the United Shoals. Two sources report it. "
        "Taskar stopped paying the light dues. Two sources report it. "
        "The turn rests on two reports closer and one away since.",
    ),
    "one event, two sources": (
        [PACT],
        "Taskar signed a pact with the United Shoals.",
        "Two sources report it. One event, however well attested, shows no trend.",
    ),
    "one event, one source": (
        [BOATS],
        "The United Shoals handed nine boats to Taskar, Harbour Ledger alone reports.",
        "One report without a second independent source shows no trend.",
    ),
    "one event, two sources that are one": (
        [CADETS],
        "Taskar sent cadets to the United Shoals, the Lantern and Pilot sheet no. 7 report.",
        "One report without a second independent source shows no trend.",
    ),
    "one source only": (
        [FLEET, Told("Dues cut", "Taskar cut its dues.", -1, "S4", "2025-04-20")],
        "Fleet stays away, Weekly Sounder alone reports.",
        "The fleet of the United Shoals did not sail when the upper, the lower and the middle harbour of Taskar "
        "burnt. Only Weekly Sounder reports it. Also leading away: Dues cut (Weekly Sounder alone). "
        "No report leads closer. "
        "No second independent source bears this out, so no direction is stated.",
    ),
    "denied": (
        [GUNS, DUES, FLEET],
        "Taskar stopped paying the light dues.",
        "Two sources report it. Also leading away: Fleet stays away (Weekly Sounder alone); "
        "Guns from Quillon (the Lantern alone, denied by the council of Taskar). No report leads closer.",
    ),
    "denied, in more words": (
        [
            Told(
                "Guns from Quillon",
                "Taskar bought coastal guns, shells and a school for gunners from Quillon, at the end of a long year.",
                *(-1, "S1 S2:denied:the_council_of_Taskar", ""),
                to="XQU",
            )
        ],
        "Guns from Quillon (the Lantern alone, denied by the council of Taskar).",
        "Taskar bought coastal guns, shells and a school for gunners from Quillon, at the end of a long year. "
        "Only the Lantern reports it; it is denied by the council of Taskar. "
        "One report without a second independent source shows no trend.",
    ),
    "held only": (
        [CHARTER, FLAG],
        "Ships of Taskar salute the flag, Pilot sheet no. 7 alone reports.",
        "Also reported: Charter said to stand (the Lantern alone). No report moves the tie either way.",
    ),
    "as it was": (
        [CHARTER, FLAG, PRAISE, DUES],
        "Ships of Taskar salute the flag, Pilot sheet no. 7 alone reports.",
        "Also reported: Words of praise (Weekly Sounder alone); Charter said to stand (the Lantern alone). "
        "Leading away: Dues no longer paid.",
    ),
    "background only": (
        [COURT],
        "Taskar was once ruled from afar, Weekly Sounder alone reports.",
        "No report moves the tie either way.",
    ),
    "forecast only": (
        [LAPSE],
        "Taskar is expected to let the mooring treaty lapse, the Lantern alone says.",
        "No report moves the tie either way.",
    ),
    "denial only": (
        [DENIAL],
        "The court denies that princes of Taskar moved their savings, the Lantern alone says.",
        "No report moves the tie either way.",
    ),
    "foreseen and denied": (
        [COURT, LAPSE, DENIAL],
        "Taskar was once ruled from afar, Weekly Sounder alone reports.",
        "Also reported: Savings abroad (the Lantern alone, denied); "
        "Treaty may lapse (the Lantern alone, foreseen). No report moves the tie either way.",
    ),
}
#: Other partners than the first, by shape.
OTHERS = {
    "plural": (
        "XSI",
        [
            Told("Tolls cut", "The Sunder Isles cut the tolls.", -1, "S1 S2",
                 "2024", "XSI", intensity=3),
            Told("Flag lowered", "The Isles lowered the flag.", -1, "S2", "", "XSI"),
            Told("Ships gone", "The Isles sent the ships home.", -1, "S4", "2025",
                 "XSI"),
        ],
        "The Sunder Isles cut the tolls.",
        "Two sources report it. Also leading away: Flag lowered (Harbour Ledger alone); "
        "Ships gone (Weekly Sounder alone). No report leads closer.",
    ),
    "beneficiary": (
        "XQU",
        [
            guns_of("Ilmeny", "XIL", "S1 S2"),
            guns_of("Taskar", "XTA"),
            guns_of("the Isles", "XSI", "S2"),
            guns_of("Corvath", "XCV"),
        ],
        "Gains for Quillon are reported where ties with the United Shoals loosen: "
        "Ilmeny, Taskar, the Sunder Isles and one other.",
        "Reported: Guns for Ilmeny; Guns for Taskar (the Lantern alone); "
        "Guns for the Isles (Harbour Ledger alone); and one more. "
        "No report moves Quillon’s own tie with the United Shoals.",
    ),
    "beneficiary by one source": (
        "XQU",
        [guns_of("Ilmeny", "XIL"), guns_of("Taskar", "XTA"), guns_of("Corvath", "XCV")],
        "The Lantern alone reports gains for Quillon where ties with the United Shoals loosen: "
        "Ilmeny, Taskar and Corvath.",
        "Reported: Guns for Ilmeny (the Lantern alone); Guns for Taskar (the Lantern alone); "
        "Guns for Corvath (the Lantern alone). "
        "No report moves Quillon’s own tie with the United Shoals.",
    ),
    "silent": (
        "XSI",
        [PACT],
        "No source speaks of the Sunder Isles’ tie with the United Shoals.",
        "That is a gap in what was read, not a sign of calm.",
    ),
}  # fmt: skip
ALL = {name: ("XTA", *shape) for name, shape in SHAPES.items()} | OTHERS

#: Sections that a page never does without.
ALWAYS = (
    *("judgement", "chronology", "implications", "opposite_reading", "sureness"),
    *("contested", "gaps"),
)
#: What no sentence may hold: slips of number, of articles and of joining.
SLIPS = (
    r"  ",
    r"\s[,.;:]",
    r"[,;:]\.",
    r"\.\.",
    r",,",
    r"\bone (?:reports|sources|claims|events)\b",
    r"\b(?i:two|three|four|five|\d\d+) (?:report|source|claim|event)\b",
    r"\bno (?:reports|sources|claims|events)\b",
    r"\b(?:[tT]he|a|an) [tT]he\b",
    r"\b(?:in|by|of|and|or|with|without|for) The (?:Lantern|Sunder|United)\b",
    r"(?<![tT]he )(?<!\n)\b(?:United Shoals|Sunder Isles)\b(?= \w)(?! and the\b)",
    r"(?:Shoals|Isles)’s",
    r"\b(?:None|nan|NaT|True|False)\b(?! of\b| can\b|; |$|\n)",
    r"\(\)|\[\]|\{|\}",
)


@pytest.fixture(scope="module")
def shape(tmp_path_factory):
    """Gives the dossier and the verdict of the partner of a shape."""
    home = tmp_path_factory.mktemp("shapes")

    @cache
    def of(name):
        partner, events, *_ = ALL[name]
        folder = home / str(len(list(home.iterdir())))
        dataset = loading.load(network_of(folder, *events))
        dossier = dossiers.dossier(dataset, partner)
        return dossier, scoring.verdict(dossier)

    return of


@pytest.fixture(scope="module")
def page(shape):
    """Gives the blocks of the page of the partner of a shape."""

    @cache
    def of(name):
        dossier, _ = shape(name)
        return country(dossier.dataset, dossier.partner["partner_id"])

    return of


@pytest.mark.parametrize("name", ALL)
def test_the_first_lines_are_those_worked_out_by_hand(shape, name):
    *_, headline, judgement = ALL[name]
    block = wording.judgement(*shape(name))
    assert plain(block.headline) == headline
    assert " ".join(map(plain, block.paragraphs)) == judgement


def slips(words):
    """The slips in some words, each with what stands about it."""
    found = [
        f"{slip}: {words[max(match.start() - 40, 0) : match.end() + 40]!r}"
        for slip in SLIPS
        for match in re.finditer(slip, words)
    ]
    return found


@pytest.mark.parametrize(
    "words",
    [
        "Two report lead away.",
        "By one sources.",
        "It fell  twice.",
        "It fell..",
        "Ties with United Shoals are close.",
        "The Isles’s flag.",
        "Heard in The Lantern.",
        "the The Lantern",
        "Reported None.",
    ],
)
def test_a_slip_is_found(words):
    assert len(slips(words)) == 1


def check_sentences(dossier, blocks):
    """Every sentence about the world is marked, whole and, of one source, names it."""
    for runs in about_the_world(blocks):
        said = plain(runs).strip()
        if not said:
            continue
        assert not slips(said), slips(said)
        for sentence in sentences(runs):
            assert sentence.marks, sentence.words
            assert set(sentence.marks) <= set(dossier.all_events["mark"])


def named_source_of(dossier, event_id):
    """The name of the only source that supports an event; "" where there are more, or none."""
    sources = dossier.sources_of.get(event_id, ())
    return dossier.called[sources[0]] if len(sources) == 1 else ""


def check_sources(dossier, blocks):
    """Where something rests on one source alone, the text that bears its mark has the source's name in it."""
    of_mark = {}
    for event in dossier.all_events.itertuples():
        of_mark.setdefault(event.mark, []).append(event.event_id)
    for block in blocks:
        if isinstance(block, Chronology):
            texts = [
                (step.runs, plain(step.runs) + plain(step.who))
                for group in block.groups
                for step in group.steps
            ]
        elif isinstance(block, Judgement):
            runs = (
                *block.headline,
                *(run for each in block.paragraphs for run in each),
            )
            texts = [(runs, plain(runs))]
        else:
            texts = [(runs, plain(runs)) for runs in about_the_world([block])]
        for runs, words in texts:
            for mark in every_mark(runs):
                for event_id in of_mark[mark][:1]:
                    name = named_source_of(dossier, event_id).removeprefix("The ")
                    assert name in words, (event_id, words)


@pytest.mark.parametrize("name", ALL)
def test_every_sentence_is_whole_marked_and_names_its_only_source(shape, page, name):
    dossier, _ = shape(name)
    blocks = page(name)
    check_sentences(dossier, blocks)
    check_sources(dossier, [each for each in blocks if each.role != "several"][:5])
    printed = words_of([each for each in blocks if each.kind != "references"])
    assert not slips(printed), slips(printed)
    assert not REAL_NAMES.search(printed)


@pytest.mark.parametrize("name", ALL)
def test_no_section_vanishes_and_an_empty_one_says_so_in_a_line(shape, page, name):
    dossier, verdict = shape(name)
    blocks = {block.role or block.kind: block for block in page(name)}
    for role in ALWAYS:
        assert not isinstance(blocks[role], Omitted), role
        assert words_of([blocks[role]]).strip(), role
    ahead = words_of([wording.what_next(dossier, verdict)])
    assert "We make none: no analyst has written one." in ahead
    if name == "silent":
        assert words_of([blocks["chronology"]]) == (
            "No source tells of anything that happened."
        )
        assert words_of([blocks["contested"]]) == "No two accounts differ."
        assert "No source looks ahead for the Sunder Isles." in ahead
        assert "No source says what this means for the United Shoals." in words_of(
            [blocks["implications"]]
        )


def test_what_only_is_foreseen_did_not_happen(shape):
    block = wording.chronology(shape("forecast only")[0])
    assert words_of([block]) == "No source tells of anything that happened."
    told = words_of([wording.chronology(shape("foreseen and denied")[0])])
    assert "ruled from afar" in told and "treaty lapse" not in told
    (forecast, _) = wording.what_next(*shape("foreseen and denied")).blocks
    assert plain(forecast.items[0].label) == "Forecast, still open."
    assert plain(forecast.items[0].runs) == (
        "Taskar is expected to let the mooring treaty lapse (an adviser, in the Lantern, 10 June 2025)."
    )


def test_a_forecast_whose_term_has_passed_is_not_called_open(tmp_path):
    past = Told("Treaty may lapse", "The treaty may lapse in 2024.", -1, "S1:forecast")
    early = Told("Old ties", "Taskar was ruled from afar.", "context", "S2", "")
    dataset = loading.load(network_of(tmp_path / "data", past, early))
    dossier = dossiers.dossier(dataset, "XTA")
    (forecasts, _) = wording.what_next(dossier, scoring.verdict(dossier)).blocks
    assert "its term has passed" in plain(forecasts.items[0].label)


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("one-sided", ""),
        ("held only", "What is reported"),
        ("beneficiary", "Where Quillon gains"),
    ],
)
def test_what_happened_is_headed_by_what_it_is(shape, name, heading):
    assert wording.chronology(shape(name)[0]).title == heading


def test_a_partner_with_words_of_its_own_is_no_mere_gainer(tmp_path):
    """Of Quillon, that arms three others, a governor also affirms the tie: that is on its page, and its title no gain."""
    _, events, *_ = ALL["beneficiary"]
    own = Told("Tie affirmed", "Quillon affirms the tie.", 0, "S2", "2025", "XQU")
    dataset = loading.load(network_of(tmp_path / "data", *events, own))
    dossier = dossiers.dossier(dataset, "XQU")
    block = wording.judgement(dossier, scoring.verdict(dossier))
    assert (
        plain(block.headline)
        == "Quillon affirms the tie, Harbour Ledger alone reports."
    )
    assert wording.chronology(dossier).title == "What is reported"


def test_who_attacks_or_presses_gains_nothing(tmp_path):
    """Quillon is the other party of three events, in none of which a partner turns to it."""
    events = [
        Told("Shelled", "Taskar was shelled.", -1, "S1", cells={"counterparts": "XQU"}),
        Told("Pressed", "Ilmeny was pressed.", "context", "S2", partners="XIL",
             cells={"counterparts": "XQU"}),
        Told("Courted", "Corvath was courted.", 1, "S1", partners="XCV",
             cells={"counterparts": "XQU"}),
    ]  # fmt: skip
    dataset = loading.load(network_of(tmp_path / "data", *events))
    dossier = dossiers.dossier(dataset, "XQU")
    words = words_of([wording.judgement(dossier, scoring.verdict(dossier))])
    assert "ains for" not in words
    assert "No report moves the tie either way." in words


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("one-sided", {"": "No report speaks for another reading."}),
        (
            "held only",
            {
                "Loosening.": "No report says so.",
                "As it was.": "Ships of Taskar salute the flag, Pilot sheet no. 7 alone reports. "
                "The governor of Taskar says that the charter stands, the Lantern alone reports.",
            },
        ),
        (
            "one event, one source",
            {
                "Loosening.": "No report says so.",
                "Closer.": "The United Shoals handed nine boats to Taskar, Harbour Ledger alone reports.",
            },
        ),
        (
            "two-sided",
            {
                "Loosening.": "Taskar stopped paying the light dues. Taskar bought coastal guns from Quillon. "
                "Only the Lantern reports it; it is denied by the council of Taskar.",
                "Closer.": "Taskar signed a pact with the United Shoals. "
                "The United Shoals handed nine boats to Taskar, Harbour Ledger alone reports.",
            },
        ),
        ("background only", {"": "No report on this tie can be read two ways."}),
    ],
)  # fmt: skip
def test_the_other_reading_is_made_of_the_other_sides_events(shape, name, cases):
    block = wording.readings(*shape(name))
    assert {
        plain(item.label).strip(): plain(item.runs) for item in block.items
    } == cases


def test_a_case_that_leaves_the_tie_as_it_was_is_not_called_closer(tmp_path):
    events = [BOATS, CHARTER]
    dossier = dossiers.dossier(
        loading.load(network_of(tmp_path / "data", *events)), "XTA"
    )
    block = wording.readings(dossier, scoring.verdict(dossier))
    labels = [plain(item.label).strip() for item in block.items]
    assert labels == ["Loosening.", "Closer, or as it was."]


@pytest.mark.parametrize(
    ("name", "word", "note"),
    [
        ("one-sided", "Moving closer", "low confidence"),
        ("one event, two sources", "No direction", "one event, well attested"),
        ("held only", "No direction", "no report of a step closer or away"),
        ("as it was", "As it was", "three reports say so"),
        ("beneficiary", "No direction", "no report of a step of its own"),
        ("silent", "Not known", "no source speaks of it"),
    ],
)
def test_the_badge_says_the_direction_or_why_there_is_none(shape, name, word, note):
    block = wording.judgement(*shape(name))
    assert (block.word, block.note) == (word, note)


def test_two_sources_of_one_upstream_are_not_one_source(tmp_path):
    """Two reports by the Lantern and by a sheet that draws on it: not from one source, and not from two independent."""
    events = [CADETS, Told("Fair", "Taskar held a fair.", 1, "S3", "2024")]
    dataset = loading.load(network_of(tmp_path / "data", *events))
    dossier = dossiers.dossier(dataset, "XTA")
    verdict = scoring.verdict(dossier)
    assert wording.judgement(dossier, verdict).note == "no second independent source"
    steps = wording.how_sure(dossier, verdict).cells[1]
    assert "by one source each" not in plain(steps.runs)


def test_a_direction_without_steps_asks_for_no_more_of_them(shape):
    """Three reports from three sources leave the tie as it was, and one leads away: that is a direction."""
    dossier, verdict = shape("as it was")
    words = words_of([wording.what_next(dossier, verdict)])
    assert "A direction if" not in words
    table = tellers.who_says_it(dossier, verdict)
    rows = {plain(row.cells[0]): plain(row.cells[-1]) for row in table.groups[0].rows}
    assert rows["Pilot sheet no. 7"].startswith("2 as it was, 0 closer, 1 away: ")
    assert wording.masthead(dossier, verdict).conditions["direction"]


@pytest.mark.parametrize(
    ("name", "triggers"),
    [
        (
            "one source only",
            {
                "Away if": [
                    "Fleet stays away: an independent second source would bear it out.",
                    "Dues cut: an independent second source would bear it out.",
                ],
                "A direction if": [
                    "One more report of a step closer or away and a second independent source: "
                    "a direction could then be stated.",
                ],
            },
        ),
        (
            "background only",
            {
                "A direction if": [
                    "Three reports of a step closer or away and two independent sources: "
                    "a direction could then be stated.",
                ],
            },
        ),
        (
            "one event, two sources",
            {
                "A direction if": [
                    "Two more reports of a step closer or away: a direction could then be stated."
                ],
            },
        ),
    ],
)
def test_what_to_look_for_stands_under_what_it_would_mean(shape, name, triggers):
    _, block = wording.what_next(*shape(name)).blocks
    assert isinstance(block, Triggers)
    assert {
        column.label: [
            f"{trigger.act}{plain(trigger.meaning)}" for trigger in column.triggers
        ]
        for column in block.columns
    } == triggers


def test_where_nothing_is_to_be_looked_for_that_is_said(tmp_path):
    """Three steps, each by two independent sources: there is a direction, and no single report that lacks a second."""
    events = [PACT, FAIR, Told("Tolls cut", "Taskar cut its tolls.", 1, "S2 S4")]
    dataset = loading.load(network_of(tmp_path / "data", *events))
    dossier = dossiers.dossier(dataset, "XTA")
    words = words_of([wording.what_next(dossier, scoring.verdict(dossier))])
    assert "None can be computed from these reports" in words


@pytest.mark.parametrize(
    ("modality", "by", "words"),
    [
        ("", "", "The Lantern says: The treasury of the United Shoals is empty."),
        ("", "a_clerk", "The Lantern says, on the word of a clerk: The treasury of the United Shoals is empty."),
    ],
)  # fmt: skip
def test_why_it_matters_is_said_by_whoever_says_it(tmp_path, modality, by, words):
    treasury = Told(
        "Treasury empty",
        "The treasury of the United Shoals is empty.",
        *("context", f"S1:{modality}:{by}", "2024", "XVE"),
        bears_on="XTA",
    )
    dataset = loading.load(network_of(tmp_path / "data", PACT, treasury))
    block = wording.implications(dossiers.dossier(dataset, "XTA"))
    (item,) = block.items
    assert plain(item.label) == "For the United Shoals."
    assert plain(item.runs) == words


def test_a_doubted_first_line_says_what_outside_reports_say(tmp_path):
    doubts = [("C1a", "the boats were old")]
    dataset = loading.load(network_of(tmp_path / "data", BOATS, doubts=doubts))
    dossier = dossiers.dossier(dataset, "XTA")
    block = wording.judgement(dossier, scoring.verdict(dossier))
    against = "Outside reports differ: the boats were old (Gull Watch)."
    assert plain(block.paragraphs[0]).startswith(against)


def test_a_doubt_about_a_denial_does_not_speak_against_the_event(tmp_path):
    doubts = [("C1b", "the guns were shown to visitors")]
    dataset = loading.load(network_of(tmp_path / "data", GUNS, doubts=doubts))
    words = words_of([wording.chronology(dossiers.dossier(dataset, "XTA"))])
    assert "Outside reports speak against the denial: the guns were shown" in words
    assert "Outside reports differ" not in words


def test_who_denies_is_named_also_where_a_source_speaks_for_itself(tmp_path):
    told = Told("Base left", "The base was left.", -1, "S1 S2:denied", "2024")
    dataset = loading.load(network_of(tmp_path / "data", told))
    (group,) = wording.chronology(dossiers.dossier(dataset, "XTA")).groups
    assert plain(group.steps[0].who) == "The Lantern; denied by Harbour Ledger"


def test_a_turn_within_a_year_is_told_by_its_months(tmp_path):
    events = [
        PACT,
        Told("Fair held", "Taskar held a fair.", 1, "S1", "2025-01"),
        Told("Dues no longer paid", "Dues stopped.", -1, "S2", "2025-03"),
    ]
    dataset = loading.load(network_of(tmp_path / "data", *events))
    dossier = dossiers.dossier(dataset, "XTA")
    block = wording.judgement(dossier, scoring.verdict(dossier))
    assert plain(block.headline) == (
        "Up to January 2025: Pact signed. "
        "Since March 2025: Dues no longer paid (Harbour Ledger alone)."
    )


def test_the_limits_of_the_folder_are_those_that_are_printed(tmp_path):
    """Where three lineages corroborate and four reports give a direction, the page says so."""
    folder = network_of(tmp_path / "data", PACT, BOATS, CADETS)
    edit_package(
        folder,
        corroboration={"min_lineages": 3},
        gate={"min_events": 4, "min_lineages": 3},
    )
    dossier = dossiers.dossier(loading.load(folder), "XTA")
    verdict = scoring.verdict(dossier)
    key = [entry.words for entry in wording.chronology(dossier).key]
    assert "filled: three or more independent sources; outlined: fewer" in key
    assert "Two sources report it." in words_of([wording.judgement(dossier, verdict)])
    words = words_of([wording.what_next(dossier, verdict)])
    assert (
        "One more report of a step closer or away and one more independent source"
        in words
    )


# The overview


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    """A network in which most shapes stand side by side."""
    events = [
        PACT,
        BOATS,
        CADETS,
        COURT,
        LAPSE,
        guns_of("Ilmeny", "XIL", "S1 S2"),
        guns_of("Corvath", "XCV", "S4"),
        *OTHERS["plural"][1],
        Told("Treasury full", "The treasury closed with a surplus.", "context", "S2",
             "2024", "XVE"),
    ]  # fmt: skip
    folder = network_of(tmp_path_factory.mktemp("net") / "data", *events)
    return network.network(loading.load(folder))


def test_the_overview_tells_of_the_weightiest_events_of_different_partners(net):
    block = overview.judgement(net)
    assert plain(block.headline) == (
        "The Sunder Isles: Tolls cut. Ilmeny: Guns for Ilmeny."
    )
    words = " ".join(map(plain, block.paragraphs))
    assert words.startswith("The Sunder Isles cut the tolls. Two sources report it.")
    assert words.endswith("Corvath bought guns. Only Weekly Sounder reports it.")


def test_every_sentence_of_the_overview_is_whole_marked_and_true(net):
    blocks = overview_of(net)
    check_sentences(net.pooled, blocks)
    tables = ("references", "table")
    printed = words_of([each for each in blocks if each.kind not in tables])
    assert not slips(printed), slips(printed)
    assert not REAL_NAMES.search(words_of(blocks))
    by_role = {block.role: block for block in blocks}
    assert words_of([by_role["causes"]]) == "No analyst has written why."
    assert by_role["costs"].title == "What is said of the United Shoals itself", (
        "a surplus is no cost"
    )
    assert "Harbour Ledger alone reports" in words_of([by_role["costs"]])
    assert "No two accounts differ." in words_of([by_role["contested"]])
    head = overview.masthead(net)
    assert head.title == "The United Shoals’ partners"
    assert head.kicker == "Overview · the United Shoals and four partners"


def test_a_line_of_the_overview_bears_the_marks_of_all_that_it_tells(tmp_path):
    dataset = loading.load(network_of(tmp_path / "data", *SHAPES["two-sided"][0]))
    net = network.network(dataset)
    (row,) = overview.directions(net).groups[0].rows
    assert every_mark(row) == set(net.pooled.marks(["E1", "E3"]))


def test_who_gains_is_said_by_whom_and_how_many_more_there_are(tmp_path):
    events = [
        guns_of("Ilmeny", "XIL"),
        guns_of("Taskar", "XTA"),
        guns_of("Corvath", "XCV"),
    ]
    net = network.network(loading.load(network_of(tmp_path / "data", *events)))
    (row,) = overview.who_gains(net).groups[0].rows
    party, where, who = map(plain, row.cells)
    assert party == "Quillon"
    assert where == (
        "Corvath, Ilmeny and Taskar: Guns for Ilmeny; Guns for Taskar; and one more"
    )
    assert who == "The Lantern"


# Whole pages of the folders that are there


def invented(name, folder):
    """The data folder of that name, without judgements and thesis."""
    if name == "velmora":
        return without_judgements_and_thesis(invented_network(folder))
    shutil.copytree(ROOT / "tests" / "fixtures" / "tiny", folder)
    shutil.copy(ROOT / "data" / "datapackage.json", folder)
    return without_judgements_and_thesis(folder)


WHOLE = [
    *(("velmora", code) for code in ("XTA", "XCV", "XIL", "XSI", "XPE", "")),
    *(("tiny", code) for code in ("XAR", "XBE", "XCO", "")),
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    home = tmp_path_factory.mktemp("whole")
    return {name: invented(name, home / name) for name in ("velmora", "tiny")}


@pytest.mark.parametrize(
    ("name", "partner"), slow_but(("velmora", "XTA"), ("tiny", ""), among=WHOLE)
)
def test_a_whole_page_has_no_slip_and_knows_no_other_network(
    folders, monkeypatch, name, partner
):
    monkeypatch.delenv(DOCUMENTS_VARIABLE, raising=False)
    page = document(folders[name], partner)
    words = whole(page)
    assert len(words) > 1_500
    assert not page.unresolved
    assert not slips(words), slips(words)
    other = REAL_NAMES if name == "velmora" else re.compile(r"Velmora|Armenia|Iran")
    assert not other.search(words), other.search(words)
    assert "argue" not in words, "there is no thesis to argue"
    assert "judgement" not in words and "under review" not in words
    dossier = (
        dossiers.dossier(loading.load(folders[name]), partner)
        if partner
        else dossiers.pooled(loading.load(folders[name]))
    )
    check_sentences(dossier, list(page.blocks()))


@pytest.mark.parametrize(
    ("name", "partner", "headline", "judgement"),
    [
        (
            "velmora",
            "XCV",
            "Corvath stopped paying its share of the common light dues.",
            "Two sources report it. Also leading away: Fleet stays at its moorings (the Lantern and "
            "“Pilot sheet no. 7”); Inner roads closed (“Pilot sheet no. 7” alone); and one more. "
            "No report leads closer.",
        ),
        (
            "velmora",
            "XPE",
            "Velmora began to dredge Pellany’s harbour, Harbour Ledger alone reports.",
            "Also leading closer: Berth free of dues (Harbour Ledger alone). No report leads away. "
            "No second independent source bears this out, so no direction is stated.",
        ),
        (
            "tiny",
            "XAR",
            "Arvenia was shelled and the Russian garrison did not move.",
            "Two sources report it. Also leading away: Radars ordered from Dunmere; "
            "Arvenia sits out the joint council (Northern Gazette alone). No report leads closer.",
        ),
    ],
)
def test_the_first_lines_of_the_invented_folders(
    folders, name, partner, headline, judgement
):
    dossier = dossiers.dossier(loading.load(folders[name]), partner)
    block = wording.judgement(dossier, scoring.verdict(dossier))
    assert plain(block.headline) == headline
    assert " ".join(map(plain, block.paragraphs)) == judgement


# The real rows, as if no analyst had written yet


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    return loading.load(real_without(tmp_path_factory.mktemp("bare") / "data"))


PARTNERS = shared.real_partners()


@pytest.mark.parametrize("partner", slow_but("ARM", "IRN", "SYR", among=PARTNERS))
def test_the_real_rows_make_whole_pages_without_an_analyst(bare, partner):
    dossier = dossiers.dossier(bare, partner)
    blocks = country(bare, partner)
    check_sentences(dossier, blocks)
    check_sources(dossier, blocks[1:3])
    (block,) = [each for each in blocks if isinstance(each, Judgement)]
    head = plain(block.headline) + " ".join(map(plain, block.paragraphs))
    for term in ("scored", "lineage", "balance", "gate", "event_id"):
        assert term not in head
    headlines = [*dossier.all_events["headline"], *dossier.all_events["summary"]]
    assert any(plain_of(words) in head for words in headlines)
    assert "argue" not in words_of(blocks)


def plain_of(words):
    return words.rstrip(".").replace("'", "’")


def test_a_tie_that_leads_both_ways_is_told_from_both_sides(bare):
    words = {}
    for partner in ("IRN", "AZE"):
        dossier = dossiers.dossier(bare, partner)
        block = wording.judgement(dossier, scoring.verdict(dossier))
        words[partner] = plain(block.headline) + plain(block.paragraphs[0])
    assert "Reports lead both ways: " in words["IRN"]
    assert words["AZE"].startswith("Up to 2023: ")
    assert words["AZE"].index("Up to 2023") < words["AZE"].index("Since 2025: ")
    assert "The turn rests on two reports closer and one away since." in words["AZE"]


def test_a_source_without_an_article_and_one_with_stand_as_a_sentence_takes_them(
    tmp_path,
):
    folder = network_of(tmp_path / "data", CADETS)
    spoil(folder, "sources", "S3", publisher="", title="The Reed, notes of a pilot")
    dossier = dossiers.dossier(loading.load(folder), "XTA")
    block = wording.judgement(dossier, scoring.verdict(dossier))
    assert plain(block.headline).endswith(
        "the Lantern and “The Reed, notes of a pilot” report."
    )
