"""Reports: one format a file, all from the same values."""
