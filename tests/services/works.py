"""What changes the ledger or what is billed by it: each work on a small world of two clients."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import update
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    KWH,
    MARCH,
    STEP,
    ZONE,
    add_meter,
    after,
    close,
    edge,
    give_tariff,
    price,
    steady,
)

from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, MINUTE, Instant, format_instant
from wattledger.domain.tariff_form import parse_tariff
from wattledger.services.assign_meter import Move, assign_meter
from wattledger.services.correct_register import declare, register_events, withdraw
from wattledger.services.declaration import Declaration
from wattledger.services.import_readings import import_readings
from wattledger.services.keep_site import change_zone
from wattledger.services.keep_tariff import all_tariffs, change_tariff
from wattledger.services.progress import unwatched
from wattledger.services.verify_ledger import verify_ledger
from wattledger.store.database import Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.tables import energy_month

Act: TypeAlias = Callable[[Database], object]

NOW = after(MARCH)
A, B, MOVED = 1, 2, 3
"""The meters of the world: one of each client, and one that went from the first to the second in
the middle of February, when its register was exchanged."""
_MIDDLE = edge(FEBRUARY) + 14 * DAY
_LAG = 7 * MINUTE
_FILE = "readings.csv"


def build(database: Database) -> None:
    """Make the world: readings of each half day from January to March, January closed."""
    readings = steady(edge(JANUARY), edge(APRIL), every=12 * HOUR)
    with database.begin() as connection:
        for name, client in (("Rack A", "Alpha"), ("Rack B", "Beta"), ("Rack C", "Alpha")):
            number = add_meter(connection, name, client, poll_minutes=720)
            book(connection, {number: readings})
    for name in ("Alpha", "Beta"):
        give_tariff(database, name, price(minimum="20", includedKwh="100"))
    declare(database, MOVED, _told(EventKind.SWAP, _MIDDLE), NOW)
    assign_meter(database, Move("Rack C", "Beta", since="2026-02-15"), NOW)
    assert all(each.statement for each in close(database, JANUARY, now=NOW).values())


def write_file(folder: Path) -> None:
    """Write the readings that one of the works imports: late ones, and those of two new meters."""
    lines = ["endpoint,timestamp,total_kwh"]
    for name, begin in (("Rack A", 1_012), ("Rack D", 70), ("Rack E", 5_000)):
        for hour in range(30, 700, 80):
            at = format_instant(edge(JANUARY) + hour * HOUR)
            lines.append(f"{name},{at},{begin + hour}")
    (folder / _FILE).write_text("\n".join(lines))


@dataclass(frozen=True)
class Work:
    """Something that changes the ledger, in so many transactions."""

    act: Act
    transactions: int = 1


def _told(kind: EventKind, at: Instant, **values: object) -> Declaration:
    return Declaration(kind, at, "Erika", "seen on the spot", **values)  # type: ignore[arg-type] # the caller's


def _reads(*hours: int, serial: str | None = None, higher: int = 0) -> Act:
    """Return what books readings of two meters: what they showed so many hours into January."""
    shown = [
        NewReading(edge(JANUARY) + n * HOUR, (1_012 + n + higher) * KWH - STEP, STEP, serial=serial)
        for n in hours
    ]

    def act(database: Database) -> None:
        with database.begin() as connection:
            book(connection, {A: shown, B: shown})

    return act


def _declares(kind: EventKind, at: Instant, meter: int = A, **values: object) -> Act:
    return lambda database: declare(database, meter, _told(kind, at, **values), NOW)


def _withdraws(database: Database) -> None:
    [swap] = register_events(database, MOVED)
    withdraw(database, MOVED, swap.id, "Erika", "there was none", NOW)


def _imports(database: Database) -> None:
    import_readings(
        database,
        database.path.with_name(_FILE),
        ZONE,
        NOW,
        skip_bad=False,
        create_missing=True,
        progress=unwatched,
    )


def _moves(database: Database) -> None:
    assign_meter(database, Move("Rack A", "Beta", since="2026-01-20", until="2026-03-05"), NOW)


def _changes_prices(database: Database) -> None:
    kept = all_tariffs(database)[0]
    dearer = {"name": "Dearer", "prices": [price(energyPrice="0.75")]}
    change_tariff(database, kept.public_id, parse_tariff(dearer), NOW)


def _changes_zone(database: Database) -> None:
    change_zone(database, "1", "Asia/Tokyo", MARCH, unwatched)


def _closes(database: Database) -> None:
    close(database, FEBRUARY, now=NOW, accept_estimates=True, reason="as it is")


def spoil(database: Database) -> None:
    """Let the months of a meter be wrong, as nothing of ours does."""
    with database.begin() as connection:
        wrong = energy_month.c.energy_milliwh + KWH
        connection.execute(
            update(energy_month).where(energy_month.c.meter_id == A).values(energy_milliwh=wrong)
        )


def _repairs(database: Database) -> None:
    verify_ledger(database, repair=True, progress=unwatched)


_READ = edge(JANUARY) + 40 * DAY + _LAG
"""When a reading stands in the ledger."""

WORKS: dict[str, Work] = {
    "books a late reading": Work(_reads(700)),
    "books readings of a new register": Work(_reads(2161, 2163, 2190, serial="B2", higher=-900)),
    "books what is held": Work(_reads(2170, higher=90_000)),
    "imports a file": Work(_imports, transactions=4),
    "declares a swap": Work(_declares(EventKind.SWAP, _READ + HOUR)),
    "rejects a reading": Work(_declares(EventKind.REJECT, _READ)),
    "declares a check reading": Work(
        _declares(EventKind.CHECK, _READ + HOUR, total_milliwh=1_974 * KWH, resolution_milliwh=STEP)
    ),
    "changes the multiplier": Work(
        _declares(EventKind.SETTINGS, edge(FEBRUARY) + DAY, settings={"multiplier": "40"})
    ),
    "ends a meter": Work(_declares(EventKind.END, edge(MARCH))),
    "withdraws a swap": Work(_withdraws),
    "moves a meter": Work(_moves),
    "changes prices": Work(_changes_prices),
    "changes the zone": Work(_changes_zone, transactions=2),
    "closes February": Work(_closes, transactions=2),
    "repairs": Work(_repairs, transactions=1),
}
SPOILT = frozenset({"repairs"})
"""Works that find a ledger that is wrong."""

BEFORE: dict[str, Act] = {
    "all is calm": lambda _: None,
    "a late reading came": _reads(500, higher=0),
    "a reading of January is rejected": _declares(EventKind.REJECT, edge(JANUARY) + DAY + _LAG, B),
    "a meter moved": lambda database: assign_meter(
        database, Move("Rack B", "Alpha", since="2026-02-03"), NOW
    ),
    "something is held": _reads(2162, higher=70_000),
}
"""What came before the work; most of it changes the month that was closed."""
