"""The blocks that a briefing's own sections are made of, from its title to where its marks lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from briefmill.blocks.base import Block
from briefmill.parts import Part
from briefmill.texts import Arrow, Text, plain


@dataclass(frozen=True, kw_only=True)
class Masthead(Block, kind="masthead"):
    """The title block, and what the margins and the metadata of the document say.

    `facts` are pairs of name and value; `aside` stands across from the kicker. What is `one_page` leaves out, step by
    step, what may be left out, until it stands on one. `date` is an ISO date. `abbreviations` are pairs of a short form
    and a long one, which stands beside it where the page first uses it. `conditions` are what the tags of sections
    ask for: see `briefmill.render.drafts`.
    """

    kicker: str = ""
    aside: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    document_title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    language: str = "en"
    footer: str = ""
    short: str = ""
    one_page: bool = False
    date: str | None = None
    abbreviations: tuple[tuple[str, str], ...] = ()
    conditions: dict[str, Any] = field(default_factory=dict)

    def recorded(self) -> dict[str, Any]:
        """Its title and its facts."""
        facts = [list(fact) for fact in self.facts]
        return {"title": self.title, "facts": facts, **self.record}


@dataclass(frozen=True, kw_only=True)
class Judgement(Block, kind="judgement"):
    """What a page says first: a headline, and under it a few sentences.

    `direction` is a key; `arrows` with their `word` and a `note` stand beside it, none on a page that judges no one
    thing.
    """

    direction: str = ""
    arrows: tuple[Arrow, ...] = ()
    word: str = ""
    note: str = ""
    headline: Text
    paragraphs: tuple[Text, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """The direction with its word, the headline, and the sentences."""
        paragraphs = [plain(paragraph).strip() for paragraph in self.paragraphs]
        return {
            "direction": self.direction,
            "word": self.word,
            "note": self.note,
            "headline": plain(self.headline).strip(),
            "judgement": "\n".join(paragraphs),
            **self.record,
        }


@dataclass(frozen=True)
class Step(Part):
    """A line of a chronology: when, a sign, what happened and who says so.

    A page that is too full drops lines in the order of `drop`, from 1; 0 is never dropped.
    """

    when: str
    arrow: Arrow
    runs: Text
    who: Text = ()
    drop: int = 0


@dataclass(frozen=True)
class Steps(Part):
    """Lines of a chronology under a label."""

    steps: tuple[Step, ...]
    label: str = ""


@dataclass(frozen=True)
class Key(Part):
    """What a sign means."""

    arrow: Arrow
    words: str


@dataclass(frozen=True, kw_only=True)
class Chronology(Block, kind="chronology"):
    """What happened, line by line, with a `key` to its signs."""

    groups: tuple[Steps, ...]
    key: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Trigger(Part):
    """Something to look out for, and what it would mean; without an `arrow`, whichever way. `drop` as of a `Step`."""

    arrow: Arrow | None
    act: str
    meaning: Text
    drop: int = 0


@dataclass(frozen=True)
class TriggerColumn(Part):
    """Triggers under a label."""

    label: str
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, kw_only=True)
class Triggers(Block, kind="triggers"):
    """What would change the judgement, a column for each way."""

    columns: tuple[TriggerColumn, ...]


@dataclass(frozen=True)
class StripCell(Part):
    """A cell of a strip: a label, a text, and between them a row of `arrows` where there are any."""

    label: str
    runs: Text
    arrows: tuple[Arrow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Strip(Block, kind="strip"):
    """Short answers side by side."""

    cells: tuple[StripCell, ...]

    def recorded(self) -> dict[str, Any]:
        """The label of each cell with its words."""
        figures = [[cell.label, plain(cell.runs).strip()] for cell in self.cells]
        return {"figures": figures, **self.record}


@dataclass(frozen=True)
class Reference(Part):
    """Where a mark leads: its `anchor`, what stands there in `words`, and in small print the `origin`.

    What no mark of the page leads to is left out, unless it is there `always`. Marks lead here if it is the document's
    first `target` of that name.
    """

    anchor: str
    words: str
    origin: str
    always: bool = False
    target: bool = True


@dataclass(frozen=True, kw_only=True)
class References(Block, kind="references"):
    """Where each mark of the page leads; a page keeps those that a mark elsewhere leads to.

    `others` are further ones, `words` and `origin` by their anchor: of very many, of which a page keeps few. Those that it
    keeps stand with the rest in the order of their numbers. `more` is what the page says after the number of those that it
    leaves out, "" for nothing; `left_out` counts them.
    """

    items: tuple[Reference, ...]
    others: dict[str, tuple[str, str]] = field(default_factory=dict)
    more: str = ""
    left_out: int = 0


@dataclass(frozen=True)
class KeyFigure(Part):
    """A number to be seen from afar."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class KeyFigures(Block, kind="key_figures"):
    """Numbers side by side."""

    items: tuple[KeyFigure, ...] = ()

    def recorded(self) -> dict[str, Any]:
        """Each label with its value."""
        return {
            "figures": [[item.label, item.value] for item in self.items],
            **self.record,
        }
