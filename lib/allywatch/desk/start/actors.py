"""Actors of a network: their rows in partners.csv, from the lists of countries and from what their user says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from allywatch.data.countries import Country, UnknownCountry, country
from allywatch.desk.curate.appending import append
from allywatch.desk.writing import held

#: Characters that fit on a map tile; see `partners.short_name`.
_MOST_ON_A_TILE = 12
_CODE = re.compile(r"[A-Z]{3}|[A-Z]{2}-[A-Z0-9]{1,3}")

OWN = (
    "Whoever is no country takes a code of your own of three capital letters, and --name: "
    'allywatch partner add XNC --name "Nordic Council".'
)

Row = dict[str, str]


class UnknownActors(ValueError):
    """Words that name no country, and no code with a name. `str()` has a line for each."""


def add_partners(
    data_dir: Path, words: Sequence[str], cells: Mapping[str, str] | None = None
) -> tuple[list[Row], list[str]]:
    """Add the actors that `words` name to partners.csv, all or none.

    Parameters
    ----------
    words
        Codes or names of countries; a code of the user's own where `cells` has a ``name`` for it.
    cells
        What the row of the one actor has instead of what the lists say.

    Returns
    -------
    tuple
        The rows, and what the lists have left blank in them, each in words.

    Raises
    ------
    UnknownActors
        For every word that names nobody.
    ContractError
        If the rows break the contract, or the folder is not sound now.
    NotWritten
        If the file cannot be written.
    """
    with held(data_dir) as current:
        rows, blanks = _rows(words, cells or {})
        append(current, "partners", rows)
    return rows, blanks


def _rows(
    words: Sequence[str], cells: Mapping[str, str]
) -> tuple[list[Row], list[str]]:
    """The rows of the actors that `words` name, and what is blank in them."""
    rows, remarks, unknown = [], [], []
    for word in words:
        try:
            row, blanks = actor(word, cells)
        except UnknownActors as error:
            unknown.append(str(error))
        else:
            rows.append(row)
            remarks += blanks
    if unknown:
        raise UnknownActors("\n".join([*unknown, OWN]))
    return rows, remarks


def actor(word: str, cells: Mapping[str, str]) -> tuple[Row, list[str]]:
    """The row of an actor by code or name, and what the lists have left blank in it.

    A ``name`` in `cells` may have its article: "the United States".

    Raises
    ------
    UnknownActors
        If no country is called so, and it is no code that `cells` has a name for.
    """
    given = {column: cell.strip() for column, cell in cells.items() if cell.strip()}
    remarks: Sequence[str] = ()
    try:
        found = country(word)
        row, remarks = _row(found), found.remarks
    except UnknownCountry as error:
        if not (_CODE.fullmatch(word) and "name" in given):
            raise UnknownActors(str(error)) from None
        row = {"partner_id": word}
    name = given.pop("name", "")
    if name:
        row |= _named(name, row.get("aliases", ""))
    aliases = [row.get("aliases", ""), given.pop("aliases", "")]
    row |= given
    row["aliases"] = ";".join(filter(None, aliases))
    blanks = [
        f"{row['name']}: {remark}"
        for remark in remarks
        if not (_column(remark) and row.get(_column(remark)))
    ]
    return row, blanks


def _column(remark: str) -> str:
    """The column that a remark of `Country.remarks` speaks of; "" where it speaks of several."""
    match = re.match(r"no (adjective|capital):", remark)
    return match[1] if match else ""


def _named(name: str, aliases: str) -> Row:
    """The cells of a name that may have an article, beside the aliases there are."""
    plain = re.sub(r"^[Tt]he ", "", name)
    others = [each for each in aliases.split(";") if each and each != plain]
    with_article = f"the {plain}"
    if plain != name and with_article not in others:
        others.insert(0, with_article)
    return {"name": plain, "aliases": ";".join(others)}


def _row(found: Country) -> Row:
    with_article = [f"the {found.name}"] if found.article else []
    short = ""
    if len(found.name) > _MOST_ON_A_TILE:
        short = next(filter(str.isupper, found.other_names), "")
    return {
        "partner_id": found.code,
        "name": found.name,
        "short_name": short,
        "adjective": found.adjective,
        "aliases": ";".join([*with_article, *found.other_names]),
        "capital": ";".join(found.capitals),
        "parent_id": found.parent,
    }
