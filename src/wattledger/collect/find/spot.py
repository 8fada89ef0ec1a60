"""A spot: a number on a page, before it is known by which selector it can be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

from wattledger.domain.figure import Figure
from wattledger.domain.recipe import DecimalMark

LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class Spot:
    """A number that stands somewhere.

    ``selectors`` yields what may address it, the most lasting first. ``declared_unit`` is one that
    no recipe finds beside the number, so that it must be told.
    """

    figure: Figure
    text: str
    selectors: Callable[[], Iterator[str]]
    pattern: str | None = None
    decimal: DecimalMark = "auto"
    declared_unit: str | None = None


class Deadline:
    """Until when a search goes on: a page made to be searched for hours is not."""

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Tell whether the time is up."""
        return monotonic() >= self._until


def cut(text: str, length: int = LONGEST_LABEL) -> str:
    """Return a text in one line, and at most so long."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
