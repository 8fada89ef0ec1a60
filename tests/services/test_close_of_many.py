"""A month of a hundred meters and twenty clients with three months of readings, closed."""

import json
from datetime import date
from decimal import Decimal

import pytest
from bench.billed_months import printed_total, recompute, write_months

from wattledger.domain.instant import parse_instant
from wattledger.domain.month_report import Flag, MonthState
from wattledger.domain.seal import seal_of
from wattledger.reports.archive import month_archive
from wattledger.reports.json import month_json
from wattledger.reports.statement_json import sealed_document
from wattledger.services.close_month import CloseOrder, close_month
from wattledger.services.progress import unwatched
from wattledger.services.report_month import month_book
from wattledger.store.database import Database
from wattledger.store.recompute import differences

pytestmark = [pytest.mark.long, pytest.mark.no_cover, pytest.mark.timeout(900)]

MONTH = date(2026, 2, 1)
NOW = parse_instant("2026-04-02T08:00:00Z")


def test_a_hundred_meters_close_and_print_the_same_bytes_again(database: Database) -> None:
    ids = write_months(database, 100, 20, date(2026, 1, 1), 3)
    recompute(database, ids)
    with database.connect() as connection:
        assert list(differences(connection, ids[:5])) == []
    order = CloseOrder(MONTH, "Ann", accept_estimates=True, reason="a dead link, looked at")
    closed = close_month(database, order, NOW, unwatched)
    assert (len(closed.closed), closed.blocked, closed.already) == (20, {}, [])
    flags = {flag for each in closed.closed for line in each.lines for flag in line.flags}
    assert {Flag.RESET, Flag.GAP, Flag.ESTIMATED} <= flags
    for statement in closed.closed:
        assert statement.seal is not None
        assert statement.seal.sha256 == seal_of(None, 1, NOW, "Ann", sealed_document(statement))
        assert statement.gross > 0
        assert all(line.peak is not None for line in statement.lines)
    first = month_book(database, MONTH, "UTC", NOW, unwatched)
    assert first.state is MonthState.CLOSED
    total = json.loads(month_json(first.report))["totals"]["kwh"]
    assert Decimal(total) == printed_total(each.total_kwh for each in closed.closed)
    again = month_book(database, MONTH, "UTC", NOW, unwatched)
    assert month_archive(first) == month_archive(again)
    assert len(close_month(database, order, NOW, unwatched).already) == 20
