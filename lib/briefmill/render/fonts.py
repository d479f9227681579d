"""The faces of a page, from the packages that ship them; what the system has installed plays no part."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_SOURCE_FACES = ("Regular", "It", "Semibold", "Bold", "BoldIt")
_OTHER_FACES = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSansMono",
    "LastResortHE-Regular",
)
# By package: the folder inside it, the pattern of a file's name, and the faces wanted.
_FACES = {
    "font_source_serif_pro": ("files", "SourceSerifPro-{}.ttf", _SOURCE_FACES),
    "font_source_sans_pro": ("files", "SourceSansPro-{}.ttf", _SOURCE_FACES),
    "matplotlib": ("mpl-data/fonts/ttf", "{}.ttf", _OTHER_FACES),
}


@cache
def faces() -> Any:
    """The faces of a page as Typst holds them, for as long as this process lives.

    Just those a page uses are copied: the packages ship each twice, and Typst would pick by folder order.
    """
    import typst

    folder = Path(tempfile.mkdtemp(prefix="briefmill-faces-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for file in face_files():
        shutil.copyfile(file, folder / file.name)
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder)],
    )


def face_files() -> list[Path]:
    """The font files a page uses, wherever their packages lie."""
    return [
        _home(package) / folder / pattern.format(face)
        for package, (folder, pattern, names) in _FACES.items()
        for face in names
    ]


def _home(package: str) -> Path:
    # Found, not imported: importing matplotlib for four files would cost more than the compile.
    spec = find_spec(package)
    assert spec is not None and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))
