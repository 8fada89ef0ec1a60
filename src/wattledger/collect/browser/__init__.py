"""Driving a headless Chromium: finding it, keeping it alive, logging in, going steps."""
