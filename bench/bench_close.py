"""Close a month of 1,000 meters and 200 clients, print all of it, and again: the same bytes.

Target: under 60 s with Excel and PDF. Prints seconds and writes JSON. METERS and CLIENTS in the
environment make it smaller.
"""

import gc
import json
import os
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from billed_months import printed_total, recompute, write_months

from wattledger.domain.instant import parse_instant
from wattledger.reports.archive import month_archive
from wattledger.reports.bundle_check import check_bundle
from wattledger.reports.json import month_json
from wattledger.services.close_month import CloseOrder, close_month
from wattledger.services.export_bundle import export_bundle
from wattledger.services.progress import unwatched
from wattledger.services.report_month import month_book, report_month
from wattledger.store.database import Database
from wattledger.store.upgrade import upgrade

METERS = int(os.environ.get("METERS", "1000"))
CLIENTS = int(os.environ.get("CLIENTS", "200"))
MONTH = date(2026, 2, 1)
NOW = parse_instant("2026-04-02T08:00:00Z")
BUNDLES = 3
"""So many bundles are checked: that of each client takes longer than to close it."""
_T = TypeVar("_T")


def timed(seconds: dict[str, float], name: str, work: Callable[[], _T]) -> _T:
    """Do some work and note how long it took."""
    begun = time.perf_counter()
    result = work()
    seconds[name] = round(time.perf_counter() - begun, 2)
    print(f"{name}: {seconds[name]} s")
    return result


def main() -> None:
    """Write, close, print twice, compare."""
    seconds: dict[str, float] = {}
    gc.freeze()  # as every command does
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        upgrade(database)
        months = 3, date(2026, 1, 1)
        ids = timed(
            seconds, "write", lambda: write_months(database, METERS, CLIENTS, months[1], months[0])
        )
        timed(seconds, "recompute", lambda: recompute(database, ids))
        order = CloseOrder(MONTH, "bench", accept_estimates=True, reason="a benchmark")
        closed = timed(seconds, "close", lambda: close_month(database, order, NOW, unwatched))
        assert len(closed.closed) == min(CLIENTS, METERS)
        assert not closed.blocked
        prints = [
            timed(
                seconds,
                f"print {number}",
                lambda: month_archive(month_book(database, MONTH, "UTC", NOW, unwatched)),
            )
            for number in (1, 2)
        ]
        assert sha256(prints[0]).digest() == sha256(prints[1]).digest()
        for statement in closed.closed[:BUNDLES]:
            bundle = export_bundle(database, statement.client_id, MONTH, None)
            assert check_bundle(bundle).holds
        report = timed(seconds, "report", lambda: report_month(database, MONTH, "UTC", NOW))
        total = json.loads(month_json(report))["totals"]["kwh"]
        assert Decimal(total) == printed_total(each.total_kwh for each in closed.closed)
        database.close()
    together = seconds["close"] + seconds["print 1"]
    print(f"{METERS} meters, {CLIENTS} clients: closed and printed in {together:.1f} s (target 60)")
    figures = {"meters": METERS, "clients": CLIENTS, "seconds": seconds}
    Path(__file__).with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
