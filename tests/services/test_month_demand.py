"""The demand of a month."""

from sqlalchemy import insert, update
from tests.services.test_report_month import END, KWH, MARCH, START, add_meter

from wattledger.domain.instant import HOUR, MINUTE
from wattledger.services.month_statements import draft_month
from wattledger.store.database import Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.tables import endpoint, meter, site


def test_racks_of_the_same_name_at_two_sites_are_two_racks(database: Database) -> None:
    readings = [
        NewReading(at, (at - START) * 20 * KWH // HOUR, 1_000)
        for at in range(START, END + HOUR, 15 * MINUTE)
    ]
    with database.begin() as connection:
        book(connection, {add_meter(connection, name, "X"): readings for name in ("A", "B")})
        other = insert(site).values(name="Hamburg", zone="Europe/Berlin").returning(site.c.id)
        moved = update(endpoint).where(endpoint.c.name == "B")
        connection.execute(moved.values(site_id=connection.execute(other).scalar_one()))
        connection.execute(update(meter).values(rack="R1", feed="A"))
        draft = draft_month(connection, MARCH)
        (client_id,) = draft.lines
        statement = draft.statement(client_id, END)
    peaks = [line.peak.peak_mw for line in statement.lines if line.peak is not None]
    assert peaks == [20 * KWH, 20 * KWH]
