"""Is this PDF fit to be published? Asked of every one before it takes its place in an edition."""

from __future__ import annotations

import json
from io import BytesIO

from briefmill.editions.store import FILES
from briefmill.execution import Outcome


def fault(outcome: Outcome) -> str:
    """Why what a job made must not be published; ``""`` where nothing is wrong.

    All its files are there; the PDF opens, is tagged and has pages; every file that the notebook attached can be
    read from it; and the record of its run, where it has one, names the job's own partner.
    """
    import pikepdf

    missing = [own for own, _ in FILES.values() if not (outcome.folder / own).is_file()]
    if missing:
        return f"{', '.join(missing)} was not made"
    try:
        content = BytesIO(
            (outcome.folder / FILES["pdf"][0]).read_bytes()
        )  # a name may not fit the locale
        with pikepdf.open(content) as pdf:
            if not len(pdf.pages):
                return "the PDF has no page"
            if not (
                pdf.Root.get("/MarkInfo", {}).get("/Marked")
                and "/StructTreeRoot" in pdf.Root
            ):
                return "the PDF is not tagged"
            files = {
                name: file.get_file().read_bytes()
                for name, file in pdf.attachments.items()
            }
    except (pikepdf.PdfError, OSError, ValueError) as error:
        return f"the PDF cannot be read: {error}"
    if lost := sorted(set(outcome.about.get("attached", ())) - set(files)):
        return f"the PDF has lost what was attached: {', '.join(lost)}"
    return _of_another(files.get("run.json", b""), outcome.job.partner)


def _of_another(record: bytes, partner: str) -> str:
    if not record:
        return ""
    try:
        about = json.loads(record)["parameters"].get("partner", "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "the record of the run attached to the PDF cannot be read"
    if about == partner:
        return ""
    return f"the PDF is about {about or 'all partners'}, not about {partner or 'all'}"
