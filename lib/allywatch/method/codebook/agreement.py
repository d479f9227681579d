"""How far two coders agree, as tables and in words: claims both saw, codes both gave, where they differed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from allywatch.data import contract
from allywatch.data.loading import CODINGS, Dataset
from allywatch.evidence import dossiers, rules
from allywatch.method import reliability, unitising
from allywatch.method.codebook.rows import figure, share, strong
from allywatch.page.wording import joined
from briefmill.blocks import Block, omit, prose, row, table
from briefmill.texts import text

MOST_DIFFERENCES = 10
NO_SECOND = (
    "This data folder holds no second coding of its sources, so nothing of this could be measured here: it is not "
    "known how reliably its claims were coded."
)
NOTHING_TO_COMPARE = "there is no second coding"


@dataclass(frozen=True)
class Agreement:
    """Two codings compared.

    `seen`, `by_field` and `differing_codes` are the frames of `unitising.seen`, `reliability.agreement` and
    `reliability.differences`. `fields` (with those worked out) and `measure` are what the data folder says of
    the codings; `source_names` are by `source_id`.
    """

    seen: pd.DataFrame
    by_field: pd.DataFrame
    differing_codes: pd.DataFrame
    fields: Mapping[str, Mapping[str, Any]]
    measure: Mapping[str, Any]
    source_names: Mapping[str, str]

    def title(self, field: str) -> str:
        """The printed name of a field."""
        return self.fields[field]["title"]

    def reading(self, alpha: float) -> str:
        """The data folder's word for a value of alpha."""
        for reading in self.measure["readings"]:
            if alpha >= reading.get("min_alpha", -1):
                return reading["word"]
        return "not defined"


def agreement(
    dataset: Dataset, codings: tuple[pd.DataFrame, pd.DataFrame]
) -> Agreement | None:
    """The two codings compared; None where there are not two."""
    if any(coding.empty for coding in codings):
        return None
    measure = contract.resource(dataset.package, CODINGS)["measure"]
    fields = contract.fields(dataset.package, CODINGS)
    for field in measure["derived"]:
        fields = fields | {field["name"]: field}
    first, second = (
        coding.assign(counts_as=counts_as(dataset, coding)) for coding in codings
    )
    sources = dossiers.named(dataset.sources).set_index("source_id")
    return Agreement(
        seen=unitising.seen(first, second, measure),
        by_field=reliability.agreement(first, second, fields, measure),
        differing_codes=reliability.differences(first, second, fields, measure),
        fields=fields,
        measure=measure,
        source_names=sources["called"].to_dict(),
    )


def counts_as(dataset: Dataset, coding: pd.DataFrame) -> pd.Series:
    """What each claim of a coding counts as by the rules: the label of its direction, or ``nothing``."""
    supporting = rules.supporting_claims(replace(dataset, claims=coding))["coding_id"]
    counts = coding["coding_id"].isin(supporting) & (coding["channel"] != "context")
    labels = dataset.labels("events", "direction")
    return coding["direction"].map(labels).where(counts, "nothing")


def account(compared: Agreement | None) -> Block:
    """How the two codings came about, as the data folder tells it."""
    words = NO_SECOND if compared is None else compared.measure["account"]
    return prose("plain", [("", text(words))])


def seen_alike(compared: Agreement | None) -> Block:
    """What share of each coder's claims the other saw."""
    if compared is None:
        return omit(NOTHING_TO_COMPARE)
    rows = []
    for seen in compared.seen.itertuples():
        source_id = seen.source_id
        name = f"{source_id} {compared.source_names[source_id]}" if source_id else "All"
        cells = (
            name,
            str(seen.first),
            str(seen.second),
            str(seen.pairs),
            share(seen.first_seen),
            share(seen.second_seen),
            share(seen.first_covered),
            share(seen.second_covered),
        )
        style = "" if source_id else "strong"
        rows.append(row(*(text(cell, style) for cell in cells)))
    columns = [
        ("Source", "1fr"),
        (">First’s claims", "16mm"),
        (">Second’s claims", "16mm"),
        (">Pairs", "13mm"),
        (">First’s with a twin", "22mm"),
        (">Second’s with a twin", "22mm"),
        (">First’s passages coded by second", "27mm"),
        (">Second’s passages coded by first", "27mm"),
    ]
    least = share(compared.measure["least_overlap"])
    note = (
        f"Passages overlap by {least} of the shorter one or more; for the last two columns, "
        "whatever the partner."
    )
    return table(compared.seen, columns, rows, note, "Seeing the same claims")


def coded_alike(compared: Agreement | None) -> Block:
    """Agreement and Krippendorff's alpha per field, with n and interval."""
    if compared is None:
        return omit(NOTHING_TO_COMPARE)
    by_field = compared.by_field.sort_values(
        "alpha", ascending=False, na_position="last", kind="stable"
    )
    rows = [
        row(
            strong(compared.title(each.field)),
            each.level,
            compared.reading(each.alpha),
            str(each.n),
            share(each.agreed),
            strong(figure(each.alpha, 3)),
            _span(each.low, each.high),
            _span(each.low_out, each.high_out),
        )
        for each in by_field.itertuples()
    ]
    columns = [
        ("Field", "1fr"),
        ("Level", "18mm"),
        ("Reading", "22mm"),
        (">Pairs n", "15mm"),
        (">Same code", "18mm"),
        (">α", "14mm"),
        (f">{share(compared.measure['interval'])} interval", "26mm"),
        (">Without any one source", "32mm"),
    ]
    note = _how_measured(compared)
    return table(by_field, columns, rows, note, "Coding them alike")


def _how_measured(compared: Agreement) -> str:
    """The limits of the readings, how the interval was drawn, and which codes were left out."""
    measure = compared.measure
    limits = []
    for reading in measure["readings"]:
        least = reading.get("min_alpha")
        limit = "below that" if least is None else f"from α {figure(least, 3)}"
        limits.append(f"{reading['word']} {limit}")
    sentences = [
        f"Readings: {'; '.join(limits)}.",
        f"Interval: {measure['draws']:,} draws of the pairs, seed {measure['seed']}.",
    ]
    unranked = []
    for field in compared.fields.values():
        codes = [str(code) for code in field.get("off_scale", ())]
        if codes:
            unranked.append(f"{field['title'].lower()} {joined(codes)}")
    if unranked:
        codes_left_out = joined(unranked)
        sentences.append(
            f"Left out, as no place in the order is theirs: {codes_left_out}."
        )
    return " ".join(sentences)


def _span(low: float, high: float) -> str:
    return "–" if pd.isna(low) else f"{figure(low)} to {figure(high)}"


def agreement_in_words(compared: Agreement | None) -> Block:
    """What the two tables amount to."""
    if compared is None:
        return omit(NOTHING_TO_COMPARE)
    whole = compared.seen.iloc[-1]
    seeing = (
        f"{share(whole['first_covered'])} of the first coder’s claims stand in passages that the second coded too, "
        f"and {share(whole['first_seen'])} have a twin there; of the second coder’s, "
        f"{share(whole['second_covered'])} and {share(whole['second_seen'])}. "
        "The gap between the two figures is claims cut or attributed differently."
    )
    items = [(strong("Seeing."), seeing)]
    by_field = compared.by_field
    readings = by_field["alpha"].map(compared.reading)
    for reading in compared.measure["readings"]:
        fields = by_field.loc[readings == reading["word"], "field"]
        if len(fields):
            titles = joined([_lower_initial(compared.title(field)) for field in fields])
            lead = strong(f"Coding, {reading['word']}:")
            items.append((lead, f"{titles}. {reading['meaning']}"))
    return prose("plain", [(lead, text(words)) for lead, words in items])


def _lower_initial(title: str) -> str:
    return title[0].lower() + title[1:]


def differences(compared: Agreement | None) -> Block:
    """The pairs of codes that the two coders most often gave to the same claim."""
    if compared is None:
        return omit(NOTHING_TO_COMPARE)
    most_frequent = compared.differing_codes.head(MOST_DIFFERENCES)
    rows = [
        row(
            strong(compared.title(each.field)),
            _code(compared.fields[each.field], each.one),
            _code(compared.fields[each.field], each.other),
            strong(each.n),
            str(each.first_one),
            str(each.second_one),
        )
        for each in most_frequent.itertuples()
    ]
    columns = [
        ("Field", "42mm"),
        ("One code", "1fr"),
        ("The other", "1fr"),
        (">Pairs", "14mm"),
        (">First gave the one", "28mm"),
        (">Second gave the one", "30mm"),
    ]
    note = (
        "Where one coder chose the same side of a pair nearly every time, the two followed different rules, and the "
        "codebook can settle it; where either code came from either coder, they judged differently."
    )
    return table(most_frequent, columns, rows, note)


def _code(field: Mapping[str, Any], code: Any) -> str:
    """A code; a number with its label."""
    for entry in field.get("categories", []):
        if entry["value"] == code and not isinstance(code, str):
            return f"{code} {entry['label'].lower()}".replace("-", "−")
    return str(code)
