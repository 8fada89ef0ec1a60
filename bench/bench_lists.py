"""The lists of the API, page after page: what a page of 100 rows costs by itself.

Target: 2 ms of CPU for a page of each list, from the call of its route to the bytes of its answer:
query, rows, JSON; without HTTP and the check of who calls. Cursors are walked, so that no page is
asked for twice in a round. What is listed is checked; times are only printed. METERS, ROUNDS in
the environment make it smaller.
"""

import asyncio
import inspect
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import Response
from lists_hall import RUN, fill_lists
from live_hall import prepared

from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings
from wattledger.domain.caller import Caller
from wattledger.domain.permission import Role
from wattledger.services.system import System
from wattledger.web.api.assignments import page as list_assignments
from wattledger.web.api.audit import page as read_audit
from wattledger.web.api.clients import page as list_clients
from wattledger.web.api.consumption import readings as consumption_readings
from wattledger.web.api.endpoints import page as list_endpoints
from wattledger.web.api.jobs import page as list_jobs
from wattledger.web.api.jobs import runs as job_runs
from wattledger.web.api.meters import page as list_meters
from wattledger.web.api.meters import readings as meter_readings
from wattledger.web.api.modules import page as list_modules
from wattledger.web.api.runs import endpoints as run_endpoints
from wattledger.web.api.runs import log as run_log
from wattledger.web.api.runs import page as list_runs
from wattledger.web.api.sites import page as list_sites
from wattledger.web.api.statements import page as list_statements
from wattledger.web.api.tariffs import page as list_tariffs
from wattledger.web.api.tokens import page as list_tokens
from wattledger.web.api.users import page as list_users

METERS = int(os.environ.get("METERS", "5000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
LIMIT = 100
MOST_PAGES = 20
TARGET_MS = 2.0
LISTS: dict[str, tuple[Callable[..., Response], dict[str, Any]]] = {
    "/endpoints": (list_endpoints, {}),
    "/meters": (list_meters, {}),
    "/meters/{meter}/readings": (meter_readings, {"meter": 1}),
    "/consumption/readings": (consumption_readings, {"endpoint_id": "Rack 00001"}),
    "/clients": (list_clients, {}),
    "/assignments": (list_assignments, {}),
    "/statements": (list_statements, {}),
    "/tariffs": (list_tariffs, {}),
    "/sites": (list_sites, {}),
    "/users": (list_users, {}),
    "/tokens": (list_tokens, {}),
    "/audit": (read_audit, {}),
    "/jobs": (list_jobs, {}),
    "/jobs/{job}/runs": (job_runs, {"job": "job-00002"}),
    "/runs": (list_runs, {}),
    "/runs/{run}/endpoints": (run_endpoints, {"run": RUN}),
    "/runs/{run}/log": (run_log, {"run": RUN}),
    "/modules": (list_modules, {}),
}


class Listing:
    """A list as its route gives it, to a caller who may see everything."""

    def __init__(
        self, page: Callable[..., Response], system: System, named: dict[str, Any]
    ) -> None:
        caller = Caller("bench", Role.ADMIN, Role.ADMIN.permissions)
        known = {"system": system, "caller": caller, "view": None, "limit": LIMIT, **named}
        taken = inspect.signature(page).parameters
        self._page = page
        self._given = {name: value for name, value in known.items() if name in taken}

    def pages(self) -> Iterator[bytes]:
        """Yield the answers of page after page."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            body = bytes(self._page(**self._given, cursor=cursor).body)
            yield body
            cursor = json.loads(body[body.rindex(b'"nextCursor"') + 13 : -1])
            if cursor is None:
                return


def measured(listing: Listing) -> dict[str, Any]:
    """Return what a page costs: the first time, and the median of the rounds after that."""
    first, costs, rows = 0.0, [], 0
    for number in range(ROUNDS + 1):
        begun = time.process_time()
        pages = list(listing.pages())
        cost = (time.process_time() - begun) / len(pages) * 1000
        rows = sum(len(json.loads(page)["data"]) for page in pages)
        if number == 0:
            first = cost
        else:
            costs.append(cost)
    return {
        "pages": len(pages),
        "rows": rows,
        "cpuMsAPage": round(median(costs), 2),
        "cpuMsAPageAtFirst": round(first, 2),
    }


async def run(folder: str) -> list[dict[str, Any]]:
    """Measure each list."""
    table = []
    settings = load_settings(data_dir=Path(folder), browser="none")
    async with open_system(settings) as system:
        with system.database.begin() as connection:
            fill_lists(connection, system.vault, METERS, system.clock.now())
        for path, (page, named) in LISTS.items():
            figures = measured(Listing(page, system, named))
            table.append({"list": path, **figures, "targetMs": TARGET_MS})
            print("  ".join(f"{key} {value}" for key, value in table[-1].items()), flush=True)
    return table


def main() -> None:
    """Measure, print the table, write JSON."""
    with TemporaryDirectory() as folder:
        prepared(folder, METERS).close()
        table = asyncio.run(run(folder))
    figures = {"meters": METERS, "limit": LIMIT, "lists": table}
    Path(__file__).with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
