"""At the screen: explore the evidence, curate a new document."""
