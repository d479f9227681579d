"""Executed notebook to PDF and HTML: the only importer of nbconvert and typst.

``compose(notebook)`` reads the blocks a notebook shows into one document of plain data;
``compile_pdf(document)`` sets it as a PDF, ``compile_html(document)`` as one HTML file; ``thumbnail(pdf, width_px)``
draws the first page of a PDF; the two exporters offer all this to nbconvert. Names are looked up late: nbconvert and papermill
import every registered plugin, so this package stays light.
"""

from importlib import import_module

_HOMES = {
    "BriefingHTMLExporter": "exporter",
    "BriefingPDFExporter": "exporter",
    "MissingAltText": "outputs",
    "compile_html": "webpage",
    "compile_pdf": "typesetting",
    "compose": "composition",
    "face_files": "typesetting",
    "faces": "typesetting",
    "printable": "typesetting",
    "thumbnail": "typesetting",
}


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__():
    return sorted(_HOMES)
