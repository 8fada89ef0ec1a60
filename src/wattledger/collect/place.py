"""Where a value stands: its text, and the texts around it that may name its unit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A text a selector found.

    ``behind`` follows it on the page; ``labels`` stand before or above it, nearest first. Where it
    ``is_number`` it is one of a JSON document, whose point can only be a decimal mark.
    """

    text: str
    behind: str = ""
    labels: tuple[str, ...] = ()
    is_number: bool = False
