"""The process that forks: it has imported what a briefing needs, has no thread, and forks a child for each job.

Its parent talks to it through one socket: it says when it is ready, and is then sent the end of another socket for each
job. Through that come the folder of the job and, back, the process id of the child that works there; it closes
when the child has ended. The server ends with its parent, and everything that stems from it ends with it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path

from briefmill.engine import READY, endings, job


def main() -> None:
    """Serve the socket whose descriptor is the first argument, until its other end closes.

    The second argument is the name of the domain whose jobs it does.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps ended children
    endings.adopt()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        job.preload(sys.argv[2])
        assert threading.active_count() == 1, (
            "a thread would be missing from every child"
        )
        _redirect(os.devnull)
        try:
            control.sendall(READY)
            while connection := _next(control):
                _fork(connection, control)
                connection.close()
        except ConnectionError:
            pass  # the same as its end
        finally:
            endings.end_descendants(os.getpid())


def _next(control: socket.socket) -> socket.socket | None:
    """The end of the next job's socket; None where there will be no more."""
    _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    if not descriptors:
        return None
    os.set_inheritable(descriptors[0], False)
    return socket.socket(fileno=descriptors[0])


def _fork(connection: socket.socket, control: socket.socket) -> None:
    """Fork a child that does the job at the other end of `connection`; where that cannot be, say so there."""
    server = os.getpid()
    try:
        child = os.fork()
    except OSError as error:
        refusal = json.dumps({"refused": error.strerror})
        connection.sendall(f"{refusal}\n".encode())
        return
    if child:
        return
    try:
        endings.end_with_parent(server)
        control.close()
        _work(connection)
    finally:
        os._exit(0)  # nothing of the parent's is to be cleaned up twice


def _work(connection: socket.socket) -> None:
    """Do the job in the folder that comes through `connection`, which stays open as long."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()  # so that the job and what it starts can be ended together
    endings.adopt()
    folder = json.loads(connection.makefile().readline())
    os.register_at_fork(after_in_child=connection.close)
    answer = json.dumps({"process": os.getpid()})
    connection.sendall(f"{answer}\n".encode())
    os.chdir(folder)
    _redirect("log.txt")
    os.environ.clear()
    os.environ.update(json.loads(Path("environment.json").read_text(encoding="utf-8")))
    tempfile.tempdir = None  # found anew, from the job's own environment
    try:
        job.perform()
    finally:
        endings.end_descendants(os.getpid())


def _redirect(name: str) -> None:
    """Have what is printed go to the end of the file `name`, and nothing be read."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(nothing)
    os.close(log)


if __name__ == "__main__":
    main()
