"""Telling people: the messages, and the services that carry them."""
