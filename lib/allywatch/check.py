"""What `allywatch check` says: what was repaired, what is wrong, whether the passages stand, and what is bare.

Only what is wrong makes the data unsound; the rest is for the curator to weigh.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from allywatch.data import loading
from allywatch.data.contract import ContractError, Failure, shown, visible
from allywatch.data.loading import Dataset, Examination, examine, fingerprints
from allywatch.data.paths import documents_folder
from allywatch.data.spreadsheets import Repair
from allywatch.desk.coverage import coverage, folded, one_way

SOUND, BROKEN = 0, 2
#: Rows printed for one file, column and rule; the rest are counted and named by their number.
_MOST_ROWS = 5


@dataclass(frozen=True)
class Report:
    """What to print, line by line, and the exit code: 0 sound, 2 not."""

    lines: tuple[str, ...]
    exit_code: int

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def check(data_dir: str | Path) -> Report:
    """Examine a data folder and, with the documents at hand, every passage in it."""
    data_dir = Path(data_dir)
    try:
        found = examine(data_dir)
    except ContractError as error:
        return Report(tuple(_wrong(error.failures)), BROKEN)
    wrong = found.failures + found.verification.changed
    lines = [*_repaired(found.repairs), *_wrong(wrong), *_passages(found, data_dir)]
    if not found.failures:
        lines += _under_review(found)
        dataset = loading.dataset(found)
        try:
            loading.codings(dataset)
        except ContractError as error:
            wrong += error.failures
            lines += _wrong(error.failures)
        lines += [*_coverage(dataset), *_one_sided(dataset)]
    rows = ", ".join(
        f"{len(cells)} {table.replace('_', ' ')}"
        for table, cells in found.cells.items()
    )
    verdict = "not sound" if wrong else "sound"
    return Report(
        (*lines, f"{data_dir}: {verdict}: {rows}"), BROKEN if wrong else SOUND
    )


def _repaired(repairs: list[Repair]) -> list[str]:
    if not repairs:
        return []
    ordered = sorted(
        repairs,
        key=lambda repair: (repair.file, repair.column, repair.rule, repair.row),
    )
    heading = f"repaired in memory ({len(repairs)}); save the files this way to be rid of the list:"
    return [heading, *_alike(ordered)]


def _wrong(failures: list[Failure]) -> list[str]:
    return [f"wrong ({len(failures)}):", *_alike(failures)] if failures else []


def _alike(entries: Iterable[Repair | Failure]) -> list[str]:
    """A line for each entry; of many with the same file, column and rule the first, and the rows of the rest."""
    groups: dict[tuple, list[Repair | Failure]] = {}
    for entry in entries:
        groups.setdefault((entry.file, entry.column, entry.rule), []).append(entry)
    lines = []
    for group in groups.values():
        lines += [f"  {entry}" for entry in group[:_MOST_ROWS]]
        if rest := group[_MOST_ROWS:]:
            rows = ", ".join(str(entry.row) for entry in rest[:20]) + (
                ", …" if len(rest) > 20 else ""
            )
            lines.append(f"    and {len(rest)} more alike, in rows {rows}")
    return lines


def _passages(found: Examination, data_dir: Path) -> list[str]:
    verification, claims = found.verification, len(found.cells["claims"])
    if found.documents is None or len(verification.missing) == len(
        found.cells["sources"]
    ):
        return [f"passages not verified: no documents at {documents_folder(data_dir)}"]
    lines = [
        f"passages verified: {verification.verified} of {claims}, in {found.documents}"
    ]
    if verification.missing:
        names = ", ".join(shown(name) for name in verification.missing)
        lines.append(f"passages not verified in documents that are not there: {names}")
    return lines


def _under_review(found: Examination) -> list[str]:
    """Judgements whose rows have changed since they were written, with the fingerprint of the rows now."""
    marks = zip(
        found.cells["judgements"]["judgement_id"], fingerprints(found), strict=True
    )
    stale = [
        f"  {judgement}: read it again; if it stands, set refs_sha256 to {now}"
        for judgement, (written, now) in marks
        if written != now
    ]
    heading = (
        f"judgements under review ({len(stale)}): the rows they rest on have changed"
    )
    return [heading, *stale] if stale else []


def _coverage(dataset: Dataset) -> list[str]:
    """What no claim rests on, by line, and how many of the sentences that name a partner are accounted for."""
    read = coverage(dataset)
    if read.empty:
        return []
    naming, bare = read[read["named"] != ""], read[~read["claimed"] & ~read["excused"]]
    claimed, excused = (
        naming["claimed"].sum(),
        (naming["excused"] & ~naming["claimed"]).sum(),
    )
    share = (
        f"{int(100 * (claimed + excused) / len(naming))} %"
        if len(naming)
        else "none there"
    )
    lines = [
        f"sentences that name a partner: {len(naming)}; {claimed} carry a claim, {excused} a reason why not ({share})",
        "sentences without a claim, by line:",
    ]
    for source, own in read.groupby("source_id", sort=False):
        uncoded = own[~own["claimed"]]
        where = folded(uncoded["line"], own["line"]) or "none"
        lines.append(f"  {visible(source)}: {len(uncoded)} of {len(own)}: {where}")
    if not bare.empty:
        lines.append(f"of these without a reason in uncoded.csv ({len(bare)}):")
    for source, own in bare.groupby("source_id", sort=False):
        pairs = zip(own["line"], own["named"], strict=True)
        named = [f"{line} ({visible(name)})" for line, name in pairs if name]
        silent = folded(
            own.loc[own["named"] == "", "line"],
            read.loc[read["source_id"] == source, "line"],
        )
        lines.append(
            f"  {visible(source)}: {'; '.join(filter(None, [*named, silent]))}"
        )
    return lines


def _one_sided(dataset: Dataset) -> list[str]:
    """Where the evidence has one side, one voice or a date that no source states."""
    lines, claims, sources = [], dataset.claims, dataset.sources
    partners = one_way(dataset)
    if partners:
        names = ", ".join(map(visible, partners))
        lines.append(
            f"partners with no evidence that points the other way ({len(partners)}): {names}"
        )
    inferred = claims.loc[claims["date_basis"] == "inferred", "source_id"].value_counts(
        sort=False
    )
    if not inferred.empty:
        by_source = ", ".join(
            f"{visible(source)} {count}" for source, count in inferred.items()
        )
        lines.append(
            f"claims whose date is inferred: {inferred.sum()} of {len(claims)} ({by_source})"
        )
    shared = [
        f"{' and '.join(map(visible, own))} ({visible(lineage)})"
        for lineage, own in sources.groupby("lineage", sort=False)["source_id"]
        if len(own) > 1
    ]
    told = (
        f"; one lineage: {', '.join(shared)}"
        if shared
        else ": no two are known to share an upstream"
    )
    return [
        *lines,
        f"{len(sources)} sources, {sources['lineage'].nunique()} lineages{told}",
    ]
