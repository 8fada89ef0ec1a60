"""Limits of the browser and of one read in it (SOURCES 4, 11): one bad page harms no other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """Seconds, bytes and counts a page gets. The defaults are the product's.

    ``read_seconds`` covers all but the logout; ``quiet_seconds`` is how long a page may neither
    ask for anything nor change before nothing more is awaited of it.
    """

    read_seconds: float = 45
    answer_seconds: float = 15
    login_seconds: float = 15
    element_seconds: float = 5
    script_seconds: float = 10
    quiet_seconds: float = 10
    undecided_seconds: float = 3
    settle_seconds: float = 2
    picture_seconds: float = 3
    drawing_seconds: float = 8
    logout_seconds: float = 3
    page_characters: int = 2_000_000
    read_bytes: int = 10_000_000
    requests: int = 200


@dataclass(frozen=True, slots=True)
class LifeLimits:
    """What a browser and its driver serve before new ones take their place."""

    browser_reads: int = 500
    browser_seconds: float = 3600
    browser_bytes: int = 1_500_000_000
    driver_reads: int = 5_000
    driver_bytes: int = 400_000_000
    launch_seconds: float = 30
    open_seconds: float = 10
    close_seconds: float = 5
    reads_a_weighing: int = 10


READ_LIMITS = ReadLimits()
LIFE_LIMITS = LifeLimits()
