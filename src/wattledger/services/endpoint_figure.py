"""What counts for an endpoint of several meters: its ``total``, else all its meters together."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from wattledger.domain.instant import Instant
from wattledger.store.endpoints import TOTAL


class Metered(Protocol):
    """Something said of one meter of an endpoint."""

    @property
    def key(self) -> str:
        """Return the meter's name within the endpoint."""
        ...

    @property
    def is_read(self) -> bool:
        """Tell whether the meter was ever read."""
        ...


class Timed(Protocol):
    """Something said of a meter at an instant."""

    @property
    def at(self) -> Instant | None:
        """Return when the meter was last read."""
        ...


_M = TypeVar("_M", bound=Metered)
_T = TypeVar("_T", bound=Timed)


def counting(meters: Iterable[_M]) -> Sequence[_M]:
    """Return the meters whose figures add up to the endpoint's; none that was never read."""
    read = [meter for meter in meters if meter.is_read]
    return [meter for meter in read if meter.key == TOTAL] or read


def read_last(meters: Sequence[_T]) -> Sequence[_T]:
    """Return those of the meters that were in the newest reading of any."""
    if len(meters) <= 1:
        return meters
    newest = max(meter.at for meter in meters if meter.at is not None)
    return [meter for meter in meters if meter.at == newest]


def total_of_all(values: Iterable[int | None]) -> int | None:
    """Return a sum that is known only when every part is: a missing number is not zero.

    >>> total_of_all([1, 2]), total_of_all([1, None]), total_of_all([])
    (3, None, None)
    """
    parts = list(values)
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def total_of_known(values: Iterable[int | None]) -> int | None:
    """Return the sum of the parts that are known, ``None`` when none is.

    >>> total_of_known([1, None]), total_of_known([None])
    (1, None)
    """
    known = [value for value in values if value is not None]
    return sum(known) if known else None
