"""Whatever writes long lets others write in between."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update
from tests.services.interrupted import KilledError

from wattledger.clock import SetClock
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.config import load_settings
from wattledger.domain.errors import NotYetError
from wattledger.domain.instant import parse_instant
from wattledger.secrets.vault import Vault
from wattledger.services import portion
from wattledger.services.bulk_endpoints import BulkAction, BulkOrder, change_endpoints
from wattledger.services.import_readings import ImportedReadings, import_readings
from wattledger.services.progress import unwatched
from wattledger.services.system import System
from wattledger.store import database as database_module
from wattledger.store.clients import insert_client
from wattledger.store.database import Database
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site
from wattledger.store.tables import client, endpoint, site

NOW = parse_instant("2026-05-10T00:00:00Z")
RACKS = [f"Rack {number}" for number in range(4)]


@pytest.fixture
def pauses(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let a portion be as short as can be; in each pause another process writes at once."""
    written: list[int] = []
    monkeypatch.setattr(database_module, "_BUSY_SECONDS", 0)
    monkeypatch.setattr(portion, "_HELD_SECONDS", 0)
    with closing(Database(f"sqlite:///{database.path}")) as other:

        def write(_seconds: float) -> None:
            with other.begin() as connection:
                connection.execute(update(site).values(name=site.c.name))
            written.append(1)

        monkeypatch.setattr(portion, "sleep", write)
        yield written


@pytest.fixture
async def system(database: Database, tmp_path: Path) -> System:
    """Give a system with endpoints and a client."""
    with database.begin() as connection:
        site_id = first_site(connection, "UTC")
        insert_client(connection, "North")
        for name in RACKS:
            insert_endpoint(connection, NewEndpoint(name=name, site_id=site_id), NOW)
    settings = load_settings(data_dir=tmp_path)
    reader = Reader({}, Undivided(), SetClock(NOW))
    return System(settings, SetClock(NOW), database, Vault(tmp_path / "key"), reader)


@pytest.mark.parametrize("is_dry_run", [True, False])
@pytest.mark.parametrize(
    "order",
    [
        BulkOrder(BulkAction.DISABLE),
        BulkOrder(BulkAction.ASSIGN, client="North"),
        BulkOrder(BulkAction.DELETE),
    ],
)
def test_others_write_while_many_are_changed(
    system: System, pauses: list[int], order: BulkOrder, *, is_dry_run: bool
) -> None:
    told = change_endpoints(system, replace(order, is_dry_run=is_dry_run))
    assert [each.name for each in told] == RACKS
    assert [each.refusal for each in told] == [None] * len(RACKS)
    assert len(pauses) == len(RACKS) - 1, "one endpoint a portion, and none behind the last"
    with system.database.connect() as connection:
        rows = connection.execute(
            select(endpoint.c.enabled, endpoint.c.deleted_at, client.c.name).outerjoin(client)
        ).all()
    untouched = (True, None, None)
    assert all((tuple(row) == untouched) is is_dry_run for row in rows)


def send(database: Database, path: Path, count: int = 3) -> ImportedReadings:
    """Import readings of endpoints that are not there yet."""
    lines = [f"New {n},2026-05-0{day}T00:00:00Z,{day}" for n in range(count) for day in (1, 2)]
    path.write_text("\n".join(["endpoint,timestamp,total_kwh", *lines]))
    return import_readings(
        *(database, path, "UTC", NOW), skip_bad=False, create_missing=True, progress=unwatched
    )


def names(database: Database) -> list[str]:
    with database.connect() as connection:
        return list(connection.scalars(select(endpoint.c.name).order_by(endpoint.c.id)))


def test_others_write_while_meters_are_made_and_their_readings_booked(
    database: Database, tmp_path: Path, pauses: list[int]
) -> None:
    told = send(database, tmp_path / "list.csv")
    assert (told.booked, told.new, names(database)) == (True, 6, ["New 0", "New 1", "New 2"])
    assert len(pauses) == 2 + 3


@pytest.mark.usefixtures("pauses")
def test_readings_whose_import_was_interrupted_while_meters_were_made_are_booked_by_another(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_seconds: float) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(portion, "sleep", killed)
        with pytest.raises(KilledError):
            send(database, tmp_path / "list.csv")
    assert names(database) == ["New 0"]
    told = send(database, tmp_path / "list.csv")
    assert (told.booked, told.new, told.duplicates) == (True, 6, 0)
    assert names(database) == ["New 0", "New 1", "New 2"]


def test_what_takes_long_ends_at_its_next_pause_where_the_server_does(
    database: Database, tmp_path: Path, pauses: list[int]
) -> None:
    database.is_ending.set()
    with pytest.raises(NotYetError, match="ask for the same again"):
        send(database, tmp_path / "list.csv")
    assert (names(database), pauses) == ([], [])
    database.is_ending.clear()
    told = send(database, tmp_path / "list.csv")
    assert (told.booked, told.new) == (True, 6)


def test_many_changes_end_at_their_next_pause_where_the_server_does(
    system: System, pauses: list[int]
) -> None:
    system.database.is_ending.set()
    with pytest.raises(NotYetError, match="What is done of it so far is kept"):
        change_endpoints(system, BulkOrder(BulkAction.DISABLE))
    assert len(pauses) == 1
    with system.database.connect() as connection:
        enabled = list(connection.scalars(select(endpoint.c.enabled).order_by(endpoint.c.id)))
    assert enabled == [False, True, True, True]
