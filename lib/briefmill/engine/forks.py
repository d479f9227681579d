"""The forking process of a domain, seen from the one that has started it (see `server`)."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from briefmill.engine import INTERPRETER, READY, CannotRun, endings
from briefmill.engine.folders import Folder

POSSIBLE = hasattr(os, "fork") and hasattr(socket, "send_fds")
Environment = Callable[[Path], dict[str, str]]

_starting = threading.Lock()
_servers: dict[str, Server] = {}  # by the domain whose jobs they do


def server(domain: str, environment: Environment) -> Server:
    """The forking process for the jobs of a domain, started when it is first asked for; it ends with this one.

    `environment` gives the variables of a process that works in a folder.

    Raises
    ------
    CannotRun
        If it cannot be started.
    """
    with _starting:
        running = _servers.get(domain)
        if running is None or not running.alive:
            try:
                running = Server(domain, environment)
            except OSError as error:
                raise CannotRun(
                    f"no process for jobs can be started ({error})"
                ) from None
            atexit.register(running.close)
            _servers[domain] = running
        return running


def close_all() -> None:
    """End the forking processes; one that is asked for later is started anew."""
    with _starting:
        for running in _servers.values():
            running.close()
        _servers.clear()


class Job:
    """A child that does a job: its `process` id, 0 where the forking process was killed before there was one."""

    def __init__(self, connection: socket.socket, folder: Path) -> None:
        self._connection = connection
        answer = ""
        with suppress(ConnectionError), connection.makefile("rw") as line:
            line.write(f"{json.dumps(str(folder))}\n")
            line.flush()
            answer = line.readline()
        told = json.loads(answer or "{}")
        if "refused" in told:
            connection.close()
            raise CannotRun(f"no process can be forked for a job ({told['refused']})")
        self.process: int = told.get("process", 0)

    def ended_within(self, seconds: float | None) -> bool:
        """Wait for the end of the child; False if it has not come after so many seconds (None: wait for ever)."""
        with self._connection as connection, suppress(ConnectionError):
            connection.settimeout(seconds)
            try:
                connection.recv(1)
            except TimeoutError:
                return False
        return True


class Server:
    """A forking process. It is up when it has imported everything; until then jobs wait for it."""

    def __init__(self, domain: str, environment: Environment) -> None:
        self._folder = Folder()
        self._control, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = self.begin(theirs, domain, environment)
        except OSError:
            self._control.close()
            self._folder.cleanup()
            raise
        self._coming_up = threading.Lock()
        self._is_up = False
        self._is_closed = False
        self._fault = ""

    def begin(
        self, theirs: socket.socket, domain: str, environment: Environment
    ) -> subprocess.Popen[bytes]:
        """Start the process, whose end of the control socket is `theirs`."""
        program = [*INTERPRETER, "-m", "briefmill.engine.server"]
        return subprocess.Popen(
            [*program, str(theirs.fileno()), domain],
            env=environment(Path(self._folder.name)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,  # why it did not come up
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def start(self, folder: Path) -> Job:
        """Have a child forked that does the job in `folder`.

        Raises
        ------
        CannotRun
            If it does not come up, or cannot fork; the text says why.
        """
        self.wait_until_up()
        ours, theirs = socket.socketpair()
        with theirs, suppress(ConnectionError):  # killed: the job is tried again
            socket.send_fds(self._control, [b"."], [theirs.fileno()])
        return Job(ours, folder)

    def wait_until_up(self) -> None:
        """Wait until it has imported everything.

        Raises
        ------
        CannotRun
            If it ends before that; the text says why.
        """
        with self._coming_up:
            if self._is_up:
                return
            if not self._fault:
                with suppress(OSError):
                    self._is_up = self._control.recv(1) == READY
                if not self._is_up:
                    self._fault = self._last_words()
            if self._fault:
                raise CannotRun(self._fault)

    def _last_words(self) -> str:
        """Why it did not come up."""
        code = self._process.wait()
        printed = b""
        if self._process.stderr is not None:
            printed = self._process.stderr.read()
        lines = printed.decode(errors="replace").strip().splitlines()
        why = f"exit status {code}"
        if code < 0:
            why = f"signal {signal.Signals(-code).name}"
        if lines:
            why = lines[-1]
        return f"the process that forks jobs did not come up ({why})"

    def close(self) -> None:
        """End it, with its children and theirs."""
        if self._is_closed:
            return
        self._is_closed = True
        endings.end(self._process.pid)
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
        self._control.close()
        self._folder.cleanup()
