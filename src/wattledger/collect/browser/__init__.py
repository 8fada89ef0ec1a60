"""The browser engine: pages that only scripts can draw, read in a headless Chromium (SOURCES 4)."""
