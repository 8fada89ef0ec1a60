"""Two values of one instant, of which a person says that neither is right."""

from tests.services.conftest import KWH, NOW, STEP, AddMeter, after, hourly

from wattledger.domain.event import EventKind
from wattledger.services.correct_register import declare, register_events, withdraw
from wattledger.services.declaration import Declaration
from wattledger.store.database import Database
from wattledger.store.readings import NewReading, load_between
from wattledger.store.recompute import differences


def newest(database: Database, number: int) -> str:
    """Return the newest reading's status; the ledger is what a recomputation gives."""
    with database.connect() as connection:
        assert list(differences(connection, [number])) == []
        return load_between(connection, number, None, None)[-1].status.word


def test_a_dispute_ends_where_both_values_are_rejected(
    metered: AddMeter, database: Database
) -> None:
    second = NewReading(after(19), 1038 * KWH + STEP, STEP)
    number = metered([*hourly(1000, range(20)), second])
    assert newest(database, number) == "held"
    wrong = Declaration(EventKind.REJECT, after(19), "Ada Meyer", "both are another meter's")
    declare(database, number, wrong, NOW)
    assert newest(database, number) == "rejected"
    (standing,) = register_events(database, number)
    withdraw(database, number, standing.id, "Bo", "it was ours", NOW)
    assert newest(database, number) == "held"
