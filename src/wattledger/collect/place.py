"""Where a value stands: its text, and the texts around it that may name its unit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A text a selector found.

    ``behind`` follows it on the page; ``labels`` stand before or above it, nearest first.
    """

    text: str
    behind: str = ""
    labels: tuple[str, ...] = ()
