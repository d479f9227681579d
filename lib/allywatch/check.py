"""What `allywatch check` says of a data folder.

It lists what was repaired, what is wrong, whether the passages are where their claims say,
and what the evidence does not cover. Only what is wrong makes the data unsound; a curator
weighs the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from allywatch.data import dates, loading
from allywatch.data.codings import load_codings
from allywatch.data.contract import ContractError, Failure, shown, visible
from allywatch.data.dataset import Dataset
from allywatch.data.faces import undrawn
from allywatch.data.frames import each_row
from allywatch.data.grounds import Rows, read_grounds
from allywatch.data.loading import Examination, examine, what_moved
from allywatch.data.paths import documents_folder
from allywatch.data.patterns import search
from allywatch.data.proposals import load_proposals
from allywatch.data.sheets import Repair
from allywatch.data.worth import WORTH, is_current, load_worth
from allywatch.desk.coverage import coverage, folded, one_way
from allywatch.evidence.corroboration import corroboration

SOUND = 0
BROKEN = 2
#: Rows printed for one file, column and rule; the rest are given by number.
_MOST_PRINTED = 5
#: Row numbers listed for the rest.
_MOST_NUMBERS = 20
#: Lineages of several sources that are named, and sources of each.
MOST_LINEAGES = 12
MOST_OF_A_LINEAGE = 6


@dataclass(frozen=True)
class Report:
    """What `check` found.

    Attributes
    ----------
    lines
        What to print.
    exit_code
        `SOUND` or `BROKEN`.
    examination
        The data folder as it was read; None where it has no contract.
    """

    lines: tuple[str, ...]
    exit_code: int
    examination: Examination | None = None

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def check(data_dir: str | Path) -> Report:
    """Examine a data folder and, with the documents at hand, every passage in it."""
    data_dir = Path(data_dir)
    try:
        examination = examine(data_dir)
    except ContractError as error:
        return Report(tuple(_failures(error.failures)), BROKEN)

    failures = examination.failures + examination.verification.changed
    failures += undrawn(examination)
    lines = _repairs(examination.repairs)
    lines += _failures(failures)
    lines += _passages(examination)
    lines += _thesis_of_another(examination)
    if not examination.failures:
        lines += _under_review(examination)
        dataset = loading.dataset(examination)
        lines += _words_of_count(dataset, examination)
        beside = _failures_beside(dataset, examination)
        failures += beside
        lines += _failures(beside)
        lines += [] if beside else _worth_of_proposers(dataset)
        lines += _coverage(dataset)
        lines += _one_sided(dataset)

    verdict = "not sound" if failures else "sound"
    counts = [
        f"{len(cells)} {table.replace('_', ' ')}"
        for table, cells in examination.cells.items()
    ]
    lines.append(f"{data_dir}: {verdict}: {', '.join(counts)}")
    return Report(tuple(lines), BROKEN if failures else SOUND, examination)


def _failures_beside(dataset: Dataset, examination: Examination) -> list[Failure]:
    """What is wrong with the codings and the proposals, which no build rests on."""
    failures: list[Failure] = []
    try:
        load_codings(dataset)
    except ContractError as error:
        failures += error.failures
    try:
        load_worth(dataset)
    except ContractError as error:
        failures += error.failures
    try:
        load_proposals(examination)
    except ContractError as error:
        failures += error.failures
    return failures


def _worth_of_proposers(dataset: Dataset) -> list[str]:
    """Whether proposers were measured on other rows than there are."""
    worth = load_worth(dataset)
    if worth.empty or is_current(worth, dataset):
        return []
    file = dataset.contract.tables[WORTH].path
    return [
        f"{file} was measured on other rows, and no page prints it; measure again: allywatch propose --evaluate --keep"
    ]


def _repairs(repairs: Sequence[Repair]) -> list[str]:
    if not repairs:
        return []
    ordered = sorted(
        repairs,
        key=lambda repair: (repair.file, repair.column, repair.rule, repair.row),
    )
    advice = "save the files this way to be rid of the list"
    return [f"repaired in memory ({len(repairs)}); {advice}:", *_grouped(ordered)]


def _failures(failures: Sequence[Failure]) -> list[str]:
    if not failures:
        return []
    return [f"wrong ({len(failures)}):", *_grouped(failures)]


def _grouped(entries: Iterable[Repair | Failure]) -> list[str]:
    """A line per entry; of many alike the first few, then the rows of the others."""
    groups: dict[tuple[str, str, str], list[Repair | Failure]] = {}
    for entry in entries:
        groups.setdefault((entry.file, entry.column, entry.rule), []).append(entry)
    lines = []
    for group in groups.values():
        lines += [f"  {entry}" for entry in group[:_MOST_PRINTED]]
        others = group[_MOST_PRINTED:]
        if others:
            rows = ", ".join(str(entry.row) for entry in others[:_MOST_NUMBERS])
            more = ", …" if len(others) > _MOST_NUMBERS else ""
            lines.append(f"    and {len(others)} more alike, in rows {rows}{more}")
    return lines


def _passages(examination: Examination) -> list[str]:
    """How many passages were verified, and the documents that are not there."""
    verification = examination.verification
    n_sources = len(examination.cells["sources"])
    if not n_sources:
        return []
    if examination.documents is None or len(verification.missing) == n_sources:
        folder = documents_folder(examination.data_dir)
        return [f"passages not verified: no documents at {folder}"]
    n_claims = len(examination.cells["claims"])
    lines = [
        f"passages verified: {verification.verified} of {n_claims}, "
        f"in {examination.documents}"
    ]
    if verification.missing:
        names = ", ".join(shown(name) for name in verification.missing)
        lines.append(
            f"passages not verified in documents that are not there or cannot be read: {names}"
        )
    return lines


def _under_review(examination: Examination) -> list[str]:
    """Judgements that rest on something that has moved, each with what has."""
    judgement_ids = examination.cells["judgements"]["judgement_id"]
    lines = [
        f"  {judgement_id}: {'; '.join(moved)}"
        for judgement_id, moved in zip(
            judgement_ids, what_moved(examination), strict=True
        )
        if moved
    ]
    if not lines:
        return []
    advice = "read each again; where it stands, allywatch confirm ID"
    return [f"judgements under review ({len(lines)}); {advice}:", *lines]


def _thesis_of_another(examination: Examination) -> list[str]:
    """That the words of the thesis do not name the focal power, as after a change of the one without the other."""
    rules = examination.contract.rules
    thesis = rules.get("thesis")
    actors = examination.cells["partners"]
    of_power = actors[actors["partner_id"] == rules["focal_power"]]
    if not thesis or of_power.empty:
        return []
    power = of_power.iloc[0]
    columns = ["name", "short_name", "adjective", "capital", "aliases"]
    names = ";".join(power.get(column, "") for column in columns).split(";")
    words = thesis["words"]
    if any(name and name.casefold() in words.casefold() for name in names):
        return []
    return [
        f"thesis to read again: {shown(words)} does not name {visible(power['name'])}, "
        "the focal power; pages say that sources argue it"
    ]


def _words_of_count(dataset: Dataset, examination: Examination) -> list[str]:
    """Judgements that speak of so many sources where no event they rest on has so many, or one has got another."""
    said = [
        (judgement, rule["sources"], found[0])
        for judgement in each_row(dataset.judgements)
        for rule in dataset.rules["judgement_words"]["counts"]
        if (found := search(rule["words"], judgement.text))
    ]
    if not said:
        return []
    n_sources = corroboration(dataset).set_index("event_id")["n_sources"]
    rows = Rows.of(examination.cells, examination.contract)
    lines = []
    for judgement, count, words in said:
        events = n_sources.reindex([ref for ref in judgement.refs if ref in n_sources])
        says = f"  {judgement.judgement_id}: says {shown(words)}, but"
        if count not in set(events):
            lines.append(f"{says} none of the events it rests on has {count}")
        elif more := _with_new_sources(rows, judgement):
            lines.append(f"{says} another source tells of {', '.join(more)} now")
    if not lines:
        return []
    return [f"words of count to read again ({len(lines)}):", *lines]


def _with_new_sources(rows: Rows, judgement: Any) -> list[str]:
    """The events of a judgement that have a source which they had not when it was written."""
    partners = ";".join(judgement.partners)
    now = rows.grounds(";".join(judgement.refs), partners, judgement.text)
    before = read_grounds(judgement.rests_on)
    return rows.events_with_a_new_source(before, now)


def _coverage(dataset: Dataset) -> list[str]:
    """How many sentences that name a partner are accounted for; which carry no claim."""
    sentences = coverage(dataset)
    if sentences.empty:
        return []
    lines = [_accounted_for(sentences), "sentences without a claim, by line:"]
    for source_id, of_source in sentences.groupby("source_id", sort=False):
        unclaimed = of_source[~of_source["claimed"]]
        where = folded(unclaimed["line"], of_source["line"]) or "none"
        counts = f"{len(unclaimed)} of {len(of_source)}"
        lines.append(f"  {visible(str(source_id))}: {counts}: {where}")

    bare = sentences[~sentences["claimed"] & ~sentences["excused"]]
    if not bare.empty:
        lines.append(f"of these without a reason in uncoded.csv ({len(bare)}):")
    for source_id, of_source in bare.groupby("source_id", sort=False):
        all_lines = sentences.loc[sentences["source_id"] == source_id, "line"]
        where = _lines_with_names(of_source, all_lines)
        lines.append(f"  {visible(str(source_id))}: {where}")
    return lines


def _accounted_for(sentences: pd.DataFrame) -> str:
    naming = sentences[sentences["named"] != ""]
    claimed = naming["claimed"].sum()
    excused = (naming["excused"] & ~naming["claimed"]).sum()
    share = "none there"
    if len(naming):
        share = f"{int(100 * (claimed + excused) / len(naming))} %"
    return (
        f"sentences that name a partner: {len(naming)}; {claimed} carry a claim, "
        f"{excused} a reason why not ({share})"
    )


def _lines_with_names(bare: pd.DataFrame, all_lines: pd.Series) -> str:
    """Each line with the actor it names, then the lines that name none as ranges."""
    naming = bare[bare["named"] != ""]
    places = [
        f"{line} ({visible(name)})"
        for line, name in zip(naming["line"], naming["named"], strict=True)
    ]
    silent = folded(bare.loc[bare["named"] == "", "line"], all_lines)
    if silent:
        places.append(silent)
    return "; ".join(places)


def _one_sided(dataset: Dataset) -> list[str]:
    """Where the evidence has one side, one voice or a date that no source states."""
    lines = []
    partners = one_way(dataset)
    if partners:
        names = ", ".join(visible(name) for name in partners)
        lines.append(
            "partners with no evidence that points the other way "
            f"({len(partners)}): {names}"
        )

    claims = dataset.claims
    inferred = claims.loc[claims["date_basis"] == "inferred", "source_id"]
    if not inferred.empty:
        by_source = ", ".join(
            f"{visible(str(source_id))} {count}"
            for source_id, count in inferred.value_counts(sort=False).items()
        )
        counts = f"{len(inferred)} of {len(claims)}"
        lines.append(f"claims whose date is inferred: {counts} ({by_source})")

    apart = _dated_otherwise(dataset)
    if apart:
        names = ", ".join(map(visible, apart))
        lines.append(
            f"events whose date none of their claims allows ({len(apart)}): {names}"
        )

    lines.append(_lineages(dataset.sources))
    return lines


def _dated_otherwise(dataset: Dataset) -> list[str]:
    """The events whose date meets that of none of their claims, as where a claim was corrected and its event was not."""
    told: dict[str, set[str]] = defaultdict(set)
    claims = dataset.claims
    dated = zip(claims["event_id"].tolist(), claims["date"].tolist(), strict=True)
    for event_id, day in dated:
        told[event_id].add(day)
    events = dataset.events
    days = zip(events["event_id"].tolist(), events["date"].tolist(), strict=True)
    return [
        event_id
        for event_id, day in days
        if told[event_id]
        # Most are dated as one of their claims is, and that is quicker to see.
        and day not in told[event_id]
        and not any(dates.meet(day, each) for each in told[event_id])
    ]


def _lineages(sources: pd.DataFrame) -> str:
    """The number of lineages, and the sources that share one; of very many the first."""
    by_lineage = sources.groupby("lineage", sort=False)["source_id"]
    shared = [
        f"{_first(list(names), ' and ')} ({visible(str(lineage))})"
        for lineage, names in by_lineage
        if len(names) > 1
    ]
    counts = f"{len(sources):,} sources, {len(by_lineage):,} lineages"
    if not shared:
        return f"{counts}: no two are known to share an upstream"
    some = shared[:MOST_LINEAGES]
    if len(shared) > len(some):
        some.append(f"and {len(shared) - len(some):,} more lineages of several")
    return f"{counts}; one lineage: {', '.join(some)}"


def _first(names: list[str], between: str) -> str:
    """Names on one line; of very many the first, and how many more there are."""
    first = [visible(name) for name in names[:MOST_OF_A_LINEAGE]]
    left = len(names) - len(first)
    return between.join([*first, *([f"{left:,} more"] if left else [])])
