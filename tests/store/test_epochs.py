"""The epochs of registers, found in their readings."""

from sqlalchemy.event import listen, remove
from tests.store.test_ledger import KWH, START, STEP, add_meter

from wattledger.domain.instant import HOUR
from wattledger.domain.reading import Join, Status
from wattledger.store.database import Database
from wattledger.store.epochs import Epoch, ends_of_epoch, epochs_of
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading


def book_with_reset(database: Database) -> int:
    """Book hourly readings of a register that is reset after 50 of them; returns its meter."""
    values = [500 * KWH + hour * KWH for hour in range(50)] + [hour * KWH for hour in range(50)]
    readings = [NewReading(START + hour * HOUR, value, STEP) for hour, value in enumerate(values)]
    with database.begin() as connection:
        number = add_meter(connection, 60, p_max_mw=20 * KWH)
        book(connection, {number: readings})
    return number


def test_an_epoch_begins_with_the_first_reading_and_with_each_break(database: Database) -> None:
    number = book_with_reset(database)
    with database.connect() as connection:
        first, second = epochs_of(connection, [number])[number]
        assert first == Epoch(START, Join.FIRST)
        assert second == Epoch(START + 50 * HOUR, Join.RESET)
        ends = ends_of_epoch(connection, number, second)
        assert ends is not None
        assert [each.at for each in ends] == [START + 49 * HOUR, START + 50 * HOUR]
        assert {each.status for each in ends} == {Status.GOOD}
        assert ends_of_epoch(connection, number, first) is None
        assert epochs_of(connection, [number + 1]) == {}


def test_epochs_are_read_from_their_own_small_index(database: Database) -> None:
    number = book_with_reset(database)
    plans: list[str] = []

    def explain(cursor: object, statement: str, values: object) -> None:
        if statement.startswith("SELECT reading.meter_id"):
            rows = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[attr-defined]
            plans.extend(str(row) for row in rows.fetchall())

    def note(*arguments: object) -> None:
        explain(arguments[1], str(arguments[2]), arguments[3])

    listen(database.engine, "before_cursor_execute", note)
    with database.connect() as connection:
        epochs_of(connection, [number])
    remove(database.engine, "before_cursor_execute", note)
    assert len(plans) == 1
    assert "ix_reading_join" in plans[0]
