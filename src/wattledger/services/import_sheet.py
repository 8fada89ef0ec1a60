"""Import the wide sheet people keep: a row per meter, a column per month-end reading.

Its readings go through the same acceptance and ledger as collected ones, each at its month's end in
the site's zone, so a month is the difference of its neighbours. Then the sheet's own energies are
compared with the ledger's. All in one transaction; a dry run undoes it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from wattledger.domain.instant import Instant
from wattledger.domain.register import parse_multiplier
from wattledger.domain.sheet_columns import closed_month
from wattledger.domain.sheet_finding import SheetMeter, SheetReading
from wattledger.domain.sheet_report import (
    BookedCounts,
    SheetReport,
    compare_months,
    find_all_wrong,
)
from wattledger.domain.wide_sheet import SheetHints
from wattledger.services.csv_lines import BadLines
from wattledger.services.sheet_file import WideSheet, read_sheet
from wattledger.services.sheet_rows import MeterRow, SheetRows, Zones
from wattledger.services.touched_meters import MADE, READ, record_meters
from wattledger.store.billed_meters import assign_listed, let_totals_take_over
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import find_endpoint, update_endpoint
from wattledger.store.ledger import book
from wattledger.store.meters import (
    MeterName,
    create_meters,
    endpoint_zones,
    meter_ids,
    set_register,
    without_stored,
)
from wattledger.store.readings import NewReading
from wattledger.store.sheet_months import doubted_readings, month_energies, multipliers
from wattledger.store.sites import zones

_POLL_MINUTES = 28 * 24 * 60
"""The ledger is told that readings are a month apart: the next is not late, one that is left out is
a gap (LEDGER 3 and 4 measure pauses in polls). Such endpoints are not polled."""


@dataclass(slots=True)
class ImportedSheet:
    """What became of a sheet. ``report`` is None when bad rows kept all of it out."""

    bad: BadLines = field(default_factory=BadLines)
    report: SheetReport | None = None


class _UndoneError(Exception):
    """Ends the transaction of a dry run; nothing went wrong."""


def import_sheet(
    database: Database,
    path: Path,
    zone: str,
    now: Instant,
    hints: SheetHints,
    *,
    sheet: str | None = None,
    skip_bad: bool = False,
    dry_run: bool = False,
) -> ImportedSheet:
    """Check a sheet, book its readings, compare its months; a dry run keeps nothing.

    Nothing is booked when a row is bad, unless skipped. ``zone`` is for the first site, where it
    has to be created.
    """
    wide = read_sheet(path, sheet, hints)
    result = ImportedSheet()
    with database.connect() as connection:
        zone = next(iter(zones(connection)), zone)
        places = Zones(zone, endpoint_zones(connection))
        known = meter_ids(connection)
        stored = multipliers(connection, known.values())
    result.bad.place = f"sheet '{wide.name}' row"
    settings = {name: stored[meter_id] for name, meter_id in known.items()}
    rows = SheetRows(wide, places, now, settings, result.bad)
    meters = rows.meters()
    if result.bad.count and not skip_bad:
        return result
    with suppress(_UndoneError), database.begin() as connection:
        result.report = _import(connection, wide, meters, zone, now, dry_run=dry_run)
        if dry_run:
            raise _UndoneError
    return result


def _import(
    connection: Connection,
    wide: WideSheet,
    meters: Sequence[MeterRow],
    zone: str,
    now: Instant,
    *,
    dry_run: bool,
) -> SheetReport:
    known = meter_ids(connection)
    missing = [row for row in meters if row.name not in known]
    known |= _create(connection, missing, known, zone, now)
    counts = _book(connection, known, [row for row in meters if row.readings])
    compared = _compare(connection, wide, meters, known)
    return SheetReport(
        sheet=wide.name,
        zone=zone,
        sum_rows=tuple(
            (row.number, wide.layout.sum_name(row) or "")
            for row in wide.rows
            if wide.layout.is_sum(row)
        ),
        other_zones=tuple(sorted({row.local.zone for row in meters} - {zone})),
        is_dry_run=dry_run,
        layout=wide.layout,
        meters=len(meters),
        created=len(missing),
        absent=sum(row.absent for row in meters),
        unusable=sum(row.unusable for row in meters),
        counts=counts,
        months=tuple(month for meter in compared for month in compare_months(meter)),
        findings=find_all_wrong(compared),
    )


def _create(
    connection: Connection,
    rows: Sequence[MeterRow],
    known: dict[MeterName, int],
    zone: str,
    now: Instant,
) -> dict[MeterName, int]:
    """Create the meters that are not known yet, with what the sheet says of them.

    What exists stays as it is: ``import endpoints`` changes it.
    """
    endpoints = {endpoint for endpoint, _ in known}
    created = create_meters(connection, [row.name for row in rows], zone, now)
    record_meters(connection, MADE, created)
    for row in rows:
        if row.multiplier is not None:
            set_register(connection, created[row.name], {"multiplier": row.multiplier})
        if row.client:
            client_id = find_or_create_client(connection, row.client)
            assign_listed(connection, created[row.name], client_id, now)
        if row.name[0] in endpoints:
            continue
        endpoints.add(row.name[0])
        columns: dict[str, object] = {"poll_minutes": _POLL_MINUTES}
        if row.location:
            columns["location"] = row.location
        endpoint_id = find_endpoint(connection, row.name[0]).id
        update_endpoint(connection, endpoint_id, now, **columns)
    return created


def _book(
    connection: Connection, known: Mapping[MeterName, int], rows: Sequence[MeterRow]
) -> BookedCounts:
    fresh: dict[int, list[NewReading]] = {}
    touched: dict[MeterName, int] = {}
    for row in rows:
        if new := without_stored(connection, known[row.name], row.readings):
            fresh[known[row.name]] = new
            touched[row.name] = known[row.name]
    record_meters(connection, READ, touched)
    booked = book(connection, fresh).values() if fresh else ()
    let_totals_take_over(connection, fresh)
    given = sum(len(row.readings) for row in rows)
    skipped = given - sum(len(new) for new in fresh.values())
    return BookedCounts(
        new=sum(one.new for one in booked),
        duplicates=skipped + sum(one.duplicates for one in booked),
        conflicts=sum(len(one.conflicts) for one in booked),
        held=sum(one.newly_held for one in booked),
    )


def _compare(
    connection: Connection,
    wide: WideSheet,
    meters: Sequence[MeterRow],
    known: dict[MeterName, int],
) -> list[SheetMeter]:
    """Return the rows with what the ledger says of their months and readings."""
    ids = [known[row.name] for row in meters]
    edges = [column.edge for column in wide.layout.readings]
    instants = {row.local.start_of(edge) for row in meters for edge in edges}
    energies = month_energies(connection, ids)
    doubted = doubted_readings(connection, ids, instants)
    factors = multipliers(connection, ids)
    months = {closed_month(edge) for edge in edges}
    compared = []
    for row in meters:
        meter_id = known[row.name]
        held = {edge for edge in edges if (meter_id, row.local.start_of(edge)) in doubted}
        numerator, denominator = parse_multiplier(factors[meter_id])
        wanted = months | row.consumptions.keys()
        compared.append(
            SheetMeter(
                row=row.number,
                endpoint=row.name[0],
                meter=row.name[1],
                readings=tuple(
                    SheetReading(edge, column, figure, edge in held)
                    for edge, column, figure in row.figures
                ),
                consumptions=row.consumptions,
                ledger={
                    month: energies[meter_id, month]
                    for month in wanted
                    if (meter_id, month) in energies
                },
                numerator=numerator,
                denominator=denominator,
            )
        )
    return compared
