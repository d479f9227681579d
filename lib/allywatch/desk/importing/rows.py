"""The rows that a table makes of itself by a map: sources, claims, events and new partners, as text cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from allywatch.data.contract import Contract, Field
from allywatch.data.fingerprints import fingerprint
from allywatch.data.records import record_fingerprint
from allywatch.desk.importing.actors import Actors
from allywatch.desk.importing.fields import fields_of
from allywatch.desk.importing.mapping import TableMap
from allywatch.desk.importing.templates import Cells

_MOST_OF_KEY = 36
#: The first column of a file of records: by it a locator is found.
RECORD = "record"
#: Columns that hold whole sentences: a full stop that a table leaves out is put in.
_SENTENCES = ("statement", "summary")


@dataclass(frozen=True)
class Problem:
    """Why a row of the table cannot be used: `column` says of what, in the map or in a table."""

    row: int
    column: str
    value: str
    rule: str
    hint: str


@dataclass(frozen=True)
class Harvest:
    """What a table gives.

    Attributes
    ----------
    tables
        Text cells of ``partners``, ``sources``, ``claims`` and ``events``, with every column of the contract; index:
        their key.
    records
        The records behind the claims, every cell as text, the locator first.
    rows_of
        The rows of the table behind each claim, event and source, by key.
    left_out
        Number of rows left out, by why.
    clipped
        Number of cells cut to the contract's length, by column.
    problems
        What keeps rows from being used; they are in no table.
    """

    tables: dict[str, pd.DataFrame]
    records: pd.DataFrame
    rows_of: dict[str, dict[str, list[int]]]
    left_out: dict[str, int]
    clipped: dict[str, int]
    problems: list[Problem]


def harvest(
    table: pd.DataFrame,
    table_map: TableMap,
    contract: Contract,
    actors: Actors,
    file: str,
) -> Harvest:
    """The rows of `table` by a map; `file` is the name under which their records are kept."""
    fields, partners = fields_of(table, table_map, actors)
    why = pd.Series(partners.passed_over, index=table.index, dtype=object)
    for rule in table_map.leave_out:
        matches = pd.Series(fields.filled(rule.of), index=table.index).isin(rule.values)
        why = why.mask(matches ^ rule.negated, rule.why)
    left_out = {str(each): int(n) for each, n in why[why != ""].value_counts().items()}
    problems, is_bad = _problems(fields.problems, table.index, why == "")
    records = fields.filled(table_map.record)
    repeated = _repeated(records, table.index, (why == "") & ~is_bad)
    problems += repeated
    is_bad |= table.index.isin([problem.row for problem in repeated])
    kept = ((why == "") & ~is_bad).to_numpy()

    clipped: dict[str, int] = {}
    cells = {}
    for name, templates in table_map.cells.items():
        columns = {
            column: fields.filled(template) for column, template in templates.items()
        }
        frame = pd.DataFrame(columns, index=table.index, dtype=object)[kept]
        cells[name] = _fitted(frame, name, contract, clipped)
    places = {
        RECORD: records,
        "event": fields.filled(table_map.event_of),
        "source": fields.filled(table_map.source_by),
        "partners": partners.partners,
    }
    placed = pd.DataFrame(places, index=table.index, dtype=object)[kept]
    kept_records = table[kept].drop(columns=RECORD, errors="ignore")
    kept_records.insert(0, RECORD, placed[RECORD])
    _add_keys(cells, placed, kept_records, table_map, file)
    cells["partners"] = _new_partners(placed["partners"], actors, contract)
    keys = {"sources": "source_id", "events": "event_id", "claims": "claim_id"}
    return Harvest(
        tables={name: _whole(frame, name, contract) for name, frame in cells.items()},
        records=kept_records,
        rows_of={name: _rows_by_key(cells[name][key]) for name, key in keys.items()},
        left_out=left_out,
        clipped=clipped,
        problems=problems,
    )


def _add_keys(
    cells: dict[str, pd.DataFrame],
    placed: pd.DataFrame,
    records: pd.DataFrame,
    table_map: TableMap,
    file: str,
) -> None:
    """Add to the rows of sources, events and claims what no map gives: keys, places, fingerprints and bases."""
    prefix = table_map.prefix
    source_ids = _keys(placed["source"], prefix)
    event_ids = _keys(placed["event"], prefix)
    columns = records.columns.tolist()
    prints = [
        record_fingerprint(dict(zip(columns, row, strict=True)))
        for row in records.to_numpy(dtype=object).tolist()
    ]
    claims = cells["claims"].assign(
        claim_id=_keys(placed[RECORD], f"{prefix}-C"),
        source_id=source_ids,
        event_id=event_ids,
        locator=placed[RECORD],
        passage_sha256=prints,
    )
    sources = cells["sources"].assign(source_id=source_ids, file=file, sha256="")
    sources["lineage"] = _keys(sources["lineage"], "", lower=prefix)
    if "doc_type" not in sources:
        sources["doc_type"] = "database_record"
    _add_basis(claims, "date", "date_basis")
    _add_basis(sources, "published", "published_basis")
    cells["claims"] = claims
    cells["sources"] = sources
    cells["events"] = cells["events"].assign(
        event_id=event_ids, partners=placed["partners"]
    )


def _add_basis(frame: pd.DataFrame, date: str, basis: str) -> None:
    """Say how a date is known: not at all where it is blank, else as the map says, or stated."""
    if date not in frame:
        frame[date] = ""
    if basis not in frame:
        frame[basis] = "stated"
    frame.loc[frame[date] == "", basis] = "undated"


def _new_partners(named: pd.Series, actors: Actors, contract: Contract) -> pd.DataFrame:
    """The rows of the countries among `named` that partners.csv lacks."""
    used = {code for cell in named.unique() for code in cell.split(";")}
    rows = [row for code, row in actors.added.items() if code in used]
    columns = list(contract.tables["partners"].fields)
    return pd.DataFrame(rows, dtype=object).reindex(columns=columns, fill_value="")


def _rows_by_key(keys: pd.Series) -> dict[str, list[int]]:
    """The rows of the table behind each key."""
    by_key: dict[str, list[int]] = {}
    for row, key in zip(keys.index.tolist(), keys.tolist(), strict=True):
        by_key.setdefault(key, []).append(int(row))
    return by_key


def _whole(frame: pd.DataFrame, table: str, contract: Contract) -> pd.DataFrame:
    """Each key's first row, with every column of the contract, indexed by key."""
    schema = contract.tables[table]
    key = schema.primary_key[0]
    rows = frame.drop_duplicates(key)
    return rows.reindex(columns=list(schema.fields), fill_value="").set_index(
        key, drop=False
    )


def _problems(
    found: list[tuple[str, Cells, Cells]], rows: pd.Index, wanted: pd.Series
) -> tuple[list[Problem], pd.Series]:
    """The problems of rows that are wanted, and which rows have one."""
    is_bad = pd.Series(False, index=rows)
    problems = []
    for place, rules, hints in found:
        bad = pd.Series(rules, index=rows, dtype=object) != ""
        is_bad |= bad
        if (bad & wanted).any():
            problems += [
                Problem(int(row), place, "", rule, hint)
                for row, rule, hint, keep in zip(
                    rows, rules, hints, wanted, strict=True
                )
                if rule and keep
            ]
    return problems, is_bad & wanted


def _repeated(records: Cells, rows: pd.Index, wanted: pd.Series) -> list[Problem]:
    """Problems of rows whose record is blank or named by an earlier row."""
    first: dict[str, int] = {}
    problems = []
    for record, row, keep in zip(records, rows, wanted, strict=True):
        if not keep:
            continue
        if record == "":
            problems.append(
                Problem(
                    int(row),
                    RECORD,
                    "",
                    "a record must have an id",
                    "fill it in, or make `record` in the map of other columns",
                )
            )
        elif first.setdefault(record, int(row)) != row:
            hint = f"first used in row {first[record]}; leave one out, or make `record` in the map of more columns"
            problems.append(
                Problem(
                    int(row), RECORD, record, "the id of a record must not repeat", hint
                )
            )
    return problems


def _fitted(
    frame: pd.DataFrame, table: str, contract: Contract, clipped: dict[str, int]
) -> pd.DataFrame:
    """`frame` with texts cut to the contract's length, each cut counted in `clipped`."""
    fields: Mapping[str, Field] = contract.tables[table].fields
    fitted = {}
    for column in frame:
        name = str(column)
        most = fields[name].get("constraints", {}).get("maxLength")
        texts = frame[column].tolist()
        if name == "headline":
            texts = [text.rstrip(" .") for text in texts]
        if name in (*_SENTENCES, "headline"):
            texts = [
                f"The {text[4:]}" if text.startswith("the ") else text for text in texts
            ]
        if name in _SENTENCES:
            texts = [text + "." if text[-1:].isalnum() else text for text in texts]
        if most is not None and fields[name]["type"] == "string":
            too_long = sum(len(text) > most for text in texts)
            if too_long:
                clipped[f"{table}.{name}"] = too_long
                texts = [_clipped(text, most) for text in texts]
        fitted[name] = texts
    return pd.DataFrame(fitted, index=frame.index, dtype=object)


def _clipped(text: str, most: int) -> str:
    """`text` cut at a blank where it is longer than `most`, and marked as cut."""
    if len(text) <= most:
        return text
    head = text[: most - 1]
    at = head.rfind(" ")
    return (head[:at] if at > most // 2 else head).rstrip(" ,;:.") + "…"


def _keys(texts: pd.Series, prefix: str, lower: str = "") -> list[str]:
    """A key for each text: the same for the same text, whatever else is in the table.

    With `lower`, a name in lower case that needs no prefix unless it would not begin with a letter.
    """
    keys = {}
    for text in texts.unique():
        key = _key(text, prefix)
        if lower:
            key = key.lower()
            if not key[:1].isalpha():
                key = _key(text, lower.lower()).lower()
        keys[text] = key
    return [keys[text] for text in texts]


def _key(text: str, prefix: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-")
    head = f"{prefix}-" if prefix else ""
    if slug == text.replace(" ", "-") and len(head + slug) <= _MOST_OF_KEY:
        return head + slug
    digits = fingerprint(text)[:8]
    room = _MOST_OF_KEY - len(head) - len(digits) - 1
    return f"{head}{slug[:room].rstrip('-')}-{digits}" if slug else f"{head}{digits}"
