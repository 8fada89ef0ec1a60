"""What lists of a grown installation hold beside the live hall: logins, people, runs, evidence."""

import zlib
from typing import Any

from sqlalchemy import Table, insert, select, update

from wattledger.domain.instant import DAY, HOUR, MINUTE, SECOND
from wattledger.domain.recipe import Recipe
from wattledger.secrets.vault import Vault
from wattledger.services.device_target import sealed_recipe
from wattledger.store.account_tables import api_token, audit, user
from wattledger.store.database import Connection
from wattledger.store.job_tables import job, job_run, run_chunk, run_log
from wattledger.store.tables import attempt, capture, client, endpoint, reading, site, tariff

MANY = 1_000
RUN = 1
"""The run whose endpoints and log are listed: one that read all of the hall."""

_RECIPES = 40
_LOGINS = ("none", "basic", "form")
_PAGE = zlib.compress(b"<tr><td>Active energy</td><td>12 543.5 kWh</td></tr>" * 60)
_KWH = 1_000_000


def fill_lists(connection: Connection, vault: Vault, meters: int, now: int) -> None:
    """Write a thousand of everything; endpoints get logins and recipes, as people set them up."""
    numbers = range(2, MANY + 2)
    tables: list[tuple[Table, list[dict[str, Any]]]] = [
        (site, [{"name": f"Site {n:05}", "zone": "Europe/Berlin"} for n in numbers]),
        (tariff, [_named(n, "tariff") | _prices() for n in numbers]),
        (user, [_user(n, now) for n in numbers]),
        (api_token, [_token(n, now) for n in numbers]),
        (audit, [_entry(n, now) for n in numbers]),
        (job, [_job(n, now) for n in numbers]),
        (job_run, [_run(n, meters, now) for n in range(RUN, 4 * MANY)]),
        (run_chunk, [_chunk(first, meters) for first in range(1, meters + 1, 50)]),
        (run_log, [_line(n, now) for n in numbers]),
    ]
    for table, rows in tables:
        connection.execute(insert(table), rows)
    _keep_evidence(connection, meters, now)
    _set_up(connection, vault, meters)
    connection.execute(update(client).values(tariff_id=client.c.id + 1))


def _named(number: int, kind: str) -> dict[str, Any]:
    return {"id": number, "public_id": f"{kind}-{number:05}", "name": f"{kind} {number:05}"}


def _prices() -> dict[str, Any]:
    price = {"currency": "EUR", "energyPrice": "0.29", "fixedFee": "12.50", "vatPercent": "19"}
    return {
        "prices": [{"fromOn": f"{year}-01-01", **price} for year in (2024, 2025, 2026)],
        "updated_at": 0,
    }


def _user(number: int, now: int) -> dict[str, Any]:
    return _named(number, "user") | {
        "display_name": f"User {number}",
        "role": "viewer",
        "client_id": number % 200 + 1,
        "password_hash": "-",
        "created_at": now - number * HOUR,
        "updated_at": now,
        "signed_in_at": now - number * MINUTE,
    }


def _token(number: int, now: int) -> dict[str, Any]:
    return {
        "name": f"token {number}",
        "sha256": f"{number:064}",
        "role": "viewer",
        "scopes": ["see-all"],
        "created_at": now - number * HOUR,
        "last_used_at": now - number * SECOND,
    }


def _entry(number: int, now: int) -> dict[str, Any]:
    return {
        "at": now - (MANY - number) * MINUTE,
        "actor_kind": "user",
        "actor": f"user {number % 50}",
        "address": "10.0.0.5",
        "action": "replace",
        "kind": "endpoint",
        "object_id": f"{number:08}-0000-7000-8000-000000000000",
        "object_name": f"Rack {number:05}",
        "details": {"actorId": str(number % 50), "fields": ["name", "location"]},
    }


def _job(number: int, now: int) -> dict[str, Any]:
    return _named(number, "job") | {
        "module": "consumption-monitor",
        "handler": "collect-consumption",
        "schedule": f"{number % 60} {number % 24} * * *",
        "time_zone": "Europe/Berlin",
        "config": {"endpoints": "all", "batchSize": 5, "screenshotOnError": True},
        "next_due_at": now + DAY,
        "created_at": now,
        "updated_at": now,
    }


def _run(number: int, meters: int, now: int) -> dict[str, Any]:
    at = now - (4 * MANY - number) * HOUR
    return {
        "id": number,
        "job_id": number % MANY + 2,
        "due_at": at,
        "cause": "schedule",
        "started_at": at + SECOND,
        "finished_at": at + 30 * SECOND,
        "state": "finished",
        "total": meters,
        "successful": meters - 3,
        "failed": 3,
    }


def _chunk(first: int, meters: int) -> dict[str, Any]:
    ids = list(range(first, min(first + 50, meters + 1)))
    return {"run_id": RUN, "endpoint_ids": ids, "not_before": 0, "state": "done"}


def _line(number: int, now: int) -> dict[str, Any]:
    message = f"Rack {number:05}: unreachable; tried again in 2 minutes."
    return {"run_id": RUN, "at": now + number, "level": "warning", "message": message}


def _keep_evidence(connection: Connection, meters: int, now: int) -> None:
    """Let the first endpoint's readings rest on pages; every tenth attempt there failed."""
    times = connection.scalars(select(reading.c.ts).where(reading.c.meter_id == 1)).all()
    same = {"endpoint_id": 1, "url": "http://10.0.0.1/", "status": 200, "sha256": "-"}
    pages = [{"id": n, "taken_at": at, "body": _PAGE, "codec": "deflate"} | same
             for n, at in enumerate(times, 1)]  # fmt: skip
    connection.execute(insert(capture), pages)
    good = [_attempt(n, 1, at, capture_id=n) for n, at in enumerate(times, 1)]
    failed = [_attempt(len(times) + n, 1, at + MINUTE, outcome="timeout", message="No answer.")
              for n, at in enumerate(times[::10], 1)]  # fmt: skip
    behind = len(times) + len(failed)
    of_run = [_attempt(behind + n, n, now, run_id=RUN) for n in range(1, meters + 1)]
    connection.execute(insert(attempt), [*good, *failed, *of_run])
    for number, at in enumerate(times, 1):
        there = reading.c.meter_id == 1, reading.c.ts == at
        seen = {"attempt_id": number, "power_mw": 1_250_000 + number, "voltage_mv": 230_400,
                "current_ma": 5_430, "pf_milli": 990,
                "total_milliwh": 12_543 * _KWH + number * 250_001}  # fmt: skip
        connection.execute(update(reading).where(*there).values(seen))


def _attempt(
    number: int,
    endpoint_id: int,
    at: int,
    *,
    outcome: str = "ok",
    message: str | None = None,
    capture_id: int | None = None,
    run_id: int | None = None,
) -> dict[str, Any]:
    return {
        "id": number,
        "endpoint_id": endpoint_id,
        "run_id": run_id,
        "started_at": at,
        "milliseconds": 120,
        "transport": "http",
        "outcome": outcome,
        "message": message,
        "capture_id": capture_id,
    }


def _set_up(connection: Connection, vault: Vault, meters: int) -> None:
    for number in range(1, meters + 1):
        open_part, auth = sealed_recipe(Recipe.model_validate(_recipe(number)), vault)
        same = endpoint.c.id == number
        connection.execute(update(endpoint).where(same).values(recipe=open_part, auth=auth))


def _recipe(number: int) -> dict[str, Any]:
    login = _LOGINS[number % len(_LOGINS)]
    secrets = {"username": "admin", "password": f"p{number}"}
    return {
        "authType": login,
        "authConfig": {} if login == "none" else secrets,
        "scrapingConfig": {
            "steps": [{"action": "navigate", "url": f"/energy?outlet={number % _RECIPES}"}],
            "valueSelector": "table.energy tr:nth-child(2) td:nth-child(3)",
            "valuePattern": r"([\d ,.]+) kWh",
            "fields": {"power": {"selector": "#power"}, "voltage": {"selector": "#volts"}},
            "unit": "kWh",
        },
    }
