"""What a document says: its text as sentences, and what it states of itself."""
