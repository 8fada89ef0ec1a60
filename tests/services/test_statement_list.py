"""The list of closed statements: the newest month first, each sealed document read once."""

from datetime import date

import msgspec
from sqlalchemy import event, insert

from wattledger.services.statement_list import statement_page
from wattledger.store.billing_tables import month_close
from wattledger.store.close_list import ListedKey
from wattledger.store.database import Database
from wattledger.store.tables import client

CLIENTS = (1, 2, 3)
MONTHS = (date(2026, 1, 1), date(2026, 2, 1))


def close_all(database: Database) -> None:
    """Close two months of three clients; what each comes to tells them apart."""
    with database.begin() as connection:
        for number in CLIENTS:
            named = {"id": number, "public_id": f"c{number}", "name": f"Client {number}"}
            connection.execute(insert(client).values(named))
            for month in MONTHS:
                kwh = f"{number}.{month.month}"
                totals = {"kwh": kwh, "net": "1", "vat": "0", "gross": "1"}
                document = {"client": named["name"], "currency": "EUR", "totals": totals}
                connection.execute(
                    insert(month_close).values(
                        client_id=number,
                        month=month,
                        sequence=month.month,
                        document=msgspec.json.encode(document),
                        sha256=f"list-{kwh}",
                        closed_at=0,
                        closed_by="test",
                        readings=b"",
                    )
                )


def all_pages(database: Database, limit: int) -> list[tuple[date, str, str]]:
    """Return month, client and kWh of each statement listed."""
    found: list[tuple[date, str, str]] = []
    after: ListedKey | None = None
    while True:
        page = statement_page(database, None, None, after, limit)
        found += [
            (each.close.month, each.close.client_id, str(each.sum.totals.kwh))
            for each in page.statements
        ]
        after = page.following
        if after is None:
            return found


def test_pages_go_from_the_newest_month_back_and_within_it_by_client(database: Database) -> None:
    close_all(database)
    months = sorted(MONTHS, reverse=True)
    listed = [(month, f"c{n}", f"{n}.{month.month}") for month in months for n in CLIENTS]
    for limit in (1, 2, 4, 6):
        assert all_pages(database, limit) == listed


def test_a_sealed_document_is_read_once(database: Database) -> None:
    close_all(database)
    first = all_pages(database, 6)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert all_pages(database, 6) == first
    assert asked
    assert not any("document" in statement for statement in asked)


def test_filters_narrow_the_list(database: Database) -> None:
    close_all(database)
    of_client = statement_page(database, "c2", None, None, 9).statements
    assert [each.close.month for each in of_client] == sorted(MONTHS, reverse=True)
    of_month = statement_page(database, None, MONTHS[0], None, 9).statements
    assert [each.close.client_id for each in of_month] == ["c1", "c2", "c3"]
