"""Finds the numbers on a device's page, and a selector for each (SOURCES 9)."""
