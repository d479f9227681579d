"""A printing press for tests of publishing: it takes jobs as any executor does, and makes small files without a notebook.

What it makes of a town is decided by its rain alone, so that the same rain gives the same bytes. A town named in
`dry` fails.
"""

import pickle
from concurrent.futures import Executor, Future
from io import BytesIO

import pikepdf

from briefmill.jobs import FILES, JobResult


def pdf(words="", attached=(), tagged=True, pages=1):
    """A PDF as a printer of ours makes it: tagged, its `words` in its title, with `attached` files (name to bytes)."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    if tagged:
        made.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
        made.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
    made.docinfo["/Title"] = words
    for name, content in dict(attached).items():
        made.attachments[name] = content
    file = BytesIO()
    made.save(file, deterministic_id=True)
    return file.getvalue()


class Press(Executor):
    """Makes the files of each job as it is asked for; `made` are the names of those that it was asked for."""

    def __init__(self, dry=()):
        self.dry = dry
        self.made = []

    def submit(self, do, payload):
        town = payload.parameters.get("town", "")
        self.made.append(town)
        future = Future()
        future.set_result(self._result(town, pickle.loads(payload.prepared)))
        return future

    def _result(self, town, rain):
        if town in self.dry:
            return JobResult("failed", f"{town}\nis dry")
        millimetres = sum(sum(months.values()) for months in rain.values())
        words = f"{town} {millimetres}"
        contents = (pdf(words), words.encode(), b"PNG " + words.encode())
        about = {"title": f"Rain {town}".strip(), "places": ["1"]}
        about["snapshot"] = {"mm": millimetres}
        files = dict(zip(FILES.values(), contents, strict=True))
        return JobResult("built", about=about, files=files)
