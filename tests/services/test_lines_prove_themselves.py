"""Whatever befalls meters, the lines of their month follow from their readings (LEDGER 6)."""

import random
from dataclasses import replace
from datetime import date

import pytest

from wattledger.domain.event import EventKind
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import DAY, HOUR, MINUTE, parse_instant
from wattledger.domain.month_report import Flag, MonthLine
from wattledger.domain.recount import recount
from wattledger.services.month_lines import month_lines
from wattledger.store.assignments import assign, cut_from
from wattledger.store.billed_meters import let_totals_take_over
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import TOTAL, NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.events import NewEvent, insert_event
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading, load_around
from wattledger.store.sites import first_site

pytestmark = pytest.mark.no_cover

MARCH = date(2026, 3, 1)
START = parse_instant("2026-03-01T00:00:00+01:00")
END = parse_instant("2026-04-01T00:00:00+02:00")
MOVED_AT = START + 11 * DAY + 7 * MINUTE
CHANGED_AT = MOVED_AT + 5 * DAY + 3 * MINUTE
KWH = WHOLE_PPM = 1_000_000
METERS = 12


def readings_of(seed: int) -> list[NewReading]:
    """Return a meter's readings around March: resets, gaps, an edge inside a gap or a break."""
    chance = random.Random(seed)
    total, readings = chance.randrange(9_000) * KWH, []
    at, end = START - 3 * DAY + chance.randrange(900) * MINUTE, END + 2 * DAY
    while at < end:
        step = chance.choices((15 * MINUTE, 5 * HOUR, 2 * DAY), (400, 3, 1))[0]
        at += step
        total += step * chance.randrange(1_000, 4_000) // HOUR * 1_000
        if chance.random() < 0.003:
            total = chance.randrange(3) * KWH
        readings.append(NewReading(at, total // 100_000 * 100_000, 100_000))
    return readings


def add(connection: Connection, seed: int, share_ppm: int) -> None:
    """Add a meter that is moved or shared from the 12th on, and its dated multipliers."""
    site = first_site(connection, "Europe/Berlin")
    client = find_or_create_client(connection, f"Client {seed}")
    endpoint = insert_endpoint(connection, NewEndpoint(f"E{seed}", site, client_id=client), 0)
    meter = find_or_create_meter(connection, endpoint, TOTAL)
    if share_ppm < WHOLE_PPM:
        cut_from(connection, [meter], MOVED_AT)
        for number, share in enumerate((share_ppm, WHOLE_PPM - share_ppm)):
            other = find_or_create_client(connection, f"Half {number}")
            assign(connection, meter, other, MOVED_AT, None, share)
    for at, multiplier in ((START, "40"), (CHANGED_AT, "0.5"), (END, "3")) if seed % 3 == 0 else ():
        settings = {"multiplier": multiplier}
        event = NewEvent(meter, at, EventKind.SETTINGS, "test", "new transformers", None, None)
        insert_event(connection, replace(event, settings=settings), START)
    book(connection, {meter: readings_of(seed)})
    let_totals_take_over(connection, [meter])


def evidenced(connection: Connection, line: MonthLine) -> list[EvidencedReading]:
    return [
        EvidencedReading(
            line.endpoint_id,
            line.meter_id,
            each.at,
            each.total_milliwh,
            each.status,
            each.energy_milliwh,
        )
        for each in load_around(connection, line.meter_id, line.start_at, line.end_at)
    ]


@pytest.mark.parametrize("share_ppm", [WHOLE_PPM, 333_333])
def test_every_line_follows_from_its_readings(database: Database, share_ppm: int) -> None:
    flags: set[Flag] = set()
    with database.begin() as connection:
        for seed in range(METERS):
            add(connection, seed, share_ppm)
        lines = month_lines(connection, MARCH)
        assert len(lines) == METERS * (1 if share_ppm == WHOLE_PPM else 3)
        for line in lines:
            readings = evidenced(connection, line)
            assert recount(line, readings) == []
            flags |= set(line.flags)
            if line.energy_milliwh is not None:
                more = replace(line, energy_milliwh=line.energy_milliwh + 3)
                assert recount(more, readings) != []
    assert {Flag.RESET, Flag.GAP, Flag.ESTIMATED} <= flags
    assert any(len({each.multiplier for each in line.segments}) > 1 for line in lines)
