"""allywatch: evidence on alliances, from documents to briefings."""
