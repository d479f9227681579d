"""How the commands are used that make, fill, check and read data folders."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from allywatch.usage.options import (
    Command,
    cell_options,
    data_option,
    exit_codes,
    file_option,
    out_option,
)

#: Where a thesis expects ties to go, in words.
DIRECTIONS = {"closer": 1, "away": -1}

INIT = """\
examples:
  allywatch init my-data --power FRA
  allywatch init my-data --power NLD --name "the Netherlands" --sample
  allywatch init my-data --power XVE --name Velmora --adjective Velmoran
  allywatch init my-data --power FRA --thesis "France is losing its friends" --stance erosion --direction away

Of a country the names, the adjective and the capital are looked up; what the lists leave open stays blank, and
is said. Then: allywatch partner add, allywatch source add, allywatch check, allywatch build.

""" + exit_codes(
    done="the folder is there, and sound",
    bad="something is at DIR already, or nobody is called so; nothing was changed",
)


def _init_options(init: argparse.ArgumentParser) -> None:
    init.add_argument("folder", metavar="DIR", type=Path, help="where to make it")
    init.add_argument(
        "--power",
        metavar="CODE",
        required=True,
        help="the power whose ties it is about: the code or the name of a country, or a code of your own",
    )
    _actor_options(init)
    init.add_argument(
        "--thesis",
        metavar="WORDS",
        default="",
        help="what the documents were chosen for arguing (default: nothing in common)",
    )
    init.add_argument(
        "--stance",
        metavar="VALUE",
        default="",
        help="the value of sources.stance that argues the thesis",
    )
    init.add_argument(
        "--direction",
        choices=tuple(DIRECTIONS),
        default="",
        help="where the thesis expects ties to go",
    )
    init.add_argument(
        "--sample",
        action="store_true",
        help="with made-up sources, claims and events, to build at once",
    )


PARTNER = """\
examples:
  allywatch partner add Japan "South Korea" PHL --data my-data
  allywatch partner add "the Netherlands"          with its article: a sentence says it so
  allywatch partner add KOR --adjective "South Korean" --region "East Asia"
  allywatch partner add XNC --name "Nordic Council"     whoever is no country, by a code of your own

A name is matched whole, not by likeness. No row of partners.csv is changed; a row that should be otherwise is
changed by hand.

""" + exit_codes(
    done="partners.csv has them",
    bad="somebody is not known or is there already, or the data is not sound; nothing was changed",
)


def _partner_options(partner: argparse.ArgumentParser) -> None:
    partner.add_argument("action", choices=("add",))
    partner.add_argument(
        "names",
        metavar="NAME_OR_CODE",
        nargs="+",
        help="a country, or a code of your own with --name",
    )
    _actor_options(partner)
    more = ("region", "groups")
    cell_options(partner, {name: f"as in partners.{name}" for name in more})
    data_option(partner)


CHECK = """\
examples:
  allywatch check
  allywatch check --data my-data

""" + exit_codes(
    done="the data is sound",
    bad="it is not, or is not there; every failure is named by file, row and column",
)


def _check_options(check: argparse.ArgumentParser) -> None:
    data_option(check)


CONFIRM = """\
examples:
  allywatch confirm J2 J7         these have been read again, and stand
  allywatch confirm --all
  allywatch confirm J2 --on 2026-03-31

A first one is a row that you add to judgements.csv, such as this; then confirm J1:
  judgement_id,partners,kind,direction,aspect,text,second,refs,rests_on,written,note
  J1,CAN,implication,,power,We infer that others may follow.,,CAN-01;CAN-03,,2026-04-25,

Partners by code; refs are the events or claims it rests on, and every name in the text stands in one of them.
rests_on is left blank: confirm fills it in. kind says where on the page it stands, aspect for whom:
  headline, bottom_line    the top of the page          implication     why it matters: power, partner, others
  outlook, aspect ours     our own forecast             indicator       what would change the reading
  opposite_reading         the other reading            gap, question   what is not known, what to ask
datapackage.json has every kind.

""" + exit_codes(
    done="judgements.csv has it",
    bad="no such judgement, or the data is not sound; nothing was changed",
)


def _confirm_options(confirm: argparse.ArgumentParser) -> None:
    confirm.add_argument("judgements", metavar="ID", nargs="*", help="a judgement")
    confirm.add_argument("--all", action="store_true", help="every judgement")
    confirm.add_argument(
        "--on",
        metavar="DAY",
        type=date.fromisoformat,
        help="put this day, YYYY-MM-DD, into `written` (default: leave it)",
    )
    data_option(confirm)


TRACE = """\
examples:
  allywatch trace ABC-01                           an event, down to its passages
  allywatch trace "Some Name"                      all events of a partner
  allywatch trace country_briefing_ABC.pdf         every marked sentence on its pages

A PDF is traced from the rows attached to it; it needs no data folder. Passages are shown where the documents
are at hand and still the ones that were coded.

""" + exit_codes(
    done="the chain was printed",
    bad="no such event, claim, partner or briefing, or the data is not sound",
)


def _trace_options(trace: argparse.ArgumentParser) -> None:
    trace.add_argument(
        "ref", metavar="REF", help="an event, a claim, a partner or a briefing PDF"
    )
    data_option(trace)


IMPORT = """\
examples:
  allywatch import acled.csv --map acled --data my-data
  allywatch import sheet.csv --map sheet --data my-data        columns: id, date, country, what, source
  allywatch import sheet.xlsx --map my-map.toml --skip-bad bad-rows.csv

Maps that come with allywatch: acled, gdelt, icews, maverick, polecat, sheet, ucdp-ged. Run again with a newer
table, it adds and brings up to date; rows that were coded or edited by hand stay as they are. docs/import has a page
on each map, and on how to write one.

""" + exit_codes(
    done="the rows are in the data folder",
    bad="the table, the map or a row is wrong; everything is named by row and column, and nothing was changed",
)


def _import_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "table", metavar="TABLE", help="a CSV, TSV, Excel or Parquet file of events"
    )
    command.add_argument(
        "--map",
        metavar="MAP",
        required=True,
        help="a TOML file, or the name of a map that comes with allywatch",
    )
    command.add_argument(
        "--skip-bad",
        metavar="CSV",
        type=Path,
        help="write rows that cannot be used there with their reasons, and bring in the others",
    )
    data_option(command)


DOCTOR = exit_codes(
    done="all is well",
    bad="something is not; each line that begins with BAD says what to do",
)


def _doctor_options(doctor: argparse.ArgumentParser) -> None:
    data_option(doctor)
    out_option(doctor)
    file_option(doctor)


def _actor_options(command: argparse.ArgumentParser) -> None:
    cells = {
        "name": "its name, with its article if it has one (default: looked up)",
        "adjective": "as it comes before a noun (default: looked up)",
        "capital": "its capital; spellings joined by ; (default: looked up)",
        "aliases": "other names, joined by ;, beside those looked up",
    }
    cell_options(command, cells)


COMMANDS = {
    "init": Command("make a data folder for another power", INIT, _init_options),
    "partner": Command("add partners, by code or name", PARTNER, _partner_options),
    "check": Command("say whether the data is sound", CHECK, _check_options),
    "confirm": Command(
        "note that judgements were read again and stand", CONFIRM, _confirm_options
    ),
    "trace": Command(
        "walk a sentence, an event or a claim home", TRACE, _trace_options
    ),
    "import": Command(
        "bring a table of events of others into the data", IMPORT, _import_options
    ),
    "doctor": Command("say whether all is ready for a run", DOCTOR, _doctor_options),
}
