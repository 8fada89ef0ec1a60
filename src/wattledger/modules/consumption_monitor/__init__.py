"""The module that reads meters."""
