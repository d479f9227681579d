"""The nbconvert exporters behind ``--to briefingpdf``, ``briefinghtml`` and ``briefingdocx``, and JupyterLab's export menu."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter
from traitlets import Bool, default

if TYPE_CHECKING:
    from briefmill.render.document import Document


#: Pairs of a title and an address.
Links = Iterable[Sequence[str]]


class NotRunError(ValueError):
    """A notebook none of whose cells has been run; `str()` says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "This notebook has not been run, so there is nothing to put on a page. "
            "Run all of its cells, then export it."
        )


class BriefingExporter(Exporter):
    """Reads an executed notebook as a document; a format below says how it is set.

    nbconvert instantiates every registered exporter to fill its menu, so these classes only name things;
    the work, and the imports it needs, waits until a notebook is exported.
    """

    @default("default_preprocessors")
    def _default_preprocessors_default(self) -> list[Any]:
        return []  # none of them is switched on, and the notebook would be validated before each

    def set_document(self, document: Document, links: Links = ()) -> bytes | str:
        """The document in this exporter's format; `links` lead from it to other pages, by title and address."""
        raise NotImplementedError

    def from_notebook_node(
        self, nb: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, Any]:
        """Return the briefing as its format has it, and nbconvert's resources.

        They hold the composed ``document``: with them, the next exporter of the same notebook need not compose it.
        What they hold as ``notice`` stands above everything on the page.

        Raises
        ------
        NotRunError
            If no cell of the notebook has been run, which would leave an empty briefing. `jupyter nbconvert` ends
            with these words instead.
        MissingAltText
            If a picture in Markdown has no alternative text.
        typst.TypstError
            If a PDF cannot be set; the message names the place.
        """
        links = (resources or {}).get("links", ())
        if document := (resources or {}).get("document"):
            return self.set_document(document, links), resources
        from briefmill.render.composition import compose

        if self._preprocessors:
            nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        else:  # nbconvert would copy the notebook, which is only read
            resources = self._init_resources(resources)
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        if code and not any(cell.outputs for cell in code):
            if _at_the_command_line():
                raise SystemExit(f"{NotRunError()}\n{_EXECUTE_HINT}")
            raise NotRunError
        document = compose(nb, name=resources.get("metadata", {}).get("name", ""))
        if document.unresolved:
            marks = ", ".join(document.unresolved)
            self.log.warning("marks without a row to lead to: %s", marks)
        if notice := resources.get("notice"):
            document = document.with_notice(notice)
        resources["document"] = document
        return self.set_document(document, links), resources


#: How the command line runs what it exports.
_EXECUTE_HINT = "Or add --execute, and nbconvert runs it first."


def _at_the_command_line() -> bool:
    """Whether `jupyter nbconvert` is at work, which prints a traceback of any error; a server must not be ended."""
    from nbconvert.nbconvertapp import NbConvertApp
    from traitlets.config import Application

    return Application.initialized() and isinstance(
        Application.instance(), NbConvertApp
    )


class BriefingPDFExporter(BriefingExporter):
    """An executed notebook as a designed PDF: no LaTeX, no browser, no system package."""

    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def set_document(self, document: Document, links: Links = ()) -> bytes:
        """The document as a PDF, which leads to no other."""
        from briefmill.render.typst import compile_pdf

        return compile_pdf(document)


class BriefingHTMLExporter(BriefingExporter):
    """An executed notebook as one HTML file that needs nothing beside itself."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def set_document(self, document: Document, links: Links = ()) -> str:
        """The document as HTML."""
        from briefmill.render.html import compile_html

        return compile_html(document, links)


class BriefingDocxExporter(BriefingExporter):
    """An executed notebook as a Word file, for editors who must edit."""

    output_mimetype = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".docx"

    def set_document(self, document: Document, links: Links = ()) -> bytes:
        """The document as a Word file, which leads to no other."""
        from briefmill.render.word import compile_word

        return compile_word(document)


#: The exporter of each kind of file.
EXPORTERS: dict[str, type[BriefingExporter]] = {
    "pdf": BriefingPDFExporter,
    "html": BriefingHTMLExporter,
    "docx": BriefingDocxExporter,
}


class MenuBriefingPDFExporter(BriefingPDFExporter):
    """The same exporter under the name that JupyterLab's menu shows.

    Only a server with the route for it (`menu`) can export under that name, and such a server enables it.
    """

    export_from_notebook = "Briefing PDF"
    enabled = Bool(False).tag(config=True)

    def from_notebook_node(
        self, nb: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, Any]:
        """As above; the file is named after its partner too, ``country_briefing_ARM.pdf``, as a build names it."""
        pdf, resources = super().from_notebook_node(nb, resources, **kwargs)
        partner = resources["document"].masthead.conditions.get("partner") or ""
        suffix = re.sub(r"[^\w-]", "", f"_{partner}") if partner else ""
        if not resources.get("metadata", {}).get("name", "").endswith(suffix):
            # The server puts this after the notebook's name.
            resources["output_extension"] = suffix + self.file_extension
        return pdf, resources
