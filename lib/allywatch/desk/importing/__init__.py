"""Tables of events of others, such as ACLED or GDELT, brought into a data folder by a map."""

from allywatch.desk.importing.importing import Imported, import_table
