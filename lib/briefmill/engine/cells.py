"""The child's end of the forking engine: cells run in the shell of a kernel, which answers through a pipe."""

from __future__ import annotations

import marshal
import os
import re
import signal
import sys
from io import TextIOBase
from multiprocessing.connection import Connection
from tempfile import TemporaryFile
from threading import RLock
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from traitlets.config import Config

from briefmill.blocks.base import BLOCK_MIME
from briefmill.engine import HOUSE_STYLE, INLINE

#: A half of a letter that UTF-8 has no bytes for; on its way within a message a sign for the unknown takes its place.
_HALF_A_LETTER = re.compile(rb"\xed[\xa0-\xbf]")


class _Wire(Session):
    """A kernel's session whose messages go into a pipe, in the same form as they would go to a socket.

    A block follows its message by itself: it may hold files of megabytes, for which text within text takes long.
    """

    pipe: Connection
    turn: RLock  # a cell may have threads that send at once

    def send(
        self,
        stream: Any,
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        *others: Any,
        **named: Any,
    ) -> dict[str, Any]:
        """Send a message, or make one of its type and `content` and send that."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content, parent)
        shortened, block = _apart(message)
        packed = [self.pack(shortened)]
        if block is not None:
            packed.append(block)
        with self.turn:
            for each in packed:
                self.pipe.send_bytes(each)
        return message


def _apart(message: dict[str, Any]) -> tuple[dict[str, Any], bytes | None]:
    """A message without the block that it shows, in the place of which is None, and the block; None where it stays in its message."""
    content = message["content"]
    data = content.get("data", {})
    if BLOCK_MIME not in data:
        return message, None
    try:
        block = marshal.dumps(data[BLOCK_MIME])
    except ValueError:  # it has more than text, numbers and lists of these
        return message, None
    if _HALF_A_LETTER.search(block):
        return message, None
    return message | {"content": content | {"data": data | {BLOCK_MIME: None}}}, block


class _Stream(TextIOBase):
    """What is printed, sent on in one piece when something else follows or the cell ends."""

    def __init__(self, name: str, wire: _Wire) -> None:
        self.name = name
        self._wire = wire
        self._held: list[str] = []

    def write(self, words: str) -> int:
        """Keep `words` until the stream is flushed."""
        if not isinstance(words, str):
            raise TypeError(f"write() argument must be str, not {type(words)}")
        if not words:
            return 0
        with self._wire.turn:
            # What was printed first on the other stream comes first.
            for stream in (sys.stdout, sys.stderr):
                if stream is not self and isinstance(stream, _Stream):
                    stream.flush()
            self._held.append(words)
        return len(words)

    def flush(self) -> None:
        """Send what was written."""
        with self._wire.turn:
            text = _sendable("".join(self._held))
            self._held = []
            if text:
                self._wire.send(None, "stream", {"name": self.name, "text": text})

    def fileno(self) -> int:
        """The descriptor that programs started by a cell write to."""
        return {"stdout": 1, "stderr": 2}[self.name]


def _sendable(text: str) -> str:
    """`text`, with a question mark for each half of a letter that no encoding has, where it holds one."""
    try:
        text.encode(errors="surrogateescape")  # as a message is
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


class _Descriptor:
    """What is written past Python, by a program that a cell starts or by a library in C."""

    def __init__(self, descriptor: int, stream: _Stream) -> None:
        self._stream = stream
        self._file = TemporaryFile()  # noqa: SIM115 - open to the end
        self._read = 0
        os.dup2(self._file.fileno(), descriptor)

    def drain(self) -> None:
        """Put what was written since on the stream of the same name."""
        size = os.fstat(self._file.fileno()).st_size
        words = os.pread(self._file.fileno(), size - self._read, self._read)
        self._read = size
        self._stream.write(words.decode(errors="replace"))


class _Shell(ZMQInteractiveShell):
    """A kernel's shell, for a process in which nobody opens a window."""

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no event loop to enable."""


def shell() -> ZMQInteractiveShell:
    """The shell of this process in the house's style, made when it is first asked for; a forked child inherits its parent's."""
    # No history: it is kept by a thread, and threads do not survive a fork.
    config = Config({"HistoryManager": {"enabled": False}})
    made: Any = _Shell.instance(config=config, compiler_class=XCachingCompiler)
    made.extension_manager.load_extension(HOUSE_STYLE)  # the second time for nothing
    return made


def serve(pipe: Connection) -> None:
    """Run each cell that comes through `pipe` and send what it puts out, until the other end closes."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("MPLBACKEND", INLINE)
    wire = _Wire()
    wire.pipe = pipe
    wire.turn = RLock()
    cell_shell = shell()
    # IPython's types name its own classes, not those of a kernel, which have a session.
    for sender in (cell_shell.displayhook, cell_shell.display_pub):
        sender.session = wire  # type: ignore[union-attr]

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    stdout = _Stream("stdout", wire)
    stderr = _Stream("stderr", wire)
    descriptors = [_Descriptor(1, stdout), _Descriptor(2, stderr)]
    sys.stdout = stdout
    sys.stderr = stderr
    while True:
        try:
            source = pipe.recv_bytes().decode()
        except EOFError:
            return
        _run(cell_shell, wire, source, descriptors)


def _run(
    cell_shell: ZMQInteractiveShell,
    wire: _Wire,
    source: str,
    descriptors: list[_Descriptor],
) -> None:
    """Run one cell and send the messages that a kernel would."""
    number = cell_shell.execution_count
    wire.send(None, "status", {"execution_state": "busy"})
    wire.send(None, "execute_input", {"code": source, "execution_count": number})
    result = cell_shell.run_cell(source, store_history=True)
    for descriptor in descriptors:
        descriptor.drain()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()

    reply = {"status": "ok", "execution_count": cell_shell.execution_count - 1}
    error = result.error_before_exec or result.error_in_exec
    if error is not None or cell_shell._last_traceback_during_displayhook:
        reply["status"] = "error"
        reply["traceback"] = cell_shell._last_traceback or []
        reply["ename"] = type(error).__name__
        reply["evalue"] = str(error)
    wire.send(None, "execute_reply", reply)
    wire.send(None, "status", {"execution_state": "idle"})
