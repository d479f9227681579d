"""How the command line is used: its options, and what `--help` says of each command."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from briefmill.exits import Exit


def _exit_codes(*codes: Exit, done: str = "", bad: str = "") -> str:
    """The exit codes of a command, one a line.

    `done` and `bad` say more closely what DONE and BAD_INPUT mean for it.
    """
    special = {Exit.DONE: done, Exit.BAD_INPUT: bad}
    lines = [f"  {code:<4} {special.get(code) or code.meaning}\n" for code in codes]
    return "exit codes:\n" + "".join(lines)


BUILD = """\
examples:
  allywatch build                          every briefing, into reports/latest
  allywatch build ABC "Some Name"          some partners, by id, name or alias; the others stay as they are
  allywatch build --as-of 2026-01-31       from what was published by that day
  allywatch build --data my-data --out /srv/reports --workers 8
  allywatch build --explain                what has changed, briefing by briefing, and build that
  allywatch build ABC --preview            a page to look at while coding, a second or two behind the data
  allywatch build ABC --to docx            for editors who must edit, in reports/docx
  allywatch build --executor dask://scheduler:8786

A briefing that would come out as it is, is not built again. Notebooks that failed are in OUT/failures.

""" + _exit_codes(*Exit)

CHECK = """\
examples:
  allywatch check
  allywatch check --data my-data

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="the data is sound",
    bad="it is not, or is not there; every failure is named by file, row and column",
)

TRACE = """\
examples:
  allywatch trace ABC-01                           an event, down to its passages
  allywatch trace "Some Name"                      all events of a partner
  allywatch trace country_briefing_ABC.pdf         every marked sentence on its pages

A PDF is traced from the rows attached to it; it needs no data folder. Passages are shown where the documents
are at hand and still the ones that were coded.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="the chain was printed",
    bad="no such event, claim, partner or briefing, or the data is not sound",
)

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

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="judgements.csv has it",
    bad="no such judgement, or the data is not sound; nothing was changed",
)

SOURCE = """\
examples:
  allywatch source add article.html --stance mixed --reliability C
  allywatch source add report.pdf --title "A report" --published 2026-03 --stance mixed
  allywatch source add https://example.org/article --stance mixed
  allywatch source status S6                       what of it is coded, and what is bare

A text in UTF-8 is taken as it is; of a PDF, a web page, .docx, .odt, .rtf, .eml or .mhtml the text is taken, as
sentences. It goes to the documents folder. An address is fetched as its robots.txt allows; nothing else asks for a
network. A page that checks for robots or wants to be paid for, and a scan, are warned about.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="done",
    bad="the document cannot be read, or its row would break the contract; nothing was changed",
)

INIT = """\
examples:
  allywatch init my-data --power FRA
  allywatch init my-data --power NLD --name "the Netherlands" --sample
  allywatch init my-data --power XVE --name Velmora --adjective Velmoran
  allywatch init my-data --power FRA --thesis "France is losing its friends" --stance erosion --direction away

Of a country the names, the adjective and the capital are looked up; what the lists leave open stays blank, and
is said. Then: allywatch partner add, allywatch source add, allywatch check, allywatch build.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="the folder is there, and sound",
    bad="something is at DIR already, or nobody is called so; nothing was changed",
)

PARTNER = """\
examples:
  allywatch partner add Japan "South Korea" PHL --data my-data
  allywatch partner add "the Netherlands"          with its article: a sentence says it so
  allywatch partner add KOR --adjective "South Korean" --region "East Asia"
  allywatch partner add XNC --name "Nordic Council"     whoever is no country, by a code of your own

A name is matched whole, not by likeness. No row of partners.csv is changed; a row that should be otherwise is
changed by hand.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="partners.csv has them",
    bad="somebody is not known or is there already, or the data is not sound; nothing was changed",
)

CLAIM = """\
examples:
  allywatch claim add S1 "signed a fishing pact" partners=Japan type=PACT_TIGHTEN channel=deepening \\
      dimension=economic direction=1 intensity=2 date=2026-03 headline="Fishing pact signed" \\
      statement="Japan and France signed a fishing pact."
  allywatch claim add S2 "the fishing pact" event_id=JPN-01qkv statement="The pact is in force." date=2026-04

Ids such as S1 and JPN-01qkv are printed when a source or an event is added, and stand in sources.csv and events.csv.
Columns are those of claims and events; methodology.html, which a build makes, explains each. With event_id the
claim joins an event, without it opens one. Place and fingerprint of the passage are worked out; unless said
otherwise, a claim is reported by the source itself, its date is stated, and its event is summed up as it states.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="claims.csv has it, and events.csv its event",
    bad="the passage is not there, or a cell breaks the contract; nothing was changed",
)

CLAIMS = """\
examples:
  allywatch claims import table.csv

The table has a column source_id, a column passage with words that stand in the document, and any column of claims
and events, as `allywatch claim add` takes them. Quotes, dashes and blanks may be other ones. A row with the event_id
of an event joins it; one with a new event_id and the cells of an event opens it; one with none opens one of its own.
The words are not kept: they become a place and a fingerprint.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="claims.csv has them, and events.csv their events",
    bad="a passage is not there or not alone, or a cell breaks the contract; each row is named, and nothing was changed",
)

PASSAGE = """\
examples:
  allywatch passage S1 "signed a fishing pact"

Prints the header of claims.csv and a row with place and fingerprint filled in. Nothing is written.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="the row was printed",
    bad="the passage is not there, or stands there more than once",
)

PROPOSE = """\
examples:
  allywatch propose S6                             what of its document to code, sentence by sentence
  allywatch propose S6 --proposer rules            without learning from what is coded
  allywatch propose --evaluate                     what each proposer is worth, beside two coders
  allywatch propose --evaluate --keep              the same, kept for the methodology to print
  allywatch propose S6 --model model.toml          what would be sent to which language model, and at what cost
  allywatch propose S6 --model model.toml --send   send it

Proposals stand in proposals.csv, which no build reads. What a person has decided there is left as it is. The proposer
neighbours needs scikit-learn: pip install "allywatch[propose]"; model needs "allywatch[model]" and a file that names it,
see docs/proposing.md; others come by entry points, allywatch.proposers. Nothing is sent to anybody without --send.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="proposals.csv has them, the table was printed, or what would be sent",
    bad="no such source, document or proposer, no answer, or the data is not sound; nothing was changed",
)

IMPORT = """\
examples:
  allywatch import acled.csv --map acled --data my-data
  allywatch import sheet.csv --map sheet --data my-data        columns: id, date, country, what, source
  allywatch import sheet.xlsx --map my-map.toml --skip-bad bad-rows.csv

Maps that come with allywatch: acled, gdelt, icews, maverick, polecat, sheet, ucdp-ged. Run again with a newer
table, it adds and brings up to date; rows that were coded or edited by hand stay as they are. docs/import has a page
on each map, and on how to write one.

""" + _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="the rows are in the data folder",
    bad="the table, the map or a row is wrong; everything is named by row and column, and nothing was changed",
)

SCHEDULE = """\
examples:
  allywatch schedule print --as systemd                   show what would run each schedule
  allywatch schedule print weekly --as cron --to timers   write it into a folder
  allywatch schedule run weekly                           what the timer calls, and you to try it

Schedules stand in a TOML file, by default pyproject.toml, as [tool.allywatch.schedule.NAME]. Nothing is
installed: what is printed is for you to put in place.

"""
SCHEDULE += _exit_codes(*Exit)
SCHEDULE += "Where its build was killed, `run` ends above 128.\n"

PRUNE = """\
examples:
  allywatch prune --keep 10 --dry-run
  allywatch prune --keep 10 --out /srv/reports

The edition that OUT/latest names always stays.

""" + _exit_codes(Exit.DONE, Exit.BAD_INPUT, Exit.UNEXPECTED, Exit.LOCKED, done="done")

DOCTOR = _exit_codes(
    Exit.DONE,
    Exit.BAD_INPUT,
    Exit.UNEXPECTED,
    done="all is well",
    bad="something is not; each line that begins with BAD says what to do",
)

ALL = """\
Start with:  allywatch check   and then   allywatch build
More on one: allywatch build --help

""" + _exit_codes(*Exit)

COMMANDS = {
    "init": ("make a data folder for another power", INIT),
    "partner": ("add partners, by code or name", PARTNER),
    "check": ("say whether the data is sound", CHECK),
    "confirm": ("note that judgements were read again and stand", CONFIRM),
    "build": ("make the briefings", BUILD),
    "trace": ("walk a sentence, an event or a claim home", TRACE),
    "source": ("add a document, or say how far one is coded", SOURCE),
    "claim": ("code a passage", CLAIM),
    "claims": ("code many passages from a table", CLAIMS),
    "passage": ("print a row of a passage, to paste", PASSAGE),
    "propose": ("propose what of a document to code", PROPOSE),
    "import": ("bring a table of events of others into the data", IMPORT),
    "schedule": ("run, or have run, what a schedule says", SCHEDULE),
    "prune": ("remove old editions", PRUNE),
    "doctor": ("say whether all is ready for a run", DOCTOR),
}


def parser(
    commands: Mapping[str, Callable[[argparse.Namespace], int]],
) -> argparse.ArgumentParser:
    """The parser of the command line.

    `commands` has the function that runs for each name, in the order of the help.
    """
    raw = argparse.RawDescriptionHelpFormatter
    whole = argparse.ArgumentParser(
        "allywatch",
        description="From curated evidence on a power's alliances to a briefing per partner.",
        epilog=ALL,
        formatter_class=raw,
    )
    subparsers = whole.add_subparsers(metavar="COMMAND", required=True)
    for name, run in commands.items():
        summary, epilog = COMMANDS[name]
        command = subparsers.add_parser(
            name,
            help=summary,
            description=run.__doc__,
            epilog=epilog,
            formatter_class=raw,
            add_help=name not in _LISTED,
        )
        if name in _LISTED:
            words = "show this help, with every value of a column, and exit"
            command.add_argument(
                "-h", "--help", action=_Help, tables=_LISTED[name], help=words
            )
        command.set_defaults(run=run, parser=command)
        _OPTIONS[name](command)
    return whole


def _check_options(check: argparse.ArgumentParser) -> None:
    _data_option(check)


def _confirm_options(confirm: argparse.ArgumentParser) -> None:
    confirm.add_argument("judgements", metavar="ID", nargs="*", help="a judgement")
    confirm.add_argument("--all", action="store_true", help="every judgement")
    confirm.add_argument(
        "--on",
        metavar="DAY",
        type=date.fromisoformat,
        help="put this day, YYYY-MM-DD, into `written` (default: leave it)",
    )
    _data_option(confirm)


def _build_options(build: argparse.ArgumentParser) -> None:
    option = build.add_argument
    option(
        "partners",
        metavar="PARTNER",
        nargs="*",
        help="an id, name or alias (default: all)",
    )
    _data_option(build)
    _out_option(build)
    _log_option(build)
    option(
        "--as-of",
        metavar="DAY",
        default="",
        help="admit only sources published by this day, YYYY-MM-DD",
    )
    option(
        "--notebooks",
        metavar="DIR",
        default="notebooks",
        help="the briefings (default: notebooks)",
    )
    option(
        "--workers",
        metavar="N",
        type=_positive,
        help="how many at a time (default: one per processor)",
    )
    option(
        "--time-limit",
        metavar="SECONDS",
        type=_positive,
        help="end a notebook that takes longer (default: none)",
    )
    option("--force", action="store_true", help="build what is current too")
    outside = build.add_mutually_exclusive_group()
    outside.add_argument(
        "--to",
        choices=["docx"],
        default="",
        help="make files for Word instead, for editors who must edit, in OUT/docx and in no edition",
    )
    outside.add_argument(
        "--preview",
        action="store_true",
        help="one partner's page of the data as they are, in OUT/preview and in no edition; "
        "made anew whenever the data change, until Ctrl-C",
    )
    option("--once", action="store_true", help="with --preview: make it and end")
    option(
        "--explain",
        action="store_true",
        help="say for each briefing what has changed since it was built",
    )
    option(
        "--engine",
        choices=["fork", "kernel"],
        default="",
        help="run the cells in forked children, or in Jupyter kernels "
        "(default: fork where that is possible)",
    )
    option(
        "--executor",
        metavar="WHERE",
        type=_executor,
        help="build elsewhere: module:factory of a concurrent.futures.Executor, "
        "or dask://HOST:PORT",
    )
    option(
        "-p",
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=_pair,
        help="set another parameter that a notebook declares; may be repeated",
    )


def _trace_options(trace: argparse.ArgumentParser) -> None:
    trace.add_argument(
        "ref", metavar="REF", help="an event, a claim, a partner or a briefing PDF"
    )
    _data_option(trace)


def _source_options(source: argparse.ArgumentParser) -> None:
    source.add_argument("action", choices=("add", "status"))
    source.add_argument(
        "document",
        metavar="FILE or ID",
        help="a file or an address to add, or the id of a source",
    )
    cells = {
        "source-id": "its id (default: S, the next number and three letters that follow from its text)",
        "file": "its name in the documents folder (default: after FILE)",
        "title": "as published (default: what the document states); required to add",
        "publisher": "who put it before readers (default: what the document states)",
        "doc-type": "kind of document (default: unattributed)",
        "published": "when, as EDTF: 2026-03-31, 2026-03, 2025-24 … (default: what the document states)",
        "published-basis": "how that is known (default: stated, inferred from the head of the text, or undated)",
        "stance": "what it argues; required to add",
        "reliability": "grade of the source (default: F, cannot be judged)",
        "lineage": "the upstream it rests on (default: its own)",
        "note": "reasons for date, grade and lineage",
    }
    _cell_options(source, cells)
    _data_option(source)


#: Commands that fill in cells, and the tables whose values their help lists.
_LISTED = {
    "source": ("sources",),
    "claim": ("claims", "events"),
    "claims": ("claims", "events"),
}


class _Help(argparse.Action):
    """``--help`` with every value that the columns of a table may hold, by the contract of the data folder.

    That is the folder named by ``--data`` before it, or else `data`; without one, what a new folder starts with.
    """

    def __init__(self, tables: Sequence[str], **settings: Any) -> None:
        super().__init__(nargs=0, **settings)
        self.tables = tables

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> NoReturn:
        from allywatch.desk.values import value_lines

        listed = "\n".join(value_lines(Path(namespace.data), self.tables))
        parser.epilog = f"values:\n{listed}\n\n{parser.epilog}"
        parser.print_help()
        parser.exit()


def _claim_options(claim: argparse.ArgumentParser) -> None:
    claim.add_argument("action", choices=("add",))
    claim.add_argument("source", metavar="SOURCE", help="the id of its source")
    claim.add_argument("passage", metavar="PASSAGE", help="its words in the document")
    claim.add_argument(
        "cells",
        metavar="COLUMN=VALUE",
        nargs="+",
        type=_pair,
        help="a cell of the claim or of its event",
    )
    _data_option(claim)


def _claims_options(claims: argparse.ArgumentParser) -> None:
    claims.add_argument("action", choices=("import",))
    claims.add_argument(
        "table", metavar="TABLE", type=Path, help="a CSV, TSV, Excel or Parquet file"
    )
    _data_option(claims)


def _passage_options(passage: argparse.ArgumentParser) -> None:
    passage.add_argument("source", metavar="SOURCE", help="the id of its source")
    passage.add_argument("passage", metavar="PASSAGE", help="its words in the document")
    _data_option(passage)


def _propose_options(propose: argparse.ArgumentParser) -> None:
    propose.add_argument(
        "source", metavar="SOURCE", nargs="?", help="the id of a source"
    )
    propose.add_argument(
        "--proposer",
        metavar="NAME",
        help="who proposes: rules, neighbours, or one that was installed (default: neighbours, or rules where "
        "scikit-learn is not installed)",
    )
    propose.add_argument(
        "--evaluate",
        action="store_true",
        help="leave each document out in turn, and compare what is proposed for it with both codings",
    )
    propose.add_argument(
        "--keep",
        action="store_true",
        help="keep what the comparison yields, for the methodology to print",
    )
    propose.add_argument(
        "--model",
        metavar="TOML",
        type=Path,
        help="ask the language model that this file names, within the limits that it states",
    )
    propose.add_argument(
        "--send",
        action="store_true",
        help="send it what it was said would be sent",
    )
    _data_option(propose)


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
    _data_option(command)


def _schedule_options(schedule: argparse.ArgumentParser) -> None:
    schedule.add_argument("action", choices=("print", "run"))
    schedule.add_argument(
        "names",
        metavar="NAME",
        nargs="*",
        help="the schedules (default for print: all)",
    )
    _log_option(schedule)
    _file_option(schedule)
    schedule.add_argument(
        "--as",
        dest="form",
        choices=("cron", "systemd", "github"),
        help="in whose words to print",
    )
    schedule.add_argument(
        "--to", metavar="DIR", type=Path, help="write the files into this folder"
    )


def _prune_options(prune: argparse.ArgumentParser) -> None:
    _out_option(prune)
    prune.add_argument(
        "--keep",
        metavar="N",
        type=_positive,
        required=True,
        help="how many editions stay",
    )
    prune.add_argument("--dry-run", action="store_true", help="only say which would go")


def _doctor_options(doctor: argparse.ArgumentParser) -> None:
    _data_option(doctor)
    _out_option(doctor)
    _file_option(doctor)


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
    _cell_options(partner, {name: f"as in partners.{name}" for name in more})
    _data_option(partner)


def _actor_options(command: argparse.ArgumentParser) -> None:
    cells = {
        "name": "its name, with its article if it has one (default: looked up)",
        "adjective": "as it comes before a noun (default: looked up)",
        "capital": "its capital; spellings joined by ; (default: looked up)",
        "aliases": "other names, joined by ;, beside those looked up",
    }
    _cell_options(command, cells)


def _cell_options(command: argparse.ArgumentParser, cells: Mapping[str, str]) -> None:
    """An option for each cell of a row, with what it is for."""
    for name, words in cells.items():
        command.add_argument(f"--{name}", metavar="WORDS", default="", help=words)


#: Where a thesis expects ties to go, in words.
DIRECTIONS = {"closer": 1, "away": -1}

_OPTIONS = {
    "init": _init_options,
    "partner": _partner_options,
    "check": _check_options,
    "confirm": _confirm_options,
    "build": _build_options,
    "trace": _trace_options,
    "source": _source_options,
    "claim": _claim_options,
    "claims": _claims_options,
    "passage": _passage_options,
    "propose": _propose_options,
    "import": _import_options,
    "schedule": _schedule_options,
    "prune": _prune_options,
    "doctor": _doctor_options,
}


def _data_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data", metavar="DIR", default="data", help="the data folder (default: data)"
    )


def _out_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--out",
        metavar="DIR",
        default="reports",
        help="the output folder (default: reports)",
    )


def _log_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--log",
        choices=("text", "json"),
        default="text",
        help="how events are told (default: text)",
    )


def _file_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--file",
        metavar="TOML",
        type=Path,
        default=Path("pyproject.toml"),
        help="the TOML file with the schedules (default: pyproject.toml)",
    )


def _positive(text: str) -> int:
    if not re.fullmatch(r"0*[1-9]\d{0,8}", text, re.ASCII):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a whole number from 1 to 999999999"
        )
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.isidentifier() and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def _executor(text: str) -> str:
    if not re.fullmatch(r"dask://\S+:\d+|\w+(\.\w+)*:\w+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not of the form module:factory or dask://HOST:PORT"
        )
    return text


def refuse(parser: argparse.ArgumentParser, unknown: list[str]) -> NoReturn:
    """End with the usage of the command, and the option that was probably meant."""
    option = unknown[0].partition("=")[0]
    hint = ""
    if option.startswith("-"):
        known = re.findall(r"--[a-z-]+", parser.format_usage())
        for similar in difflib.get_close_matches(option, known, 1):
            hint = f" (did you mean {similar}?)"
    parser.error(f"unrecognized arguments: {' '.join(unknown)}{hint}")
