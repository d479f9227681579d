"""JupyterLab's export menu: a route for an exporter whose name, which is what the menu shows, has a blank in it.

Jupyter Server loads this as ``etc/jupyter`` tells it, which also takes the shell's name for the same exporter
out of the menu. Without that the menu has the shell's name, which works as well.
"""

from typing import Any


def _load_jupyter_server_extension(server: Any) -> None:
    """Have `server` export under ``Briefing PDF`` as it does under names of one word."""
    from jupyter_server.base.handlers import path_regex
    from jupyter_server.nbconvert.handlers import NbconvertFileHandler
    from jupyter_server.utils import url_path_join

    route = url_path_join(
        server.web_app.settings["base_url"], r"/nbconvert/(?P<format>Briefing%20PDF)"
    )
    server.web_app.add_handlers(".*$", [(route + path_regex, NbconvertFileHandler)])
