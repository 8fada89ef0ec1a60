"""Readings, events and their withdrawal in any order give what a recomputation gives (LEDGER 7)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import zip_longest
from operator import attrgetter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, select
from tests.examples import FACTOR, examples
from tests.store.test_ledger import START, STEP, add_meter

from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.reading import Reading
from wattledger.store.database import Database
from wattledger.store.events import NewEvent, insert_event, withdraw_event
from wattledger.store.ledger import book, judge_again
from wattledger.store.readings import NewReading
from wattledger.store.recompute import differences, rebuild
from wattledger.store.tables import energy_day, energy_month, reading

pytestmark = [pytest.mark.long, pytest.mark.no_cover, pytest.mark.timeout(900 * FACTOR)]

KWH = 1_000_000
POLL = 6 * HOUR
LOAD = 12 * KWH
"""What a poll counts, mostly: 2 kW."""

faults = st.sampled_from(
    ("glitch", "spike", "dip", "reset", "restore", "swap", "freeze", "twice", "wander", "junk")
)


class Display:
    """A register that counts over weeks, and what its display shows of it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.value, self.serial = 5_000 * KWH, "A1"
        self.last, self.frozen, self.junk = self.value, 0, 0

    def count(self) -> None:
        """Count what is used until the next reading."""
        self.value += self.random.randrange(LOAD // STEP + 1) * STEP

    def meet(self, fault: str | None) -> None:
        """Let a fault befall the register or its display for some readings."""
        random = self.random
        if fault == "reset":
            self.value = random.randrange(5) * STEP
        elif fault == "restore":
            self.value = max(0, self.value - random.randrange(1, 90) * KWH)
        elif fault == "swap":
            self.value = random.randrange(9_000) * KWH
            self.serial = random.choice(("A1", "B2", "C3"))
        elif fault == "freeze":
            self.frozen = random.randrange(1, 14)
        elif fault == "junk":
            self.junk = random.randrange(1, 12)

    def show(self, fault: str | None) -> int:
        """Return what the display shows."""
        shown = {"glitch": 0, "spike": self.value * 10, "dip": self.value - STEP}
        if fault in shown:
            return shown[fault]
        if self.frozen:
            self.frozen -= 1
            return self.last
        if self.junk:
            self.junk -= 1
            return self.random.randrange(10_000) * KWH
        return self.value


def history(random: Random, length: int, kinds: list[str]) -> list[NewReading]:
    """Return the readings of a register over weeks, with faults at random places."""
    at, display = START, Display(random)
    places = {random.randrange(2, length): kind for kind in kinds}
    readings: list[NewReading] = []
    for number in range(length):
        at += random.choices((POLL, HOUR, 2 * DAY, 6 * DAY), (94, 3, 2, 1))[0]
        display.count()
        fault = places.get(number)
        display.meet(fault)
        display.last = max(0, display.show(fault))
        told = display.serial if number % 3 else None
        readings.append(NewReading(at, display.last, STEP, power_mw=number, serial=told))
        if fault == "twice":
            other = max(0, display.last + random.choice((-1, 1, 400)) * KWH)
            readings.append(NewReading(at, other, STEP, serial=told))
    return readings


KINDS = (
    EventKind.SWAP,
    EventKind.ACCEPT,
    EventKind.REJECT,
    EventKind.END,
    EventKind.SWAP,
    EventKind.SETTINGS,
)


def declare(
    connection: Connection, meter_id: int, random: Random, at: Instant
) -> tuple[int, Instant, EventKind]:
    """Declare something of a register at an instant; returns the event's id, instant and kind."""
    kind = random.choice(KINDS)
    event = NewEvent(meter_id, at, kind, "operator", "seen on the spot")
    if kind is EventKind.SETTINGS:
        at += random.randrange(-3, 4) * HOUR
        event = replace(event, at=at, settings={"multiplier": random.choice(("0.7", "1.5", "3"))})
    elif random.random() < 0.5:
        event = replace(event, final_milliwh=9_000 * KWH, initial_milliwh=0)
    event_id = insert_event(connection, event, at)
    look_again(connection, meter_id, at, kind)
    return event_id, at, kind


def look_again(connection: Connection, meter_id: int, at: Instant, kind: EventKind) -> None:
    """Let what was declared or withdrawn count: settings do from their instant to the end."""
    if kind is EventKind.SETTINGS:
        rebuild(connection, [meter_id])
    else:
        judge_again(connection, meter_id, at)


def rows(connection: Connection, table: Table, meter_id: int) -> list[tuple[object, ...]]:
    columns = [column for column in table.c if column.name not in {"meter_id", "attempt_id"}]
    found = select(*columns).where(table.c.meter_id == meter_id)
    return sorted((tuple(row) for row in connection.execute(found)), key=repr)


METERS = (1, 1, 1, 2)
"""How many meters an example has; those of a second one are booked together with the first's."""
LONGEST = 120 if FACTOR > 1 else 50
"""Readings of a history; what a long one costs grows faster than its length."""


@pytest.mark.timeout(1200 * FACTOR)
@examples(1000)
@given(st.integers(0, 2**32), st.lists(faults, max_size=6), st.integers(3, LONGEST))
def test_any_interleaving_of_readings_and_events_is_what_a_recomputation_gives(
    database: Database, seed: int, kinds: list[str], length: int
) -> None:
    random = Random(seed)
    histories = [history(random, length, kinds) for _ in range(random.choice(METERS))]
    arrivals = [arrange(random, readings) for readings in histories]
    with database.begin() as connection:
        numbers = [add_meter(connection, 360, p_max_mw=20_000_000) for _ in histories]
        declared: list[tuple[int, tuple[int, Instant, EventKind]]] = []
        for portions in zip_longest(*arrivals, fillvalue=[]):
            portion = dict(zip(numbers, portions, strict=True))
            book(connection, {meter: fresh for meter, fresh in portion.items() if fresh})
            if random.random() < 0.2:
                meter = random.randrange(len(numbers))
                at = random.choice(histories[meter]).at
                event = declare(connection, numbers[meter], random, at)
                declared.append((numbers[meter], event))
            elif declared and random.random() < 0.3:
                meter_id, (event_id, at, kind) = declared.pop()
                withdraw_event(connection, event_id, "operator", at, why="mistaken")
                look_again(connection, meter_id, at, kind)
        assert list(differences(connection, numbers)) == []
        compare_with_order(connection, numbers, histories, {meter for meter, _ in declared})


def compare_with_order(
    connection: Connection,
    numbers: Sequence[int],
    histories: Sequence[list[NewReading]],
    declared: Collection[int],
) -> None:
    """Compare meters of which nothing is declared with others that got all of it in order."""
    in_order = [add_meter(connection, 360, p_max_mw=20_000_000) for _ in numbers]
    ordered = [sorted(readings, key=attrgetter("at")) for readings in histories]
    book(connection, dict(zip(in_order, ordered, strict=True)))
    for number, other in zip(numbers, in_order, strict=True):
        if number not in declared:
            for table in (energy_day, energy_month, reading):
                assert rows(connection, table, number) == rows(connection, table, other)


def arrange(random: Random, readings: list[NewReading]) -> list[list[NewReading]]:
    """Cut readings into portions as they may arrive: one by one, late, shuffled, or repeated."""
    size = random.choice((1, 3, 3, 20, 200))
    ordered = list(readings)
    for _ in range(random.choice((0, 0, 1, 5, 40))):
        late = ordered.pop(random.randrange(len(ordered)))
        ordered.insert(random.randrange(len(ordered) + 1), late)
    ordered += random.sample(readings, min(3, len(readings)))
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def test_the_history_of_this_test_holds_readings() -> None:
    readings = history(Random(1), 50, ["swap", "twice", "freeze"])
    assert len(readings) >= 50
    assert all(isinstance(each.unjudged, Reading) for each in readings)
