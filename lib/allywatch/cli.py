"""The command line: `allywatch init`, `check`, `build` and the others; `usage` has them all."""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from allywatch.desk.curate import Saved
    from allywatch.desk.proposing import Document, Proposer
    from allywatch.desk.proposing.proposers import Elsewhere
    from briefmill import Edition

from allywatch import usage
from briefmill import terminal
from briefmill.exits import SIGNALS, Exit

DONE, SOME_FAILED, BAD_INPUT, UNEXPECTED, LOCKED, INTERRUPTED = Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    commands = {
        "init": _init,
        "partner": _partner,
        "check": _check,
        "confirm": _confirm,
        "build": _build,
        "trace": _trace,
        "source": _source,
        "claim": _claim,
        "claims": _claims,
        "passage": _passage,
        "propose": _propose,
        "import": _import,
        "schedule": _schedule,
        "prune": _prune,
        "doctor": _doctor,
    }
    with terminal.unfailing_streams(), _ended_by_signals():
        options, unknown = usage.parser(commands).parse_known_args(arguments)
        if unknown:
            usage.refuse(options.parser, unknown)
        try:
            code: int = options.run(options)
        except KeyboardInterrupt:
            print("Interrupted: nothing was changed.", file=sys.stderr)
            return INTERRUPTED
        except Exception:
            # Python itself would end with 1, which says that some briefings failed.
            traceback.print_exc()
            return UNEXPECTED
        return code


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM, and SIGHUP, end a run in order, as Ctrl-C does; those that whoever started it has ignored (`nohup`) do not.

    SIGTERM does so also in the background, where a shell has SIGINT ignored.
    """
    handlers = {each: signal.getsignal(each) for each in SIGNALS}
    for each, handler in handlers.items():
        if handler == signal.SIG_DFL or each == signal.SIGTERM:
            signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)


def _init(options: argparse.Namespace) -> int:
    """Make a data folder for another power: contract, event types, and a table for each kind of row."""
    from allywatch.data.contract import ContractError, visible
    from allywatch.desk.start.actors import UnknownActors
    from allywatch.desk.start.folder import NotMade, init

    thesis = {
        "words": options.thesis,
        "stance": options.stance,
        "direction": usage.DIRECTIONS.get(options.direction, 0),
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
        return BAD_INPUT
    data = visible(str(options.folder))
    print(f"{data} is made.")
    _say_blanks(blanks, Path(options.folder))
    following = "build" if options.sample else "partner add NAME …"
    print(f"Next: allywatch {following} --data {data}")
    return DONE


def _partner(options: argparse.Namespace) -> int:
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
        return _not_written(options, error)
    except (UnknownActors, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    for row in rows:
        described = [row["name"], row.get("adjective"), row.get("capital")]
        words = ", ".join(filter(None, described))
        print(visible(f"{row['partner_id']}: {words}"))
    _say_blanks(blanks, Path(options.data))
    return DONE


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


def _check(options: argparse.Namespace) -> int:
    """Say what was repaired in the data and what is wrong with it."""
    from allywatch.check import check

    report = check(options.data)
    print(report.text)
    return report.exit_code


def _confirm(options: argparse.Namespace) -> int:
    """Note that judgements have been read again and stand on the rows as they are now."""
    from allywatch.data.contract import ContractError
    from allywatch.desk.confirm import UnknownJudgement, confirm

    if options.all == bool(options.judgements):
        options.parser.error("name the judgements, or give --all")
    try:
        confirmed = confirm(Path(options.data), options.judgements, options.on)
    except OSError as error:
        return _not_written(options, error)
    except (ContractError, UnknownJudgement) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    names = ", ".join(confirmed) or "none was under review"
    print(f"confirmed: {names}")
    return DONE


def _not_written(options: argparse.Namespace, error: OSError) -> int:
    """Say that a data folder cannot be written to, and return the exit code."""
    from allywatch.data.contract import visible
    from allywatch.desk.writing import NotWritten

    words = str(error)
    if not isinstance(error, NotWritten):
        where = error.filename or options.data
        words = f"{where} cannot be read or written: {error.strerror or error}."
    print(visible(words), file=sys.stderr)
    return BAD_INPUT


def _trace(options: argparse.Namespace) -> int:
    """Print the chain from sentence to event, claims, source and passage."""
    from allywatch.data.contract import ContractError
    from allywatch.trace import UnknownReference, trace

    try:
        lines = trace(options.ref, options.data)
    except (UnknownReference, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def _source(options: argparse.Namespace) -> int:
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
        return _not_written(options, error)
    except (DocumentError, ContractError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def _claim(options: argparse.Namespace) -> int:
    """Code a passage: a claim, and the event that it opens or joins."""
    from allywatch.desk.curate import by_hand

    def code() -> list[str]:
        return _said_saved(
            by_hand.code(
                Path(options.data), options.source, options.passage, dict(options.cells)
            )
        )

    return _by_hand(options, code)


def _claims(options: argparse.Namespace) -> int:
    """Code many passages from a table: each by its words, all or none."""
    from allywatch.desk.curate import by_hand

    def code() -> list[str]:
        return _said_saved(by_hand.code_table(Path(options.data), options.table))

    return _by_hand(options, code)


def _passage(options: argparse.Namespace) -> int:
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
        return _not_written(options, error)
    except (by_hand.NotAClaim, ContractError, TableError) as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    print("\n".join(lines))
    return DONE


def _propose(options: argparse.Namespace) -> int:
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
        return BAD_INPUT


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
                return DONE
        done = proposing.propose(Path(options.data), options.source, proposer)
    except OSError as error:
        return _not_written(options, error)
    _give_account(proposer)
    print(
        visible(
            f"{done.file}: {done.claims} claims proposed by {proposer.name}, nothing to code in {done.nothing} "
            f"sentences; {done.decided} were decided before. Each is a guess until a person accepts it."
        )
    )
    return DONE


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
            return DONE
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
            return _not_written(options, error)
        print(visible(f"{file} has it; the methodology prints it."))
    return DONE


def _import(options: argparse.Namespace) -> int:
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
        return BAD_INPUT
    print("\n".join(imported.lines))
    return DONE


def _build(options: argparse.Namespace) -> int:
    """Make the briefings: a PDF each, an index and a manifest, in OUT/latest."""
    from briefmill import log
    from briefmill.engine import CannotRun, children, forks

    started = time.monotonic()
    parameters = dict(options.parameter)
    if options.preview:
        return _preview(options, parameters)
    if options.to:
        return _files(options, parameters)
    # Found out without importing what takes time.
    whole_build = not options.partners and not options.force
    if whole_build and _nothing_to_do(options, parameters):
        return DONE
    report = log(options.log)
    engine = options.engine or ("fork" if children.FORKS else "kernel")
    try:
        if engine == "fork" and not options.executor:
            # It imports what the jobs need while the data is read here.
            forks.server("allywatch.briefings", children.environment)
        edition = _built(options, parameters, engine, report)
    except (CannotRun, OSError) as error:
        # No process, no room, no right, or a file where a folder should be.
        report(f"Nothing was published in {options.out}: {error}.", "refused")
        return BAD_INPUT
    if isinstance(edition, Exit):
        return edition
    # From here on it is done: an interruption could undo nothing.
    for each in SIGNALS:
        signal.signal(each, lambda *_: None)
    return _summed_up(edition, time.monotonic() - started, report)


def _files(options: argparse.Namespace, parameters: dict[str, str]) -> int:
    """Make each briefing as another kind of file, in a folder of its own and in no edition."""
    from allywatch import briefings
    from allywatch.data.contract import ContractError, visible
    from briefmill import PlanError, execution, log, pages
    from briefmill.engine import CannotRun, children, forks

    report = log(options.log)
    out = Path(options.out)
    engine = options.engine or execution.ENGINE
    code: int = DONE
    try:
        if engine == "fork":
            forks.server(briefings.__name__, children.environment)
        planned = briefings.plan(
            options.data, options.notebooks, options.partners, options.as_of, parameters
        )
        made = pages.make(
            planned,
            out / options.to,
            [options.to],
            out,
            workers=options.workers or execution.usable_processors(),
            engine=engine,
            limit_s=options.time_limit,
        )
        for page in made:
            for path in page.paths:
                print(visible(str(path)), flush=True)
            if page.error:
                report(f"{page.job.name}: FAILED: {page.error}", "failed")
                code = SOME_FAILED
    except (PlanError, ContractError, CannotRun, OSError) as error:
        report(str(error), "refused")
        return BAD_INPUT
    return code


def _preview(options: argparse.Namespace, parameters: dict[str, str]) -> int:
    """Make one partner's page, and again whenever the data or the notebook change, until Ctrl-C."""
    from allywatch.preview import inputs
    from briefmill import log, watching

    if len(options.partners) != 1:
        options.parser.error("a preview shows one partner: name one")
    report = log(options.log)
    folders = Path(options.data), Path(options.notebooks)
    changes = watching.changes(lambda: inputs(*folders))
    code: int = DONE
    try:
        for number, _ in enumerate(changes, start=1):
            code = _previewed(options, parameters, report)
            if options.once or (number == 1 and code != DONE):
                return code
            if code != DONE:
                report("The preview stays as it was.")
            if number == 1:
                report("Made anew whenever data or notebook change. Ctrl-C ends this.")
    except KeyboardInterrupt:
        return DONE
    return code


def _previewed(
    options: argparse.Namespace,
    parameters: dict[str, str],
    report: Callable[..., None],
) -> int:
    """Make the preview once and say where it is, or why there is none; returns the exit code."""
    from allywatch.data.contract import ContractError, visible
    from allywatch.preview import preview
    from briefmill import PlanError
    from briefmill.engine import CannotRun
    from briefmill.pages import PageFailed

    started = time.monotonic()
    try:
        paths = preview(
            options.partners[0],
            options.data,
            options.notebooks,
            options.out,
            options.as_of,
            parameters,
            options.time_limit,
        )
    except PageFailed as error:
        report(str(error), "failed")
        return SOME_FAILED
    except (PlanError, ContractError, CannotRun, OSError) as error:
        report(str(error), "refused")
        return BAD_INPUT
    seconds = time.monotonic() - started
    for path in paths:
        report(f"Preview in {seconds:.1f} s", "built", duration_s=round(seconds, 2))
        print(visible(str(path)), flush=True)
    return DONE


def _built(
    options: argparse.Namespace,
    parameters: dict[str, str],
    engine: str,
    report: Callable[..., None],
) -> Edition | Exit:
    """The edition that was asked for; where the request is refused, say why and return the exit code."""
    from allywatch.briefings import plan
    from allywatch.data.contract import ContractError
    from briefmill import Locked, PlanError, build
    from briefmill.executors import connected

    try:
        planned = plan(
            options.data, options.notebooks, options.partners, options.as_of, parameters
        )
        executor = connected(options.executor) if options.executor else None
        return build(
            planned,
            options.out,
            options.workers,
            report,
            engine=engine,
            executor=executor,
            force=options.force,
            explain=options.explain,
            limit_s=options.time_limit,
        )
    except (PlanError, ContractError) as error:
        report(str(error), "refused")
        return BAD_INPUT
    except Locked as error:
        report(str(error), "locked")
        return LOCKED


def _summed_up(edition: Edition, seconds: float, report: Callable[..., None]) -> int:
    """Say what came of a build, and return its exit code."""
    from allywatch.data.contract import visible

    index = visible(str(_shown(edition.folder / "index.html")))
    tried = [outcome for outcome in edition.outcomes if outcome.status != "current"]
    if tried:
        counts = f"{len(tried) - len(edition.failed)} of {len(tried)} briefings made"
        unchanged = "" if edition.fresh else ", and nothing changed"
        summary = f"{counts} in {seconds:.0f} s{unchanged}: {index}"
    else:
        summary = _all_current(len(edition.outcomes), index)
    print(summary)

    number = edition.manifest["edition"]["number"]
    words = f"Edition {number}"
    if edition.failed:
        names = ", ".join(outcome.job.name for outcome in edition.failed)
        words = f"Failed: {names}. See {_shown(edition.failures)}"
    report(words, "end", edition=number, published=edition.fresh)
    return SOME_FAILED if edition.failed else DONE


def _schedule(options: argparse.Namespace) -> int:
    """Print what runs a schedule, ready for cron, systemd or GitHub; or run one now."""
    from briefmill import log
    from briefmill.schedule import scheduled, schedules, timers

    report = log(options.log)
    try:
        known = schedules.read(options.file, "allywatch")
        unknown = [name for name in options.names if name not in known]
        if unknown:
            raise schedules.ScheduleError(
                f"No schedule is called {', '.join(unknown)}; "
                f"those there are: {', '.join(known) or 'none'}."
            )
        if options.action == "run":
            if len(options.names) != 1:
                raise schedules.ScheduleError("Name one schedule to run.")
            return scheduled.run(known[options.names[0]], options.log, report)
        if not options.form:
            raise schedules.ScheduleError(
                "Say in whose words: --as cron, --as systemd or --as github."
            )
        chosen = [known[name] for name in options.names or known]
        timers.hand_out(chosen, options.form, options.file, options.to)
    except (schedules.ScheduleError, OSError) as error:
        report(str(error), "refused")
        return BAD_INPUT
    return DONE


def _prune(options: argparse.Namespace) -> int:
    """Remove all but the newest editions, and the failures kept with them."""
    from briefmill import Locked, prune

    out = Path(options.out)
    if not out.is_dir():
        message = f"There is no output folder {out}; name another with --out."
        print(message, file=sys.stderr)
        return BAD_INPUT
    try:
        removed = prune(out, options.keep, options.dry_run)
    except Locked as error:
        print(error, file=sys.stderr)
        return LOCKED
    except OSError as error:
        print(f"{out} could not be pruned: {error}.", file=sys.stderr)
        return BAD_INPUT
    editions = "No edition"
    if removed:
        editions = f"Editions {', '.join(str(number) for number in removed)}"
    verb = "would be removed" if options.dry_run else "removed"
    print(f"{editions} {verb}.")
    return DONE


def _doctor(options: argparse.Namespace) -> int:
    """Look at Python, packages, fonts, documents, data, output, lock, engine and schedules."""
    from allywatch import doctor

    code: int = DONE
    findings = doctor.examination(Path(options.data), Path(options.out), options.file)
    for finding in findings:
        print(finding, flush=True)
        if not finding.well:
            code = BAD_INPUT
    return code


def _all_current(n_briefings: int, index: object) -> str:
    return f"Nothing to build: all {n_briefings} are current: {index}"


def _nothing_to_do(options: argparse.Namespace, parameters: dict[str, str]) -> bool:
    """Whether the last edition is all that a whole build would make; if so, say it."""
    from allywatch import briefings
    from briefmill import freshness, log
    from briefmill.editions import manifest, store

    latest = Path(options.out).absolute() / store.LATEST
    try:
        previous = manifest.read(latest)
        if not previous:
            return False
        request = freshness.request(
            briefings,
            Path(options.data),
            Path(options.notebooks),
            options.as_of,
            parameters,
        )
        if not freshness.unchanged(request, previous, latest):
            return False
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return False  # the build reads it all thoroughly and names what is wrong
    if options.explain:
        for name in previous["briefings"]:
            print(f"{name}: nothing it is made from has changed", file=sys.stderr)
    if options.log == "json":
        number = previous["edition"]["number"]
        log("json")("Nothing to build", "end", edition=number, published=False)
    index = _shown(latest / "index.html")
    print(_all_current(len(previous["briefings"]), index))
    return True


def _shown(path: Path) -> Path:
    """`path` as a person here would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


if __name__ == "__main__":
    sys.exit(main())
