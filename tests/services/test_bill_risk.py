"""What puts the bills of a month at risk."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import update
from tests.services.test_report_month import END, KWH, MARCH, START, add_meter

from wattledger.domain.finding import Finding, FindingKind
from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.services.close_month import risks_of_month
from wattledger.services.report_month import report_month
from wattledger.store.assignments import assign, cut_from
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import find_endpoint, find_or_create_meter
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.tables import meter, site

POWER = 2_000_000


def hourly(first: Instant, last: Instant, kilowatts: int = 2) -> list[NewReading]:
    return [
        NewReading(at, (at - first) // HOUR * kilowatts * KWH, 100_000, power_mw=POWER)
        for at in range(first, last + 1, HOUR)
    ]


def risks(database: Database) -> Sequence[Finding]:
    return [each for each in risks_of_month(database, MARCH) if each.kind != "breaker"]


def test_a_register_that_stands_still_while_power_is_drawn_is_told(database: Database) -> None:
    first, last = START - DAY, START + 20 * DAY
    moving = hourly(first, last)
    hours = range(last + HOUR, END + DAY, HOUR)
    still = [NewReading(at, moving[-1].total_milliwh, 100_000, power_mw=POWER) for at in hours]
    with database.begin() as connection:
        number = add_meter(connection, "A", "X")
        idle = add_meter(connection, "B", "X")
        unpowered = [NewReading(each.at, each.total_milliwh, 100_000, power_mw=0) for each in still]
        book(connection, {number: [*moving, *still], idle: [*moving, *unpowered]})
    (finding,) = risks(database)
    assert (finding.kind, finding.endpoint) == (FindingKind.QUESTIONABLE, "A")
    assert "stands still since 2026-03-21 00:00 (Europe/Berlin)" in finding.sentence
    with database.begin() as connection:
        moves = NewReading(END + DAY, moving[-1].total_milliwh + 2 * KWH, 100_000, power_mw=POWER)
        again = NewReading(moves.at + HOUR, moves.total_milliwh + 2 * KWH, 100_000, power_mw=POWER)
        book(connection, {number: [moves, again]})
    assert risks(database) == []


def test_a_silent_meter_is_told_by_the_clock_of_its_site(database: Database) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "A", "X")
        connection.execute(update(site).values(zone="Europe/Berlin;2026-03=Asia/Tokyo"))
        book(connection, {number: hourly(START - DAY, START + 10 * DAY)})
    (finding,) = risks(database)
    assert "last read at 2026-03-11 08:00 (Asia/Tokyo)" in finding.sentence


def add_rack(connection: Connection) -> None:
    """Create a meter of 4 kW with two behind it, of which one serves a client by itself."""
    parent = add_meter(connection, "Rack")
    endpoint_id = find_endpoint(connection, "Rack").id
    parts = [find_or_create_meter(connection, endpoint_id, key) for key in ("a", "b")]
    connection.execute(update(meter).where(meter.c.id.in_(parts)).values(parent_id=parent))
    book(connection, {parent: hourly(START - HOUR, END + HOUR, 4)})
    book(connection, {part: hourly(START - HOUR, END + HOUR) for part in parts})
    cut_from(connection, parts, 0)
    assign(connection, parts[0], find_or_create_client(connection, "X"), 0)


def test_a_part_without_a_line_counts_in_the_balance_of_its_parent(database: Database) -> None:
    with database.begin() as connection:
        add_rack(connection)
    assert FindingKind.IMBALANCE not in {each.kind for each in risks(database)}


def test_two_devices_behind_one_address_are_told_with_the_serial_of_the_other(
    database: Database,
) -> None:
    ours: list[NewReading] = []
    for hour, at in enumerate(range(START - DAY, END + DAY, HOUR)):
        serial, total = ("S1", 1000 + hour) if hour % 7 else ("S2", 40_000 + 3 * hour)
        ours.append(NewReading(at, total * KWH, 100_000, serial=serial))
    with database.begin() as connection:
        number, lonely = add_meter(connection, "A", "X"), add_meter(connection, "B", "X")
        alone = [replace(each, serial="S3") for each in ours if each.serial == "S1"]
        book(connection, {number: ours, lonely: alone})
    told = [each for each in risks(database) if each.kind is FindingKind.TWO_DEVICES]
    assert [(each.endpoint, "serial S2" in each.sentence) for each in told] == [("A", True)]
    assert told[0].kind.blocks


def test_a_whole_that_serves_nobody_is_not_counted_beside_its_assigned_parts(
    database: Database,
) -> None:
    with database.begin() as connection:
        client_id = find_or_create_client(connection, "X")
        whole = add_meter(connection, "Hall")
        part, other = add_meter(connection, "A"), add_meter(connection, "B")
        add_meter(connection, "C")
        outlet = find_or_create_meter(connection, find_endpoint(connection, "C").id, "outlet 1")
        parts = update(meter).where(meter.c.id.in_([part, other]))
        connection.execute(parts.values(parent_id=whole))
        assign(connection, part, client_id, 0)
        assign(connection, outlet, client_id, 0)
        for number, kilowatts in ((whole, 4), (part, 2), (other, 2), (outlet, 1)):
            book(connection, {number: hourly(START - DAY, END + DAY, kilowatts)})
    lines = report_month(database, MARCH, "UTC", END + DAY).lines
    shown = {(line.endpoint, line.meter): line.client for line in lines}
    assert shown == {("A", "total"): "X", ("C", "outlet 1"): "X", ("B", "total"): None}
    unassigned = [each for each in risks(database) if each.kind is FindingKind.UNASSIGNED]
    assert [each.endpoint for each in unassigned] == ["B"]
