"""What puts the bills of a month at risk."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import update
from tests.services.billing import after, client_id, close, outcomes
from tests.services.test_lines_prove_themselves import evidenced
from tests.services.test_report_month import END, KWH, MARCH, START, add_meter

from wattledger.domain.finding import Finding, FindingKind
from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.month_report import Flag, MonthLine
from wattledger.domain.quality import Quality
from wattledger.domain.recount import recount
from wattledger.services.close_month import risks_of_month
from wattledger.services.report_month import report_month
from wattledger.store.assignments import assign, cut_from
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import find_endpoint, find_or_create_meter
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.recompute import differences, rebuild
from wattledger.store.tables import meter, site

POWER = 2_000_000


def hourly(first: Instant, last: Instant, kilowatts: int = 2) -> list[NewReading]:
    return [
        NewReading(at, (at - first) // HOUR * kilowatts * KWH, 100_000, power_mw=POWER)
        for at in range(first, last + 1, HOUR)
    ]


def risks(database: Database) -> Sequence[Finding]:
    return [
        each for each in risks_of_month(database, MARCH, after(MARCH)) if each.kind != "breaker"
    ]


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
    (finding,) = risks(database)
    assert finding.kind is FindingKind.QUESTIONABLE
    assert finding.kind.blocks
    assert "from 2026-03-21 00:00 (Europe/Berlin) to 2026-04-01 23:00" in finding.sentence
    assert "about 526.000 kWh" in finding.sentence


def standing(days: int, *, missed: int = 0) -> list[NewReading]:
    """Return readings of 2 kW that stood still from the tenth of March on, then went on."""
    moving = hourly(START - DAY, START + 9 * DAY)
    stands, since = moving[-1].total_milliwh, moving[-1].at
    until = since + days * DAY
    still = [
        NewReading(at, stands, 100_000, power_mw=POWER)
        for at in range(since + HOUR, until + HOUR, HOUR)
    ]
    went_on = [
        replace(each, total_milliwh=stands + missed + each.total_milliwh)
        for each in hourly(until, until + 30 * DAY)[1:]
    ]
    return [*moving, *still, *went_on]


def march_of(database: Database, readings: Sequence[NewReading]) -> MonthLine:
    with database.begin() as connection:
        book(connection, {add_meter(connection, "A", "X"): readings})
    (line,) = report_month(database, MARCH, "UTC", END + 30 * DAY).lines
    return line


def test_a_month_keeps_that_its_register_stood_still_after_it_moved_again(
    database: Database,
) -> None:
    line = march_of(database, standing(24))
    used = (END - START) // HOUR * 2 * KWH
    assert line.energy_milliwh == 9 * 24 * 2 * KWH
    assert line.flags == (Flag.QUESTIONABLE,)
    assert line.quality == ((Quality.QUESTIONABLE, 0), (Quality.VALIDATED, 432 * KWH))
    assert line.uncertainty_milliwh is not None
    assert used - line.energy_milliwh <= line.uncertainty_milliwh <= used
    (finding,) = risks(database)
    assert finding.kind is FindingKind.QUESTIONABLE


def test_a_line_that_stood_still_is_recomputed_recounted_and_sealed_as_it_is(
    database: Database,
) -> None:
    line = march_of(database, standing(24))
    with database.begin() as connection:
        assert list(differences(connection, [line.meter_id])) == []
        rebuild(connection, [line.meter_id])
        assert recount(line, evidenced(connection, line)) == []
    (again,) = report_month(database, MARCH, "UTC", END + 30 * DAY).lines
    assert again == line
    assert outcomes(close(database, MARCH)) == {"X": "blocked"}
    accepted = close(database, MARCH, accept_estimates=True, reason="agreed with X")
    assert outcomes(accepted) == {"X": "closed"}
    (sealed,) = report_month(database, MARCH, "UTC", END + 30 * DAY).lines
    told = (sealed.flags, sealed.quality, sealed.uncertainty_milliwh)
    assert told == (line.flags, line.quality, line.uncertainty_milliwh)


def test_a_standstill_within_a_month_is_flagged_with_what_it_missed(database: Database) -> None:
    line = march_of(database, standing(5))
    assert line.flags == (Flag.QUESTIONABLE,)
    assert line.uncertainty_milliwh == 5 * 24 * 2 * KWH + 200_000
    (finding,) = risks(database)
    assert "about 240.000 kWh" in finding.sentence


def test_energy_that_is_caught_up_is_questionable_and_missed_no_more(database: Database) -> None:
    line = march_of(database, standing(2, missed=2 * 24 * 2 * KWH))
    assert line.energy_milliwh == (END - START) // HOUR * 2 * KWH
    assert line.flags == (Flag.QUESTIONABLE,)
    assert dict(line.quality)[Quality.QUESTIONABLE] == 98 * KWH
    assert line.uncertainty_milliwh == 200_000


def test_energy_caught_up_in_the_next_month_is_within_the_uncertainty_of_both(
    database: Database,
) -> None:
    march = march_of(database, standing(24, missed=24 * 24 * 2 * KWH))
    (april,) = report_month(database, date(2026, 4, 1), "UTC", END + 30 * DAY).lines
    for line, hours in ((march, (END - START) // HOUR), (april, 30 * 24)):
        assert line.energy_milliwh is not None
        assert line.uncertainty_milliwh is not None
        wrong = abs(line.energy_milliwh - hours * 2 * KWH)
        assert 10 * KWH < wrong <= line.uncertainty_milliwh
        assert Flag.QUESTIONABLE in line.flags


def test_a_load_too_small_for_the_display_does_not_stand_still(database: Database) -> None:
    power, step = 10_000, KWH // 10
    readings = [
        NewReading(at, (at - START + DAY) * power // HOUR // step * step, step, power_mw=power)
        for at in range(START - DAY, END + DAY, HOUR)
    ]
    assert march_of(database, readings).flags == ()


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


def test_a_parent_that_serves_nobody_is_weighed_against_its_parts(database: Database) -> None:
    with database.begin() as connection:
        owner = find_or_create_client(connection, "X")
        whole = add_meter(connection, "Hall")
        parts = [add_meter(connection, name) for name in ("A", "B")]
        connection.execute(update(meter).where(meter.c.id.in_(parts)).values(parent_id=whole))
        for part in parts:
            assign(connection, part, owner, 0)
        for number, kilowatts in ((whole, 7), (parts[0], 2), (parts[1], 3)):
            book(connection, {number: hourly(START - DAY, END + DAY, kilowatts)})
    hours = (END - START) // HOUR
    imbalance, unassigned = risks(database)
    assert (imbalance.kind, imbalance.endpoint) == (FindingKind.IMBALANCE, "Hall")
    assert f"It counted {7 * hours}.000 kWh" in imbalance.sentence
    assert f"the meters behind it {2 * hours}.000 kWh less" in imbalance.sentence
    assert (unassigned.kind, unassigned.endpoint) == (FindingKind.UNASSIGNED, "Hall")
    assert f"{2 * hours}.000 kWh of what it counted" in unassigned.sentence
    assert (unassigned.client, unassigned.kind.blocks) == (None, False)
    lines = report_month(database, MARCH, "UTC", END + DAY).lines
    assert [(line.endpoint, line.client) for line in lines] == [("A", "X"), ("B", "X")]


def test_a_parent_that_serves_a_client_is_told_apart_and_billed_whole(database: Database) -> None:
    with database.begin() as connection:
        whole, part = add_meter(connection, "Rack", "X"), add_meter(connection, "A", "Y")
        connection.execute(update(meter).where(meter.c.id == part).values(parent_id=whole))
        book(connection, {whole: hourly(START - DAY, END + DAY, 4)})
        book(connection, {part: hourly(START - DAY, END + DAY, 5)})
    (imbalance,) = risks(database)
    assert (imbalance.kind, imbalance.client) == (FindingKind.IMBALANCE, "X")
    assert f"the meters behind it {-(END - START) // HOUR}.000 kWh less" in imbalance.sentence


def test_the_balance_of_parents_is_told_to_the_client_they_serve_alone(database: Database) -> None:
    with database.begin() as connection:
        whole, part = add_meter(connection, "Hall"), add_meter(connection, "A", "X")
        rack, outlet = add_meter(connection, "Rack", "X"), add_meter(connection, "B")
        for number, parent in ((part, whole), (outlet, rack)):
            above = update(meter).where(meter.c.id == number).values(parent_id=parent)
            connection.execute(above)
        for number, kilowatts in ((whole, 4), (part, 2), (rack, 4), (outlet, 2)):
            book(connection, {number: hourly(START - DAY, END + DAY, kilowatts)})
    told = risks_of_month(database, MARCH, after(MARCH), client_id(database, "X"))
    assert [each.endpoint for each in told if each.kind is FindingKind.IMBALANCE] == ["Rack"]
    every = {(each.kind, each.endpoint) for each in risks(database)}
    assert {(FindingKind.IMBALANCE, "Hall"), (FindingKind.UNASSIGNED, "Hall")} <= every
    assert (FindingKind.UNASSIGNED, "Rack") not in every


def test_the_time_before_the_first_read_of_a_meter_that_serves_a_client_is_told(
    database: Database,
) -> None:
    first = START + 19 * DAY + 8 * HOUR
    with database.begin() as connection:
        number, later = add_meter(connection, "A", "X"), add_meter(connection, "B", "X")
        nobodys = add_meter(connection, "C")
        for each in (number, later, nobodys):
            book(connection, {each: hourly(first, END + DAY)})
        cut_from(connection, [later], 0)
        assign(connection, later, find_or_create_client(connection, "X"), first)
    (partial,) = [each for each in risks(database) if each.client is not None]
    assert (partial.kind, partial.endpoint) == (FindingKind.PARTIAL, "A")
    assert "first read at 2026-03-20 08:00 (Europe/Berlin)" in partial.sentence
    assert "from 2026-03-01 00:00 (Europe/Berlin) on" in partial.sentence
    assert not partial.kind.blocks


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
        owner = find_or_create_client(connection, "X")
        whole = add_meter(connection, "Hall")
        part, other = add_meter(connection, "A"), add_meter(connection, "B")
        add_meter(connection, "C")
        outlet = find_or_create_meter(connection, find_endpoint(connection, "C").id, "outlet 1")
        parts = update(meter).where(meter.c.id.in_([part, other]))
        connection.execute(parts.values(parent_id=whole))
        assign(connection, part, owner, 0)
        assign(connection, outlet, owner, 0)
        for number, kilowatts in ((whole, 4), (part, 2), (other, 2), (outlet, 1)):
            book(connection, {number: hourly(START - DAY, END + DAY, kilowatts)})
    lines = report_month(database, MARCH, "UTC", END + DAY).lines
    shown = {(line.endpoint, line.meter): line.client for line in lines}
    assert shown == {("A", "total"): "X", ("C", "outlet 1"): "X", ("B", "total"): None}
    unassigned = [each for each in risks(database) if each.kind is FindingKind.UNASSIGNED]
    assert [each.endpoint for each in unassigned] == ["B"]
