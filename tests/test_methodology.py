"""The methodology as a reader has it: every number in it worked out again, by other means, from the CSV files."""

import csv
import json
import re
from collections import Counter
from dataclasses import replace
from html import unescape

import krippendorff
import numpy as np
import pikepdf
import pypdfium2
import pytest
from conftest import ROOT, spoil

from allywatch.briefings import plan
from allywatch.data import dates, loading
from allywatch.data.codings import load_codings
from allywatch.method import codebook, unitising
from briefmill import build
from briefmill.texts import plain, typographic

PACKAGE = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
RULES = PACKAGE["allywatch"]
RESOURCES = {entry["name"]: entry for entry in PACKAGE["resources"]}


def rows(name):
    with (ROOT / "data" / f"{name}.csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def methodology(data, out):
    """The methodology's own PDF, made as `allywatch build` makes it, the text of its pages, and that of its HTML."""
    planned = plan(data, ROOT / "notebooks")
    jobs = tuple(job for job in planned.jobs if job.name == "methodology")
    edition = build(replace(planned, jobs=jobs), out)
    assert edition.failed == []
    path = edition.folder / "methodology.pdf"
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return path, [" ".join(words.split()) for words in pages], screen_text(path)


def screen_text(pdf):
    """The words of the HTML beside a PDF, without what is not read aloud."""
    html = pdf.with_suffix(".html").read_text(encoding="utf-8")
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    html = re.sub(r'<span class="[^"]*" aria-hidden="true">.*?</span>', "", html)
    html = re.sub(r"</?(?:strong|em|code|small|a|sup|span)\b[^>]*>", "", html)
    words = unescape(re.sub(r"<[^>]*>", " ", html))
    return " ".join(words.split())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return methodology(ROOT / "data", tmp_path_factory.mktemp("methodology"))


@pytest.fixture(scope="module")
def page(made):
    """The text of the PDF."""
    return " ".join(made[1])


@pytest.fixture(scope="module")
def screen(made):
    """The text of the HTML edition, which has all that the PDF has and the long tables."""
    return made[2]


def signed(value):
    return f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0.00"


def minus(value):
    return str(value).replace("-", "−")


# The corpus, by hand: lists of dicts of text, and plain arithmetic.

SOURCES = {row["source_id"]: row for row in rows("sources")}
CLAIMS, EVENTS = rows("claims"), {row["event_id"]: row for row in rows("events")}
NAMES = {row["partner_id"]: row["name"] for row in rows("partners")}
REFUTED = {row["claim_id"] for row in rows("doubts") if row["strength"] == "refutes"}
SUPPORTING = [
    claim
    for claim in CLAIMS
    if claim["modality"] not in RULES["support"]["unscored_modalities"]
    and claim["claim_id"] not in REFUTED
    and SOURCES[claim["source_id"]]["reliability"] != "F"
]


LINEAGES = {
    key: {
        SOURCES[claim["source_id"]]["lineage"]
        for claim in SUPPORTING
        if claim["event_id"] == key
    }
    for key in EVENTS
}


def grade(claim):
    """The credibility of a claim, by the rules as they are written down."""
    strengths = {
        row["strength"]
        for row in rows("doubts")
        if row["claim_id"] == claim["claim_id"]
    }
    firm = {row["claim_id"] for row in SUPPORTING}
    contradicted = any(
        {claim["claim_id"], other} == {row["claim_a"], row["claim_b"]}
        for row in rows("relations")
        if row["kind"] == "contradicts"
        for other in firm
    )
    letter = SOURCES[claim["source_id"]]["reliability"]
    if claim["modality"] == "forecast" or letter == "F":
        return "6"
    if strengths:
        return "5" if "refutes" in strengths else "4"
    if len(LINEAGES[claim["event_id"]]) >= 2:
        return "3" if contradicted else "1"
    if contradicted:
        return "4"
    one_side = letter == "C" and claim["voice"] in ("partner", "power")
    return "2" if one_side or letter in "AB" else "3"


def moves(partner, without=""):
    """The direction of each event scored for `partner`, those counted out that only `without` supports."""
    supported = {
        claim["event_id"] for claim in SUPPORTING if claim["source_id"] != without
    }
    scored = [
        key
        for key, event in EVENTS.items()
        if any(claim["event_id"] == key for claim in SUPPORTING)
        and partner in event["partners"].split(";")
        and event["channel"] != "context" and event["direction"] != "0"
    ]  # fmt: skip
    told_once = {}  # of what is told of one region in one direction, the event with the most lineages
    for key in sorted(scored, key=lambda key: (-len(LINEAGES[key]), key)):
        event = EVENTS[key]
        told_once.setdefault((event["told_of"] or key, event["direction"]), key)
    return {
        key: int(EVENTS[key]["direction"])
        for key in scored
        if key in supported and key in told_once.values()
    }


def held(partner, without=""):
    supported = {
        claim["event_id"] for claim in SUPPORTING if claim["source_id"] != without
    }
    return [
        key for key, event in EVENTS.items()
        if key in supported and partner in event["partners"].split(";")
        and event["channel"] != "context" and event["direction"] == "0"
    ]  # fmt: skip


def lineages(partner, without=""):
    scored = moves(partner, without)
    told = [
        claim
        for claim in SUPPORTING
        if claim["event_id"] in scored and claim["source_id"] != without
    ]
    return len({SOURCES[claim["source_id"]]["lineage"] for claim in told})


def sides(partner, without=""):
    told = list(moves(partner, without).values())
    return told.count(1), told.count(-1)


def passes(partner, without=""):
    return sum(sides(partner, without)) >= 3 and lineages(partner, without) >= 2


PARTNERS = [
    partner
    for partner in NAMES
    if any(partner in event["partners"].split(";") for event in EVENTS.values())
]
GATED = [partner for partner in PARTNERS if passes(partner)]


@pytest.fixture(scope="module")
def main(page):
    """The partner of the worked example, by its name on the page."""
    called = re.search(r"1 Reports that name (.+?) \d+ move the tie", page)[1]
    return next(partner for partner, name in NAMES.items() if name == called)


def test_the_limits_worked_with_here_are_those_of_the_data_folder():
    assert RULES["gate"] == {"min_events": 3, "min_lineages": 2}


class TestExamples:
    def test_the_main_example_has_more_events_on_its_lesser_side_than_any_other(
        self, main
    ):
        assert main in GATED
        assert min(sides(main)) == max(min(sides(partner)) for partner in GATED)

    def test_every_scored_event_stands_there_with_what_it_is_weighted_by(
        self, screen, main
    ):
        scale = {row["type"]: row["goldstein"] for row in rows("event_types")}
        for key, direction in moves(main).items():
            event = EVENTS[key]
            told = {
                claim["source_id"] for claim in SUPPORTING if claim["event_id"] == key
            }
            weight = (
                f"{abs(float(scale[event['type']])):.1f}"
                if scale[event["type"]]
                else "–"
            )
            count = len({SOURCES[source]["lineage"] for source in told})
            way = "closer" if direction > 0 else "away"
            row = rf"{key} .*?{re.escape(typographic(event['headline']))} {way} [S\d, ]+ {count} {event['intensity']} {weight}"
            assert re.search(row, screen), key

    def test_balance(self, page, main):
        closer, away = sides(main)
        named = [
            event for event in EVENTS.values() if main in event["partners"].split(";")
        ]
        told = {claim["event_id"] for claim in CLAIMS}
        whole = sum(event["event_id"] in told for event in named)
        context = whole - closer - away - len(held(main))
        assert (
            f"{closer + away} move the tie + {len(held(main))} leave it as it was + {context} background {whole}"
            in page
        )
        assert f"{closer} closer + {away} away {closer + away}" in page
        balance = (closer - away) / (closer + away)
        working = f"({closer} − {away}) ÷ ({closer} + {away}) = {minus(closer - away)} ÷ {closer + away}"
        assert f"{working} {signed(balance)}" in page

    def test_gate(self, screen, main):
        events, sources = sum(sides(main)), lineages(main)
        assert (
            f"{NAMES[main]} {events} ≥ 3 {sources} ≥ 2 enough: a direction is stated"
            in screen
        )
        most = max(sum(sides(partner)) for partner in PARTNERS if not passes(partner))
        short = [
            partner
            for partner in PARTNERS
            if not passes(partner) and sum(sides(partner)) == most
        ]
        texts = [
            f"{NAMES[partner]} {most} {'≥' if most >= 3 else '<'} 3 {lineages(partner)} "
            f"{'≥' if lineages(partner) >= 2 else '<'} 2 too little: no direction"
            for partner in short
        ]
        assert any(text in screen for text in texts), texts

    def test_leave_one_source_out(self, screen, main):
        part = screen.split("Counts and direction are then worked out again")[1].split(
            "Other weights, worked out"
        )[0]
        falls = re.search(r"([^.–]*?): “[\w ]+” falls without", part)
        names = [
            NAMES[main],
            *([re.sub(r"^.*\d ", "", falls[1]).strip()] if falls else []),
        ]
        for name in names:
            partner = next(key for key, called in NAMES.items() if called == name)
            own = part.split(f"{name}: “")[1]
            in_play = {*moves(partner), *held(partner)}
            backing = {
                claim["source_id"]
                for claim in SUPPORTING
                if claim["event_id"] in in_play
            }
            for source in ["", *sorted(backing)]:
                closer, away = sides(partner, source)
                balance = (
                    signed((closer - away) / (closer + away))
                    if passes(partner, source)
                    else "–"
                )
                counts = f"{closer} {away} {len(held(partner, source))} {lineages(partner, source)} {balance}"
                label = (
                    f"{source} {re.escape(SOURCES[source]['publisher'])}"
                    if source
                    else "nothing"
                )
                assert re.search(rf"{label} [a-z ]+ {re.escape(counts)}", own), (
                    name,
                    source,
                    counts,
                )

    def weighted(self, partner):
        """The two sides of a partner under each weighting, as printed, with their balance."""
        scale = {
            row["type"]: abs(float(row["goldstein"] or 0))
            for row in rows("event_types")
        }

        def kind(event):
            date = event["date"]
            year = date[:4]
            if re.search(r"/|\[|-(24|28|30)\b", date):
                year = "several"
            if not date or date.startswith(".."):
                year = ""
            return event["type"], year

        alike = Counter(kind(EVENTS[key]) for key in moves(partner))
        for weight in (
            lambda event: 1,
            lambda event: int(event["intensity"]),
            lambda event: scale[event["type"]],
            lambda event: 1 / alike[kind(event)],
        ):
            weighed = [
                (weight(EVENTS[key]), direction)
                for key, direction in moves(partner).items()
            ]
            closer = round(sum(size for size, way in weighed if way > 0), 9)
            away = round(sum(size for size, way in weighed if way < 0), 9)
            whole = all(float(side).is_integer() for side in (closer, away))
            shown = [
                f"{value:.{0 if whole else 1}f}"
                for value in (closer, away, closer - away, closer + away)
            ]
            yield [minus(value) for value in shown], (closer - away) / (closer + away)

    def test_other_weights_are_worked_out(self, screen, main):
        for (one, other, less, both), balance in self.weighted(main):
            assert (
                f"({one} − {other}) ÷ ({one} + {other}) = {less} ÷ {both} {signed(balance)}"
                in screen
            )

    def test_every_direction_stands_there_under_every_weight(self, page):
        table = page.split("Weighted by intensity")[1]
        for partner in GATED:
            cells = " ".join(
                f"{one} and {other}: {signed(balance)}"
                for (one, other, _, _), balance in self.weighted(partner)
            )
            assert re.search(
                rf"{NAMES[partner]} (?:[^ ] )?[a-z ]+ {re.escape(cells)} (?:stands|falls without)",
                table,
            ), partner


class TestCorpus:
    @pytest.mark.slow
    def test_the_share_of_grades_on_the_diagonal(self, screen):
        diagonal = dict(zip("ABCDEF", "123456", strict=True))
        graded = [
            (SOURCES[claim["source_id"]]["reliability"], grade(claim))
            for claim in CLAIMS
        ]
        on = sum(diagonal[letter] == number for letter, number in graded)
        chance = (
            sum(
                sum(letter == one for letter, _ in graded)
                * sum(number == other for _, number in graded)
                for one, other in diagonal.items()
            )
            / len(graded) ** 2
        )
        assert (
            f"{on} of {len(graded)} claims, {on / len(graded):.0%}".replace("%", " %")
            in screen
        )
        assert f"{chance:.0%} would fall there".replace("%", " %") in screen

    def test_which_way_the_claims_of_each_source_point(self, page):
        for source, row in SOURCES.items():
            told = [
                int(EVENTS[claim["event_id"]]["direction"])
                for claim in SUPPORTING
                if claim["source_id"] == source
                and EVENTS[claim["event_id"]]["channel"] != "context"
            ]
            counts = f"{told.count(1)} {told.count(0)} {told.count(-1)}"
            assert re.search(
                rf"{re.escape(row['publisher'])} .*? {row['reliability']} [a-z ]+ \d+ {row['stance']} {counts}",
                page,
            ), source


@pytest.fixture(scope="module")
def pairs():
    """Twins as pairs of text rows."""
    first, second = load_codings(loading.load(ROOT / "data"))
    twins = unitising.pairs(first, second, RESOURCES["codings"]["measure"])
    coded = {
        row["coding_id"]: row
        for name in ("first", "second")
        for row in rows(f"reliability/{name}_coding")
    }
    return [
        (coded[one], coded[other])
        for one, other in zip(twins["first"], twins["second"], strict=True)
    ]


class TestReliability:
    @staticmethod
    def code(row, field):
        cell = row[field["name"]]
        if field["name"] == "date":
            counted = dates.bounds(cell).counted
            return counted.year if counted else None
        if field["name"] == "partners":
            return ";".join(sorted(cell.split(";")))
        if field["level"] == "ordinal":
            return None if int(cell) in field.get("off_scale", []) else int(cell)
        return cell

    @pytest.mark.parametrize(
        "field",
        [
            field
            for field in RESOURCES["codings"]["schema"]["fields"]
            if "level" in field
        ],
        ids=lambda field: field["name"],
    )
    def test_alpha_has_its_n_and_its_interval(self, page, pairs, field):
        told = [
            (self.code(one, field), self.code(other, field)) for one, other in pairs
        ]
        told = [pair for pair in told if None not in pair]
        agreed = f"{sum(one == other for one, other in told) / len(told):.0%}".replace(
            "%", " %"
        )
        domain = sorted({code for pair in told for code in pair})
        codes = np.array(
            [[domain.index(code) for code in side] for side in zip(*told, strict=True)]
        )
        alpha = krippendorff.alpha(codes, level_of_measurement=field["level"])
        low, high = self.interval(codes, field["level"])
        row = f"{field['title']} {field['level']} \\w+ {len(told)} {agreed} {alpha:.3f} {low:.2f} to {high:.2f}"
        assert re.search(minus(row), page), row

    @staticmethod
    def interval(codes, level):
        """The same draws, alpha by its definition: 1 − mean distance within pairs ÷ mean distance of all codes."""
        measure = RESOURCES["codings"]["measure"]
        count = codes.shape[1]
        drawn = np.random.default_rng(measure["seed"]).integers(
            0, count, (measure["draws"], count)
        )
        alphas = []
        for at in drawn:
            one, other = codes[:, at]
            pooled = np.bincount(codes[:, at].ravel(), minlength=codes.max() + 1)
            if level == "nominal":
                observed = (one != other).mean()
                expected = 1 - (pooled * (pooled - 1)).sum() / (
                    2 * count * (2 * count - 1)
                )
            else:
                ranks = pooled.cumsum() - pooled / 2
                observed = ((ranks[one] - ranks[other]) ** 2).mean()
                mean = (pooled * ranks).sum() / (2 * count)
                expected = 2 * (pooled * (ranks - mean) ** 2).sum() / (2 * count - 1)
            alphas.append(1 - observed / expected)
        return np.quantile(alphas, [0.025, 0.975])

    def test_what_a_claim_counts_as_is_compared_too(self, page, pairs):
        def counts_as(row):
            held_back = (
                row["modality"] in ("forecast", "denied")
                or SOURCES[row["source_id"]]["reliability"] == "F"
            )
            return (
                9 if held_back or row["channel"] == "context" else int(row["direction"])
            )

        told = [(counts_as(one), counts_as(other)) for one, other in pairs]
        alpha = krippendorff.alpha(np.array(told).T, level_of_measurement="nominal")
        assert re.search(
            rf"What it counts as nominal \w+ {len(told)} \d+ % {alpha:.3f} ", page
        )

    def test_what_each_coder_saw_of_the_others_claims(self, screen, pairs):
        first, second = (
            len(rows(f"reliability/{name}_coding")) for name in ("first", "second")
        )
        shares = f"{len(pairs) / first:.0%} {len(pairs) / second:.0%}".replace(
            "%", " %"
        )
        assert f"All {first} {second} {len(pairs)} {shares}" in screen

    def test_it_says_plainly_what_two_passes_are_worth(self, page):
        assert (
            "Two passes of one kind of coder are weaker evidence than two people who work independently"
            in page
        )
        assert "in two passes of one kind of coder" in page


class TestCodebook:
    @pytest.mark.parametrize(
        "table", ["sources", "claims", "events", "relations", "judgements"]
    )
    def test_every_field_and_every_code_has_its_meaning(self, screen, table):
        annex = screen.split(f"Data dictionary: {table}")[-1]
        for field in RESOURCES[table]["schema"]["fields"]:
            assert field["name"] in annex
            for entry in field.get("categories", []):
                shown = typographic(entry["description"]).replace("`", "")
                assert minus(entry["value"]) in annex
                assert shown in annex, (field["name"], entry["value"])

    def test_every_type_of_event_has_its_definition_and_its_place_elsewhere(
        self, screen
    ):
        for entry in rows("event_types"):
            assert f"{entry['label']} {entry['type']}" in screen
            score = (
                minus(f"{float(entry['goldstein']):.1f}") if entry["goldstein"] else "–"
            )
            definition = typographic(entry["definition"])
            usual = {"-1": "away", "0": "holds", "1": "closer", "": "either"}[
                entry["usual_direction"]
            ]
            ontologies = f"{entry['plover'] or '–'} {entry['cameo'] or '–'} {score}"
            assert f"{definition} {usual} {ontologies}" in screen, entry["type"]

    def test_the_words_with_their_limits(self, page):
        for rule in RULES["direction_words"]:
            assert rule["word"] in page
        for step in RULES["likelihood"]["words"]:
            assert f"{step['word']} {step['low']}–{step['high']} %" in page
        assert "balance −0.60 or below" in page and "balance +0.60 or above" in page
        assert (
            "under three reports that move the tie, or under two independent sources"
            in page
        )


#: House words that no printed page bears: they stand in code, data and data dictionary.
HOUSE_WORDS = "scored events?|lineages?|verdicts?|held|told|in play|gates?|corpus|channels?|focal power|evidence in hand|nought"


class TestPages:
    def test_there_are_six_at_most(self, made):
        assert len(made[1]) <= 6

    def test_the_first_says_what_cannot_be_shown_before_anything_else(self, made):
        first = made[1][0]
        opening = first.index("What the briefings cannot show")
        assert opening < first.index("How much there is")
        for limit in ("no sample", "rest on one independent source alone", "Coding."):
            assert opening < first.index(limit) < first.index("How much there is")

    def test_they_bear_no_house_word(self, page):
        for rule in RULES["direction_words"]:
            page = page.replace(rule["word"], "")
        assert re.findall(rf"(?i)\b(?:{HOUSE_WORDS})\b", page) == []

    def test_the_data_dictionary_is_on_screen_alone(self, page, screen):
        for field in RESOURCES["claims"]["schema"]["fields"]:
            meaning = typographic(field["description"]).replace("`", "")[:40]
            assert meaning in screen
            assert meaning not in page

    def test_what_they_leave_out_is_named_with_where_it_stands(self, made):
        notebook = json.loads(
            (ROOT / "notebooks" / "methodology.ipynb").read_text("utf-8")
        )
        left_out = {}
        for cell in notebook["cells"]:
            tags = cell["metadata"].get("tags", [])
            if any(tag.startswith("screen") for tag in tags):
                heading = cell["source"][0].strip("# \n")
                left_out[heading] = sorted(
                    tag.removeprefix("screen:")
                    for tag in tags
                    if tag.startswith("screen:")
                )
        *_, named = " ".join(made[1]).partition("More in the HTML edition: ")
        assert left_out
        with pikepdf.open(made[0]) as pdf:
            attached = set(pdf.attachments)
        for heading, files in left_out.items():
            also = f"(also {' and '.join(files)}, attached)" if files else ""
            groups = [each for each in named.split("; ") if heading in each]
            assert groups, heading
            assert also in groups[0]
            assert set(files) <= attached


def test_it_carries_the_rows_it_was_worked_out_from(made):
    with pikepdf.open(made[0]) as pdf:
        assert {
            "claims.csv",
            "events.csv",
            "event_types.csv",
            "first_coding.csv",
            "second_coding.csv",
        } <= set(pdf.attachments)
        assert str(pdf.docinfo["/Title"]).startswith("Methodology")


@pytest.mark.slow
def test_without_a_second_coding_it_says_so_and_the_rest_stands(tiny, tmp_path):
    assert not (tiny / "reliability").exists()
    _, pages, screen = methodology(tiny, tmp_path / "reports")
    page = " ".join(pages)
    assert "holds no second coding of its sources" in page
    assert (
        "Coding them alike" not in page
        and "Where the coders differed most" not in screen
        and "Where the coders differed most" not in page
    )
    assert "Bellmark: four reports that move the tie" in screen
    assert "(2 − 2) ÷ (2 + 2) = 0 ÷ 4 0.00" in page


def test_with_no_partner_above_the_gate_there_is_nothing_to_work_out(tiny):
    package = json.loads((tiny / "datapackage.json").read_text(encoding="utf-8"))
    package["allywatch"]["gate"]["min_events"] = 99
    (tiny / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    shown = codebook.examples(loading.load(tiny))
    assert shown.main is None and shown.falls is None and shown.short is not None
    for exhibit in (
        codebook.counted_events,
        codebook.left_out,
        codebook.weightings,
        codebook.sensitivity,
    ):
        assert exhibit(shown).kind == "none"
    assert "too little on every partner" in str(codebook.balance(shown))
    assert len(codebook.gate(shown).groups[0].rows) == 1


@pytest.mark.slow
def test_before_anything_was_published_every_table_is_still_drawn(tiny):
    dataset = loading.load(tiny, "1990-01-01")
    shown = codebook.examples(dataset)
    assert codebook.one_event(dataset).kind == "none"
    assert [item.value for item in codebook.key_figures(dataset, shown).items][:3] == [
        "0",
        "0",
        "0",
    ]
    for exhibit in (
        codebook.masthead,
        codebook.sources,
        codebook.grades,
        codebook.source_reasons,
        codebook.terms,
        codebook.limits,
    ):
        assert exhibit(dataset).kind != "none"
    assert codebook.agreement(dataset, load_codings(dataset)) is None


@pytest.mark.slow
def test_a_later_edition_tells_what_became_of_the_material(tiny):
    first = codebook.changes(loading.load(tiny))
    last = {"snapshot": first.record["snapshot"], "baseline": None}
    assert first.kind == codebook.changes(loading.load(tiny), last).kind == "none"
    spoil(tiny, "sources", "S2", reliability="A")
    package = json.loads((tiny / "datapackage.json").read_text(encoding="utf-8"))
    package["allywatch"]["gate"]["min_events"] = 4
    (tiny / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (told,) = codebook.changes(loading.load(tiny), last).items
    assert (
        plain(told.runs)
        == "Source S2: grade A, was grade C. The rules or the codebook are not what they were."
    )
