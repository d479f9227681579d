"""Commands that code a document: it becomes a source, its passages claims."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from allywatch.commands.refusals import not_written
from briefmill.exits import Exit

if TYPE_CHECKING:
    from allywatch.desk.curate import Saved
    from allywatch.desk.proposing import Document, Proposer
    from allywatch.desk.proposing.proposers import Elsewhere


def do_source(options: argparse.Namespace) -> int:
    """Add a document as a source, or say how far a source has been coded."""
    from allywatch.data import loading
    from allywatch.data.contract import ContractError, visible
    from allywatch.desk.curate import DocumentError, add_source, status

    not_cells = {"action", "document", "data"}
    cells = {
        name: value
        for name, value in vars(options).items()
        if isinstance(value, str) and name not in not_cells
    }
    source_id = options.document
    try:
        if options.action == "add":
            added = add_source(Path(options.data), options.document, cells)
            source_id = added.keys["sources"]
            for remark in added.remarks:
                print(visible(f"Note: {remark}."), file=sys.stderr)
        lines = status(loading.load(options.data), source_id)
    except OSError as error:
        return not_written(options, error)
    except (DocumentError, ContractError) as error:
        print(error, file=sys.stderr)
        return Exit.BAD_INPUT
    print("\n".join(lines))
    return Exit.DONE


def do_claim(options: argparse.Namespace) -> int:
    """Code a passage: a claim, and the event that it opens or joins."""
    from allywatch.desk.curate import by_hand

    def code() -> list[str]:
        return _said_saved(
            by_hand.code(
                Path(options.data), options.source, options.passage, dict(options.cells)
            )
        )

    return _by_hand(options, code)


def do_claims(options: argparse.Namespace) -> int:
    """Code many passages from a table: each by its words, all or none."""
    from allywatch.desk.curate import by_hand

    def code() -> list[str]:
        return _said_saved(by_hand.code_table(Path(options.data), options.table))

    return _by_hand(options, code)


def do_passage(options: argparse.Namespace) -> int:
    """Print a row for claims.csv with the place and fingerprint of a passage, to paste."""
    from allywatch.desk.curate import by_hand

    def row() -> list[str]:
        return by_hand.row_to_paste(Path(options.data), options.source, options.passage)

    return _by_hand(options, row)


def _said_saved(saved: Saved) -> list[str]:
    return [", ".join(f"{key} in {table}.csv" for table, key in saved.keys.items())]


def _by_hand(options: argparse.Namespace, work: Callable[[], list[str]]) -> int:
    """Print the lines that `work` returns; where it is refused, say why. Returns the exit code."""
    from allywatch.data.contract import ContractError
    from allywatch.data.records import TableError
    from allywatch.desk.curate import by_hand

    try:
        lines = work()
    except OSError as error:
        return not_written(options, error)
    except (by_hand.NotAClaim, ContractError, TableError) as error:
        print(error, file=sys.stderr)
        return Exit.BAD_INPUT
    print("\n".join(lines))
    return Exit.DONE


def do_propose(options: argparse.Namespace) -> int:
    """Propose what of a document to code, into proposals.csv, or say what proposers are worth."""
    from allywatch.data.contract import ContractError
    from allywatch.desk import proposing

    if options.evaluate == bool(options.source):
        options.parser.error("name a source, or give --evaluate")
    if options.keep and not options.evaluate:
        options.parser.error("--keep goes with --evaluate")
    if options.send and not options.model:
        options.parser.error("--send goes with --model FILE: nothing else is sent")
    try:
        return _evaluate(options) if options.evaluate else _propose_for(options)
    except (
        proposing.NotAnswered,
        proposing.NotAtHand,
        proposing.UnknownProposer,
        ContractError,
    ) as error:
        print(error, file=sys.stderr)
        return Exit.BAD_INPUT


def _propose_for(options: argparse.Namespace) -> int:
    """Propose what of one document to code."""
    from allywatch.data import loading
    from allywatch.data.contract import visible
    from allywatch.desk import proposing

    try:
        if options.proposer or options.model:
            name = options.proposer or proposing.MODEL
            proposer = proposing.proposer(name, options.model)
        else:
            proposer = proposing.default_proposer()
        if proposer.elsewhere:
            dataset = loading.load(options.data)
            documents = [proposing.document_of(dataset, options.source)]
            if not _may_send(options, proposer.elsewhere, documents):
                return Exit.DONE
        done = proposing.propose(Path(options.data), options.source, proposer)
    except OSError as error:
        return not_written(options, error)
    _give_account(proposer)
    print(
        visible(
            f"{done.file}: {done.claims} claims proposed by {proposer.name}, nothing to code in {done.nothing} "
            f"sentences; {done.decided} were decided before. Each is a guess until a person accepts it."
        )
    )
    return Exit.DONE


def _may_send(
    options: argparse.Namespace, elsewhere: Elsewhere, documents: Sequence[Document]
) -> bool:
    """Say what would be sent where, and return whether it may be."""
    from allywatch.data.contract import visible

    announcement = elsewhere.announcement(documents)
    print("\n".join(map(visible, announcement.lines)))
    if options.send or not announcement.questions:
        return True
    print("Nothing was sent. Run it again with --send to send it.")
    return False


def _give_account(proposer: Proposer) -> None:
    """Say what a proposer elsewhere was sent, and what of its answers was refused."""
    from allywatch.data.contract import visible

    if proposer.elsewhere:
        print("\n".join(map(visible, proposer.elsewhere.account())))


def _evaluate(options: argparse.Namespace) -> int:
    """Print what the proposers are worth."""
    from allywatch.data import loading
    from allywatch.data.contract import visible
    from allywatch.desk import proposing
    from allywatch.method import proposers

    names = [options.proposer] if options.proposer else proposing.proposers_here()
    if options.model and not options.proposer:
        names.append(proposing.MODEL)
    dataset = loading.load(options.data)
    asked = [proposing.proposer(name, options.model) for name in names]
    for each in asked:
        documents = proposers.documents(dataset)
        if each.elsewhere and not _may_send(options, each.elsewhere, documents):
            return Exit.DONE
    found = proposers.worth(dataset, asked)
    for each in asked:
        _give_account(each)
    lines = proposers.in_lines(found, proposers.between_coders(dataset))
    print("\n".join(map(visible, lines)))
    if options.keep:
        try:
            rows = proposers.rows_to_keep(dataset, found)
            file = proposing.keep_worth(Path(options.data), rows)
        except OSError as error:
            return not_written(options, error)
        print(visible(f"{file} has it; the methodology prints it."))
    return Exit.DONE
