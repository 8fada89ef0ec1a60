"""Keys in portions that fit into one IN list."""

from collections.abc import Iterable, Iterator

IN_LIMIT = 500
"""Keys in one IN list: below every database's limit on parameters."""


def slices(keys: Iterable[int]) -> Iterator[list[int]]:
    """Cut keys into lists short enough for one IN list."""
    ordered = list(keys)
    for start in range(0, len(ordered), IN_LIMIT):
        yield ordered[start : start + IN_LIMIT]
