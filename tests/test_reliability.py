"""Two codings compared: which claims both saw, and whether they coded them alike."""

import csv
import hashlib
import json
from dataclasses import replace

import krippendorff
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from allywatch.data import loading
from allywatch.data.codings import load_codings
from allywatch.data.contract import Contract, ContractError
from allywatch.method import reliability, unitising

PACKAGE = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
SCHEMA = Contract(PACKAGE).tables["codings"]
MEASURE = {"least_overlap": 0.5, "interval": 0.95, "draws": 200, "seed": 1}


def coding(prefix, *rows):
    """Rows of (start, end, partners joined by ;, statement) in one source."""
    frame = pd.DataFrame(rows, columns=["start", "end", "partners", "statement"])
    keys = [f"{prefix}{place}" for place in range(1, len(rows) + 1)]
    partners = (
        frame["partners"].str.split(";").map(tuple) if len(frame) else frame["partners"]
    )
    return frame.assign(coding_id=keys, source_id="S1", partners=partners)


def twins(first, second):
    return (
        unitising.pairs(first, second, MEASURE)[["first", "second"]].to_numpy().tolist()
    )


class TestTwins:
    def test_a_claim_and_its_twin_overlap_by_half_of_the_shorter(self):
        first = coding("A", (0, 100, "XAR", "Left alone."))
        assert twins(first, coding("B", (60, 140, "XAR", "Left alone."))) == [
            ["A1", "B1"]
        ]  # 40 of 80
        assert (
            twins(first, coding("B", (61, 141, "XAR", "Left alone."))) == []
        )  # 39 of 80
        assert twins(first, coding("B", (100, 180, "XAR", "Left alone."))) == []

    def test_they_share_a_partner_and_a_source(self):
        first = coding("A", (0, 100, "XAR;XBE", "Left alone."))
        assert twins(first, coding("B", (0, 100, "XBE", "Left alone."))) == [
            ["A1", "B1"]
        ]
        assert twins(first, coding("B", (0, 100, "XCO", "Left alone."))) == []
        assert (
            twins(
                first,
                coding("B", (0, 100, "XAR", "Left alone.")).assign(source_id="S2"),
            )
            == []
        )

    def test_a_claim_that_the_other_split_has_one_twin_the_part_that_covers_most(self):
        whole = coding("A", (0, 100, "XAR", "Talks and arms."))
        parts = coding("B", (0, 40, "XAR", "Talks."), (41, 100, "XAR", "Arms."))
        assert twins(whole, parts) == [["A1", "B2"]]
        assert twins(
            parts.replace({"B1": "A1", "B2": "A2"}), whole.replace({"A1": "B1"})
        ) == [["A2", "B1"]]

    def test_the_same_passage_goes_before_a_longer_one_that_holds_it(self):
        first = coding(
            "A", (0, 200, "XAR", "All of it."), (0, 80, "XAR", "Part of it.")
        )
        assert twins(first, coding("B", (0, 80, "XAR", "All of it."))) == [["A2", "B1"]]

    def test_claims_in_one_sentence_are_told_apart_by_what_they_state(self):
        first = coding(
            "A",
            (0, 90, "XAR", "Troops left the base."),
            (0, 90, "XAR", "Trade was cut."),
        )
        second = coding(
            "B",
            (0, 90, "XAR", "Trade has been cut."),
            (0, 90, "XAR", "The troops left."),
        )
        assert twins(first, second) == [["A1", "B2"], ["A2", "B1"]]

    def test_the_order_of_the_rows_does_not_matter(self):
        first = coding(
            "A",
            *[
                (start, start + 50, "XAR", f"Step {start}.")
                for start in range(0, 300, 20)
            ],
        )
        second = coding(
            "B",
            *[
                (start, start + 45, "XAR", f"Step {start}.")
                for start in range(5, 300, 25)
            ],
        )
        turned = unitising.pairs(
            first[::-1], second.sample(frac=1, random_state=3), MEASURE
        )
        pd.testing.assert_frame_equal(unitising.pairs(first, second, MEASURE), turned)

    def test_shares_are_of_each_coders_own_claims(self):
        first = coding("A", (0, 50, "XAR", "One."), (100, 150, "XAR", "Two."))
        second = coding(
            "B",
            (0, 50, "XAR", "One."),
            (0, 50, "XAR", "More."),
            (0, 50, "XCO", "Else."),
            (300, 350, "XAR", "New."),
        )
        whole = unitising.seen(first, second, MEASURE).set_index("source_id").loc[""]
        assert whole[["first", "second", "pairs"]].tolist() == [2, 4, 1]
        assert whole[["first_seen", "second_seen"]].tolist() == [0.5, 0.25]
        assert whole[["first_covered", "second_covered"]].tolist() == [0.5, 0.75]

    def test_one_side_without_claims_has_no_twin_and_no_share(self):
        seen = unitising.seen(
            coding("A"), coding("B", (0, 50, "XAR", "One.")), MEASURE
        ).set_index("source_id")
        assert seen.loc["", "pairs"] == 0
        assert pd.isna(seen.loc["", "first_seen"])
        assert seen.loc["", "second_seen"] == 0


def told(first, second):
    return pd.DataFrame(
        {"source_id": "S1", "first": list(first), "second": list(second)}
    )


class TestAlpha:
    def test_the_published_example_of_two_coders(self):
        """Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), B: nominal, two observers."""
        first = ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"]
        second = ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"]
        assert reliability.alpha(told(first, second), "nominal") == pytest.approx(
            0.692, abs=5e-4
        )

    def test_the_published_example_of_binary_data(self):
        """The same, A: 10 units, 6 agreements, alpha 0.095."""
        first, second = "0100000010", "1110010000"
        assert reliability.alpha(told(first, second), "nominal") == pytest.approx(
            0.095, abs=5e-4
        )

    def test_ordered_codes_a_near_miss_counts_less(self):
        """By hand: values 1, 2, 3 with totals 4, 4, 4; see the steps."""
        near, far = (
            told([1, 1, 2, 2, 3, 3], [1, 1, 2, 3, 3, 2]),
            told([1, 1, 2, 2, 3, 3], [3, 1, 2, 2, 3, 1]),
        )
        # Ranks (cumulated totals less half of one's own): 2, 6, 10. Distances squared: 16 next door, 64 across.
        expected = 2 * (4 * 4 * 16 + 4 * 4 * 16 + 4 * 4 * 64) / 11
        assert reliability.alpha(near, "ordinal") == pytest.approx(
            1 - 4 * 16 / expected
        )
        assert reliability.alpha(far, "ordinal") == pytest.approx(1 - 4 * 64 / expected)
        assert reliability.alpha(near, "nominal") == pytest.approx(
            reliability.alpha(far, "nominal")
        )

    @pytest.mark.parametrize("level", ["nominal", "ordinal"])
    def test_where_nothing_varies_it_is_missing_and_not_one(self, level):
        for same in (told([2, 2, 2], [2, 2, 2]), told([], [])):
            assert np.isnan(reliability.alpha(same, level))
            assert np.isnan(reliability.interval(same, level, MEASURE)).all()


class TestInterval:
    rng = np.random.default_rng(5)
    first = rng.integers(1, 5, 60)
    second = np.where(rng.random(60) < 0.7, first, rng.integers(1, 5, 60))

    @pytest.mark.parametrize("level", ["nominal", "ordinal"])
    def test_it_is_that_of_alpha_over_the_pairs_drawn_anew(self, level):
        """Against the package itself, one sample after another."""
        drawn = np.random.default_rng(MEASURE["seed"]).integers(
            0, 60, (MEASURE["draws"], 60)
        )
        alphas = [
            krippendorff.alpha(
                [self.first[at], self.second[at]], level_of_measurement=level
            )
            for at in drawn
        ]
        found = reliability.interval(told(self.first, self.second), level, MEASURE)
        assert found == pytest.approx(np.quantile(alphas, [0.025, 0.975]))

    def test_it_is_the_same_each_time_and_another_for_another_seed(self):
        frame = told(self.first, self.second)
        once = reliability.interval(frame, "ordinal", MEASURE)
        assert once == reliability.interval(frame, "ordinal", MEASURE)
        assert once != reliability.interval(frame, "ordinal", {**MEASURE, "seed": 2})

    def test_full_agreement_has_an_interval_without_width(self):
        assert reliability.interval(told("aabb", "aabb"), "nominal", MEASURE) == (1, 1)


DESCRIBED = {
    "date": {"name": "date", "level": "nominal", "part": "year"},
    "credibility": {"name": "credibility", "level": "ordinal", "off_scale": [6]},
    "partners": {"name": "partners", "level": "nominal"},
    "statement": {"name": "statement"},
}


class TestFields:
    def both(self):
        base = [
            (place * 100, place * 100 + 50, "XAR", f"Claim {place}.")
            for place in range(4)
        ]
        first = coding("A", *base).assign(
            date=["2024-05", "2023", "", "2022"], credibility=[2, 6, 3, 4]
        )
        second = coding("B", *base).assign(
            date=["2024", "2022", "2020", "2022"], credibility=[2, 3, 3, 5]
        )
        second.at[3, "partners"] = ("XBE", "XAR")
        return first, second

    def test_only_measured_fields_and_only_pairs_with_two_codes_count(self):
        found = reliability.agreement(*self.both(), DESCRIBED, MEASURE).set_index(
            "field"
        )
        assert list(found.index) == ["date", "credibility", "partners"]
        assert found["n"].tolist() == [3, 3, 4]
        assert found["agreed"].tolist() == pytest.approx([2 / 3, 2 / 3, 3 / 4])

    def test_the_order_within_a_list_does_not_matter(self):
        first, second = self.both()
        first.at[3, "partners"] = ("XAR", "XBE")
        found = reliability.agreement(first, second, DESCRIBED, MEASURE).set_index(
            "field"
        )
        assert found.at["partners", "agreed"] == 1
        assert found.at["partners", "alpha"] == 1

    def test_alpha_without_each_source_shows_what_hangs_on_one(self):
        first, second = self.both()
        for frame in (first, second):
            frame.loc[[0, 1], "source_id"] = "S2"
        row = (
            reliability.agreement(first, second, DESCRIBED, MEASURE)
            .set_index("field")
            .loc["date"]
        )
        assert (
            row["low_out"] == row["high_out"]
        )  # without S2 one pair is left, in which nothing varies
        assert row["low_out"] != row["alpha"]

    def test_differences_are_counted_whichever_coder_gave_which(self):
        found = reliability.differences(*self.both(), DESCRIBED, MEASURE)
        rows = {
            (row.field, row.one, row.other): (row.first_one, row.second_one)
            for row in found.itertuples()
        }
        assert rows == {
            ("date", 2022, 2023): (0, 1),
            ("credibility", 4, 5): (1, 0),
            ("partners", "XAR", "XAR;XBE"): (1, 0),
        }


def write_codings(folder, sides=("first", "second"), **changed):
    """Two codings of one claim on each of two sources of the tiny folder; `changed` cells in the second."""
    (folder / "reliability").mkdir()
    columns = list(SCHEMA.fields)
    common = {"partners": "XAR", "type": "SECURITY_ABSTAIN", "channel": "abandonment", "dimension": "military",
              "direction": "-1", "intensity": "2", "modality": "reported", "date": "2020", "date_basis": "stated",
              "voice": "source", "statement": "Invented."}  # fmt: skip
    for side in sides:
        rows = []
        for source, file in (("S1", "gazette.txt"), ("S2", "harbour.txt")):
            words = (folder / "documents" / file).read_text(encoding="utf-8")[41:77]
            place = {
                "start": "41",
                "end": "77",
                "passage_sha256": hashlib.sha256(words.encode()).hexdigest(),
            }
            rows.append(
                {
                    "coding_id": f"{side}-{source}",
                    "source_id": source,
                    **place,
                    **common,
                }
            )
        rows[0] |= changed if side == "second" else {}
        with (folder / "reliability" / f"{side}_coding.csv").open(
            "w", newline="", encoding="utf-8"
        ) as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


class TestReading:
    def test_both_codings_come_through_the_one_door(self, tiny):
        write_codings(tiny, date="2021")
        first, second = load_codings(loading.load(tiny))
        assert first["coding_id"].tolist() == ["first-S1", "first-S2"]
        assert first["partners"].tolist() == [("XAR",), ("XAR",)]
        assert second["direction"].tolist() == [-1, -1]
        assert second.at[0, "date"] == "2021"

    def test_a_folder_may_do_without(self, tiny):
        dataset = loading.load(tiny)
        assert [coding.empty for coding in load_codings(dataset)] == [True, True]
        undescribed = [
            entry
            for entry in dataset.package["resources"]
            if entry["name"] != "codings"
        ]
        bare = replace(
            dataset, contract=Contract({**dataset.package, "resources": undescribed})
        )
        assert [coding.empty for coding in load_codings(bare)] == [True, True]

    @pytest.mark.parametrize(
        ("column", "value", "rule"),
        [
            ("channel", "friendship", "one of the listed values"),
            ("modality", "shouted", "one of the listed values"),
            ("partners", "XZZ", "must stand in partners.csv"),
            ("type", "PARADE", "must stand in event_types.csv"),
            ("source_id", "S9", "must stand in sources.csv"),
            ("date", "last year", "possible date"),
            ("end", "40", "a passage must end after it starts"),
            ("end", "99999", "must end within the document"),
            ("start", "40", "must find its passage"),
            ("direction", "1", "lead away"),
            ("statement", "", "must not be blank"),
            ("coding_id", "first-S1", "a key must belong to one coding"),
        ],
    )
    def test_what_breaks_the_codebook_is_named(self, tiny, column, value, rule):
        write_codings(tiny, **{column: value})
        dataset = loading.load(tiny)
        with pytest.raises(ContractError) as caught:
            load_codings(dataset)
        assert any(
            failure.file == "second_coding.csv" and rule in failure.rule
            for failure in caught.value.failures
        )

    def test_one_coding_without_the_other_is_an_error(self, tiny):
        write_codings(tiny, sides=["first"])
        with pytest.raises(ContractError, match=r"second_coding\.csv"):
            load_codings(loading.load(tiny))

    def test_an_edition_of_the_past_compares_only_what_was_published(self, tiny):
        write_codings(tiny)
        first, second = load_codings(loading.load(tiny, "2024-12-31"))
        assert set(first["source_id"]) == set(second["source_id"]) == {"S1"}

    def test_the_real_codings_keep_the_codebook(self):
        first, second = load_codings(loading.load(ROOT / "data"))
        assert len(first) > 300 and len(second) > 300
        measure = SCHEMA.measure
        assert len(unitising.pairs(first, second, measure)) > 250
