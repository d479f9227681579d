"""From a new document to checked rows: the only writer of a data folder. Importing it reads and writes nothing."""

from allywatch.desk.curate.appending import Saved, add_claim
from allywatch.desk.curate.documents import DocumentError, add_source, status
from allywatch.desk.curate.journal import NothingToUndo, undo
from allywatch.desk.curate.page import desk
