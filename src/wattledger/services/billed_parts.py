"""Which parts of a month a meter was billed for, as sealed statements say: to whom it may be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from wattledger.domain.assignment import WHOLE_PPM
from wattledger.domain.instant import Instant
from wattledger.domain.statement import ServedPart, Statement
from wattledger.reports.stored_statement import statement_from_json
from wattledger.store.database import Connection
from wattledger.store.moved_energy import documents_billing


@dataclass(frozen=True, slots=True)
class BilledParts:
    """A month of a meter: the parts that were closed, by client id, and those of adjustments."""

    closed: Mapping[str, Sequence[ServedPart]]
    adjusted: Sequence[ServedPart]

    @property
    def all(self) -> Iterator[ServedPart]:
        """Yield all parts."""
        return chain(*self.closed.values(), self.adjusted)

    def share_at(self, at: Instant) -> int:
        """Return the share that was billed of an instant, to all clients together.

        An adjustment passes on what another was billed as well as it bills what nobody was. So of
        them one counts, the largest, and only as far as it goes beyond what the closes billed.
        """
        closed = sum(part.share_at(at) for part in chain(*self.closed.values()))
        return max([closed, *(part.share_at(at) for part in self.adjusted)])

    def closed_up_to(self, end: Instant) -> dict[str, int]:
        """Return the shares that were closed up to the end of the month, by client id."""
        return {
            client_id: part.share_ppm
            for client_id, parts in self.closed.items()
            for part in parts
            if part.end_at >= end
        }


def billed_parts(
    connection: Connection, meter_id: int, month: date, whole: tuple[Instant, Instant]
) -> BilledParts:
    """Return what was billed of a meter's month, whose first and last instant are ``whole``."""
    closed: dict[str, list[ServedPart]] = {}
    adjusted: list[ServedPart] = []
    for client_id, document in documents_billing(connection, meter_id, month):
        statement = statement_from_json(document)
        if statement.month == month:
            closed[client_id] = list(_of_lines(statement, meter_id))
            continue
        for each in statement.adjustments:
            if (each.month, each.meter_id) == (month, meter_id):
                # What was sealed without its parts went beyond the lines only where there are none.
                unknown = () if client_id in closed else (ServedPart(*whole, WHOLE_PPM),)
                adjusted += unknown if each.parts is None else each.parts
    return BilledParts(closed, adjusted)


def _of_lines(statement: Statement, meter_id: int) -> Iterator[ServedPart]:
    for line in statement.lines:
        if line.meter_id == meter_id:
            yield ServedPart.of(line)
