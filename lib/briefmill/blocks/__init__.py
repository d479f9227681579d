"""Blocks: what a cell of a notebook ends in, and what a page is made of.

A block is a small frozen dataclass. It shows itself in Jupyter as HTML and is handed to the exporter as plain
JSON (`BLOCK_MIME`), so that text from data is never read as markup. A new kind of block is one class: where a
renderer has no method for it, it is set as the `simpler` blocks it names.
"""

from briefmill.blocks.base import BLOCK_MIME, Block, Several, show_as
from briefmill.blocks.making import figures, omit, prose, role, row, table
from briefmill.blocks.matter import (
    Code,
    Column,
    Drawing,
    Enumeration,
    Figure,
    Group,
    Heading,
    Item,
    MissingAltText,
    Paragraph,
    Picture,
    Problem,
    Prose,
    Quote,
    Row,
    Rule,
    Table,
)
from briefmill.blocks.searching import every_mark, every_part
from briefmill.blocks.sections import (
    Chronology,
    Judgement,
    Key,
    KeyFigure,
    KeyFigures,
    Masthead,
    Reference,
    References,
    Step,
    Steps,
    Strip,
    StripCell,
    Trigger,
    TriggerColumn,
    Triggers,
)
from briefmill.blocks.unseen import Attachments, Detail, File, Note, Omitted
