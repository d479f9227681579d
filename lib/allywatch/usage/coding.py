"""How the commands are used that code documents."""

from __future__ import annotations

import argparse
from pathlib import Path

from allywatch.usage.options import Command, cell_options, data_option, exit_codes, pair

SOURCE = """\
examples:
  allywatch source add article.html --stance mixed --reliability C
  allywatch source add report.pdf --title "A report" --published 2026-03 --stance mixed
  allywatch source add https://example.org/article --stance mixed
  allywatch source status S6                       what of it is coded, and what is bare

A text in UTF-8 is taken as it is; of a PDF, a web page, .docx, .odt, .rtf, .eml or .mhtml the text is taken, as
sentences. It goes to the documents folder. An address is fetched as its robots.txt allows; nothing else asks for a
network. A page that checks for robots or wants to be paid for, and a scan, are warned about.

""" + exit_codes(
    done="done",
    bad="the document cannot be read, or its row would break the contract; nothing was changed",
)


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
    cell_options(source, cells)
    data_option(source)


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

""" + exit_codes(
    done="claims.csv has it, and events.csv its event",
    bad="the passage is not there, or a cell breaks the contract; nothing was changed",
)


def _claim_options(claim: argparse.ArgumentParser) -> None:
    claim.add_argument("action", choices=("add",))
    claim.add_argument("source", metavar="SOURCE", help="the id of its source")
    claim.add_argument("passage", metavar="PASSAGE", help="its words in the document")
    claim.add_argument(
        "cells",
        metavar="COLUMN=VALUE",
        nargs="+",
        type=pair,
        help="a cell of the claim or of its event",
    )
    data_option(claim)


CLAIMS = """\
examples:
  allywatch claims import table.csv

The table has a column source_id, a column passage with words that stand in the document, and any column of claims
and events, as `allywatch claim add` takes them. Quotes, dashes and blanks may be other ones. A row with the event_id
of an event joins it; one with a new event_id and the cells of an event opens it; one with none opens one of its own.
The words are not kept: they become a place and a fingerprint.

""" + exit_codes(
    done="claims.csv has them, and events.csv their events",
    bad="a passage is not there or not alone, or a cell breaks the contract; each row is named, and nothing was changed",
)


def _claims_options(claims: argparse.ArgumentParser) -> None:
    claims.add_argument("action", choices=("import",))
    claims.add_argument(
        "table", metavar="TABLE", type=Path, help="a CSV, TSV, Excel or Parquet file"
    )
    data_option(claims)


PASSAGE = """\
examples:
  allywatch passage S1 "signed a fishing pact"

Prints the header of claims.csv and a row with place and fingerprint filled in. Nothing is written.

""" + exit_codes(
    done="the row was printed",
    bad="the passage is not there, or stands there more than once",
)


def _passage_options(passage: argparse.ArgumentParser) -> None:
    passage.add_argument("source", metavar="SOURCE", help="the id of its source")
    passage.add_argument("passage", metavar="PASSAGE", help="its words in the document")
    data_option(passage)


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

""" + exit_codes(
    done="proposals.csv has them, the table was printed, or what would be sent",
    bad="no such source, document or proposer, no answer, or the data is not sound; nothing was changed",
)


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
    data_option(propose)


COMMANDS = {
    "source": Command(
        "add a document, or say how far one is coded",
        SOURCE,
        _source_options,
        ("sources",),
    ),
    "claim": Command("code a passage", CLAIM, _claim_options, ("claims", "events")),
    "claims": Command(
        "code many passages from a table", CLAIMS, _claims_options, ("claims", "events")
    ),
    "passage": Command("print a row of a passage, to paste", PASSAGE, _passage_options),
    "propose": Command("propose what of a document to code", PROPOSE, _propose_options),
}
