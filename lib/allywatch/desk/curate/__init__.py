"""From a new document to checked rows: the only writer of a data folder. Importing it reads and writes nothing."""

from allywatch.desk.curate.appending import NothingToUndo, Saved, add_claim, undo
from allywatch.desk.curate.documents import DocumentError, add_source, status
from allywatch.desk.curate.page import desk
