"""`allywatch build --preview`: one partner's page of the data as they are."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from briefmill.exits import Exit


def preview(options: argparse.Namespace, parameters: dict[str, str]) -> int:
    """Make one partner's page, and again whenever the data or the notebook change, until Ctrl-C."""
    from allywatch.preview import inputs
    from briefmill import log, watching

    if len(options.partners) != 1:
        options.parser.error("a preview shows one partner: name one")
    report = log(options.log)
    folders = Path(options.data), Path(options.notebooks)
    changes = watching.changes(lambda: inputs(*folders))
    code: int = Exit.DONE
    try:
        for number, _ in enumerate(changes, start=1):
            code = _previewed(options, parameters, report)
            if options.once or (number == 1 and code != Exit.DONE):
                return code
            if code != Exit.DONE:
                report("The preview stays as it was.")
            if number == 1:
                report("Made anew whenever data or notebook change. Ctrl-C ends this.")
    except KeyboardInterrupt:
        return Exit.DONE
    return code


def _previewed(
    options: argparse.Namespace,
    parameters: dict[str, str],
    report: Callable[..., None],
) -> int:
    """Make the preview once and say where it is, or why there is none; returns the exit code."""
    from allywatch import preview
    from allywatch.data.contract import ContractError, visible
    from briefmill import PlanError
    from briefmill.engine import CannotRun
    from briefmill.pages import PageFailed

    started = time.monotonic()
    try:
        paths = preview.preview(
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
        return Exit.SOME_FAILED
    except (PlanError, ContractError, CannotRun, OSError) as error:
        report(str(error), "refused")
        return Exit.BAD_INPUT
    seconds = time.monotonic() - started
    for path in paths:
        report(f"Preview in {seconds:.1f} s", "built", duration_s=round(seconds, 2))
        print(visible(str(path)), flush=True)
    return Exit.DONE
