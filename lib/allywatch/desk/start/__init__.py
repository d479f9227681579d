"""A network of one's own: a new data folder, and actors looked up in the lists of countries."""
