"""What passes between planning, running and publishing: a job, its payload, its result and its outcome."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

Status = Literal["built", "failed", "current"]

#: The data folder as every notebook names it, in a repository and in a job's folder.
DATA_LINK = "../data"
#: What a briefing consists of: each kind of file, by its name in the folder of its job.
FILES = {
    "pdf": "briefing.pdf",
    "html": "briefing.html",
    "thumbnail": "thumbnail.png",
}
#: Every kind of file that may be asked for, those of a page outside any edition among them.
ALL_FILES = FILES | {"docx": "briefing.docx"}
#: The notebook as far as it ran.
EXECUTED = "executed.ipynb"


@dataclass(frozen=True)
class Job:
    """One notebook to be run once.

    `name` is the stem of every file the job publishes and is unique in an edition; `unit` is what the briefing is
    about, ``""`` for a notebook that runs once; `parameters` go to the notebook as they are; `before` is what
    the last edition held of the same briefing, and lies beside the notebook as ``../before.json``. `links` lead from
    its page to others of the edition: pairs of a title and a file name.
    """

    name: str
    notebook: Path
    unit: str
    parameters: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class JobPayload:
    """All that a worker needs to do a job; it can be pickled.

    `source` is the content of the notebook and `prepared` the pickled subset of the data that it rests on. With the
    whole of the data come the files it was read from, by their names in the job's folder, each as its path on
    this machine or as bytes. `domain` is a dotted name, `library` the hash of the code: a worker whose code is
    another does not do the job. `kinds` are those of `ALL_FILES` to make; a `notice` stands above everything on the page.
    """

    domain: str
    library: str
    notebook: str
    source: bytes
    parameters: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    prepared: bytes = b""
    files: dict[str, Path | bytes] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = tuple(FILES)
    notice: str = ""
    engine: str = "fork"
    limit_s: float | None = None


@dataclass(frozen=True)
class JobResult:
    """What a worker sends back.

    `error` is ``""`` unless it failed; `killed` where something else ended its process, so that it is worth
    another attempt; `about` is what the manifest says of the briefing; `files` are bytes by name.
    """

    status: Status
    error: str = ""
    killed: bool = False
    about: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """All but the files, as JSON values."""
        return {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if each.name != "files"
        }


@dataclass(frozen=True)
class JobOutcome:
    """What came of one job, with its files in `folder`.

    `status` is ``current`` where nothing had to be done; `why` says what has changed since it was built before.
    """

    job: Job
    folder: Path
    status: Status
    duration_s: float
    error: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    why: tuple[str, ...] = ()
