"""The lines of a PDF's pages, with where they stand and how large they are set."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from allywatch.desk.documents.prose import without_unseen

#: What PDFium puts in the place of a hyphen at the end of a line.
LINE_HYPHEN = "\ufffe"
#: A gap in a line, in heights of its letters, from which it is two lines side by side.
_GAP = 1.1
#: How far letters may stand from the baseline of their line, in heights of its letters.
_SAME_BASELINE = 0.25
_SMALL = 0.8
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BOLD = 600


@dataclass(frozen=True)
class Line:
    """A line of one column, or a piece of it: its text, its place and how it is set.

    `left`, `right` and `baseline` are in points from the lower left corner of the page; `height` is that of
    most of its letters.
    """

    page: int
    text: str
    left: float
    right: float
    baseline: float
    height: float
    bold: bool


@dataclass(frozen=True)
class _Letter:
    """A character as it is set; `height`, `baseline` and `foot`, where its ink begins, in points."""

    text: str
    left: float
    right: float
    baseline: float
    height: float
    foot: float


def page_lines(page: Any, number: int) -> list[Line]:
    """The pieces of lines of a page of pypdfium2, in the order in which the file has them."""
    textpage = page.get_textpage()
    pieces: list[Line] = []
    letters: list[_Letter] = []
    weights: Counter[bool] = Counter()
    for letter, bold in _letters(textpage.raw):
        if letter is None or (letters and _begins_anew(letters, letter)):
            pieces += _line(letters, weights, number)
            letters = []
            weights = Counter()
        if letter is not None:
            letters.append(letter)
            weights[bold] += 1
    pieces += _line(letters, weights, number)
    return _whole_lines(pieces)


def _letters(textpage: Any) -> Iterator[tuple[_Letter | None, bool]]:
    """Each upright letter and whether it is bold; None at a line's end."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    sides = [ctypes.c_double() for _ in range(4)]  # left, right, bottom, top
    high = ""
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if 0xD800 <= code <= 0xDBFF:  # the first half of a letter
            high = chr(code)
            continue
        text = _character(high, code)
        high = ""
        if text in ("\r", "\n"):
            yield None, False
            continue
        if pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1:
            text = "\ufffd"
        elif pdfium.FPDFText_IsHyphen(textpage, index) == 1:
            text = LINE_HYPHEN
        angle = pdfium.FPDFText_GetCharAngle(textpage, index)
        if 0.1 < angle < 6.18:  # in radians: a stamp at the side of the page
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, index, box)
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        bold = pdfium.FPDFText_GetFontWeight(textpage, index) >= _BOLD
        pdfium.FPDFText_GetCharBox(textpage, index, *sides)
        height = box.top - box.bottom
        foot = sides[2].value
        yield _Letter(text, box.left, box.right, y.value, height, foot), bold


def _character(high: str, code: int) -> str:
    if high and 0xDC00 <= code <= 0xDFFF:
        return (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16")
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)


def _begins_anew(letters: list[_Letter], letter: _Letter) -> bool:
    """Whether `letter` does not go on the line of `letters`."""
    if letter.text.isspace():
        return False
    before = next((each for each in reversed(letters) if not each.text.isspace()), None)
    if before is None:
        return False
    height = max(before.height, letter.height)
    is_back = letter.left < before.left - height
    is_apart = letter.left - before.right > _GAP * height
    is_elsewhere = abs(letter.baseline - before.baseline) > 0.6 * height
    return is_back or is_apart or is_elsewhere


def _line(letters: list[_Letter], weights: Counter[bool], page: int) -> list[Line]:
    """The line of `letters`, raised figures as superscripts; none if it is blank."""
    shown = [each for each in letters if not each.text.isspace()]
    if not shown:
        return []
    height = Counter(round(each.height, 1) for each in shown).most_common(1)[0][0]
    usual = [each for each in shown if each.height > _SMALL * height]
    baseline = Counter(round(each.baseline, 1) for each in usual).most_common(1)[0][0]
    texts = []
    for each in letters:
        is_raised = each.text.isdecimal() and each.foot > baseline + 0.15 * height
        texts.append(each.text.translate(_RAISED) if is_raised else each.text)
    line = Line(
        page=page,
        text=" ".join(without_unseen("".join(texts)).split()),
        left=min(each.left for each in shown),
        right=max(each.right for each in shown),
        baseline=baseline,
        height=height,
        bold=weights[True] > weights[False],
    )
    return [line]


def _whole_lines(pieces: list[Line]) -> list[Line]:
    """The lines with a raised figure that the file has apart put back where it is raised."""
    lines: list[Line] = []
    for piece in pieces:
        before = lines[-1] if lines else None
        if before and _is_raised_figure(piece, before):
            text = before.text + piece.text.translate(_RAISED)
            lines[-1] = replace(before, text=text, right=piece.right)
        else:
            lines.append(piece)
    return lines


def _is_raised_figure(piece: Line, before: Line) -> bool:
    is_close = abs(piece.left - before.right) < 0.5 * before.height
    is_raised = 0 < piece.baseline - before.baseline < before.height
    is_small = piece.height <= _SMALL * before.height
    return is_close and is_raised and is_small and piece.text.isdecimal()


def is_same_line(one: Line, other: Line) -> bool:
    """Whether two pieces stand on one baseline."""
    reach = _SAME_BASELINE * max(one.height, other.height)
    return abs(one.baseline - other.baseline) <= reach
