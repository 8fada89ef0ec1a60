"""Job modules: a folder with a manifest and its handlers each."""
