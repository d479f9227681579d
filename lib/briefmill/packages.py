"""Files that installed packages ship, found without importing these."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

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


def folder_of(package: str) -> Path:
    """Where a package lies."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"there is no package {package}")
    return Path(next(iter(spec.submodule_search_locations)))


def face_files() -> list[Path]:
    """The files of the faces that a page uses."""
    return [
        folder_of(package) / folder / pattern.format(face)
        for package, (folder, pattern, names) in _FACES.items()
        for face in names
    ]
