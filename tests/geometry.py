"""What stands where on the pages of a PDF, and what must not."""

import re
from functools import cache
from itertools import combinations

import setting

from briefmill.blocks import Step, Strip, every_part
from briefmill.render.printable import printable
from briefmill.texts import Words

#: The lines of a PDF are read once.
lines = cache(setting.lines)

LIST = "Where each number leads"
LEFT, RIGHT, FOOT = 16, 194, 280
TOP_OF_PAGE = 25
HAIR = 0.4
#: A space at the end of a line may stand beyond the margin, that of a headline by so much.
SPACE = 1.4
#: Where what is said ends on a page, and where the line at its foot begins.
BODY_ENDS, FOOT_BEGINS, PAGE_ENDS = 282.4, 283, 294


def said(pdf):
    """The words of a PDF without a space or a place to break."""
    return squeezed("".join(words for page in lines(pdf) for *_, words in page))


def squeezed(words):
    """Words without what a line may end in: spaces, places to break, hyphens."""
    return re.sub(r"[\s\u200b\u2060\ufeff\u0002-]", "", words)


def pages_before_the_list(pages):
    """How many pages hold anything but the list of numbers."""
    for number, found in enumerate(pages):
        for _, _, _, top, words in found:
            if words.startswith(LIST):
                return number if top < TOP_OF_PAGE else number + 1
    return len(pages)


def well_set(document, pdf, most=2):
    """The lines of the pages, which are no more than `most` and the list, and on which nothing is where it should not be."""
    pages = lines(pdf)
    assert pages_before_the_list(pages) <= most
    headings = {section.heading: section.side for section in document.sections()}
    for number, found in enumerate(pages, start=1):
        inside_and_apart(number, found)
        shown = [line for line in found if line[1] < BODY_ENDS]
        for left, bottom, right, _, words in shown:
            if words in headings:
                under = [
                    low
                    for x, low, far, high, _ in shown
                    if (high >= bottom - HAIR and x < right and far > left)
                    or (headings[words] and x > right and low >= bottom)
                ]
                assert under, f"page {number}: {words!r} stands alone at the foot"
    return pages


def inside_and_apart(number, found):
    """Nothing on a page, which has this `number`, leaves its margins or stands over anything else."""
    for left, bottom, right, top, words in found:
        at_foot = top > FOOT_BEGINS and bottom < PAGE_ENDS
        assert at_foot or bottom < BODY_ENDS, f"page {number}: {words!r} is cut off"
        assert left >= LEFT - HAIR and right <= RIGHT + SPACE, (
            f"page {number}: {words!r} leaves the margins"
        )
    for one, other in combinations(found, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        down = min(one[1], other[1]) - max(one[3], other[3])
        assert across < 0.5 or down < 1.2, (
            f"page {number}: {one[4]!r} over {other[4]!r}"
        )


def first_page(pdf):
    """The words of the first page without a space."""
    return squeezed("".join(words for *_, words in lines(pdf)[0]))


# What a page that is too full leaves out

#: Where the words of a chronology begin, which other sections may tell again.
CHRONOLOGY = 16 + 27 + 3.5 + 25.5 + 5


def opening(document):
    """The blocks up to the short answers, on which the first page ends; without sections that may go as a whole."""
    blocks = []
    for section in document.sections():
        blocks += [] if section.drop else section.blocks
        if any(isinstance(block, Strip) for block in section.blocks):
            break
    return blocks


def stands(part, pdf):
    """Whether the first words of something that a page may leave out are on it."""
    runs = getattr(part, "runs", None) or getattr(part, "meaning", ())
    first = next((run.text for run in runs if isinstance(run, Words) and run.text), "")
    words = squeezed(printable(getattr(part, "act", "") + first))[:60]
    if isinstance(part, Step):
        shown = [
            words
            for left, *_, words in lines(pdf)[0]
            if abs(left - CHRONOLOGY) < 2 * HAIR
        ]
        return words in squeezed("".join(shown))
    return words in said(pdf)


def gone_and_kept(document, pdf):
    """The steps of `drop` of what is not on the pages, and of what is: of the opening."""
    gone, kept = set(), set()
    for part in every_part(opening(document)):
        if hasattr(part, "drop"):
            (kept if stands(part, pdf) else gone).add(part.drop)
    return gone, kept


def printed_steps(document, pdf):
    """The lines of the chronology that stand on the pages."""
    steps = [part for part in every_part(opening(document)) if isinstance(part, Step)]
    return [step for step in steps if stands(step, pdf)]
