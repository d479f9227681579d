"""JupyterLab's export menu: a route for an exporter whose name, which is what the menu shows, has a blank in it.

Jupyter Server loads this as ``etc/jupyter`` tells it, which also takes the shell's name for the same exporter
out of the menu. Without that the menu has the shell's name, which works as well.
"""

from typing import Any

from jupyter_server.base.handlers import path_regex
from jupyter_server.nbconvert.handlers import NbconvertFileHandler
from jupyter_server.utils import url_path_join

from briefmill.render.exporter import NotRunError

_NOT_RUN_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>Not run yet</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>Not run yet</h1><p>There is nothing to put on a page before the notebook has been run.</p>
<p>Close this tab. In the notebook press <strong>Run all cells</strong>, wait until the circle at the top right is empty,
then choose <em>File → Save and Export Notebook As → Briefing PDF</em>.</p></body></html>"""


class BriefingHandler(NbconvertFileHandler):
    """The server's own, but for a page in plain words where a notebook has not been run."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the page that stands for a briefing that cannot be had."""
        _, error, _ = kwargs.get("exc_info", (None, None, None))
        if not isinstance(getattr(error, "__cause__", None), NotRunError):
            super().write_error(status_code, **kwargs)
            return
        self.set_status(409)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(_NOT_RUN_PAGE)


def _load_jupyter_server_extension(server: Any) -> None:
    """Have `server` export under ``Briefing PDF`` as it does under names of one word."""
    route = url_path_join(
        server.web_app.settings["base_url"], r"/nbconvert/(?P<format>Briefing%20PDF)"
    )
    server.web_app.add_handlers(".*$", [(route + path_regex, BriefingHandler)])
