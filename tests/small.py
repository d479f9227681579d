"""What tests work with: a small notebook as a briefing, and an event of the invented network to add."""

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

#: Cells of a new event, as a person types them.
SHIPYARD = {
    "partners": "XTA",
    "type": "TRADE_DEEPEN",
    "channel": "deepening",
    "dimension": "economic",
    "direction": "1",
    "intensity": "2",
    "date": "2025-03",
    "headline": "Joint shipyard opened",
    "summary": "Taskar and Velmora opened a joint shipyard.",
}


def write_briefing(folder, parameters, page, heading=""):
    """Write ``notebooks/country_briefing.ipynb`` into `folder`: a title, the parameters, a `heading` if any, and the cell `page`."""
    cells = [
        new_markdown_cell("# Small"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
    ]
    if heading:
        cells.append(new_markdown_cell(f"## {heading}"))
    cells.append(new_code_cell(page))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # or it would be another notebook each time
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    (folder / "notebooks").mkdir()
    nbformat.write(notebook, folder / "notebooks" / "country_briefing.ipynb")
