"""EDTF to days and words, against a table made by hand."""

from datetime import date

import edtf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allywatch.data import dates
from allywatch.data.dates import Bounds, bounds, format_edtf, mended

# EDTF, earliest, counted, latest, in words
FORMS = [
    ("2023", "2023-01-01", "2023-12-31", "2023-12-31", "2023"),
    ("2025-08", "2025-08-01", "2025-08-31", "2025-08-31", "August 2025"),
    ("2024-02", "2024-02-01", "2024-02-29", "2024-02-29", "February 2024"),
    ("2025-08-07", "2025-08-07", "2025-08-07", "2025-08-07", "7 August 2025"),
    ("2024-21", "2024-03-01", "2024-05-31", "2024-05-31", "spring 2024"),
    ("2024-22", "2024-06-01", "2024-08-31", "2024-08-31", "summer 2024"),
    ("2024-23", "2024-09-01", "2024-11-30", "2024-11-30", "autumn 2024"),
    ("2023-24", "2023-12-01", "2024-02-29", "2024-02-29", "winter 2023–24"),
    (
        "2024-25",
        "2024-03-01",
        "2024-05-31",
        "2024-05-31",
        "the northern spring of 2024",
    ),
    (
        "2024-28",
        "2024-12-01",
        "2025-02-28",
        "2025-02-28",
        "the northern winter of 2024–25",
    ),
    (
        "2024-29",
        "2024-09-01",
        "2024-11-30",
        "2024-11-30",
        "the southern spring of 2024",
    ),
    (
        "2024-30",
        "2024-12-01",
        "2025-02-28",
        "2025-02-28",
        "the southern summer of 2024–25",
    ),
    (
        "2024-32",
        "2024-06-01",
        "2024-08-31",
        "2024-08-31",
        "the southern winter of 2024",
    ),
    ("2025-33", "2025-01-01", "2025-03-31", "2025-03-31", "the first quarter of 2025"),
    ("2025-35", "2025-07-01", "2025-09-30", "2025-09-30", "the third quarter of 2025"),
    ("2025-36", "2025-10-01", "2025-12-31", "2025-12-31", "the last quarter of 2025"),
    ("2025-37", "2025-01-01", "2025-04-30", "2025-04-30", "early 2025"),
    ("2025-38", "2025-05-01", "2025-08-31", "2025-08-31", "the middle of 2025"),
    ("2024-39", "2024-09-01", "2024-12-31", "2024-12-31", "late 2024"),
    ("2024-40", "2024-01-01", "2024-06-30", "2024-06-30", "the first half of 2024"),
    ("2024-41", "2024-07-01", "2024-12-31", "2024-12-31", "the second half of 2024"),
    ("[2024..2025]", "2024-01-01", "2025-12-31", "2025-12-31", "2024 or 2025"),
    ("[2021..2025]", "2021-01-01", "2025-12-31", "2025-12-31", "between 2021 and 2025"),
    (
        "[2025-03..2025-05]",
        "2025-03-01",
        "2025-05-31",
        "2025-05-31",
        "between March and May 2025",
    ),
    ("2020/2023", "2020-01-01", "2020-12-31", "2023-12-31", "2020 to 2023"),
    ("2024/2024-06", "2024-01-01", "2024-06-30", "2024-06-30", "2024 to June 2024"),
    (
        "2024-11/2025-02",
        "2024-11-01",
        "2024-11-30",
        "2025-02-28",
        "November 2024 to February 2025",
    ),
    (
        "2025-08-03/2025-08-07",
        "2025-08-03",
        "2025-08-03",
        "2025-08-07",
        "3 to 7 August 2025",
    ),
    (
        "2025-08-30/2025-09-02",
        "2025-08-30",
        "2025-08-30",
        "2025-09-02",
        "30 August to 2 September 2025",
    ),
    (
        "2024-39/2025-02",
        "2024-09-01",
        "2024-12-31",
        "2025-02-28",
        "late 2024 to February 2025",
    ),
    ("../2025-06", None, "2025-06-30", "2025-06-30", "reported in June 2025, no date"),
    ("2022/..", "2022-01-01", "2022-12-31", None, "since 2022"),
    ("2022-02-24/..", "2022-02-24", "2022-02-24", None, "since 24 February 2022"),
    ("2023~", "2023-01-01", "2023-12-31", "2023-12-31", "about 2023"),
    ("2023-05?", "2023-05-01", "2023-05-31", "2023-05-31", "perhaps May 2023"),
    ("2023%", "2023-01-01", "2023-12-31", "2023-12-31", "perhaps about 2023"),
    ("2022~/..", "2022-01-01", "2022-12-31", None, "since about 2022"),
    ("2024-26", "2024-06-01", "2024-08-31", "2024-08-31", "the northern summer of 2024"),
    ("2024-27", "2024-09-01", "2024-11-30", "2024-11-30", "the northern autumn of 2024"),
    ("2024-31", "2024-03-01", "2024-05-31", "2024-05-31", "the southern autumn of 2024"),
    ("2025-34", "2025-04-01", "2025-06-30", "2025-06-30", "the second quarter of 2025"),
    ("2099-24", "2099-12-01", "2100-02-28", "2100-02-28", "winter 2099–00"),
    ("2024-12", "2024-12-01", "2024-12-31", "2024-12-31", "December 2024"),
    ("[2024-11..2025-01]", "2024-11-01", "2025-01-31", "2025-01-31", "between November 2024 and January 2025"),
    ("[2024~..2025]", "2024-01-01", "2025-12-31", "2025-12-31", "between about 2024 and 2025"),
    ("[2024..2025-06]", "2024-01-01", "2025-06-30", "2025-06-30", "between 2024 and June 2025"),
    ("[2024..2024]", "2024-01-01", "2024-12-31", "2024-12-31", "2024"),
    ("2025-03~/2025-05", "2025-03-01", "2025-03-31", "2025-05-31", "about March 2025 to May 2025"),
    ("2025-03/2025-05?", "2025-03-01", "2025-03-31", "2025-05-31", "March 2025 to perhaps May 2025"),
    ("2025-08-03/2025-08", "2025-08-03", "2025-08-03", "2025-08-31", "3 August to August 2025"),
    ("2025-08/2025-08-20", "2025-08-01", "2025-08-20", "2025-08-20", "August to 20 August 2025"),
    ("2024-08/2025-08", "2024-08-01", "2024-08-31", "2025-08-31", "August 2024 to August 2025"),
    ("2024-39/2024-11", "2024-09-01", "2024-11-30", "2024-11-30", "late 2024 to November 2024"),
    ("../2025-06-05", None, "2025-06-05", "2025-06-05", "reported on 5 June 2025, no date"),
    ("../2024-39", None, "2024-12-31", "2024-12-31", "reported in late 2024, no date"),
    ("../2024-33", None, "2024-03-31", "2024-03-31", "reported in the first quarter of 2024, no date"),
    ("../2024~", None, "2024-12-31", "2024-12-31", "reported in 2024, no date"),
    ("2022-37/..", "2022-01-01", "2022-04-30", None, "since early 2022"),
    ("2024-12-31", "2024-12-31", "2024-12-31", "2024-12-31", "31 December 2024"),
    ("2024-01-01", "2024-01-01", "2024-01-01", "2024-01-01", "1 January 2024"),
    ("", None, None, None, "undated"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "earliest", "counted", "latest", "words"), FORMS)
def test_every_form_of_the_codebook(text, earliest, counted, latest, words):
    found = bounds(text)
    days = [
        day and day.isoformat() for day in (found.earliest, found.counted, found.latest)
    ]
    assert days == [earliest, counted, latest]
    assert found.ongoing == text.endswith("/..")
    assert found.approximate == ("~" in text or "%" in text)
    assert found.uncertain == ("?" in text or "%" in text)
    assert format_edtf(text) == words


def test_blank_sets_no_bound():
    assert bounds("") == Bounds(None, None, None, False, False, False)


WINTER = (
    "-24",
    "-28",
    "-30",
)  # the package ends these in December, weeks before the season does
MIXED = (  # and does not parse these, or reads them otherwise
    *("2024-39/2025-02", "2024-39/2024-11", "../2024-39", "../2024-33", "2022-37/.."),
    *("[2024~..2025]", "[2024..2025-06]"),
)


@pytest.mark.parametrize(
    "text",
    [
        form[0]
        for form in FORMS
        if form[0] and form[0] not in MIXED and not form[0].endswith(WINTER)
    ],
)
def test_agrees_with_the_edtf_package_where_that_is_right(text):
    theirs, ours = edtf.parse_edtf(text), bounds(text)
    for mine, day in (
        (ours.earliest, theirs.lower_strict()),
        (ours.latest, theirs.upper_strict()),
    ):
        assert mine == (date(*day[:3]) if hasattr(day, "tm_year") else None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2024-13", "no month 13"),
        ("2024-00", "no month 0"),
        ("2024-20", "no month 20"),
        ("2024-42", "no month 42"),
        ("2023-02-29", "February 2023 has no day 29"),
        ("2024-04-00", "April 2024 has no day 0"),
        ("2024-04-31", "April 2024 has no day 31"),
        ("2024-00-01", "no month 0"),
        ("2024-06/2024-05", "ends before it starts"),
        ("2024-05-02/2024-05-01", "ends before it starts"),
        ("2024/2025/2026", "not a date in EDTF"),
        ("[2024..2025..2026]", "not a date in EDTF"),
        ("[2024..2025", "not a date in EDTF"),
        ("2024..2025]", "not a date in EDTF"),
        ("2024-39-01", "no month 39"),
        ("2025/2024", "ends before it starts"),
        ("[2025..2024]", "ends before it starts"),
        ("../..", "leave the cell blank"),
        *((text, "not a date in EDTF") for text in (
            "2024-1X", "202X", "24", "late 2024", "Q3 2025", "2024-8", "2024-08-7", "0044", "Y12024", "2022/",
            "/2022", "[2024,2025]", "[2024..]", "{2024,2025}", "2024-10-03T10:00", " 2024", "2024\n",
            "Oct-24", "２０２４",
        )),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_the_reason(text, message):
    for read in (bounds, format_edtf):
        with pytest.raises(ValueError, match=message):
            read(text)


@pytest.mark.parametrize(
    ("spoilt", "original"),
    [
        ("Oct-24", "2024-10"),
        ("oct-24", "2024-10"),
        ("October-2024", "2024-10"),
        ("Oct 2024", "2024-10"),
        ("25/10/2024", "2024-10-25"),
        ("10/25/2024", "2024-10-25"),
        ("25.10.2024", "2024-10-25"),
        ("2024/10/25", "2024-10-25"),
        ("10/10/2024", "2024-10-10"),
        ("2024–10", "2024-10"),
        ("2024−10‑25", "2024-10-25"),
        ("Oct-29", "2029-10"),
        ("Jan-00", "2000-01"),
        ("Dec-09", "2009-12"),
        ("May-24", "2024-05"),
        ("13/01/2024", "2024-01-13"),
        ("2/2/2024", "2024-02-02"),
        ("2024.3.5", "2024-03-05"),
    ],
)
def test_a_spreadsheet_date_with_one_reading_is_mended(spoilt, original):
    assert mended(spoilt) == original


@pytest.mark.parametrize(
    "spoilt",
    [
        "10/11/2024",  # the tenth of November or the eleventh of October
        "1-Oct",  # no year
        "24-Oct",  # the twenty-fourth, or a year
        "Oct 24",  # a person's twenty-fourth of October
        "Oct-54",  # which century
        "Oct-30",
        "2024/10/01",
        "1-1-2024",
        "25/12/24",  # which number is the year
        "24/12/25",
        "2024/25/10",
        "25/10-2024",
        "Octo-24",
        "Ja-24",
        "12-2024",
        "01/01/2024",  # may have been the whole month
        "45567",  # a day number
        "31/02/2024",
        "Foo-24",
        "2023",
    ],
)
def test_a_spreadsheet_date_with_several_readings_is_left(spoilt):
    assert mended(spoilt) is None


@pytest.mark.slow
@given(st.text(alphabet="0123456789-/.[]~?%XOct ", max_size=22) | st.text(max_size=12))
def test_whatever_the_cell_holds_there_is_a_date_or_a_valueerror(text):
    mended(text)
    try:
        found = bounds(text)
    except ValueError:
        return
    assert format_edtf(text)
    if found.earliest and found.latest:
        assert found.earliest <= found.counted <= found.latest


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2024-02-03", "2024-02", True),
        ("2024-02-03", "2024-02-04", False),
        ("2019/..", "2026-01", True),
        ("2019/..", "2018", False),
        ("../2020", "2020-12-31", True),
        ("2024", "", True),
        ("", "", True),
    ],
)
def test_two_dates_meet_where_some_day_may_lie_in_both(first, second, expected):
    assert dates.meet(first, second) is expected
    assert dates.meet(second, first) is expected
