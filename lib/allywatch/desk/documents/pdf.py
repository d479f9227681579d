"""The text of a PDF as paragraphs: columns in order, without what each page has around its text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from statistics import median

from allywatch.desk.documents.extract import DocumentError, Extract
from allywatch.desk.documents.pdf_lines import LINE_HYPHEN, Line, page_lines
from allywatch.desk.documents.pdf_order import columns
from allywatch.desk.documents.prose import (
    BROKEN,
    tidy,
    with_whole_words,
    without_references,
)

#: Of a page's height, the part at its top and at its bottom where running heads and feet stand.
_MARGIN = 0.14
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|стр\.|seite|página)?\s*[-–—|]?\s*(?:\d{1,4}|[ivxlc]{1,7})\s*[-–—|]?"
    r"(?:\s*(?:of|/|von|de|из)\s*\d{1,4})?",
    re.IGNORECASE,
)
_NOTE = re.compile(r"([¹²³⁰⁴-⁹]+|\d{1,3}|[*†‡§])\s*[.)]?\s*(?=\S)")
_RAISED_NOTE = re.compile(r"[¹²³⁰⁴-⁹]")
_BULLET = re.compile(r"(?:[•▪‣●◦–—]|\(?\d{1,2}[.)]|\([a-z]\))\s")
_STOP = re.compile(r"[.!?…:;][\"'”’»)\]⁰-⁹¹²³]*$")
_SMALLER = 0.93


def read_pdf(content: bytes, name: str) -> Extract:
    """The text of a PDF, what it states of itself, and what is amiss with it."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(content) as document:
            heights = [page.get_height() for page in document]
            pages = [page_lines(page, at) for at, page in enumerate(document)]
            metadata = document.get_metadata_dict(skip_empty=True)
    except pypdfium2.PdfiumError as error:
        raise DocumentError(f"{name} is no PDF that can be read: {error}") from None
    remarks = list(_amiss(pages))
    pages = _without_margins(pages, heights)
    text = "\n".join(_paragraphs(pages))
    return Extract(tidy(text), _stated(metadata), remarks)


def _stated(metadata: dict[str, str]) -> dict[str, str]:
    """What the file says of itself: its title, unless it is a name of a file, its author, and when it was made."""
    stated = {}
    title = " ".join(metadata.get("Title", "").split())
    is_name = re.search(r"\.\w{2,5}$|^Microsoft |^untitled", title, re.IGNORECASE)
    if title and not is_name:
        stated["title"] = title
    if metadata.get("Author"):
        stated["author"] = metadata["Author"]
    made = re.match(r"D:(\d{4})(\d\d)(\d\d)", metadata.get("CreationDate", ""))
    if made:
        stated["made"] = "-".join(made.groups())
    return stated


def _amiss(pages: list[list[Line]]) -> Iterator[str]:
    """What a person should know: pages that are pictures, and letters that cannot be told."""
    bare = [str(at) for at, lines in enumerate(pages, 1) if not lines]
    if bare and len(bare) < len(pages):
        noun = "page" if len(bare) == 1 else "pages"
        yield f"{noun} {', '.join(bare)} has no text: a scan must be turned into text first"
    text = "".join(line.text for lines in pages for line in lines)
    unknown = text.count("\ufffd")
    if unknown > 0.02 * len(text):
        yield f"{unknown} of {len(text)} letters cannot be told: its fonts do not say which they are"


def _without_margins(pages: list[list[Line]], heights: list[float]) -> list[list[Line]]:
    """The lines of each page without running heads and feet and the numbers of pages."""
    usual = _usual_height(line for lines in pages for line in lines)
    seen: defaultdict[tuple[str, bool], set[int]] = defaultdict(set)
    for lines, height in zip(pages, heights, strict=True):
        for line in lines:
            if _is_in_margin(line, height):
                seen[_without_number(line, height)].add(line.page)
    kept = []
    for lines, height in zip(pages, heights, strict=True):
        inner = [line for line in lines if not _is_in_margin(line, height)]
        outer = [line for line in lines if _is_in_margin(line, height)]
        for line in outer:
            is_repeated = len(seen[_without_number(line, height)]) > 1
            is_number = _PAGE_NUMBER.fullmatch(line.text) is not None
            if not (is_repeated or is_number or _is_apart(line, lines, usual)):
                inner.append(line)
        kept.append([line for line in lines if line in inner])
    return kept


def _is_in_margin(line: Line, height: float) -> bool:
    return not _MARGIN * height < line.baseline < (1 - _MARGIN) * height


def _without_number(line: Line, height: float) -> tuple[str, bool]:
    """What a line has in common with the like of it on other pages, and whether it is at the top."""
    return re.sub(r"\d+", "#", line.text), line.baseline > height / 2


def _is_apart(line: Line, lines: list[Line], usual: float) -> bool:
    """Whether a small line at the edge of a page is far from the text, as a running head is."""
    if line.height > _SMALLER * usual or _NOTE.match(line.text):
        return False
    others = [
        abs(each.baseline - line.baseline)
        for each in lines
        if abs(each.baseline - line.baseline) > 0.5 * line.height
    ]
    is_outermost = all(each.baseline <= line.baseline + 1 for each in lines) or all(
        each.baseline >= line.baseline - 1 for each in lines
    )
    return is_outermost and min(others, default=0) > 1.8 * line.height


def _usual_height(lines: Iterable[Line]) -> float:
    """The height of most of the letters."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.height] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def _paragraphs(pages: list[list[Line]]) -> Iterator[str]:
    """The paragraphs of the text, then its notes."""
    usual = _usual_height(line for lines in pages for line in lines)
    body: list[list[Line]] = []
    notes: list[list[Line]] = []
    for lines in pages:
        for column in columns(lines):
            text, below = _without_notes(column, usual)
            _add_column(body, text)
            _add_column(notes, below)
    body = _rejoined(body, usual)
    numbers = {
        _figures(match[1])
        for lines in notes
        if (match := _NOTE.match(lines[0].text)) is not None
    }
    whole = " ".join(
        line.text.removesuffix(LINE_HYPHEN) for lines in pages for line in lines
    )
    for lines in body:
        yield without_references(with_whole_words(_joined(lines), whole), numbers)
    for lines in notes:
        note = with_whole_words(_joined(lines), whole)
        yield _NOTE.sub("", note, count=1)


def _figures(number: str) -> str:
    return number.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))


def _without_notes(column: list[Line], usual: float) -> tuple[list[Line], list[Line]]:
    """The lines of a column, and those of the notes at its foot."""
    start = len(column)
    while start and column[start - 1].height <= _SMALLER * usual:
        start -= 1
    first = next(
        (at for at in range(start, len(column)) if _NOTE.match(column[at].text)),
        len(column),
    )
    return column[:first], column[first:]


def _add_column(paragraphs: list[list[Line]], column: list[Line]) -> None:
    """Add the lines of a column; its first goes on the last paragraph where that is not at its end."""
    if not column:
        return
    gaps = [above.baseline - below.baseline for above, below in pairwise(column)]
    leading = median(gaps) if gaps else 0.0
    left = min(line.left for line in column)
    right = max(line.right for line in column)
    for at, line in enumerate(column):
        if at == 0:
            begins = not paragraphs or not _runs_on(paragraphs[-1][-1], line)
        else:
            begins = _begins(column[at - 1], line, leading, left, right)
        if begins:
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)


def _is_set_alike(one: Line, other: Line) -> bool:
    return abs(one.height - other.height) < 0.08 * one.height and one.bold == other.bold


def _runs_on(before: Line, line: Line) -> bool:
    """Whether `line` at the head of a column goes on what ended the one before."""
    if not _is_set_alike(before, line) or _BULLET.match(line.text):
        return False
    return not _STOP.search(before.text)


def _begins(
    before: Line, line: Line, leading: float, left: float, right: float
) -> bool:
    """Whether `line` begins a paragraph below the line `before` in its column."""
    if before.text.endswith(LINE_HYPHEN) and _is_set_alike(before, line):
        return False
    gap = before.baseline - line.baseline
    if not _is_set_alike(before, line) or gap > 1.3 * max(leading, line.height):
        return True
    if _BULLET.match(line.text) or _RAISED_NOTE.match(line.text):
        return True
    indent = line.left - before.left
    is_indented = 0.6 * line.height < indent < 4 * line.height
    is_short = before.right < right - 0.12 * (right - left)
    ended = _STOP.search(before.text) is not None
    if is_indented and (ended or is_short):
        return True
    return ended and is_short and not line.text[:1].islower()


def _rejoined(paragraphs: list[list[Line]], usual: float) -> list[list[Line]]:
    """The paragraphs with those put together that a caption, or another thing set otherwise, had parted."""
    joined: list[list[Line]] = []
    between: list[list[Line]] = []
    for lines in paragraphs:
        is_body = abs(lines[0].height - usual) < 0.05 * usual and not lines[0].bold
        last = joined[-1] if joined else None
        is_open = last is not None and not _STOP.search(last[-1].text)
        if not is_body:
            between.append(lines)
            continue
        goes_on = lines[0].text[:1].islower() or (last or lines)[-1].text.endswith(
            LINE_HYPHEN
        )
        if last is not None and between and is_open and goes_on:
            last.extend(lines)
            joined += between
        else:
            joined += [*between, lines]
        between = []
    return joined + between


def _joined(lines: list[Line]) -> str:
    """The lines of a paragraph as one; a hyphen at a line's end is left to be decided."""
    text = ""
    for line in lines:
        if re.search(rf"[^\W\d_][-‐\u00ad{LINE_HYPHEN}]$", text):
            text = text[:-1] + BROKEN + line.text
        else:
            text = f"{text} {line.text}".strip()
    return text
