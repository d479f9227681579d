"""What every output format does: one method for each kind of block.

A format that lacks one cannot be instantiated, and a type checker says so before.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

from briefmill import blocks
from briefmill.blocks import Block

Output = TypeVar("Output")


class Renderer(ABC, Generic[Output]):
    """Turns blocks into the pieces of one format."""

    def block(self, block: Block) -> Output:
        """A block of any kind; one that there is no method for is set as its simpler blocks."""
        method = getattr(self, block.kind, None)
        if method is None:
            return self.several(blocks.Several(blocks=block.simpler()))
        return method(block)

    def each(self, shown: Iterable[Block]) -> list[Output]:
        """Blocks one after another."""
        return [self.block(block) for block in shown]

    @abstractmethod
    def masthead(self, block: blocks.Masthead) -> Output:
        """The title block."""

    @abstractmethod
    def judgement(self, block: blocks.Judgement) -> Output:
        """A headline and a few sentences."""

    @abstractmethod
    def chronology(self, block: blocks.Chronology) -> Output:
        """What happened, line by line."""

    @abstractmethod
    def triggers(self, block: blocks.Triggers) -> Output:
        """What to look out for."""

    @abstractmethod
    def strip(self, block: blocks.Strip) -> Output:
        """Short answers side by side."""

    @abstractmethod
    def references(self, block: blocks.References) -> Output:
        """Where each mark leads."""

    @abstractmethod
    def key_figures(self, block: blocks.KeyFigures) -> Output:
        """Numbers side by side."""

    @abstractmethod
    def figure(self, block: blocks.Figure) -> Output:
        """A picture with its source line."""

    @abstractmethod
    def table(self, block: blocks.Table) -> Output:
        """A table."""

    @abstractmethod
    def prose(self, block: blocks.Prose) -> Output:
        """Passages of text."""

    @abstractmethod
    def heading(self, block: blocks.Heading) -> Output:
        """An inner heading."""

    @abstractmethod
    def paragraph(self, block: blocks.Paragraph) -> Output:
        """A paragraph."""

    @abstractmethod
    def several(self, block: blocks.Several) -> Output:
        """Blocks one after another, as one piece."""

    @abstractmethod
    def list(self, block: blocks.Enumeration) -> Output:
        """A list."""

    @abstractmethod
    def quote(self, block: blocks.Quote) -> Output:
        """Blocks set off from the text."""

    @abstractmethod
    def code(self, block: blocks.Code) -> Output:
        """Monospaced text."""

    @abstractmethod
    def rule(self, block: blocks.Rule) -> Output:
        """A line."""

    @abstractmethod
    def problem(self, block: blocks.Problem) -> Output:
        """An error."""
