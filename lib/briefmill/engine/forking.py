"""A papermill engine without a kernel: the cells run in a child forked from the process that records them.

The child inherits every module its parent has imported, and runs the cells in the very shell of a kernel; its
messages come through a pipe instead of sockets, and the same client as for a kernel turns them into the
document. What ends the child (a signal, no memory left, a limit) leaves the document as far as it got.

papermill loads this module with its own engines, so it stays light.
"""

from __future__ import annotations

import marshal
import os
import signal
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from jupyter_client.session import json_unpacker
from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete, CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager
from papermill.iorw import write_ipynb

from briefmill.blocks.base import BLOCK_MIME
from briefmill.engine import endings

# Tags of a cell, as nbclient knows them.
SKIPPED = "skip-execution"
EXPECTED = "raises-exception"


class ChildDied(RuntimeError):
    """The process that ran the cells ended before they did."""


class ForkingEngine(Engine):
    """Runs the cells of each notebook in a child forked for it; papermill knows it as ``allywatch``."""

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        **kwargs: Any,
    ) -> NotebookNode:
        """Run `nb` and return it; it is saved once, where papermill itself would save it before and after each cell."""
        try:
            return super().execute_notebook(nb, kernel_name, output_path=None, **kwargs)
        except BaseException:
            if output_path:
                write_ipynb(nb, output_path)
            raise

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        log_output: bool = False,
        **kwargs: Any,
    ) -> None:
        """Run the cells of the notebook that `nb_man` keeps the record of."""
        _Client(nb_man, kernel_name=kernel_name, log_output=log_output).execute()


class _Client(PapermillNotebookClient):
    """papermill's client of a kernel, with a forked child in the kernel's place."""

    def execute(self, **kwargs: Any) -> NotebookNode:
        """Fork, run the cells one by one, and end the child, however that goes."""
        from ipykernel.ipkernel import IPythonKernel

        self.reset_execution_trackers()
        self._pipe, self._child = _fork()
        try:
            self.papermill_execute_cells()
            self.nb.metadata["language_info"] = IPythonKernel.language_info
        finally:
            self._pipe.close()
            if self._child:  # nothing it might still do is of use
                os.kill(self._child, signal.SIGKILL)
                os.waitpid(self._child, 0)
        return self.nb

    def execute_cell(
        self, cell: NotebookNode, cell_index: int, **kwargs: Any
    ) -> NotebookNode:
        """Run one cell and record what it puts out.

        Raises
        ------
        CellExecutionError
            If it raises, and its tags do not say that it will.
        ChildDied
            If the child ends before the cell does.
        """
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or SKIPPED in tags:
            return cell
        cell.outputs = []
        cell.metadata["execution"] = {}
        self.code_cells_executed += 1
        self.clear_before_next_output = False
        try:
            reply = self._run(cell, cell_index)
        except BaseException as error:
            self.nb_man.cell_exception(cell, cell_index=cell_index, exception=error)
            raise
        if reply["status"] == "error" and EXPECTED not in tags:
            raise CellExecutionError.from_cell_and_msg(cell, reply)
        return cell

    def _run(self, cell: NotebookNode, cell_index: int) -> dict[str, Any]:
        """Have the child run `cell`, take its messages as they come, and return its reply."""
        try:
            self._pipe.send_bytes(cell.source.encode())
            reply: dict[str, Any] = {}
            while True:
                message = self._next_message()
                if message["msg_type"] == "execute_reply":
                    reply = message["content"]
                    times = cell.metadata["execution"]
                    times["shell.execute_reply"] = timestamp(message)
                else:
                    self.process_message(message, cell, cell_index)
        except CellExecutionComplete:
            return reply
        except (EOFError, OSError):
            _, status = os.waitpid(self._child, 0)
            self._child = 0
            raise ChildDied(
                f"its process ended with {ending(status)} in the middle of a cell"
            ) from None

    def _next_message(self) -> dict[str, Any]:
        """The next message of the child, with the block that follows it where it shows one."""
        message: dict[str, Any] = json_unpacker(self._pipe.recv_bytes())
        data = message["content"].get("data", {})
        if BLOCK_MIME in data and data[BLOCK_MIME] is None:
            data[BLOCK_MIME] = marshal.loads(self._pipe.recv_bytes())
        return message


def ending(status: int) -> str:
    """How a process ended, in words, from the `status` that `os.waitpid` gives."""
    code = os.waitstatus_to_exitcode(status)
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def _fork() -> tuple[Connection, int]:
    """A child that runs what it is sent: the pipe to it and its process id."""
    from briefmill.engine import cells

    ours, theirs = Pipe()
    job = os.getpid()
    child = os.fork()
    if child:
        theirs.close()
        return ours, child
    try:
        endings.end_with_parent(job)
        ours.close()
        cells.serve(theirs)
    finally:
        os._exit(1)  # it must never return into what its parent was doing
