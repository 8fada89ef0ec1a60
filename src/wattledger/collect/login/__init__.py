"""Logins as generators that yield requests and receive responses: one a file, no I/O."""
