"""Cells run in forked children, through papermill."""

import sys

#: The extension of IPython by which figures of one's own are set in the house's style.
HOUSE_STYLE = "briefmill.house"
INLINE = "module://matplotlib_inline.backend_inline"  # what a kernel gives matplotlib to draw with
#: Set in the processes of jobs, where nobody looks at a block: none is drawn as HTML there.
UNSEEN_VARIABLE = "BRIEFMILL_UNSEEN"
#: Starts this Python, to which no file of the current folder is a module of its own.
INTERPRETER = (sys.executable, "-P")
#: What the forking process says when it has imported everything.
READY = b"+"


class CannotRun(RuntimeError):
    """No job can be begun on this machine as it is; `str()` says why."""


def out_of_time(limit_s: float) -> str:
    """What is said of a job that took longer than its limit."""
    return f"it was ended after {limit_s:g} seconds, the limit on its time"
