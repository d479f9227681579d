"""Blocks that leave no trace on the page: the files it carries, what stands behind its marks, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from briefmill.blocks.base import Block
from briefmill.parts import Part


@dataclass(frozen=True)
class File(Part):
    """A file to attach; `relationship` is the one that PDF/A-3 knows: ``data``, ``supplement`` or ``unspecified``."""

    name: str
    text: str
    mime: str = "application/octet-stream"
    description: str = ""
    relationship: str = "unspecified"


@dataclass(frozen=True)
class Note(Part):
    """One thing behind a mark: a statement, and in small print where it comes from."""

    statement: str
    origin: str


@dataclass(frozen=True)
class Detail(Part):
    """What stands behind a mark: shown on screen under the row that it leads to."""

    mark: str
    summary: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attachments(Block, kind="attachments"):
    """Files that the document carries, and the details behind its marks."""

    files: tuple[File, ...] = ()
    details: tuple[Detail, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """The names of the files."""
        return {"attached": [file.name for file in self.files], **self.record}


@dataclass(frozen=True, kw_only=True)
class Omitted(Block, kind="none"):
    """A block that leaves no trace on the page; its `reason` is shown in JupyterLab only."""

    reason: str = ""
