"""The process that forks: it has imported what a briefing needs, has no thread, and forks a child for each job.

It listens on a socket that its parent made. A client writes the folder of a job, reads the process id of
the child that works there, and sees the connection close when that child has ended. It ends with its parent.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path

from briefmill.engine import job


def main() -> None:
    """Serve the socket whose descriptor is the first argument, until standard input closes.

    The second argument is the name of the domain whose jobs it does.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps ended children
    listener = socket.socket(fileno=int(sys.argv[1]))
    job.preload(sys.argv[2])
    assert threading.active_count() == 1, "a thread would be missing from every child"
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            try:
                listener.close()
                _work(connection)
            finally:
                os._exit(0)  # nothing of the parent's is to be cleaned up twice
        connection.close()


def _work(connection: socket.socket) -> None:
    """Do the job in the folder that comes through `connection`, which stays open as long."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()  # so that the job and what it starts can be ended together
    folder = Path(connection.makefile().readline().rstrip("\n"))
    os.register_at_fork(after_in_child=connection.close)
    connection.sendall(f"{os.getpid()}\n".encode())
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    log = os.open("log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(json.loads(Path("environment.json").read_text(encoding="utf-8")))
    tempfile.tempdir = None  # found anew, from the job's own environment
    job.perform()


if __name__ == "__main__":
    main()
