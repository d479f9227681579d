"""Proposals: what a document is read to say, where it stands, and that nothing rests on it."""

import csv
import json
import shutil
from dataclasses import dataclass

import pandas as pd
import pytest
from conftest import slow_but, spoil
from shared import add_source
from small import write_briefing

from allywatch import briefings
from allywatch.check import check
from allywatch.cli import main
from allywatch.data import loading
from allywatch.data.contract import ContractError
from allywatch.data.fingerprints import fingerprint
from allywatch.data.worth import is_current, load_worth
from allywatch.desk import proposing
from allywatch.desk.proposing import Candidate, Codes, Proposal, Proposer, rules
from allywatch.desk.proposing.actors import gazetteer
from allywatch.desk.proposing.dating import dated, found_dates
from allywatch.desk.proposing.figures import figure
from allywatch.desk.proposing.speech import speech
from allywatch.method import codebook, proposers
from briefmill.texts import plain

ARTICLE = (
    "Taskar and the river\n\n"
    "Last month Taskar handed two forts to Velmora. It has widened its ties with Quillon, and Corvath has stopped "
    "paying the light dues. An adviser in Ilmeny said that the salt agreement will lapse.\n\n"
    "Velmora finds itself isolated. Weather permitting.\n"
)


@pytest.fixture
def article(velmora):
    """The folder with a fourth source, of 10 March 2026, not yet coded."""
    cells = {
        "source_id": "S4",
        "title": "An article",
        "stance": "mixed",
        "published": "2026-03-10",
        "published_basis": "stated",
    }
    add_source(velmora, "article.txt", ARTICLE, **cells)
    return velmora


def rows(folder):
    with (folder / "proposals.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(folder, changed):
    with (folder / "proposals.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, changed[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)


def proposed(folder, words):
    """The row whose passage holds `words`."""
    (row,) = [
        row
        for row in rows(folder)
        if words in ARTICLE[int(row["start"]) : int(row["end"])]
    ]
    return row


# What words say


@pytest.mark.parametrize(
    ("words", "published", "edtf"),
    [
        ("on June 27 it signed", "2025-07-10", "2025-06-27"),
        ("on 27 June it signed", "2025-05-10", "2024-06-27"),
        ("it signed last September", "2025-07-10", "2024-09"),
        ("it signed last September", "2025-09-10", "2024-09"),
        ("the talks of the autumn, in the autumn", "2025-07-10", "2024-23"),
        ("in the autumn it signed", "2025-10-10", "2025-23"),
        ("two weeks ago it signed", "2025-07-10", "2025-06-26~"),
        ("three days ago it signed", "2025-07-10", "2025-07-07"),
        ("a year ago it signed", "2025-07-10", "2024-07~"),
        ("it signed last year", "2025-07-10", "2024"),
        ("it signed this year", "2025-07", "2025"),
        ("last month it signed", "2025-01-10", "2024-12"),
        ("on Monday it signed", "2026-03-10", "2026-03-09"),
        ("yesterday it signed", "2026-03-10", "2026-03-09"),
        # Known to a month, a season or not at all: no closer than that.
        ("two weeks ago it signed", "2025-07", "2025~"),
        ("a year ago it signed", "2025-07", "2024-07~"),
        ("last month it signed", "2025-21", "2025~"),
        ("on June 27 it signed", "2025", ""),
        ("on June 27 it signed", "", ""),
        # A modal verb and a name are no months; a date that has its year is read as it stands.
        ("it may sign", "2025-07-10", ""),
        ("in June 2019 it signed", "2025-07-10", "2019-06"),
        ("on February 30 it signed", "2025-07-10", ""),
    ],
)
def test_a_date_is_worked_out_from_the_day_of_publication(words, published, edtf):
    found = found_dates(words, published)
    assert [mark.value for mark in found][:1] == ([edtf] if edtf else [])


@pytest.mark.parametrize(
    ("words", "modality", "edtf", "basis"),
    [
        ("In May 2025 it signed", "reported", "2025-05", "stated"),
        ("last month it signed", "reported", "2026-02", "inferred"),
        ("it remains a friend", "reported", "../2026-03-10", "inferred"),
        ("it recently left the pact", "reported", "2026-03-10~", "inferred"),
        ("it was once a friend", "reported", "", "undated"),
        ("it has long been a friend", "reported", "", "undated"),
        ("they have always sold grain", "reported", "", "undated"),
        ("the tie has historically been close", "reported", "", "undated"),
        ("it has been a friend", "reported", "../2026-03-10", "inferred"),
        ("once a friend, it has turned away", "reported", "../2026-03-10", "inferred"),
        ("it will leave in 2027", "forecast", "", "undated"),
    ],
)
def test_what_has_no_date_is_dated_as_the_codebook_says(words, modality, edtf, basis):
    when = dated(words, words, "2026-03-10", modality)
    assert (when.edtf, when.basis) == (edtf, basis)


def test_what_is_told_in_the_past_happened_when_its_paragraph_said_last():
    def when(words, before):
        return dated(words, words, "2026-03-10", "reported", before).edtf

    assert when("it sent two envoys", "2025-05") == "2025-05"
    assert when("it sent two envoys", "") == ""
    assert when("it remains a friend", "2025-05") == "../2026-03-10"


@pytest.mark.parametrize(
    ("words", "modality", "voice"),
    [
        ("Taskar signed the pact", "reported", "source"),
        ("Taskar will sign the pact", "forecast", "source"),
        ("Taskar would have signed the pact", "reported", "source"),
        ("In May 2025 Taskar signed the pact", "reported", "source"),
        ("Taskar may sign the pact", "forecast", "source"),
        ("Taskar will have left the pact by then", "forecast", "source"),
        ("Taskar will not sign the pact", "forecast", "source"),
        ("Taskar risks losing the pact", "forecast", "source"),
        ("Taskar could not sign the pact", "reported", "source"),
        ("Taskar could only look on", "reported", "source"),
        ("Taskar could no longer pay its sailors", "reported", "source"),
        ("the ships could be seen from Taskar", "reported", "source"),
        ("Taskar had the will to sign the pact", "reported", "source"),
        ("Taskar lacked the political will", "reported", "source"),
        ("Taskar paraded its naval might", "reported", "source"),
        ("Taskar weighed the risks, and signed", "reported", "source"),
        ("analysts said that Taskar signed", "attributed", "third_party"),
        ("according to reports Taskar signed", "attributed", "third_party"),
        ("Taskar accused Velmora of treason", "reported", "partner"),
        ("Velmora announced a fair", "reported", "power"),
        ("Taskar reportedly signed", "hedged", "source"),
        ("Velmora denies the raid", "denied", "source"),
        ("a significant blow to Taskar", "assessed", "source"),
    ],
)
def test_verbs_tell_how_a_thing_is_put_and_whose_word_it_is(
    velmora, words, modality, voice
):
    names = gazetteer(loading.load(velmora))
    put = speech(words, names.mentions(words), "XVE")
    assert (put.modality, put.voice) == (modality, voice)


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("sent 1,200 of its soldiers", "1200", "soldiers"),
        ("sent 40 more Taskari trucks", "40", "trucks"),
        ("sent 40 Taskari trucks", "40", "trucks"),
        ("worth $2.5 billion", "2.5", "billion dollars"),
        ("a share of 40% of trade", "40", "per cent"),
        ("the S-300 system", "", ""),
        ("the 12th fleet", "", ""),
        ("in 2025 it signed", "", ""),
    ],
)
def test_a_number_belongs_to_its_noun(words, value, unit):
    assert figure(words, found_dates(words, "2026-03-10")) == (value, unit)


def mentioned(dataset, words):
    return [
        (words[each.start : each.end], *each.codes)
        for each in gazetteer(dataset).mentions(words)
    ]


@pytest.mark.slow
def test_actors_are_found_by_leader_capital_people_and_group():
    partners = pd.read_csv("data/partners.csv", dtype=str, keep_default_na=False)
    assert "leaders" in partners
    dataset = loading.load("data")
    assert mentioned(dataset, "Pashinyan, Baku and an Iranian") == [
        ("Pashinyan", "ARM"),
        ("Baku", "AZE"),
        ("Iranian", "IRN"),
    ]
    assert mentioned(dataset, "Assad and the Turks") == [
        ("Assad", "SYR"),
        ("Turks", "TUR"),
    ]
    assert mentioned(dataset, "Central Asian states") == [
        ("Central Asian", "KAZ", "KGZ", "TJK", "UZB")
    ]
    # A currency, another word in capitals, and an alliance of the power itself are nobody.
    assert mentioned(dataset, "US$ 30 at 9 AM for the CSTO") == []


@pytest.mark.slow
def test_a_leader_is_named_while_in_office(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree("data", folder)
    spoil(folder, "partners", "ARM", leaders="Ter-Petrosyan (1991-11/1998-02-03)")
    spoil(folder, "partners", "KAZ", leaders="Bakirov (2019-03-20/..);Nazarbayev")
    dataset = loading.load(folder)

    def named(published):
        found = gazetteer(dataset, published).mentions(
            "Ter-Petrosyan, Bakirov, Nazarbayev"
        )
        return [each.codes[0] for each in found]

    assert named("1995") == ["ARM", "KAZ"]
    assert named("1998-02-04") == ["KAZ"]
    assert named("2019") == named("2026-01-01") == ["KAZ", "KAZ"]
    assert named("") == ["ARM", "KAZ", "KAZ"]
    spoil(folder, "partners", "ARM", leaders="Ter-Petrosyan (long ago)")
    assert "partners.csv, row 2, leaders" in check(folder).text


# Who is partner, in sentences made for the purpose


def read(folder, text):
    """The claims and what is nothing, as *rules* read a text published on 10 March 2026: its words and its proposal."""
    source = {"source_id": "S9", "published": "2026-03-10"}
    document = proposing.Document(loading.load(folder), source, text)
    readings = rules.readings(document)
    return [(each.clause.text, each.proposal) for each in readings]


def partners_where(folder, text, part):
    """The partners of the clause of a text that holds `part`."""
    (found,) = [
        proposal.partners for words, proposal in read(folder, text) if part in words
    ]
    return " ".join(found)


@pytest.mark.parametrize(
    ("text", "part", "partners"),
    [
        # What is said on about the power itself stays with it, until somebody is named.
        ("Velmora finds its budget spent, with dykes left unrepaired.", "dykes", "XVE"),
        ("Velmora has lost its prestige, losing face at sea.", "face", "XVE"),
        ("Velmora's forces are tired, and cannot sail in winter.", "winter", "XVE"),
        ("Velmora's role is fading, as fewer ships call there.", "ships", "XVE"),
        ("Velmora is isolated, and Corvath has sent no ships.", "no ships", "XCV"),
        # A partner's sentence that turns to what the power has by itself.
        (
            "Corvath waits for help in vain, while Velmora's forces are tired.",
            "tired",
            "XVE",
        ),
        (
            "Ilmeny asks for grain again, but Velmora's budget is spent now.",
            "spent",
            "XVE",
        ),
        (
            "Ilmeny asks for grain again, but Velmora has none to send it.",
            "none",
            "XIL",
        ),
        (
            "Corvath waits for help in vain, as its ships need Velmora's forces now.",
            "ships",
            "XCV",
        ),
        # A fact that "this" points to is nobody; a country is.
        (
            "Corvath left the pact.\n\nThese changes hurt Velmora's standing.",
            "hurt",
            "XVE",
        ),
        ("Corvath left the pact.\n\nThis isolates Velmora at sea.", "at sea", "XVE"),
        (
            "Corvath left. That country blames Velmora's weakness.",
            "weakness",
            "XCV",
        ),
        (
            "Corvath left. These partners share Velmora's losses.",
            "losses",
            "XCV",
        ),
        # "That" which joins two clauses points to nobody.
        (
            "Corvath is poor. Traders report that Velmora's attention is at sea.",
            "sea",
            "XVE",
        ),
        # Allies that are not named are the power's own matter.
        ("Corvath left the pact. This has upset allies of Velmora.", "upset", "XVE"),
        ("Corvath left the pact. Many of them doubt Velmora.", "doubt", "XVE"),
        ("Corvath left the pact. How many have paid is unknown.", "unknown", "XVE"),
        # An opening "with" before somebody who acts.
        (
            "Taskar has waited for months, with Corvath and Ilmeny leaving the pact.",
            "leaving",
            "XCV XIL",
        ),
        ("Taskar trades with Corvath and has left the pact today.", "left", "XTA"),
        # Examples have the part of what they are examples of.
        (
            "Taskar turns to other ports, such as Corvath, for its salt.",
            "salt",
            "XTA",
        ),
        ("Taskar sells salt to lands like Corvath and Ilmeny.", "salt", "XTA"),
        ("Friends such as Corvath and Ilmeny have left the pact.", "left", "XCV XIL"),
        # Lists: of places and groups, from one to another, with a last member after "and".
        (
            "Velmora lost markets on the River Pact and in Corvath.",
            "markets",
            "XCV XPE XTA",
        ),
        (
            "Velmora lost markets: River Pact and Corvath pay less.",
            "pay",
            "XCV XPE XTA",
        ),
        (
            "All feel alone, from Taskar and Corvath, to Ilmeny and Pellany.",
            "alone",
            "XCV XIL XPE XTA",
        ),
        (
            "Velmora has friends in Taskar, Corvath, and to a lesser extent Ilmeny.",
            "friends",
            "XCV XIL XTA",
        ),
        (
            "Its oldest friends—from Taskar to Corvath—are anxious about Velmora.",
            "anxious",
            "XCV XTA",
        ),
        # The region is that of whoever was named.
        (
            "Taskar builds dams. The region is turning to Quillon for timber.",
            "timber",
            "XPE XTA",
        ),
        ("Corvath builds dams. The region is turning to Quillon.", "turning", "XCV"),
    ],
)
def test_partners_are_those_whose_tie_a_sentence_is_about(
    velmora, text, part, partners
):
    assert partners_where(velmora, text, part) == partners


def test_a_place_named_alone_is_what_the_next_sentence_is_about():
    text = "Whoever says that Russia is losing has not looked at Yerevan. Its port was rebuilt in May."
    (_, found) = [proposal for _, proposal in read("data", text)]
    assert found.partners == ("ARM",)


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("Armenia skipped the talks in Istanbul, Turkey.", "ARM"),
        ("Armenia skipped a summit in Kazakhstan this year.", "ARM"),
        ("Armenia signed the charter at a conference in Tehran.", "ARM"),
        ("The pipeline deal was signed by Serbia in Ankara.", "SRB"),
        ("Serbia sent nobody to Minsk.", "SRB"),
        ("The ministers of Cuba met in Caracas in May.", "CUB"),
        ("Washington sent nobody to Astana.", "RUS"),
        ("Cuba opened an office in the Turkish city of Izmir.", "CUB"),
        # Who rules in a capital, whoever the power went to, and a country in which something is, are no mere places.
        ("The regime in Havana is short of fuel.", "CUB"),
        ("Putin flew to Pyongyang and signed a pact.", "PRK"),
        ("Russia keeps a base in Armenia.", "ARM"),
        ("In Syria, Russia lost its harbour.", "SYR"),
        ("In Syria, Iran and Russia kept garrisons.", "IRN SYR"),
        # Where nobody else is at hand, it is the place that a clause is about.
        ("Whoever says that Russia is losing has not looked at Yerevan.", "ARM"),
        ("A succession in Dushanbe would find the garrison asleep.", "TJK"),
        ("The Russians sent nobody but the Iranians.", "IRN"),
    ],
)
def test_where_people_meet_is_no_partner(text, partners):
    (found,) = [proposal for _, proposal in read("data", text)]
    assert " ".join(found.partners) == partners


@pytest.mark.parametrize(
    ("text", "is_claim"),
    [
        ("This essay was completed in March 2026 in Corvath.", False),
        ("Completed in Corvath, March 2026.", False),
        ("This article was first published by a Taskari weekly.", False),
        ("Our report has been updated with figures from Ilmeny.", False),
        ("Translated from the Taskari by a friend.", False),
        ("The views expressed are not those of Velmora.", False),
        ("About the author: she teaches in Corvath.", False),
        ("Photo: the harbour of Corvath.", False),
        ("Source: Ministry of Trade of Velmora.", False),
        # What others write, or build, is matter of the text.
        ("The report published in Taskar blames Velmora.", True),
        ("Completed in 2024, the dam gives Taskar power.", True),
        ("Corvath published its terms.", True),
        ("An article in a Taskari weekly was read in Velmora.", True),
    ],
)
def test_what_a_text_says_of_itself_is_nothing_to_code(velmora, text, is_claim):
    found = [proposal.is_claim for _, proposal in read(velmora, text)]
    assert any(found) == is_claim


def test_a_participle_after_a_comma_is_a_clause_of_its_own(velmora):
    text = (
        "Taskar has left the pact, closing its harbours to Velmoran ships. "
        "Corvath sells many goods, including salt, timber and grain."
    )
    assert [words for words, _ in read(velmora, text)] == [
        "Taskar has left the pact",
        "closing its harbours to Velmoran ships.",
        "Corvath sells many goods, including salt, timber and grain.",
    ]


# Types and directions of what is invented here, with the real codebook and the real coded claims.
INVENTED = [
    ("Serbia ordered patrol boats from a French yard.", "ARMS_DIVERSIFY", -1),
    ("Kyrgyzstan looks for radar sets from Korean makers.", "ARMS_DIVERSIFY", -1),
    ("Tajikistan has closed its airbase to Russian planes.", "BASE_ACCESS", -1),
    ("Belarus leased a harbour to the Russian fleet.", "BASE_ACCESS", 1),
    (
        "Moscow deported hundreds of Tajik workers after raids on their hostels.",
        "COERCION",
        -1,
    ),
    ("Russia cut off fuel to Serbia as a punishment.", "COERCION", -1),
    (
        "The Cuban foreign minister accused Moscow of breaking its word.",
        "DIPLOMATIC_CRITICISM",
        -1,
    ),
    (
        "Moscow denounced the Kazakh vote as an unfriendly act.",
        "DIPLOMATIC_CRITICISM",
        -1,
    ),
    ("Serbia refused to recognise the annexed regions.", "DIPLOMATIC_REJECTION", -1),
    (
        "Putin condemned the attack on Cuba and offered to mediate.",
        "DIPLOMATIC_SUPPORT",
        0,
    ),
    (
        "Russia promised Venezuela solidarity and moral support.",
        "DIPLOMATIC_SUPPORT",
        0,
    ),
    ("The Syrian elite held secret talks on exile in the Gulf.", "ELITE_HEDGE", -1),
    ("Tajikistan could leave the bloc next year.", "FORECAST", 0),
    ("If oil prices fall, Cuba may turn away from Moscow.", "FORECAST", 0),
    (
        "Armenia and its neighbour settled their border at talks brokered by Qatar.",
        "MEDIATION_SHIFT",
        -1,
    ),
    ("Kyrgyzstan suspended its membership of the pact.", "PACT_LOOSEN", -1),
    (
        "Kazakh delegates no longer attend the meetings of the alliance.",
        "PACT_LOOSEN",
        -1,
    ),
    (
        "Venezuela and Russia signed a partnership treaty for ten years.",
        "PACT_TIGHTEN",
        1,
    ),
    ("Serbia joined a customs union led by Moscow.", "PACT_TIGHTEN", 1),
    ("The Cuban president was overthrown in a coup.", "REGIME_LOSS", 0),
    ("Russia sent no troops when Tajikistan was attacked.", "SECURITY_ABSTAIN", -1),
    ("Moscow stayed silent and gave Cuba no help.", "SECURITY_ABSTAIN", -1),
    ("Russia delivered forty tanks and ammunition to Serbia.", "SECURITY_AID", 1),
    ("Belarus trained Russian conscripts and supplied rockets.", "SECURITY_AID", 1),
    (
        "A dispute over gas prices has soured relations between Belarus and Russia.",
        "STRAIN",
        -1,
    ),
    (
        "A Russian deputy claimed that a Kazakh province should belong to Russia.",
        "TERRITORIAL_THREAT",
        -1,
    ),
    ("Serbia opened accession talks with the European Union.", "THIRD_PARTY_ALIGN", -1),
    ("Uzbekistan hosts exercises with American troops.", "THIRD_PARTY_ALIGN", -1),
    ("Trade between India and Russia rose to a record.", "TRADE_DEEPEN", 1),
    (
        "India's exports to Russia doubled and a joint pipeline venture goes on.",
        "TRADE_DEEPEN",
        1,
    ),
    ("Serbia halted its imports of Russian gas.", "TRADE_RESTRICT", -1),
    ("Kyrgyz banks stopped payments for Russian goods.", "TRADE_RESTRICT", -1),
    ("Cuba has long relied on Russian grain.", "CONDITION", 0),
    ("Russia's influence in Syria is fading.", "CONDITION", 0),
    ("Belarus remains a loyal ally of Moscow.", "CONDITION", 0),
]


def test_types_and_directions_hold_for_sentences_of_no_source(documents):
    """Of the sentences above most are right; each stands alone, so that nothing around it helps."""
    text = "\n\n".join(words for words, _, _ in INVENTED)
    source = {"source_id": "S9", "published": "2026-03-10"}
    document = proposing.Document(loading.load("data"), source, text)
    found = proposing.proposer("neighbours").propose(document)
    codes = {}
    for each in found:
        for words, _, _ in INVENTED:
            if words.startswith(text[each.start : each.end]):
                codes[words] = each.codes
    types = [codes[words].type == kind for words, kind, _ in INVENTED]
    directions = [codes[words].direction == way for words, _, way in INVENTED]
    assert sum(types) >= 30
    assert sum(directions) >= 23


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Corvath no longer pays the light dues.", "CV-02"),
        ("The council of Corvath denies that it bought guns in Quillon.", "CV-03"),
        ("Ships of Velmora may not use the inner roads of Corvath.", "CV-04"),
        ("When harbours burnt, the fleet of Velmora did not sail to Corvath.", "CV-01"),
        ("Taskari cadets were trained in Velmora.", "TA-04"),
        ("Velmora gave Taskar boats to patrol the river.", "TA-02"),
        ("Taskar and Velmora renewed the pact on the river.", "TA-01"),
        ("Joint officers run the customs houses of Taskar.", "TA-03"),
        ("Ilmeny will let the mooring treaty lapse.", "IL-03"),
        ("Ilmeny has drafted a renewal of the mooring treaty.", "IL-04"),
        ("A trade office of Ilmeny has opened in Quillon.", "IL-02"),
        ("Pellany lets Velmoran ships berth without dues.", "PE-02"),
        ("The Sunder Isles salute the Velmoran flag.", "SI-02"),
    ],
)
def test_the_event_that_a_sentence_tells_of_is_among_the_first(velmora, text, event):
    source = {"source_id": "S9", "published": "2026-03-10"}
    document = proposing.Document(loading.load(velmora), source, text)
    (proposal,) = proposing.proposer("neighbours").propose(document)
    assert event in [each.event_id for each in proposal.events[:2]]
    # Who compares is told whose event it is, and by which claim of it.
    chosen = next(each for each in proposal.events if each.event_id == event)
    assert chosen.why.startswith("same partners; near ")


@pytest.mark.parametrize(
    ("text", "modalities"),
    [
        ("Taskar may leave the pact, closing its ports to all.", "forecast forecast"),
        (
            "If Corvath leaves the pact, it will lose its ships, causing much grief to its people.",
            "forecast forecast",
        ),
        (
            "Taskar has left the old pact, closing its ports to all.",
            "reported reported",
        ),
        (
            "Taskar may leave the pact, but Corvath has paid its dues.",
            "forecast reported",
        ),
        (
            "Taskar weighs gains at sea, risking much of what it has.",
            "reported reported",
        ),
    ],
)
def test_what_comes_of_a_forecast_is_a_forecast(velmora, text, modalities):
    found = [proposal for _, proposal in read(velmora, text)]
    assert " ".join(each.modality for each in found) == modalities
    assert all(each.modality != "forecast" or not each.date for each in found)


# The command


def test_every_sentence_is_accounted_for_with_place_and_fingerprint(article, capsys):
    assert main(["propose", "S4", "--data", str(article)]) == 0
    assert "proposed by neighbours" in capsys.readouterr().out
    found = rows(article)
    for row in found:
        passage = ARTICLE[int(row["start"]) : int(row["end"])]
        assert fingerprint(passage) == row["passage_sha256"]
        assert row["state"] == "open"
        assert row["statement"] == row["claim_id"] == row["reviewer"] == ""
    dataset = loading.load(article)
    for start, end in curate_sentences(dataset):
        assert any(
            int(row["start"]) < end and int(row["end"]) > start for row in found
        ), ARTICLE[start:end]
    assert check(article).exit_code == 0


def curate_sentences(dataset):
    from allywatch.desk.coverage import sentences

    return list(sentences(ARTICLE))


@pytest.mark.slow
def test_partners_stand_apart_from_counterparts_and_what_is_carried_on(article):
    assert main(["propose", "S4", "--data", str(article)]) == 0
    forts = proposed(article, "two forts")
    assert (forts["partners"], forts["counterparts"]) == ("XTA", "")
    assert (forts["date"], forts["date_basis"]) == ("2026-02", "inferred")
    ties = proposed(article, "widened its ties")
    assert (ties["partners"], ties["counterparts"]) == ("XTA", "XQU")
    dues = proposed(article, "light dues")
    assert dues["partners"] == "XCV"
    assert dues["events"].split(";")[0] == "CV-02"
    assert (dues["type"], dues["channel"], dues["direction"]) == (
        "PACT_LOOSEN",
        "defection",
        "-1",
    )
    lapse = proposed(article, "will lapse")
    assert (lapse["modality"], lapse["voice"]) == ("forecast", "partner")
    start, end = map(int, lapse["attributed_at"].split(":"))
    assert ARTICLE[start:end] == "Ilmeny said"
    alone = proposed(article, "isolated")
    assert (alone["partners"], alone["channel"], alone["direction"]) == (
        "XVE",
        "context",
        "0",
    )
    assert proposed(article, "Weather")["proposes"] == "nothing"
    assert proposed(article, "and the river")["reason"] == "a heading"


@pytest.mark.slow
@pytest.mark.parametrize("proposer", ["rules", "neighbours"])
def test_no_run_of_words_of_the_document_is_stored(article, proposer):
    assert main(["propose", "S4", "--proposer", proposer, "--data", str(article)]) == 0
    stored = (article / "proposals.csv").read_text(encoding="utf-8")
    words = ARTICLE.split()
    for first in range(len(words) - 2):
        assert " ".join(words[first : first + 3]) not in stored


@pytest.mark.slow
def test_made_again_it_is_the_same_and_what_was_decided_stays(article):
    assert main(["propose", "S4", "--data", str(article)]) == 0
    before = (article / "proposals.csv").read_bytes()
    assert main(["propose", "S4", "--data", str(article)]) == 0
    assert (article / "proposals.csv").read_bytes() == before

    found = rows(article)
    decision = {"state": "rejected", "reviewer": "A. Reader", "reviewed": "2026-03-11"}
    found[2] |= decision
    found[2]["type"] = ""
    write(article, found)
    before = (article / "proposals.csv").read_bytes()
    assert main(["propose", "S4", "--data", str(article)]) == 0
    assert (article / "proposals.csv").read_bytes() == before

    # Another proposer's stand beside them.
    assert main(["propose", "S4", "--proposer", "rules", "--data", str(article)]) == 0
    assert [row for row in rows(article) if row["proposer"] == "neighbours"] == found
    assert check(article).exit_code == 0


WRONG = [
    ("end", "1", "end after"),
    ("partners", "XXX", "partners"),
    ("type", "NO_TYPE", "type"),
    ("confidence", "2", "at most 1"),
    ("state", "accepted", "who took it"),
    ("passage_sha256", "0" * 64, "as it was coded"),
    ("direction", "5", "listed values"),
    ("counterparts", "XTA", "both partner and counterpart"),
    ("events", "TA-99", "TA-99"),
    ("date", "", "without a date"),
]


@pytest.mark.parametrize(("column", "value", "says"), slow_but(*WRONG[:1], among=WRONG))
def test_check_names_what_is_wrong_with_a_proposal(article, column, value, says):
    assert main(["propose", "S4", "--data", str(article)]) == 0
    found = rows(article)
    number = found.index(proposed(article, "two forts"))
    found[number][column] = value
    write(article, found)
    report = check(article)
    assert report.exit_code == 2
    assert "proposals.csv" in report.text
    assert says in report.text
    # And nothing is written over what is broken.
    broken = (article / "proposals.csv").read_bytes()
    assert main(["propose", "S4", "--data", str(article)]) == 2
    assert (article / "proposals.csv").read_bytes() == broken


@pytest.mark.slow
def test_nothing_is_built_from_proposals(article):
    """Neither the keys of a build nor its evidence know of them, be they sound or not."""
    files = briefings.input_files(article)
    known = loading.load(article)
    assert main(["propose", "S4", "--data", str(article)]) == 0
    with (article / "proposals.csv").open("a") as file:
        file.write("spoilt\n")
    assert briefings.input_files(article) == files
    after = loading.load(article)
    for table, frame in known.tables.items():
        assert frame.equals(after.tables[table])


@pytest.mark.slow
def test_pages_and_manifest_are_the_same_bytes_with_and_without(
    article, tmp_path, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    write_briefing(
        tmp_path,
        'partner = ""\ndata_dir = "../data"\nas_of = ""\n',
        "from briefmill.blocks import Masthead\nMasthead(title=partner)",
    )
    build = ["build", "XTA", "--data", str(article)]
    build += ["--notebooks", str(tmp_path / "notebooks"), "--out"]

    def built(out):
        assert main([*build, str(out)]) == 0
        manifest = json.loads((out / "latest" / "manifest.json").read_text("utf-8"))
        return manifest["inputs"], {
            path.name: path.read_bytes() for path in (out / "latest").glob("country_*")
        }

    without = built(tmp_path / "without")
    assert main(["propose", "S4", "--data", str(article)]) == 0
    assert built(tmp_path / "with") == without
    assert without[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["S9"], "No source is called 'S9'"),
        (["S4", "--proposer", "oracle"], "No proposer is called 'oracle'"),
    ],
)
def test_what_cannot_be_proposed_is_said_and_nothing_is_written(
    article, capsys, arguments, says
):
    assert main(["propose", *arguments, "--data", str(article)]) == 2
    assert says in capsys.readouterr().err
    assert not (article / "proposals.csv").exists()


@pytest.mark.slow
def test_a_document_that_is_not_at_hand_is_named(article, capsys):
    shutil.rmtree(article / "documents")
    assert main(["propose", "S4", "--data", str(article)]) == 2
    assert "article.txt" in capsys.readouterr().err


@pytest.mark.slow
def test_a_contract_from_before_there_were_proposals_says_what_it_lacks(
    article, capsys
):
    file = article / "datapackage.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    package["resources"] = [
        each for each in package["resources"] if each["name"] != "proposals"
    ]
    package["allywatch"]["row_rules"] = [
        each
        for each in package["allywatch"]["row_rules"]
        if each["table"] != "proposals"
    ]
    file.write_text(json.dumps(package), encoding="utf-8")
    assert check(article).exit_code == 0
    assert main(["propose", "S4", "--data", str(article)]) == 2
    assert "must describe the table 'proposals'" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    "bad",
    [
        Proposal(0, 10_000, partners=("XTA",), modality="reported"),
        Proposal(0, 5, partners=("NOBODY",), modality="reported"),
        Proposal(0, 5, partners=("XTA",), codes=Codes(type="INVENTED")),
        Proposal(0, 5, partners=("XTA",), events=(Candidate("TA-99", "a hunch"),)),
        Proposal(0, 5, reason="a heading", confidence=7.0),
    ],
)
def test_a_proposer_of_others_that_breaks_the_contract_changes_nothing(article, bad):
    with pytest.raises(ContractError):
        proposing.propose(article, "S4", Proposer("bad", "1", lambda document: [bad]))
    assert not (article / "proposals.csv").exists()


# What a proposer is worth


@dataclass
class Spy:
    """A proposer that keeps what it was shown, and proposes one thing everywhere."""

    shown: list

    def propose(self, document):
        self.shown.append(document)
        codes = Codes("SECURITY_AID", "deepening", "military", 1, 2)
        return [
            Proposal(
                start=0,
                end=len(document.text),
                partners=("XTA",),
                codes=codes,
                modality="reported",
                voice="source",
                date_basis="undated",
                events=(Candidate("TA-03", "always"),),
            )
        ]


def test_a_proposer_is_shown_nothing_of_the_document_that_is_left_out(velmora):
    spy = Spy([])
    dataset = loading.load(velmora)
    (found,) = proposers.worth(dataset, [Proposer("spy", "1", spy.propose)])
    assert found.sources == ("S1", "S2", "S3")
    for document in spy.shown:
        left = document.dataset
        source_id = document.source["source_id"]
        assert source_id not in set(left.claims["source_id"])
        assert set(left.events["event_id"]) == set(left.claims["event_id"])


def test_shares_are_those_counted_by_hand(velmora):
    dataset = loading.load(velmora)
    spy = Proposer("spy", "1", Spy([]).propose)
    (found,) = proposers.worth(dataset, [spy])
    shares = found.shares
    # Of 25 claims 8 are Taskar's alone, and 3 of its are on aid: TA-02 twice, TA-04; PE-01 is Pellany's aid.
    assert shares.loc["partners", "claims"] == 25
    assert shares.loc["partners", "share"] == pytest.approx(8 / 25)
    assert shares.loc["type", "share"] == pytest.approx(4 / 25)
    # TA-01, TA-02, TA-03, CV-01, CV-02, CV-03 and IL-01 are told by more than one: 15 claims, 3 of TA-03.
    assert shares.loc["event, of 1", "claims"] == 15
    assert shares.loc["event, of 1", "share"] == pytest.approx(3 / 15)
    assert found.seen == {}  # there are no codings


def test_the_nearest_proposal_is_the_one_that_shares_most():
    wide, near, beside = Proposal(0, 100), Proposal(40, 62), Proposal(70, 80)
    assert proposers.nearest(40, 60, [wide, near, beside]) is near
    assert proposers.nearest(90, 99, [wide, near, beside]) is wide
    assert proposers.nearest(100, 120, [wide, near, beside]) is None


@pytest.mark.slow
def test_the_table_is_printed_for_every_proposer(velmora, capsys):
    assert main(["propose", "--evaluate", "--data", str(velmora)]) == 0
    out = capsys.readouterr().out
    assert "S1, S2, S3 left out in turn; 25 claims" in out
    assert "neighbours" in out
    assert "event, of 4" in out


@pytest.mark.slow
def test_what_is_kept_is_printed_until_the_rows_change(velmora, capsys):
    command = ["propose", "--evaluate", "--keep", "--data", str(velmora)]
    assert codebook.proposers_alike(loading.load(velmora), None).kind == "none"
    assert main(command) == 0
    assert "proposers.csv has it" in capsys.readouterr().out
    table = codebook.proposers_alike(loading.load(velmora), None)
    (group,) = table.groups
    cells = [[plain(cell) for cell in row.cells] for row in group.rows]
    (event,) = [row for row in cells if row[0] == "Event, among the first 4"]
    assert event[-1] == "15"
    report = check(velmora)
    assert report.exit_code == 0
    assert "measured on other rows" not in report.text

    spoil(velmora, "claims", "S1-001", statement="Something else is stated.")
    assert "proposers.csv was measured on other rows" in check(velmora).text
    assert codebook.proposers_alike(loading.load(velmora), None).kind == "none"
    # And a row that breaks the contract is named.
    file = velmora / "reliability" / "proposers.csv"
    file.write_text(file.read_text("utf-8").replace(",25,", ",-25,", 1), "utf-8")
    report = check(velmora)
    assert report.exit_code == 2
    assert "proposers.csv, row 2, claims" in report.text


def test_without_documents_there_is_nothing_to_compare(velmora, capsys):
    shutil.rmtree(velmora / "documents")
    assert main(["propose", "--evaluate", "--data", str(velmora)]) == 2
    assert "No document with claims is at hand" in capsys.readouterr().err


@pytest.mark.slow
def test_on_the_real_documents_it_keeps_what_it_was_worth(documents):
    """Floors a little below what was measured; two people beside whom it stands are in the same table."""
    dataset = loading.load("data")
    asked = [proposing.proposer(name) for name in ("rules", "neighbours")]
    by_rules, by_neighbours = proposers.worth(dataset, asked)
    assert by_rules.shares.loc["partners", "share"] >= 0.83
    assert by_rules.shares.loc["date, to the year", "share"] >= 0.73
    assert by_neighbours.shares.loc["direction", "share"] >= 0.68
    assert by_neighbours.shares.loc["event, of 4", "share"] >= 0.82
    assert by_neighbours.shares.loc["type", "share"] >= 0.59
    assert by_neighbours.seen["second"]["first_covered"] >= 0.95
    assert by_neighbours.alike["second"].loc["partners", "alpha"] >= 0.9
    # What the methodology prints is what they are worth today.
    kept = load_worth(dataset)
    measured = pd.concat([by_neighbours.shares, by_rules.shares])["share"]
    assert kept["right"].to_list() == pytest.approx(measured.to_list(), abs=0.0001)
    assert is_current(kept, dataset)
