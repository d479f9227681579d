"""From a new document to checked rows: the only writer of a data folder. Importing it reads and writes nothing."""

from allywatch.curating.appending import NothingToUndo, Saved, add_claim, undo
from allywatch.curating.documents import DocumentError, add_source, status
from allywatch.curating.page import desk
