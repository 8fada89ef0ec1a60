"""One transport a file; they do not know each other."""
