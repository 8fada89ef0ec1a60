"""Keys in portions that fit into one IN list."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

_K = TypeVar("_K")

IN_LIMIT = 500
"""Keys in one IN list: below every database's limit on parameters."""


def slices(keys: Iterable[_K]) -> Iterator[list[_K]]:
    """Cut keys into lists short enough for one IN list."""
    ordered = list(keys)
    for start in range(0, len(ordered), IN_LIMIT):
        yield ordered[start : start + IN_LIMIT]
