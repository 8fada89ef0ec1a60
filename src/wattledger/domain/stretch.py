"""Stretches of settled readings: what lies before one, or behind one, does not reach over it.

A stretch is good readings of one run, so many and over so long that no explanation drops them
(LEDGER 3: "the path before the last point at which all cheap alternatives agree is settled").
"""

from collections.abc import Container, Sequence

from wattledger.domain.horizon import HORIZON, WEIGHTY_READS, memory
from wattledger.domain.instant import Instant
from wattledger.domain.reading import Join, Reading, Status


def settled_prefix(
    readings: Sequence[Reading], poll: int, contested: Container[Instant] = ()
) -> list[Reading]:
    """Return the latest good readings of one run that later ones can neither drop nor reach over.

    ``readings`` are judged and ascend in time; at ``contested`` instants other values may come to
    stand. Behind the prefix the same run goes on for longer than anything could drop. Empty where
    there is no such stretch.
    """
    end = len(readings)
    while end > 0:
        members, end = _run_before(readings, end, contested)
        last = _weighty_end(members, len(members), HORIZON) - 1
        first = _weighty_end(members, last + 1, memory(poll))
        if first >= 0:
            return members[first : last + 1]
    return []


def is_settled_tail(
    readings: Sequence[Reading], poll: int, contested: Container[Instant] = ()
) -> bool:
    """Tell whether judged readings end with one run so long that nothing behind it looks past."""
    members, _ = _run_before(readings, len(readings), contested)
    return _weighty_end(members, len(members), memory(poll)) >= 0


def _run_before(
    readings: Sequence[Reading], end: int, contested: Container[Instant]
) -> tuple[list[Reading], int]:
    """Return the good readings of the run that ends before an index, and where it begins.

    A reading that is neither of the run nor its jitter ends it; the index is then of that one.
    """
    members: list[Reading] = []
    for index in range(end - 1, -1, -1):
        reading = readings[index]
        if reading.status is Status.JITTER and reading.at not in contested:
            continue
        if reading.status is not Status.GOOD or reading.at in contested:
            return members[::-1], index
        members.append(reading)
        if reading.join is not Join.ADVANCE:
            return members[::-1], index
    return members[::-1], 0


def _weighty_end(members: Sequence[Reading], end: int, span: int) -> int:
    """Return the last index from which the members before ``end`` are weighty; -1 for none."""
    for first in range(end - WEIGHTY_READS, -1, -1):
        lasts = members[end - 1].at - members[first].at
        if lasts > span and members[end - 1].total_milliwh > members[first].total_milliwh:
            return first
    return -1
