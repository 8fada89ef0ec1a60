"""The ledger is proven from its readings, and mended from them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Table, delete, update
from tests.services.conftest import KWH, AddMeter, after, hourly

from wattledger.services.progress import Advance
from wattledger.services.verify_ledger import Verified, verify_ledger
from wattledger.store.database import Database
from wattledger.store.readings import NewReading
from wattledger.store.tables import energy_day, energy_month, meter_state, reading


class Watched:
    """A progress that counts."""

    def __init__(self) -> None:
        self.total = 0
        self.done = 0

    @contextmanager
    def __call__(self, label: str, total: int) -> Iterator[Advance]:
        """Note the total."""
        assert label == "verifying meters"
        self.total = total

        def advance(count: int = 1) -> None:
            self.done += count

        yield advance


def verify(database: Database, *, repair: bool = False) -> Verified:
    return verify_ledger(database, repair=repair, progress=Watched())


def test_a_ledger_that_was_kept_is_right(metered: AddMeter, database: Database) -> None:
    for _ in range(25):
        metered(hourly(1000, range(30)))
    metered([])
    watched = Watched()
    verified = verify_ledger(database, repair=False, progress=watched)
    assert (verified.meters, verified.different, verified.is_right) == (26, [], True)
    assert (watched.total, watched.done) == (26, 26)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (energy_day, "energy_milliwh"),
        (energy_day, "verified_milliwh"),
        (energy_month, "end_milliwh"),
        (meter_state, "base_milliwh"),
        (reading, "energy_milliwh"),
        (reading, "status"),
    ],
)
def test_any_wrong_number_is_found_told_and_repaired(
    metered: AddMeter, database: Database, table: Table, column: str
) -> None:
    right, wrong = (metered(hourly(1000, range(30))) for _ in range(2))
    with database.begin() as connection:
        changed = update(table).where(table.c.meter_id == wrong).values({column: 3})
        connection.execute(changed)
    verified = verify(database)
    (different,) = verified.different
    assert (different.meter_id, different.meter, different.is_repaired) == (wrong, "total", False)
    assert different.meter_id != right
    assert f"meter {wrong}" in different.sentences[0]
    assert not verified.is_right
    repaired = verify(database, repair=True)
    assert repaired.is_right
    assert repaired.different[0].sentences == different.sentences
    assert verify(database).different == []


@pytest.mark.parametrize("table", [energy_day, energy_month, meter_state])
def test_a_lost_row_is_found_and_repaired(
    metered: AddMeter, database: Database, table: Table
) -> None:
    number = metered(hourly(1000, range(30)))
    with database.begin() as connection:
        connection.execute(delete(table).where(table.c.meter_id == number))
    (different,) = verify(database).different
    assert different.sentences[0].endswith("is missing")
    assert verify(database, repair=True).is_right
    assert verify(database).different == []


def test_a_row_that_no_reading_gives_is_found_and_removed(
    metered: AddMeter, database: Database
) -> None:
    number = metered([*hourly(1000, range(3)), NewReading(after(800), 1500 * KWH, KWH)])
    with database.begin() as connection:
        gone = reading.c.meter_id == number, reading.c.ts == after(800)
        connection.execute(delete(reading).where(*gone))
    (different,) = verify(database).different
    assert any("but the readings give none" in sentence for sentence in different.sentences)
    assert verify(database, repair=True).is_right
    assert verify(database).different == []
