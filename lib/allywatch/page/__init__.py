"""Evidence as blocks of a page: sentences, tables, charts, and the files a briefing carries.

In a notebook, importing it has figures of one's own set in the house's style too.
"""

from briefmill.house import exhibit, load_here

load_here()
