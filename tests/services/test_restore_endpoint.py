"""What was billed stays billed: a deletion, and its undoing, change no closed month."""

from datetime import date
from typing import Any

from tests.services.billing import (
    APRIL,
    KWH,
    MARCH,
    MAY,
    ZONE,
    add_meter,
    after,
    book_all,
    client_id,
    close,
    edge,
    give_tariff,
    kept,
    outcomes,
    price,
    steady,
)

from wattledger.domain.instant import DAY, HOUR
from wattledger.services.export_bundle import export_bundle
from wattledger.services.report_month import report_month
from wattledger.services.restore_endpoint import restore
from wattledger.store.database import Database
from wattledger.store.deleted_endpoints import delete_endpoint, find_deleted
from wattledger.store.endpoints import find_endpoint


def billed(database: Database) -> tuple[Any, bytes, list[Any]]:
    """Return all that is kept of the closed March: statement, bundle, lines of the report."""
    bundle = export_bundle(database, client_id(database, "Alpha"), MARCH, None)
    report = report_month(database, MARCH, ZONE, after(MAY))
    return kept(database, "Alpha", MARCH), bundle, list(report.lines)


def energy(database: Database, month: date) -> int:
    """Return what Alpha used in a month, in kWh."""
    lines = report_month(database, month, ZONE, after(MAY)).lines
    mine = (line for line in lines if line.client == "Alpha")
    return round(sum(line.energy_milliwh or 0 for line in mine) / KWH)


def test_a_deletion_and_its_undoing_change_no_closed_month(database: Database) -> None:
    with database.begin() as connection:
        meter_id = add_meter(connection, "Rack A1", "Alpha")
    give_tariff(database, "Alpha", price())
    book_all(database, meter_id, steady(edge(MARCH), edge(MAY)))
    assert outcomes(close(database, MARCH)) == {"Alpha": "closed"}
    before = billed(database)
    whole = energy(database, APRIL)
    noon = edge(APRIL) + 10 * DAY + 12 * HOUR
    with database.begin() as connection:
        delete_endpoint(connection, find_endpoint(connection, "Rack A1").id, noon)
    assert billed(database) == before
    # 12 kWh each 6 hours, over 10.5 days: the open month keeps its energy until the deletion.
    assert energy(database, APRIL) == 504
    with database.begin() as connection:
        notices = restore(connection, find_deleted(connection, "Rack A1"), noon + 20 * DAY)
    assert notices == []
    assert billed(database) == before
    assert energy(database, APRIL) == whole == 1440
    assert outcomes(close(database, APRIL)) == {"Alpha": "closed"}


def test_undoing_it_behind_a_close_says_that_an_adjustment_follows(database: Database) -> None:
    with database.begin() as connection:
        meter_id = add_meter(connection, "Rack A1", "Alpha")
    book_all(database, meter_id, steady(edge(MARCH), edge(MAY)))
    noon = edge(MARCH) + 10 * DAY
    with database.begin() as connection:
        delete_endpoint(connection, find_endpoint(connection, "Rack A1").id, noon)
    assert outcomes(close(database, MARCH)) == {"Alpha": "closed"}
    with database.begin() as connection:
        [notice] = restore(connection, find_deleted(connection, "Rack A1"), noon + 29 * DAY)
    assert notice.startswith("Alpha: 2026-03 is closed and stays as it was billed")
