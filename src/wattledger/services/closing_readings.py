"""The readings that a month is closed with: what its lines name of them, and what is kept."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.month_report import MonthLine
from wattledger.domain.neighbours import with_named_reads
from wattledger.domain.statement import SealedReadings
from wattledger.reports.kept_readings import MeterReadings, pack
from wattledger.store.database import Connection
from wattledger.store.evidenced import evidenced_around, evidenced_next_to


def naming_reads(connection: Connection, lines: Iterable[MonthLine]) -> list[MonthLine]:
    """Return lines whose segments name the readings that their registers follow from."""
    return [_naming(connection, line) for line in lines]


def _naming(connection: Connection, line: MonthLine) -> MonthLine:
    ends = {at for part in line.segments for at in (part.first_at, part.last_at)}
    rows = evidenced_next_to(connection, line.meter_id, sorted(ends))
    of = line.endpoint_id, line.meter_id
    return with_named_reads(line, [EvidencedReading.of_row(*of, row) for row in rows])


def packed_readings(
    connection: Connection, lines: Sequence[MonthLine]
) -> tuple[bytes, SealedReadings]:
    """Return all readings that lines rest on, packed to be kept, and what seals them.

    They are those of each line's meter from the last good one up to its span to the first good one
    behind it, with what was left out between.
    """
    return pack(_by_meter(connection, lines))


def _by_meter(connection: Connection, lines: Sequence[MonthLine]) -> Iterator[MeterReadings]:
    by_meter: dict[int, list[MonthLine]] = {}
    for line in lines:
        by_meter.setdefault(line.meter_id, []).append(line)
    for meter_id, own in sorted(by_meter.items()):
        parts = [evidenced_around(connection, meter_id, line.start_at, line.end_at) for line in own]
        # A meter that moved away and back has two lines, and some readings may be of both.
        rows = parts[0] if len(parts) == 1 else sorted({*chain(*parts)})
        yield MeterReadings(own[0].endpoint_id, meter_id, rows)
