"""Is this PDF fit to be published? Asked of every one before it takes its place in an edition."""

from __future__ import annotations

import json
from io import BytesIO

from briefmill.jobs import FILES, JobOutcome


def fault(outcome: JobOutcome, unit_parameter: str) -> str:
    """Why what a job made must not be published; ``""`` where nothing is wrong.

    All its files are there; the PDF opens, is tagged and has pages; every file that the notebook attached can be
    read from it; and the record of its run, where it has one, names the job's own unit.
    """
    import pikepdf

    folder = outcome.folder
    missing = [name for name in FILES.values() if not (folder / name).is_file()]
    if missing:
        return f"{', '.join(missing)} was not made"
    try:
        # Read here: pikepdf may not open a file whose name does not fit the locale.
        content = BytesIO((folder / FILES["pdf"]).read_bytes())
        with pikepdf.open(content) as pdf:
            if not len(pdf.pages):
                return "the PDF has no page"
            root = pdf.Root
            marked = "/MarkInfo" in root and root.MarkInfo.get("/Marked")
            if not marked or "/StructTreeRoot" not in root:
                return "the PDF is not tagged"
            attached = {
                name: file.get_file().read_bytes()
                for name, file in pdf.attachments.items()
            }
    except (pikepdf.PdfError, OSError, ValueError) as error:
        return f"the PDF cannot be read: {error}"
    lost = set(outcome.about.get("attached", ())) - attached.keys()
    if lost:
        return f"the PDF has lost what was attached: {', '.join(sorted(lost))}"
    if "run.json" not in attached:
        return ""
    return _wrong_unit(attached["run.json"], outcome.job.unit, unit_parameter)


def _wrong_unit(record: bytes, unit: str, unit_parameter: str) -> str:
    try:
        recorded = json.loads(record)["parameters"].get(unit_parameter, "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "the record of the run attached to the PDF cannot be read"
    if recorded == unit:
        return ""
    return (
        f"the PDF is about {recorded or 'everything'}, not about {unit or 'everything'}"
    )
