"""After JupyterLab saves a notebook: one that was only run is no change to git.

Git compares sizes before it looks at what its filter leaves of a file, so `git status` lists a notebook that holds
outputs although there is nothing to commit. Adding it, where what is left of it is what the index has, tells git so
and changes nothing else.
"""

import subprocess
import threading
from pathlib import Path
from typing import Any


def after_save(model: dict[str, Any], os_path: str, **_: Any) -> None:
    """Jupyter Server's hook (`post_save_hook`): settle a saved notebook with git, without making anybody wait."""
    if model["type"] == "notebook":
        threading.Thread(target=settle, args=[Path(os_path)]).start()


def settle(notebook: Path) -> None:
    """Have git note that `notebook` is unchanged, if what its filter leaves of it is what the index has."""
    indexed = _git(notebook, "rev-parse", "--verify", "--quiet", f":./{notebook.name}")
    if indexed and indexed == _git(notebook, "hash-object", notebook.name):
        _git(notebook, "add", notebook.name)


def _git(notebook: Path, *arguments: str) -> str:
    """What git prints in the notebook's folder; "" where it refuses, or is not there."""
    command = ["git", *arguments]
    try:
        done = subprocess.run(
            command, cwd=notebook.parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
