"""Secrets: device credentials at rest, tokens as hashes, and keeping both out of what is shown."""
