"""A data folder that holds what an earlier one held is not read and checked again: most tests begin with the same two or three.

Nor is a table that is as it was in an earlier folder: most tests change one. Each test gets a dataset of its own. What
`check` and the desk examine before they write is put together from its tables each time.
"""

import os
import pickle
from dataclasses import replace
from functools import lru_cache, wraps
from pathlib import Path

from allywatch.data import loading
from allywatch.data.contract import PACKAGE_FILE
from allywatch.data.paths import DOCUMENTS_VARIABLE, documents_folder, prepared_dataset

#: Datasets that are kept; one of the real data takes half a megabyte.
MOST = 100
#: Of each step on a single table, the results that are kept; and contracts.
MOST_TABLES = 500
#: What `loading` keeps in a run of tests.
REMEMBERED = ("read_contract", "read", "validate", "typed", "load")


def remember():
    """Have `loading` keep what it reads, for as long as this process lives."""
    loading.read_contract = contracts_once(loading.read_contract)
    loading.read = files_once(loading.read)
    loading.validate = cells_once(loading.validate)
    loading.typed = cells_once(loading.typed)
    loading.load = folders_once(loading.load)


def as_it_is(patch):
    """`loading.load` without any memory, for the time of `patch`; all that it calls has none either."""
    for name in REMEMBERED:
        patch.setattr(loading, name, getattr(loading, name).__wrapped__)
    return loading.load


class Known:
    """Arguments of a call; equal to others of the same content."""

    def __init__(self, arguments, content):
        self.arguments = arguments
        self.content = content

    def __eq__(self, other):
        return self.content == other.content

    def __hash__(self):
        return hash(self.content)


def once(function, most):
    """`function`, called with what is `Known` and once for each content."""

    @lru_cache(most)
    def result(known):
        return function(*known.arguments)

    return result


def contracts_once(read_contract):
    """`read_contract`; folders with the same contract share it, and nobody may change it."""
    kept = once(read_contract, MOST_TABLES)

    @wraps(read_contract)
    def remembered(data_dir):
        file = data_dir / PACKAGE_FILE
        if not file.is_file():
            return read_contract(data_dir)
        return kept(Known((data_dir,), file.read_bytes()))

    return remembered


def files_once(read):
    """`read`; a file that holds what an earlier one of the same name held makes a sheet of the same cells."""
    kept = once(read, MOST_TABLES)

    @wraps(read)
    def remembered(path, schema):
        if not path.is_file():
            return read(path, schema)
        sheet = kept(Known((path, schema), (path.name, path.read_bytes(), schema)))
        own = replace(
            sheet,
            cells=sheet.cells.copy(deep=False),
            repairs=[*sheet.repairs],
            failures=[*sheet.failures],
        )
        own.judges = sheet.judges  # no entry is judged twice either
        return own

    return remembered


def cells_once(function):
    """`function` of the cells of a table and its schema, which gives a list or a frame."""
    kept = once(function, MOST_TABLES)

    @wraps(function)
    def remembered(cells, schema, *others):
        texts = tuple(cells.to_numpy().ravel().tolist())
        content = (schema, tuple(cells.columns), tuple(cells.index), texts)
        result = kept(Known((cells, schema, *others), content))
        return result.copy()

    return remembered


def folders_once(load):
    """`load`; each call gives a dataset of its own."""

    def pickled(path, as_of):
        return pickle.dumps(load(path, as_of))

    kept = once(pickled, MOST)

    @wraps(load)
    def remembered(data_dir, as_of=None):
        path = Path(data_dir)
        if prepared_dataset(path) is not None or not is_plain(path):
            return load(data_dir, as_of)
        content = (str(as_of or ""), contents(path), outside_documents())
        dataset = pickle.loads(kept(Known((path, as_of), content)))
        documents = documents_folder(path) if dataset.documents else None
        return replace(dataset, data_dir=path, documents=documents)

    return remembered


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
