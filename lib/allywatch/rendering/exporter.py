"""The nbconvert exporter behind ``--to briefingpdf`` and JupyterLab's export menu."""

from nbconvert.exporters import Exporter
from traitlets import default


class BriefingPDFExporter(Exporter):
    """Compose an executed notebook into a designed PDF: no LaTeX, no browser, no system package.

    nbconvert instantiates every registered exporter to fill its menu, so this class only names things;
    the work, and the imports it needs, waits until a notebook is exported.
    """

    export_from_notebook = "Briefing PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self):
        return ".pdf"

    @default("default_preprocessors")
    def _default_preprocessors_default(self):
        return []  # none of them is switched on, and the notebook would be validated before each

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """Return the PDF as bytes, and nbconvert's resources.

        Raises
        ------
        ValueError
            If no cell of the notebook has been run, which would leave an empty briefing.
        MissingAltText
            If a picture in the notebook has no alternative text.
        typst.TypstError
            If the document cannot be set; the message names the place.
        """
        from .composition import compose
        from .typesetting import compile_pdf

        nb, resources = super().from_notebook_node(nb, resources, **kwargs)
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        if code and not any(cell.outputs for cell in code):
            raise ValueError("this notebook has not been run: run all its cells, then export it")
        document = compose(nb, name=resources.get("metadata", {}).get("name", ""))
        if document["unresolved"]:
            self.log.warning("marks without a row to lead to: %s", ", ".join(document["unresolved"]))
        return compile_pdf(document), resources
