"""A close that is killed at any moment leaves each client's month closed whole, or not at all."""

import random
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    MARCH,
    ZONE,
    add_meter,
    after,
    book_all,
    client_id,
    close,
    edge,
    give_tariff,
    outcomes,
    price,
    steady,
)

from wattledger.domain.seal import seal_of
from wattledger.reports.bundle_check import check_bundle
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.services.closed_statement import statement_of
from wattledger.services.export_bundle import export_bundle
from wattledger.services.progress import unwatched
from wattledger.services.report_month import month_book
from wattledger.store.billing_tables import month_close, statement_line
from wattledger.store.closes import closed_months, closes_of_month
from wattledger.store.database import Database

pytestmark = pytest.mark.no_cover

CLIENTS = 24
KILLS = 4
CLOSER = f"""
import sys
from contextlib import contextmanager
from datetime import date
from wattledger.services.close_month import CloseOrder, close_month
from wattledger.store.database import Database

@contextmanager
def told(label, total):
    yield lambda count=1: print("one more", flush=True)

order = CloseOrder(date(2026, 3, 1), "Erika")
close_month(Database(sys.argv[1]), order, {after(MARCH)}, told)
print("done", flush=True)
"""


def many_clients(database: Database) -> None:
    """Give many clients a meter each."""
    with database.begin() as connection:
        meters = [
            add_meter(connection, f"Rack {n:02}", f"Client {n:02}", p_max_mw=20_000_000)
            for n in range(CLIENTS)
        ]
    for number, meter_id in enumerate(meters):
        book_all(database, meter_id, steady(edge(FEBRUARY), edge(APRIL), kwh=1 + number))
        give_tariff(database, f"Client {number:02}", price(vatPercent="19"))


def closed_now(database: Database) -> int:
    """Return how many clients are closed; each of them wholly."""
    with database.connect() as connection:
        closed = closes_of_month(connection, MARCH)
        lines = connection.scalar(select(func.count()).select_from(statement_line)) or 0
        orphans = select(statement_line.c.id).where(
            statement_line.c.close_id.not_in(select(month_close.c.id))
        )
        assert connection.execute(orphans).all() == []
    assert lines == len(closed)
    for each in closed.values():
        assert each.seal.sha256 == seal_of(
            None, 1, each.seal.closed_at, each.seal.closed_by, each.document
        )
        assert len(statement_of(each).lines) == 1
    return len(closed)


def kill(database: Database, clients: int, seconds: float) -> bool:
    """Close in a process of its own; kill it after some clients and a while more.

    Tells whether it was at work.
    """
    command = [sys.executable, "-c", CLOSER, f"sqlite:///{database.path}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as closing:
        assert closing.stdout is not None
        for _ in range(clients):
            closing.stdout.readline()
        time.sleep(seconds)
        closing.send_signal(signal.SIGKILL)
        return "done" not in closing.stdout.read()


def test_a_killed_close_leaves_each_month_whole_or_open(database: Database) -> None:
    many_clients(database)
    chance = random.Random(7)
    at_work, counts = 0, [0]
    while counts[-1] < CLIENTS - 2 and len(counts) < 2 * CLIENTS:
        # Clients that are closed already are told as well, and take no time.
        at_work += kill(database, counts[-1] + chance.randrange(3), chance.uniform(0, 0.02))
        counts.append(closed_now(database))
    assert counts == sorted(counts)
    assert at_work >= KILLS, counts
    closes = close(database, MARCH)
    assert set(outcomes(closes).values()) <= {"closed", "already"}
    assert closed_now(database) == CLIENTS
    with database.connect() as connection:
        adjuster = MonthAdjuster(connection)
        assert not any(adjuster.has_changed(each) for each in closed_months(connection))
    book = month_book(database, MARCH, ZONE, after(MARCH), unwatched)
    assert len(book.statements) == CLIENTS
    exported = export_bundle(database, client_id(database, "Client 23"), MARCH, None)
    assert check_bundle(exported).holds


def test_two_closes_at_once_close_each_client_once(database: Database) -> None:
    many_clients(database)
    command = [sys.executable, "-c", CLOSER, f"sqlite:///{database.path}"]
    closers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [closer.communicate(timeout=120)[0] for closer in closers]
    assert outputs == ["one more\n" * CLIENTS + "done\n"] * 2
    assert closed_now(database) == CLIENTS
