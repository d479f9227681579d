"""The faces of a page, from the packages that ship them.

What the system has installed plays no part but for the characters that none of these draws: they are set in its Noto
Sans, where it has that. So a page that needs no more is the same bytes on every machine.
"""

from __future__ import annotations

import atexit
import re
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from briefmill.engine.folders import Folder
from briefmill.packages import face_files

# Files of the system's Noto Sans, one for a script or a few: NotoSansDevanagari-Regular.ttf, NotoSansCJK-Regular.ttc.
_NOTO = re.compile(r"NotoSans\w*-Regular\.(?:ttf|otf|ttc)")
# Of a file that holds a family for each language, as for Chinese, Japanese and Korean, the end of the one that is taken.
_LANGUAGE = " SC"


# Latin and Cyrillic letters and the marks of print. The faces draw them all (a test looks), and which others they
# draw takes long to find out.
_PLAIN = frozenset(map(chr, (*range(0xA1, 0x250), *range(0x400, 0x500))))
_PLAIN |= frozenset("–—‘’‚“”„•…‰′″‹›€™−")


@dataclass(frozen=True)
class Family:
    """A family of the system's faces: its name, its files, and the characters that it draws."""

    name: str
    files: tuple[Path, ...]
    characters: frozenset[str]


@cache
def faces(more: tuple[Path, ...]) -> Any:
    """The faces of a page as Typst holds them, for as long as this process lives, and `more` files beside them.

    Just those a page uses are copied: the packages ship each twice, and Typst would pick by folder order.
    """
    import typst

    room = Folder()
    atexit.register(room.cleanup)
    folder = Path(room.name)
    for file in (*face_files(), *more):
        shutil.copyfile(file, folder / file.name)
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder)],
    )


def more_families(characters: Iterable[str]) -> tuple[Family, ...]:
    """The families of the system that draw what the faces of a page do not, in the order in which they are tried."""
    left = lacking(characters)
    found = []
    for family in _system_families() if left else ():
        if not left.isdisjoint(family.characters):
            found.append(family)
            left -= family.characters
    return tuple(found)


def lacking(characters: Iterable[str]) -> set[str]:
    """Those of some characters that none of the faces of a page draws."""
    return {
        character
        for character in set(characters)
        if not character.isascii()
        and character not in _PLAIN
        and not character.isspace()
        and unicodedata.category(character) != "Cf"
        and ord(character) not in _drawn()
    }


@cache
def _drawn() -> frozenset[int]:
    """The characters that the faces of a page draw, by number."""
    from matplotlib.ft2font import FT2Font

    drawn: set[int] = set()
    for file in face_files():
        if "LastResort" not in file.name:
            drawn.update(FT2Font(file).get_charmap())
    return frozenset(drawn)


@cache
def _system_families() -> tuple[Family, ...]:
    from matplotlib.font_manager import findSystemFonts

    files = {path.name: path for path in map(Path, sorted(findSystemFonts()))}
    return tuple(
        _family(files[name], files) for name in sorted(files) if _NOTO.fullmatch(name)
    )


def _family(regular: Path, files: dict[str, Path]) -> Family:
    from matplotlib.ft2font import FT2Font

    n_faces = FT2Font(regular).num_faces
    shown = [FT2Font(regular, face_index=number) for number in range(n_faces)]
    of_language = [face for face in shown if face.family_name.endswith(_LANGUAGE)]
    face, *_ = [*of_language, *shown]
    bold = files.get(regular.name.replace("-Regular.", "-Bold."))
    return Family(
        face.family_name,
        (regular, bold) if bold else (regular,),
        frozenset(map(chr, face.get_charmap())),
    )
