"""A document as one HTML file, which a phone can show and a reader without sight can hear.

It asks for nothing from outside itself and runs no script. A mark leads to its row in a table, where the
details behind it open; from there links lead back to each place that the mark stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup, escape

from briefmill import blocks, theme
from briefmill.blocks import Block
from briefmill.render.document import Document, PageRow, Section
from briefmill.render.inline_svg import picture
from briefmill.render.marks import MOST_MARKS, Span, at_most, spans
from briefmill.render.printable import left_to_right
from briefmill.render.renderer import Renderer
from briefmill.render.templates import environment, lines, page
from briefmill.texts import Arrow, Marks, Run, Text, Words, is_empty

# No line may end between a sentence and the marks behind it.
_TIED = "\u2060"
_LINKS = ("https://", "http://", "mailto:")
_TAGS = {
    "strong": "strong",
    "emph": "em",
    "small": "small",
    "struck": "s",
    "code": "code",
}
_WITHOUT_NOTE = (blocks.Judgement, blocks.KeyFigures)
#: A stout arrow as a drawing, turned by so many degrees; its corners by the number of its heads.
_ARROW = Markup(
    '<svg role="none" viewBox="0 0 20 20"><polygon transform="rotate({} 10 10)" points="{}"/></svg>'
)
_POINTS = {
    1: "1,7 10,7 10,2 19,10 10,18 10,13 1,13",
    2: "1,10 7,4 7,8 13,8 13,4 19,10 13,16 13,12 7,12 7,16",
}
# Stands for the details behind a mark until it is known where on the page the mark is used; no text can hold it.
_DETAILS = "<!--details {}-->"


def compile_html(document: Document, links: Iterable[Sequence[str]] = ()) -> str:
    """`document` as the text of an HTML file: the same text for the same document, every text in it escaped.

    `links` lead to other pages: pairs of a title and an address.
    """
    return HtmlRenderer(document.targets).document(document, links)


def preview(block: Block) -> str:
    """One block as a cell of JupyterLab shows it."""
    marks = frozenset(blocks.every_mark(block))
    titled = bool(block.title) and not isinstance(
        block, blocks.Masthead | blocks.Heading
    )
    return page(
        "preview.html",
        block=block,
        titled=titled,
        shown=HtmlRenderer(marks, numbered=False).block(block),
        tips=_tips(block.data),
    )


def _tips(data: Any) -> dict[str, str]:
    """What a frame of marked rows says behind each mark; of rows that share one, what each says."""
    if data is None or not {"mark", "summary"} <= set(data):
        return {}
    summaries: dict[str, list[str]] = {}
    rows = zip(data["mark"].tolist(), data["summary"].tolist(), strict=True)
    for mark, summary in rows:
        summaries.setdefault(mark, []).append(summary)
    return {mark: " ".join(of_mark) for mark, of_mark in summaries.items()}


class HtmlRenderer(Renderer[Markup]):
    """Blocks as HTML.

    `targets` are the marks that have a row to lead to. Marks are `numbered` as they are rendered, so that links can
    lead back to them.
    """

    def __init__(self, targets: frozenset[str], numbered: bool = True):
        self.targets = targets
        self.numbered = numbered
        self._number = 0
        self._section = ""
        # For each mark where it is used: the id of its first place under each heading.
        self._uses: dict[str, dict[str, str]] = {}
        self._anchors: list[str] = []
        template = environment(None).get_template("blocks.html")
        functions = {
            "words": self.text,
            "cell_words": self._cell,
            "arrow": self.arrow,
            "mark": self.mark,
            "picture": picture,
            "details": self._details_of,
            "shown": self.all,
        }
        self._macros: Any = template.make_module(functions)

    # A whole document

    def document(self, document: Document, links: Iterable[Sequence[str]] = ()) -> str:
        """The whole document, with `links` to other pages."""
        html = page(
            "briefing.html",
            masthead=self.block(document.masthead),
            rows=[self._page_row(row) for row in document.rows],
            title=document.title,
            description=document.description,
            language=document.language,
            footer=document.footer,
            notice=document.notice,
            links=list(links),
        )
        return self._with_details(html, document)

    def _page_row(self, row: PageRow) -> dict[str, Any]:
        columns = [
            {
                "width": column.width,
                "sections": [
                    self._page_section(section) for section in column.sections
                ],
            }
            for column in row.columns
        ]
        return {"columns": columns}

    def _page_section(self, section: Section) -> dict[str, Any]:
        self._section = section.name
        return {
            "heading": section.heading,
            "name": section.name,
            "subtitle": section.subtitle,
            "wash": section.wash,
            "small": section.small,
            "side": section.side,
            "shown": self.all(section.blocks),
        }

    def _details_of(self, anchor: str, width: int) -> Markup:
        """A place for what stands behind a mark, under its row of a table of `width` columns; 0: in no table."""
        if not anchor or not self.numbered:
            return Markup()
        self._anchors.append(anchor)
        return Markup(_DETAILS.format(f"{len(self._anchors) - 1} {width}"))

    def _with_details(self, html: str, document: Document) -> str:
        def details(place: re.Match[str]) -> str:
            number, width = map(int, place[1].split())
            mark = self._anchors[number]
            uses = self._uses.get(mark, {})
            detail = document.details.get(mark)
            if not uses and detail is None:
                return ""
            shown = page(
                "details.html", detail=detail or blocks.Detail(mark), uses=uses
            )
            if not width:
                return f'<div class="behind">{shown}</div>'
            return f'<tr class="behind"><td colspan="{width}">{shown}</td></tr>'

        return re.sub(_DETAILS.format(r"(\d+ \d+)"), details, html)

    # Text

    def text(self, words: Text, most: int = MOST_MARKS) -> Markup:
        """A text with its marks and signs."""
        return Markup().join(self._run(run, most) for run in words if not is_empty(run))

    def _cell(self, words: Text) -> Markup:
        """The text of a cell, with every mark in it."""
        return self.text(words, len(self.targets) + 1)

    def _run(self, run: Run, most: int) -> Markup:
        match run:
            case Marks():
                drawn = at_most(spans(run.marks, self.targets), most)
                shown = Markup(" ").join(self._span(span) for span in drawn)
                return Markup('<sup class="marks">{}{}</sup>').format(_TIED, shown)
            case Arrow():
                return self.arrow(run)
            case Words():
                return _words(run)
        raise TypeError(f"no text has a run like {run!r}")

    def _span(self, span: Span) -> Markup:
        place = self._place(span) if self.numbered else ""
        if not span.target:
            return escape(span.words)
        shown = self.mark(span.marks[0])
        if len(span.marks) > 1:
            shown += Markup("–") + self.mark(span.marks[-1])
        opening = Markup('<span id="{}">').format(place) if place else Markup("<span>")
        return opening + shown + Markup("</span>")

    def _place(self, span: Span) -> str:
        """The id of a span of marks, which links lead back to."""
        self._number += 1
        place = f"m{self._number}"
        for mark in span.marks:
            self._uses.setdefault(mark, {}).setdefault(self._section, place)
        return place

    def mark(self, name: str) -> Markup:
        """A link to the row of a mark."""
        return Markup('<a class="mark" href="#{}">{}</a>').format(name, name)

    def arrow(self, arrow: Arrow) -> Markup:
        """A direction as a sign, which is not read aloud: drawn, so that filled and outlined can be told apart."""
        shape = theme.SHAPES[arrow.shape]
        classes = " ".join(["arrow", *_arrow_classes(arrow)])
        shown: str | Markup = shape.glyph
        if shape.heads:
            shown = _ARROW.format(shape.turn, _POINTS[shape.heads])
        return Markup('<span class="{}" aria-hidden="true">{}</span>').format(
            classes, shown
        )

    # Blocks

    def block(self, block: Block) -> Markup:
        """A block of any kind, with its note."""
        shown = super().block(block) + Markup("\n")
        note = getattr(block, "note", ())
        if not note or isinstance(block, _WITHOUT_NOTE):
            return shown
        return shown + Markup('<p class="note">{}</p>').format(self.text(note))

    def all(self, shown: Iterable[Block]) -> Markup:
        """Blocks one after another."""
        return Markup().join(self.each(shown))

    def _macro(self, block: Block) -> Markup:
        """A block as the macro of its kind has it."""
        return getattr(self._macros, block.kind)(block)

    masthead = _macro
    judgement = _macro
    chronology = _macro
    triggers = _macro
    strip = _macro
    references = _macro
    key_figures = _macro
    figure = _macro
    table = _macro
    prose = _macro
    heading = _macro
    list = _macro
    problem = _macro
    attachments = _macro

    def paragraph(self, block: blocks.Paragraph) -> Markup:
        """A paragraph."""
        return Markup("<p>{}</p>").format(self.text(block.runs))

    def several(self, block: blocks.Several) -> Markup:
        """Blocks one after another, as one piece."""
        return self.all(block.blocks)

    def quote(self, block: blocks.Quote) -> Markup:
        """Blocks set off from the text."""
        return Markup("<blockquote>{}</blockquote>").format(self.all(block.blocks))

    def code(self, block: blocks.Code) -> Markup:
        """Monospaced text."""
        return Markup("<pre>{}</pre>").format(block.text)

    def rule(self, block: blocks.Rule) -> Markup:
        """A line."""
        return Markup("<hr>")

    def none(self, block: blocks.Omitted) -> Markup:
        """Why a block is not on the page; seen in JupyterLab only."""
        return Markup('<p class="muted">Not on this page: {}</p>').format(block.reason)


def _words(run: Words) -> Markup:
    shown = lines(left_to_right(run.text))
    for style in reversed(run.style.split()):
        shown = Markup("<{0}>{1}</{0}>").format(_TAGS[style], shown)
    if run.link.startswith(_LINKS):
        shown = Markup('<a href="{}">{}</a>').format(run.link, shown)
    return shown


def _arrow_classes(arrow: Arrow) -> list[str]:
    """The direction's key, and what the style sheet knows of its tone and shape."""
    known = [theme.TONES[arrow.tone].css]
    if theme.SHAPES[arrow.shape].heads == 0:
        known.append(theme.SHAPES[arrow.shape].form)
    if not arrow.filled:
        known.append("outlined")
    return [arrow.arrow, *(name for name in known if name and name != arrow.arrow)]
