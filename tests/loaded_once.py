"""A data folder that holds what an earlier one held is not read and checked again: most tests begin with the same two or three.

Each test gets a dataset of its own. What `check` and the desk examine before they write is examined each time.
"""

import os
import pickle
from dataclasses import replace
from functools import lru_cache, wraps
from pathlib import Path

from allywatch.data import loading
from allywatch.data.paths import DOCUMENTS_VARIABLE, documents_folder, prepared_dataset

#: Datasets that are kept; one of the real data takes half a megabyte.
MOST = 100


def remember():
    """Have `loading.load` keep what it reads, for as long as this process lives."""
    load = loading.load

    class Folder:
        """A data folder on a day; equal to one of the same content."""

        def __init__(self, path, as_of):
            self.path = path
            self.as_of = as_of
            self.content = (str(as_of or ""), contents(path), outside_documents())

        def __eq__(self, other):
            return self.content == other.content

        def __hash__(self):
            return hash(self.content)

    @lru_cache(MOST)
    def pickled(folder):
        return pickle.dumps(load(folder.path, folder.as_of))

    @wraps(load)
    def remembered(data_dir, as_of=None):
        path = Path(data_dir)
        if prepared_dataset(path) is not None or not is_plain(path):
            return load(data_dir, as_of)
        dataset = pickle.loads(pickled(Folder(path, as_of)))
        documents = documents_folder(path) if dataset.documents else None
        return replace(dataset, data_dir=path, documents=documents)

    loading.load = remembered


def is_plain(folder):
    """Whether a folder is there and holds nothing but files and folders."""
    return folder.is_dir() and all(
        (path.is_file() or path.is_dir()) and not path.is_symlink()
        for path in folder.rglob("*")
    )


def contents(folder):
    """What the files in a folder hold, by their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path.relative_to(folder)), path.read_bytes()) for path in files)


def outside_documents():
    """What the documents hold that lie where the environment says."""
    named = os.environ.get(DOCUMENTS_VARIABLE)
    return contents(Path(named)) if named else None
