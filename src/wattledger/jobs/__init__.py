"""Jobs: when they fire, how runs are cut into chunks, how a chunk ends."""
