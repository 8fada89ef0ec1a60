"""Import readings from CSV, a spreadsheet or JSON, through the ledger of collected ones.

The whole file is checked before anything is booked. Booking goes meter by meter in order of time;
each slice is a transaction, as is each portion of the meters that are made for it, and others write
in between. Booking a file again changes nothing, so an import that was interrupted is finished by
running it again. The audit log holds each meter that got readings.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from pathlib import Path

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import DAY, Instant, parse_instant
from wattledger.domain.name import LONGEST_METER_KEY, LONGEST_SERIAL, parse_name
from wattledger.domain.number import is_absent, is_sentinel, parse_pointed
from wattledger.domain.unit import Quantity, resolution_milli, to_milli
from wattledger.services.csv_lines import BadLines, CsvColumns
from wattledger.services.portion import (
    Portion,
    let_others_write,
    portion_of,
    refuse_at_the_end,
)
from wattledger.services.progress import Advance, Progress
from wattledger.services.table_file import TableFile
from wattledger.services.touched_meters import MADE, READ, record_meters
from wattledger.store.billed_meters import let_totals_take_over
from wattledger.store.database import Database
from wattledger.store.ledger import Booked, book
from wattledger.store.meters import MeterName, create_meters, meter_ids, without_stored
from wattledger.store.readings import NewReading
from wattledger.store.sites import zones
from wattledger.store.staging import StagedRow, Staging

_COLUMNS = CsvColumns(
    required=("endpoint", "timestamp", "total_kwh"), optional=("meter", "power_w", "serial")
)
_EARLIEST = parse_instant("2000-01-01T00:00:00Z")
_CHECKED_AT_ONCE = 10_000
_BOOKED_AT_ONCE = 5_000
"""So many readings take about a third of a second."""


@dataclass(slots=True)
class ImportedReadings:
    """What became of the lines. ``booked`` is false when bad lines kept all of it out.

    After a dry run ``new`` is what would be booked; only booking tells what conflicts.
    ``local_dates`` dates without an offset were taken in ``zone``; only spreadsheets have some.
    """

    booked: bool = False
    sheet: str | None = None
    zone: str = ""
    local_dates: int = 0
    new: int = 0
    duplicates: int = 0
    conflicts: int = 0
    held: int = 0
    absent: int = 0
    bad: BadLines = field(default_factory=BadLines)


def import_readings(
    database: Database,
    path: Path,
    zone: str,
    now: Instant,
    *,
    skip_bad: bool,
    create_missing: bool,
    progress: Progress,
    sheet: str | None = None,
    dry_run: bool = False,
) -> ImportedReadings:
    """Check a file, then book it; nothing of it is booked when a line is bad, unless skipped.

    A dry run checks it, and counts what is known already.

    ``zone`` is for the site of endpoints that ``create_missing`` creates, where there is none yet;
    ``sheet`` names the sheet of a spreadsheet.
    """
    result = ImportedReadings()
    with database.connect() as connection:
        known = meter_ids(connection)
        result.zone = next(iter(zones(connection)), zone)
    with Staging() as staging:
        check = _Check(result, None if create_missing else known.keys(), now)
        with TableFile(path, _COLUMNS, result.zone, result.bad, sheet) as table:
            _stage(database, table, check, staging, progress)
            result.sheet, result.local_dates = table.sheet, table.local_dates
        if result.bad.count and not skip_bad:
            return result
        staging.sort()
        if dry_run:
            _count_known(database, check, staging, known, result)
            return result
        missing = [name for name in check.series if name not in known]
        known |= _create(database, missing, zone, now)
        with progress("booking readings", check.staged) as advance:
            _book_all(database, check, staging, known, result, advance)
    result.booked = True
    return result


def _stage(
    database: Database,
    table: TableFile,
    check: "_Check",
    staging: Staging,
    progress: Progress,
) -> None:
    with progress("checking lines", table.total) as advance:
        for lines, rows in check.batches(table):
            refuse_at_the_end(database)
            staging.add(rows)
            advance(lines)


def _count_known(
    database: Database,
    check: "_Check",
    staging: Staging,
    known: Mapping[MeterName, int],
    result: ImportedReadings,
) -> None:
    for name, number in check.series.items():
        for readings in staging.series(number, _BOOKED_AT_ONCE):
            fresh = readings
            if name in known:
                with database.connect() as connection:
                    fresh = without_stored(connection, known[name], readings)
            result.new += len(fresh)
            result.duplicates += len(readings) - len(fresh)


def _create(
    database: Database, missing: Iterable[MeterName], zone: str, now: Instant
) -> dict[MeterName, int]:
    created: dict[MeterName, int] = {}
    waiting = deque(missing)
    while True:
        with database.begin() as connection:
            made = create_meters(connection, portion_of(waiting), zone, now)
            record_meters(connection, MADE, made)
        created |= made
        if not waiting:
            return created
        let_others_write(database)


def _book_all(
    database: Database,
    check: "_Check",
    staging: Staging,
    known: Mapping[MeterName, int],
    result: ImportedReadings,
    advance: Advance,
) -> None:
    portion = Portion()
    for name, number in check.series.items():
        for readings in staging.series(number, _BOOKED_AT_ONCE):
            _book(database, name, known[name], readings, result)
            advance(len(readings))
            if portion.is_over:
                let_others_write(database)
                portion = Portion()


def _book(
    database: Database,
    name: MeterName,
    meter_id: int,
    readings: list[NewReading],
    result: ImportedReadings,
) -> None:
    with database.begin() as connection:
        fresh = without_stored(connection, meter_id, readings)
        result.duplicates += len(readings) - len(fresh)
        if fresh:
            booked = book(connection, {meter_id: fresh})[meter_id]
            record_meters(connection, READ, {name: meter_id})
            let_totals_take_over(connection, [meter_id])
            _count(booked, result)


def _count(booked: Booked, result: ImportedReadings) -> None:
    result.new += booked.new
    result.duplicates += booked.duplicates
    result.conflicts += len(booked.conflicts)
    result.held += booked.newly_held


def _register(text: str) -> Decimal | None:
    value = parse_pointed(text)
    if value is None or is_sentinel(value):
        return None
    if value < 0:
        raise InvalidInputError(f"total_kwh '{text}' is negative; a register is not.")
    return value


def _milliwatts(text: str) -> int | None:
    watts = parse_pointed(text)
    return None if watts is None or is_sentinel(watts) else to_milli(watts, "W", Quantity.POWER)


def _serial(text: str) -> str | None:
    if is_absent(text):
        return None
    if len(text) > LONGEST_SERIAL or not text.isprintable():
        raise InvalidInputError(f"serial '{text[:LONGEST_SERIAL]}' is too long, or no plain text.")
    return text


class _Check:
    """Reads every line once: good ones become rows to stage, bad ones are noted."""

    def __init__(
        self, result: ImportedReadings, known: Collection[MeterName] | None, now: Instant
    ) -> None:
        self.series: dict[MeterName, int] = {}
        self._written: dict[MeterName, int] = {}
        self.staged = 0
        self._result = result
        self._known = known
        self._latest = now + DAY

    def batches(self, table: TableFile) -> Iterator[tuple[int, list[StagedRow]]]:
        """Yield the good rows of the file in lists, with the number of lines they come from."""
        lines = table.lines()
        while batch := list(islice(lines, _CHECKED_AT_ONCE)):
            rows = [row for number, cells in batch if (row := self._row(number, cells))]
            self.staged += len(rows)
            yield len(batch), rows

    def _row(self, line: int, cells: list[str]) -> StagedRow | None:
        try:
            return self._staged(line, cells)
        except InvalidInputError as error:
            self._result.bad.add(line, str(error))
            return None

    def _staged(self, line: int, cells: list[str]) -> StagedRow | None:
        endpoint, timestamp, total, meter, power, serial = cells
        at, told = self._instant(timestamp), _serial(serial)
        value, milliwatts = _register(total), _milliwatts(power)
        milliwh = None if value is None else to_milli(value, "kWh", Quantity.ENERGY)
        # The last: a bad line names nothing that would be created.
        series = self._series((endpoint, meter))
        if value is None or milliwh is None:
            self._result.absent += 1
            return None
        step = resolution_milli(value, "kWh", Quantity.ENERGY)
        return series, at, milliwh, step, milliwatts, told, line

    def _series(self, written: MeterName) -> int:
        number = self._written.get(written)
        if number is None:
            name = (
                parse_name(written[0], "endpoint"),
                parse_name(written[1] or "total", "meter", LONGEST_METER_KEY),
            )
            if self._known is not None and name not in self._known:
                raise InvalidInputError(
                    f"there is no endpoint '{name[0]}' with a meter '{name[1]}'; create it first, "
                    "or have what is missing created (--create-missing, createMissing)."
                )
            number = self._written[written] = self.series.setdefault(name, len(self.series))
        return number

    def _instant(self, text: str) -> Instant:
        at = parse_instant(text)
        if not _EARLIEST <= at <= self._latest:
            raise InvalidInputError(f"'{text}' is before the year 2000 or in the future.")
        return at
