"""Whether a meter serves a client otherwise than its closed month was billed (LEDGER 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from wattledger.domain.statement import Served, ServedPart
from wattledger.services.reprice_month import billed_month
from wattledger.store.closes import billed_parts_of, closes_of_client
from wattledger.store.database import Connection

_Parts: TypeAlias = Mapping[tuple[str, int], Sequence[ServedPart] | None]


@dataclass(slots=True)
class LastBilledParts:
    """The parts of closed months as they were billed the last time; each month is read once."""

    connection: Connection
    _months: dict[date, _Parts] = field(default_factory=dict)

    def differ(self, client_id: str, month: date, meter_id: int, served: Sequence[Served]) -> bool:
        """Tell whether a meter serves in other parts of the month now, or with other shares."""
        parts = self._months.get(month)
        if parts is None:
            parts = self._months[month] = billed_parts_of(self.connection, month)
        then = parts.get((client_id, meter_id), ())
        if then is None:
            closes = closes_of_client(self.connection, client_id)
            then = billed_month(closes, month).parts_of(meter_id)
        return _joined(then) != _joined(served)


def _joined(parts: Sequence[Served]) -> list[ServedPart]:
    """Return parts in order; those that go on with the same share are one."""
    ordered = sorted(map(ServedPart.of, parts), key=lambda part: part.start_at)
    joined: list[ServedPart] = []
    for part in ordered:
        if joined and (joined[-1].end_at, joined[-1].share_ppm) == (part.start_at, part.share_ppm):
            joined[-1] = ServedPart(joined[-1].start_at, part.end_at, part.share_ppm)
        else:
            joined.append(part)
    return joined
