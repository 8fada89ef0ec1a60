"""Limits of one read over plain HTTP (SOURCES 11): one bad device never harms another."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and counts a device gets. The defaults are the product's."""

    connect_seconds: float = 5
    first_byte_seconds: float = 10
    read_seconds: float = 20
    logout_seconds: float = 3
    body_bytes: int = 2_000_000
    header_bytes: int = 64_000
    redirects: int = 10
    refreshes: int = 2
    frames: int = 20
    frame_depth: int = 3


DEFAULT_LIMITS = Limits()
