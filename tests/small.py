"""A small notebook as the briefing of a folder that a test works in."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def write_briefing(folder, parameters, page, heading=""):
    """Write ``notebooks/country_briefing.ipynb`` into `folder`: a title, the parameters, a `heading` if any, and the cell `page`."""
    cells = [
        new_markdown_cell("# Small"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
    ]
    if heading:
        cells.append(new_markdown_cell(f"## {heading}"))
    cells.append(new_code_cell(page))
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    (folder / "notebooks").mkdir()
    nbformat.write(notebook, folder / "notebooks" / "country_briefing.ipynb")
