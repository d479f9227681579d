"""Setting a page without a kernel: a notebook's cells run in this process, and its document set as a PDF."""

import ast

import nbformat
from conftest import ROOT


def executed(notebook, **parameters):
    """The notebook with its outputs, as `display` and the last line of each cell leave them."""
    book = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4)
    space = {}
    for cell in (cell for cell in book.cells if cell.cell_type == "code"):
        shown = []
        space["display"] = lambda *exhibits, shown=shown: shown.extend(exhibits)
        *lines, last = ast.parse(cell.source).body
        value = isinstance(last, ast.Expr)
        exec(compile(ast.Module([*lines, *([] if value else [last])], []), notebook, "exec"), space)
        if (
            value
            and (result := eval(compile(ast.Expression(last.value), notebook, "eval"), space)) is not None
        ):
            shown.append(result)
        if "parameters" in cell.metadata.get("tags", []):
            space |= parameters
        cell.outputs = [
            nbformat.v4.new_output("display_data", data=each._repr_mimebundle_()) for each in shown
        ]
    return book
