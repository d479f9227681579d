"""Commands on a data folder: it is begun, checked, confirmed, added to from tables of others, and asked for its passages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from allywatch.commands.refusals import not_written
from allywatch.usage.folders import DIRECTIONS
from briefmill.exits import Exit


def do_init(options: argparse.Namespace) -> int:
    """Make a data folder for another power: contract, event types, and a table for each kind of row."""
    from allywatch.data.contract import ContractError, visible
    from allywatch.desk.start.actors import UnknownActors
    from allywatch.desk.start.folder import NotMade, init

    thesis = {
        "words": options.thesis,
        "stance": options.stance,
        "direction": DIRECTIONS.get(options.direction, 0),
    }
    if any(thesis.values()) and not all(thesis.values()):
        options.parser.error("a thesis takes --thesis, --stance and --direction")
    try:
        blanks = init(
            options.folder,
            options.power,
            _cells(options, "name", "adjective", "capital", "aliases"),
            thesis if options.thesis else None,
            options.sample,
        )
    except (NotMade, UnknownActors, ContractError) as error:
        print(error, file=sys.stderr)
        return Exit.BAD_INPUT
    data = visible(str(options.folder))
    print(f"{data} is made.")
    _say_blanks(blanks, Path(options.folder))
    following = "build" if options.sample else "partner add NAME …"
    print(f"Next: allywatch {following} --data {data}")
    return Exit.DONE


def do_partner(options: argparse.Namespace) -> int:
    """Add partners to partners.csv, with what the lists of countries say of them."""
    from allywatch.data.contract import ContractError, visible
    from allywatch.desk.start.actors import UnknownActors, add_partners

    columns = ("name", "adjective", "capital", "aliases", "region", "groups")
    cells = _cells(options, *columns)
    of_one = set(cells) - {"region", "groups"}
    if of_one and len(options.names) > 1:
        options.parser.error(f"--{min(of_one)} is for one partner: name one")
    try:
        rows, blanks = add_partners(Path(options.data), options.names, cells)
    except OSError as error:
        return not_written(options, error)
    except (UnknownActors, ContractError) as error:
        print(error, file=sys.stderr)
        return Exit.BAD_INPUT
    for row in rows:
        described = [row["name"], row.get("adjective"), row.get("capital")]
        words = ", ".join(filter(None, described))
        print(visible(f"{row['partner_id']}: {words}"))
    _say_blanks(blanks, Path(options.data))
    return Exit.DONE


def _cells(options: argparse.Namespace, *columns: str) -> dict[str, str]:
    """The cells of a row that are given as options."""
    given = vars(options)
    return {column: given[column] for column in columns if given[column]}


def _say_blanks(blanks: Sequence[str], data_dir: Path) -> None:
    """Say what the lists of countries left blank, and where it goes."""
    from allywatch.data.contract import visible

    for blank in blanks:
        print(visible(f"  {blank}"))
    if blanks:
        print(visible(f"  Fill in {data_dir / 'partners.csv'} what you know."))


def do_check(options: argparse.Namespace) -> int:
    """Say what was repaired in the data and what is wrong with it."""
    from allywatch.check import check

    report = check(options.data)
    print(report.text)
    return report.exit_code


def do_confirm(options: argparse.Namespace) -> int:
    """Note that judgements have been read again and stand on the rows as they are now."""
    from allywatch.data.contract import ContractError
    from allywatch.desk.confirm import UnknownJudgement, confirm

    if options.all == bool(options.judgements):
        options.parser.error("name the judgements, or give --all")
    try:
        confirmed = confirm(Path(options.data), options.judgements, options.on)
    except OSError as error:
        return not_written(options, error)
    except (ContractError, UnknownJudgement) as error:
        print(error, file=sys.stderr)
        return Exit.BAD_INPUT
    names = ", ".join(confirmed) or "none was under review"
    print(f"confirmed: {names}")
    return Exit.DONE


def do_trace(options: argparse.Namespace) -> int:
    """Print the chain from sentence to event, claims, source and passage."""
    from allywatch.data.contract import ContractError
    from allywatch.trace import UnknownReference, trace

    try:
        lines = trace(options.ref, options.data)
    except (UnknownReference, ContractError) as error:
        print(error, file=sys.stderr)
        return Exit.BAD_INPUT
    print("\n".join(lines))
    return Exit.DONE


def do_import(options: argparse.Namespace) -> int:
    """Bring a table of events of others, such as ACLED or GDELT, into the data by a map."""
    from allywatch.data.contract import ContractError
    from allywatch.data.records import TableError
    from allywatch.desk.importing import import_table

    try:
        imported = import_table(
            Path(options.data), Path(options.table), options.map, options.skip_bad
        )
    except (ContractError, TableError, OSError) as error:
        print(error, file=sys.stderr)
        return Exit.BAD_INPUT
    print("\n".join(imported.lines))
    return Exit.DONE


def do_doctor(options: argparse.Namespace) -> int:
    """Look at Python, packages, fonts, documents, data, output, lock, engine and schedules."""
    from allywatch import doctor

    code: int = Exit.DONE
    findings = doctor.examination(Path(options.data), Path(options.out), options.file)
    for finding in findings:
        print(finding, flush=True)
        if not finding.well:
            code = Exit.BAD_INPUT
    return code
