"""What was there before a migration is there after it."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from wattledger.store.assignments import stored_assignments
from wattledger.store.database import Connection, Database
from wattledger.store.kept_evidence import find_attempt
from wattledger.store.schema_version import MIGRATIONS, revisions
from wattledger.store.upgrade import upgrade

ENDPOINTS = [("alone", 1, None), ("outlets", 1, None), ("both", 1, None), ("gone", 1, 99)]
METERS = [
    *((1, 1, "total", None), (2, 2, "total", None), (3, 2, "outlet-1", 5), (4, 2, "outlet-2", 5)),
    *((5, 3, "total", 5), (6, 3, "outlet-1", 5), (7, 4, "total", 5), (8, 5, "total", 5)),
]


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Database]:
    """Give a database of the first version."""
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with database.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        fill(connection)
    yield database
    database.close()


def test_attempts_of_before_are_shown_with_what_was_kept_of_them(old: Database) -> None:
    with old.begin() as connection:
        run = connection.exec_driver_sql
        run(
            "INSERT INTO capture (id, endpoint_id, taken_at, url, sha256, codec, body, screenshot) "
            "VALUES (3, 1, 7, 'http://x/', 'ab', 'deflate', ?, 'old.png')",
            (zlib.compress(b"<b>page</b>"),),
        )
        run(
            "INSERT INTO attempt (id, endpoint_id, started_at, milliseconds, transport, outcome, "
            "capture_id) VALUES (5, 1, 7, 40, 'http', 'absent', 3), "
            "(6, 1, 9, 40, 'http', 'timeout', NULL)"
        )
    upgrade(old)
    with old.connect() as connection:
        shown = find_attempt(connection, 5)
        proof = connection.exec_driver_sql("SELECT id, evidence_sha256 FROM attempt ORDER BY id")
        assert [tuple(row) for row in proof] == [(5, "ab"), (6, None)]
    assert shown.capture is not None
    assert (shown.steps, shown.capture.headers, shown.capture.page) == (None, None, b"<b>page</b>")
    assert (shown.capture.screenshot, shown.capture.screenshot_sha256) == ("old.png", None)


def fill(connection: Connection) -> None:
    """Insert endpoints of one client and one of nobody, with meters that were read or not."""
    run = connection.exec_driver_sql
    run("INSERT INTO site (id, name, zone) VALUES (1, 'Main site', 'UTC')")
    run("INSERT INTO client (id, public_id, name) VALUES (1, 'c', 'X')")
    for number, (name, client, deleted) in enumerate([*ENDPOINTS, ("nobody", None, None)], 1):
        run(
            "INSERT INTO endpoint (id, public_id, name, address, host_port, site_id, client_id, "
            "created_at, updated_at, deleted_at) VALUES (?, ?, ?, '', '', 1, ?, 0, 0, ?)",
            (number, f"e{number}", name, client, deleted),
        )
    for number, endpoint, key, last_at in METERS:
        run("INSERT INTO meter (id, endpoint_id, key) VALUES (?, ?, ?)", (number, endpoint, key))
        run("INSERT INTO meter_state (meter_id, last_at) VALUES (?, ?)", (number, last_at))


def test_whom_an_endpoint_served_its_billed_meters_serve_from_the_beginning(old: Database) -> None:
    upgrade(old)
    with old.connect() as connection:
        stored = stored_assignments(connection, range(1, 9))
    terms = [each.terms for of_meter in stored.values() for each in of_meter]
    assert [(each.meter_id, each.start_at, each.end_at) for each in terms] == [
        *((1, 0, None), (3, 0, None), (4, 0, None), (5, 0, None), (7, 0, 99)),
    ]


def test_the_revisions_known_are_those_of_the_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert list(reversed(revisions())) == [each.revision for each in scripts.walk_revisions()]
    assert revisions()[-1] == scripts.get_current_head()
