"""What every block is: what a cell of a notebook ends in, and how it travels to the exporter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from briefmill.parts import Part

BLOCK_MIME = "application/vnd.allywatch.block+json"

_KINDS: dict[str, type[Block]] = {}
#: How a cell shows a block to whoever sits at the screen, by MIME type: see `show_as`.
_VIEWS: dict[str, Callable[[Block], str]] = {}


@dataclass(frozen=True, kw_only=True)
class Block(Part):
    """One block of a page.

    `title` and `subtitle` head it. `role` says what it is to the page, whatever its title, such as
    ``changes``. `record` is what the manifest of an edition keeps of it, as JSON values; a name that
    begins with ``_`` is for the domain's `describe` alone. `data` is the frame it was made from, for people who
    explore; it does not travel.
    """

    kind: ClassVar[str] = ""
    title: str = ""
    subtitle: str = ""
    role: str = ""
    record: dict[str, Any] = field(default_factory=dict)
    data: Any = field(default=None, compare=False, repr=False)

    def __init_subclass__(cls, kind: str = "", **others: Any) -> None:
        super().__init_subclass__(**others)
        cls.kind = kind
        if cls.__module__.startswith(f"{__package__}."):
            _KINDS[kind] = cls

    @classmethod
    def read(cls, value: Any) -> Block:
        """The block that `value`, a block or its JSON, stands for.

        Raises
        ------
        ValueError
            If its kind is unknown, or it lacks something that its kind must have.
        """
        if isinstance(value, Block):
            return value
        values = dict(value)
        kind = values.pop("kind", "")
        if kind not in _KINDS:
            raise ValueError(f"a page has no block of the kind {kind!r}")
        try:
            return _KINDS[kind](**values)
        except TypeError as error:
            raise ValueError(
                f"a block of the kind {kind!r} cannot be read: {error}"
            ) from None

    def as_json(self) -> dict[str, Any]:
        """The block as plain JSON values; of a kind that is not this package's, its simpler blocks."""
        if self.kind in _KINDS:
            return {"kind": self.kind, **super().as_json()}
        first, *others = self.simpler()
        heads = ("title", "subtitle", "role", "record")
        carried = {name: getattr(self, name) for name in heads if getattr(self, name)}
        return Several(blocks=(replace(first, **carried), *others)).as_json()

    def recorded(self) -> dict[str, Any]:
        """What the manifest of an edition keeps of the block, as JSON values."""
        return self.record

    def simpler(self) -> tuple[Block, ...]:
        """Blocks that say the same, for a renderer that has no method for this kind."""
        raise NotImplementedError(f"no renderer sets a block of the kind {self.kind!r}")

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        words = self.title or getattr(self, "reason", "")
        bundle: dict[str, Any] = {
            BLOCK_MIME: self.as_json(),
            "text/plain": f"<{self.kind}: {words}>",
        }
        for mime, show in _VIEWS.items():
            bundle[mime] = show(self)
        return bundle


@dataclass(frozen=True, kw_only=True)
class Several(Block, kind="several"):
    """Blocks one after another."""

    blocks: tuple[Block, ...] = ()


def show_as(mime: str, show: Callable[[Block], str]) -> None:
    """Have cells of this process show every block as `mime` too, such as HTML."""
    _VIEWS[mime] = show
