"""The command line: `allywatch init`, `check`, `build` and the others; `usage` has them all."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from allywatch import usage
from allywatch.commands import building, coding, folders
from briefmill import terminal
from briefmill.exits import SIGNALS, Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    commands = {
        "init": folders.do_init,
        "partner": folders.do_partner,
        "check": folders.do_check,
        "confirm": folders.do_confirm,
        "build": building.do_build,
        "trace": folders.do_trace,
        "source": coding.do_source,
        "claim": coding.do_claim,
        "claims": coding.do_claims,
        "passage": coding.do_passage,
        "propose": coding.do_propose,
        "import": folders.do_import,
        "schedule": building.do_schedule,
        "prune": building.do_prune,
        "doctor": folders.do_doctor,
    }
    arguments = sys.argv[1:] if arguments is None else arguments
    with terminal.unfailing_streams(), _ended_by_signals():
        options, unknown = usage.parser(commands, arguments).parse_known_args(arguments)
        if unknown:
            usage.refuse(options.parser, unknown)
        try:
            code: int = options.run(options)
        except KeyboardInterrupt:
            print("Interrupted: nothing was changed.", file=sys.stderr)
            return Exit.INTERRUPTED
        except Exception:
            # Python itself would end with 1, which says that some briefings failed.
            import traceback

            traceback.print_exc()
            return Exit.UNEXPECTED
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


if __name__ == "__main__":
    sys.exit(main())
