"""Meters behind meters: what a parent and its children tell of each other (LEDGER 2, 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from wattledger.domain.assignment import Assignment

TOTAL = "total"
"""The key of the meter that counts for its whole endpoint."""

CLASS_PPM = 20_000
"""What two meters of accuracy class 1 (1 % each) may differ by, in millionths of the energy."""


class MeterPlace(NamedTuple):
    """Where a meter stands: its key within the endpoint, and the meter it is behind."""

    meter_id: int
    key: str
    parent_id: int | None = None


class PlacedMeter(Protocol):
    """A meter of an endpoint, as far as it matters what stands for what."""

    @property
    def id(self) -> int:
        """Return its number."""
        ...

    @property
    def key(self) -> str:
        """Return its name within the endpoint."""
        ...

    @property
    def parent_id(self) -> int | None:
        """Return the meter that it is behind."""
        ...

    @property
    def endpoint_id(self) -> str:
        """Return the public id of its endpoint."""
        ...

    @property
    def is_deleted(self) -> bool:
        """Tell whether its endpoint is out of use."""
        ...

    @property
    def place(self) -> MeterPlace:
        """Return where it stands among the meters of its endpoint."""
        ...


class Metered(NamedTuple):
    """The energy of a meter in a period, None where it is not known, and its uncertainty."""

    energy_milliwh: int | None
    uncertainty_milliwh: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """What a parent counted less what its children did, and how much of that means nothing."""

    difference_milliwh: int
    tolerance_milliwh: int

    @property
    def is_even(self) -> bool:
        """Tell whether the difference lies within the tolerance."""
        return abs(self.difference_milliwh) <= self.tolerance_milliwh


def balance(
    parent: Metered, children: Sequence[Metered], class_ppm: int = CLASS_PPM
) -> Balance | None:
    """Weigh a parent against its children, for the finding *parent/child imbalance*.

    The tolerance is the sum of all uncertainties, and ``class_ppm`` of the parent's energy: the
    ledger's uncertainty knows nothing of how true the meters are. None where one of the energies
    is not known, or there is no child: a missing number is not zero.
    """
    counted = [child.energy_milliwh for child in children if child.energy_milliwh is not None]
    if parent.energy_milliwh is None or not children or len(counted) < len(children):
        return None
    uncertainty = sum(meter.uncertainty_milliwh for meter in (parent, *children))
    return Balance(
        parent.energy_milliwh - sum(counted),
        uncertainty + parent.energy_milliwh * class_ppm // 1_000_000,
    )


def top_level(meters: Sequence[MeterPlace]) -> tuple[int, ...]:
    """Return the meters of one endpoint whose energies add up to the endpoint's.

    That is the meter with the key ``total``; else those that are behind no other meter of the
    endpoint. A parent elsewhere (a feed of the hall) does not make a meter a part of this one.

    >>> top_level([MeterPlace(1, "a"), MeterPlace(2, "b", parent_id=1)])
    (1,)
    """
    totals = tuple(meter.meter_id for meter in meters if meter.key == TOTAL)
    own = {meter.meter_id for meter in meters}
    return totals or tuple(meter.meter_id for meter in meters if meter.parent_id not in own)


def counted_twice(
    meters: Sequence[MeterPlace], assigned: Mapping[int, Sequence[Assignment]]
) -> tuple[MeterPlace, ...]:
    """Return the meters of one endpoint that are assigned at a time at which its ``total`` is.

    Their energy is in that of the total, so it is billed twice.

    >>> meters = [MeterPlace(1, "total"), MeterPlace(2, "outlet-1")]
    >>> counted_twice(meters, {1: [Assignment(1, "a", 0, 9)], 2: [Assignment(2, "b", 9)]})
    ()
    """
    total = [
        each for meter in meters if meter.key == TOTAL for each in assigned.get(meter.meter_id, ())
    ]
    return tuple(
        meter
        for meter in meters
        if meter.key != TOTAL
        and any(one.overlaps(each) for one in assigned.get(meter.meter_id, ()) for each in total)
    )
