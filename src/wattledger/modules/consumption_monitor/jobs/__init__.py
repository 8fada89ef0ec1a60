"""The handlers of the module."""
