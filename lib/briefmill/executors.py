"""Executors that others provide: any of Python's own kind, or the workers of a Dask cluster."""

from __future__ import annotations

import logging
from concurrent.futures import Executor
from importlib import import_module

from briefmill.planning import PlanError

DASK = "dask://"


def connected(address: str) -> Executor:
    """The executor at `address`: ``module:factory``, called without arguments, or ``dask://HOST:PORT``.

    Its workers need the same code installed, and nothing else: not the data, nor a disk in common.

    Raises
    ------
    PlanError
        If there is none.
    """
    try:
        if address.startswith(DASK):
            return _dask(address.removeprefix(DASK))
        module, _, factory = address.partition(":")
        executor = getattr(import_module(module), factory)()
    except ImportError as error:
        hint = "; install allywatch[dask]" if address.startswith(DASK) else ""
        raise PlanError(f"No executor {address!r}: {error}{hint}.") from None
    except (Exception, SystemExit) as error:  # whatever the code of others does
        raise PlanError(
            f"No executor {address!r}: {type(error).__name__}: {error}. "
            f"Write it as module:factory or {DASK}HOST:PORT."
        ) from None
    if not hasattr(executor, "submit"):
        raise PlanError(
            f"No executor {address!r}: it gave {executor!r}, which is none."
        )
    return executor


def _dask(address: str) -> Executor:
    from distributed import Client

    # That a scheduler was lost is said by whoever it was lost to; Dask would add its own traceback.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    # Each job is a call of its own: what looks alike is not to be done once.
    return Client(f"tcp://{address}", timeout=10).get_executor(pure=False)
