"""How far two coders agree, as tables and in words: claims both saw, codes both gave, where they differed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allywatch.data.codings import CODINGS
from allywatch.data.dataset import Dataset
from allywatch.data.frames import each_row
from allywatch.data.grading import with_support
from allywatch.data.source_names import named
from allywatch.method import reliability, unitising
from allywatch.method.codebook.rows import figure
from allywatch.page.wording.grammar import capital, joined, percent
from briefmill.blocks import Block, omit, prose, row, table
from briefmill.texts import text

MOST_DIFFERENCES = 10
NO_SECOND = (
    "This data folder holds no second coding of its sources, so nothing of this could be measured here: it is not "
    "known how reliably its claims were coded."
)


@dataclass(frozen=True)
class Agreement:
    """Two codings compared: the frames of `unitising.seen`, `reliability.agreement` and `.differences`.

    `fields` (with those worked out) and `measure` are what the data folder says of the codings; `called`
    names the sources.
    """

    seen: pd.DataFrame
    fields_alike: pd.DataFrame
    differed: pd.DataFrame
    fields: Mapping[str, Mapping[str, Any]]
    measure: Mapping[str, Any]
    called: Mapping[str, str]

    def title(self, field: str) -> str:
        """What a field is called."""
        return self.fields[field]["title"]

    def reading(self, alpha: float) -> str:
        """The data folder's word for a value of alpha."""
        readings = self.measure["readings"]
        met = (
            reading["word"]
            for reading in readings
            if alpha >= reading.get("min_alpha", -1)
        )
        return next(met, "not defined")


def agreement(
    dataset: Dataset, codings: tuple[pd.DataFrame, pd.DataFrame]
) -> Agreement | None:
    """The two codings compared, None where there are not two."""
    first, second = codings
    if first.empty or second.empty:
        return None
    schema = dataset.contract.tables[CODINGS]
    measure = schema.measure
    fields = schema.fields | {field["name"]: field for field in measure["derived"]}
    first, second = (
        coding.assign(counts_as=counts_as(dataset, coding))
        for coding in (first, second)
    )
    sources = named(dataset.sources)
    return Agreement(
        unitising.seen(first, second, measure),
        reliability.agreement(first, second, fields, measure),
        reliability.differences(first, second, fields, measure),
        fields,
        measure,
        dict(zip(sources["source_id"], sources["called"], strict=True)),
    )


def counts_as(dataset: Dataset, coding: pd.DataFrame) -> pd.Series:
    """What each claim of a coding counts as by the rules: the label of its direction, or ``nothing``."""
    codings = dataset.tables | {
        "claims": coding.assign(claim_id=coding["coding_id"]),
        # What outside reports say of a claim is no coder's matter.
        "doubts": dataset.doubts.iloc[:0],
    }
    supports = with_support(codings, dataset.rules)["supports"]
    counts = supports & (coding["channel"] != "context")
    return (
        coding["direction"]
        .map(dataset.labels("events", "direction"))
        .where(counts, "nothing")
    )


def account(found: Agreement | None) -> Block:
    """How the two codings came about, as the data folder tells it."""
    return prose(
        "plain", [("", [text(found.measure["account"] if found else NO_SECOND)])]
    )


def too_weak(found: Agreement | None) -> str:
    """On which fields the coders agreed too little for a conclusion to rest on them, in a sentence."""
    if found is None:
        return NO_SECOND
    last = found.measure["readings"][-1]
    words = found.fields_alike["alpha"].map(found.reading)
    weak = found.fields_alike.loc[words == last["word"], "field"]
    if weak.empty:
        return f"On no field is the agreement of two codings {last['word']}."
    listed = joined([_lower(found.title(field)) for field in weak])
    return (
        f"The agreement of two codings is {last['word']} on {listed}. {last['meaning']}"
    )


def seen_alike(found: Agreement | None) -> Block:
    """What share of each coder's claims the other saw."""
    if found is None:
        return omit("there is no second coding")
    rows = []
    for seen in each_row(found.seen):
        name = (
            f"{seen.source_id} {found.called[seen.source_id]}"
            if seen.source_id
            else "All"
        )
        shares = (
            seen.first_seen,
            seen.second_seen,
            seen.first_covered,
            seen.second_covered,
        )
        cells = [
            name,
            *map(str, (seen.first, seen.second, seen.pairs)),
            *map(_share, shares),
        ]
        rows.append(
            row(*(text(cell, "" if seen.source_id else "strong") for cell in cells))
        )
    columns = [
        *(
            ("Source", "1fr"),
            (">First’s claims", "16mm"),
            (">Second’s claims", "16mm"),
            (">Pairs", "13mm"),
        ),
        *((">First’s with a twin", "22mm"), (">Second’s with a twin", "22mm")),
        *(
            (">First’s passages coded by second", "27mm"),
            (">Second’s passages coded by first", "27mm"),
        ),
    ]
    least = _share(found.measure["least_overlap"])
    note = f"Passages overlap by {least} of the shorter one or more; for the last two columns, whatever the partner."
    return table(found.seen, columns, rows, note=note, title="Seeing the same claims")


def coded_alike(found: Agreement | None) -> Block:
    """Agreement and Krippendorff's alpha per field, with n and interval."""
    if found is None:
        return omit("there is no second coding")
    ordered = found.fields_alike.sort_values(
        "alpha", ascending=False, na_position="last", kind="stable"
    )
    rows = [
        row(
            *(
                text(found.title(each.field), "strong"),
                each.level,
                found.reading(each.alpha),
                str(each.n),
            ),
            *(_share(each.agreed), text(figure(each.alpha, 3), "strong")),
            *(_span(each.low, each.high), _span(each.low_out, each.high_out)),
        )
        for each in each_row(ordered)
    ]
    columns = [
        *(
            ("Field", "1fr"),
            ("Level", "18mm"),
            ("Reading", "22mm"),
            (">Pairs n", "15mm"),
        ),
        *(
            (">Same code", "18mm"),
            (">α", "14mm"),
            (f">{_share(found.measure['interval'])} interval", "26mm"),
        ),
        (">Without any one source", "32mm"),
    ]
    limits = " ".join(_limit(reading) for reading in found.measure["readings"])
    note = f"{limits} Interval: {found.measure['draws']:,} draws of the pairs, seed {found.measure['seed']}."
    unranked = [
        f"{field['title'].lower()} {joined([str(code) for code in field['off_scale']])}"
        for field in found.fields.values()
        if "off_scale" in field
    ]
    if unranked:
        note += f" Left out, as no place in the order is theirs: {joined(unranked)}."
    return table(ordered, columns, rows, note=note, title="Coding them alike")


def _limit(reading: Mapping[str, Any]) -> str:
    """From which α on the data folder's word is given, and what it lets one conclude."""
    since = "below that"
    if "min_alpha" in reading:
        since = f"from α {figure(reading['min_alpha'], 3)}"
    return f"{capital(reading['word'])}, {since}: {_lower(reading['meaning'])}"


def seen_in_words(found: Agreement | None) -> Block:
    """What share of the claims both coders saw."""
    if found is None:
        return omit("there is no second coding")
    whole = found.seen.iloc[-1]
    said = (
        f"{_share(whole['first_covered'])} of the first coder’s claims stand in passages that the second coded too, and "
        f"{_share(whole['first_seen'])} have a twin there; of the second coder’s, {_share(whole['second_covered'])} and "
        f"{_share(whole['second_seen'])}. The gap between the two figures is claims cut or attributed differently."
    )
    return prose("plain", [("", [text(said)])])


def differences(found: Agreement | None) -> Block:
    """The pairs of codes that the two coders most often gave to the same claim."""
    if found is None:
        return omit("there is no second coding")
    most = found.differed.head(MOST_DIFFERENCES)
    rows = [
        row(
            text(found.title(each.field), "strong"),
            *(_code(found.fields[each.field], code) for code in (each.one, each.other)),
            *(text(str(each.n), "strong"), str(each.first_one), str(each.second_one)),
        )
        for each in each_row(most)
    ]
    columns = [
        *(
            ("Field", "42mm"),
            ("One code", "1fr"),
            ("The other", "1fr"),
            (">Pairs", "14mm"),
        ),
        *((">First gave the one", "28mm"), (">Second gave the one", "30mm")),
    ]
    note = (
        "Where one coder chose the same side of a pair nearly every time, the two followed different rules, and the "
        "codebook can settle it; where either code came from either coder, they judged differently."
    )
    return table(most, columns, rows, note=note)


def _lower(title: str) -> str:
    """A title as it stands within a sentence."""
    return title[0].lower() + title[1:]


def _span(low: float, high: float) -> str:
    return "–" if pd.isna(low) else f"{figure(low)} to {figure(high)}"


def _share(value: float) -> str:
    """A share of one in whole per cent; ``–`` where it is missing."""
    return "–" if pd.isna(value) else percent(value, 1)


def _code(field: Mapping[str, Any], code: Any) -> str:
    """A code; a number with its label."""
    labels = {
        entry["value"]: entry["label"].lower() for entry in field.get("categories", [])
    }
    numbered = code in labels and not isinstance(code, str)
    return f"{code} {labels[code]}".replace("-", "−") if numbered else str(code)
