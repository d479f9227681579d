"""The other end of the forking engine: cells run in the shell of a kernel, which answers through a pipe."""

from __future__ import annotations

import os
import signal
import sys
from io import TextIOBase
from multiprocessing.connection import Connection
from tempfile import TemporaryFile

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from traitlets.config import Config

from briefmill.engine import HOUSE_STYLE, INLINE


class _Wire(Session):
    """A kernel's session whose messages go into a pipe, in the same form as they would go to a socket."""

    pipe: Connection

    def send(self, stream, msg_or_type, content=None, parent=None, **kwargs):
        """Send a message, or make one of its type and `content` and send that."""
        message = (
            msg_or_type
            if isinstance(msg_or_type, dict)
            else self.msg(msg_or_type, content, parent)
        )
        self.pipe.send_bytes(self.pack(message))
        return message


class _Stream(TextIOBase):
    """What is printed, sent on in one piece when something else follows or the cell ends."""

    def __init__(self, name: str, wire: _Wire):
        self.name, self._wire, self._held = name, wire, []

    def write(self, words: str) -> int:
        """Keep `words` until the stream is flushed."""
        if not isinstance(words, str):
            raise TypeError(f"write() argument must be str, not {type(words)}")
        if words:
            (other,) = {sys.stdout, sys.stderr} - {self} or {None}
            if isinstance(other, _Stream):
                other.flush()  # what was printed first comes first
            self._held.append(words)
        return len(words)

    def flush(self) -> None:
        """Send what was written."""
        if self._held:
            text, self._held = "".join(self._held), []
            self._wire.send(None, "stream", {"name": self.name, "text": text})

    def fileno(self) -> int:
        """The descriptor that programs started by a cell write to."""
        return {"stdout": 1, "stderr": 2}[self.name]


class _Descriptors:
    """What is written past Python, by a program that a cell starts or by a library in C."""

    def __init__(self) -> None:
        self._files, self._read = {}, {}
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            file = TemporaryFile()  # noqa: SIM115 - open to the end
            os.dup2(file.fileno(), descriptor)
            self._files[name], self._read[name] = file, 0

    def drain(self) -> None:
        """Put what was written since on the stream of the same name."""
        for name, file in self._files.items():
            size = os.fstat(file.fileno()).st_size
            words = os.pread(file.fileno(), size - self._read[name], self._read[name])
            self._read[name] = size
            getattr(sys, name).write(words.decode(errors="replace"))


class _Shell(ZMQInteractiveShell):
    """A kernel's shell, for a process in which nobody opens a window."""

    def enable_gui(self, gui=None):
        """There is no event loop to enable."""


def shell() -> ZMQInteractiveShell:
    """The shell of this process, made when it is first asked for; a forked child inherits its parent's."""
    # No history: it is kept by a thread, and threads do not survive a fork.
    config = Config({"HistoryManager": {"enabled": False}})
    return _Shell.instance(config=config, compiler_class=XCachingCompiler)


def serve(pipe: Connection) -> None:
    """Run each cell that comes through `pipe` and send what it puts out, until the other end closes."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("MPLBACKEND", INLINE)
    runs, wire = shell(), _Wire()
    runs.extension_manager.load_extension(HOUSE_STYLE)
    wire.pipe = pipe
    for sender in (runs.displayhook, runs.display_pub):
        sender.session = wire
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    past, (sys.stdout, sys.stderr) = (
        _Descriptors(),
        (_Stream("stdout", wire), _Stream("stderr", wire)),
    )
    while True:
        try:
            source = pipe.recv_bytes().decode()
        except EOFError:
            return
        _run(runs, wire, source, past)


def _run(
    runs: ZMQInteractiveShell, wire: _Wire, source: str, past: _Descriptors
) -> None:
    """Run one cell and send the messages that a kernel would."""
    wire.send(None, "status", {"execution_state": "busy"})
    wire.send(
        None, "execute_input", {"code": source, "execution_count": runs.execution_count}
    )
    result = runs.run_cell(source, store_history=True)
    past.drain()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    error = result.error_before_exec or result.error_in_exec
    reply = {"status": "ok", "execution_count": runs.execution_count - 1}
    if error is not None or runs._last_traceback_during_displayhook:
        reply |= {"status": "error", "traceback": runs._last_traceback or []}
        reply |= {"ename": type(error).__name__, "evalue": str(error)}
    wire.send(None, "execute_reply", reply)
    wire.send(None, "status", {"execution_state": "idle"})
