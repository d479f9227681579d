"""Evidence as blocks of a page: sentences, tables, charts, and the files a briefing carries."""
