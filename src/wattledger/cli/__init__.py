"""The commands: one a module. They alone compose the web and the worker."""
