"""A list of endpoints is applied in portions: others write meanwhile; bad lines keep out all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, select, update
from tests.services.interrupted import KilledError, Points, content_of, copied, opened, pointed

from wattledger.domain.errors import ConflictError
from wattledger.domain.instant import parse_instant
from wattledger.secrets.vault import Vault
from wattledger.services import portion
from wattledger.services.import_endpoints import ImportedEndpoints, import_endpoints
from wattledger.store import database as database_module
from wattledger.store.database import Database
from wattledger.store.sites import first_site, insert_site
from wattledger.store.tables import endpoint, site

NOW = parse_instant("2026-05-10T00:00:00Z")
HEADER = "endpoint,meter,client,location,multiplier,address,site"
RACKS = [
    "Rack 1,,North,Hall 1,40,10.0.0.1,",
    "Rack 2,outlet-1,South,Hall 1,,10.0.0.2,",
    "Rack 3,,North,,,,Hall B",
    "Rack 2,outlet-2,West,,2,,",
    "Rack 4,,,,,,",
]
LINE = {
    "endpoint": "Rack 1",
    "client": "NORTH",
    "location": "Hall 1",
    "multiplier": "40",
    "p_max_kw": "22",
    "feed": "A",
    "rack": "R1",
    "site": "main site",
    "enabled": "yes",
    "poll_interval": "5",
    "address": "10.0.0.1",
    "recipe": '"{""valueSelector"": ""td""}"',
    "auth_type": "none",
    "username": "reader",
    "meter": "",
}

Import = Callable[..., ImportedEndpoints]


@pytest.fixture
def send(database: Database, tmp_path: Path) -> Import:
    """Import lines."""
    vault = Vault(tmp_path / "key")

    def sent(
        lines: list[str],
        *,
        header: str = HEADER,
        to: Database = database,
        skip_bad: bool = False,
        dry_run: bool = False,
    ) -> ImportedEndpoints:
        path = tmp_path / "list.csv"
        path.write_text("\n".join([header, *lines]))
        return import_endpoints(to, path, "UTC", NOW, vault, skip_bad=skip_bad, dry_run=dry_run)

    with database.begin() as connection:
        first_site(connection, "UTC")
        insert_site(connection, "Hall B", "Europe/Berlin")
    return sent


@pytest.fixture
def other(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Give another door to the database, which does not wait."""
    monkeypatch.setattr(database_module, "_BUSY_SECONDS", 0)
    opened_too = Database(f"sqlite:///{database.path}")
    yield opened_too
    opened_too.close()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Let a portion be one endpoint; what is put here is done in the pauses, in turn."""
    planned: list[Callable[[], object]] = []
    monkeypatch.setattr(portion, "_HELD_SECONDS", 0)
    monkeypatch.setattr(portion, "sleep", lambda _: planned.pop(0)() if planned else None)
    return planned


def names(database: Database) -> list[str]:
    with database.connect() as connection:
        return list(connection.scalars(select(endpoint.c.name).order_by(endpoint.c.id)))


def write(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(update(site).values(name=site.c.name))


def test_a_dry_run_waits_for_no_writer_and_keeps_none_waiting(
    send: Import, other: Database
) -> None:
    send(RACKS)
    new = [f"New {number},,East,,,10.1.0.{number},Hall B" for number in range(9)]
    with other.begin():  # who holds the database
        told = send([*RACKS, *new], to=other, dry_run=True)
    assert (told.created, told.changed, told.unchanged, told.bad.count) == (9, 0, 5, 0)
    assert names(other) == ["Rack 1", "Rack 2", "Rack 3", "Rack 4"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_others_write_between_two_endpoints(
    send: Import, other: Database, pauses: list[Callable[[], object]], *, dry_run: bool
) -> None:
    send(RACKS)
    moved = [line.replace("Hall 1", "Hall 2").replace("North", "East") for line in RACKS]
    pauses += [lambda: write(other)] * (2 if dry_run else 4)
    told = send(moved, dry_run=dry_run)
    # Three endpoints are tried, then changed: of Rack 2 two lines, which stay together.
    assert pauses == []
    assert (told.created, told.changed, told.unchanged) == (0, 3, 2)
    assert told.booked is not dry_run


@pytest.mark.usefixtures("pauses")
def test_of_a_file_with_a_bad_line_nothing_is_kept(send: Import, database: Database) -> None:
    bad = [*RACKS, "Rack 5,,North,,,,", "Rack 5,outlet-1,,,,,Elsewhere", "Rack 6,,,,,,Nowhere"]
    refused = send(bad)
    assert refused.booked is False
    assert [number for number, _ in refused.bad.kept] == [8, 9]
    assert names(database) == []
    assert refused.bad.kept == send(bad, dry_run=True).bad.kept
    skipped = send(bad, skip_bad=True)
    assert (skipped.booked, skipped.created, skipped.changed) == (True, 5, 1)
    assert skipped.bad.kept == refused.bad.kept
    assert names(database) == ["Rack 1", "Rack 2", "Rack 3", "Rack 4", "Rack 5"]


@pytest.mark.usefixtures("pauses")
def test_an_import_that_was_interrupted_is_finished_by_importing_again(
    send: Import, database: Database, tmp_path: Path
) -> None:
    send(["Rack 3,,West,Hall 9,,,"])
    database.close()
    world = opened(copied(database.path, tmp_path / "whole.db"))
    with pointed(Points(world)) as whole:
        send(RACKS, to=world)
        whole.note()
    world.close()
    assert len(whole.contents) == 1 + 4, "a transaction for each endpoint"
    for at in range(0, whole.passed, max(1, whole.passed // 25)):
        world = opened(copied(database.path, tmp_path / f"{at}.db"))
        with pointed(Points(world, at)), pytest.raises(KilledError):
            send(RACKS, to=world)
        assert content_of(world.path) in whole.contents
        again = send(RACKS, to=world)
        assert again.booked
        assert content_of(world.path) == whole.contents[-1]
        world.close()


def test_what_somebody_changed_meanwhile_is_told_with_what_is_kept(
    send: Import, database: Database, other: Database, pauses: list[Callable[[], object]]
) -> None:
    def rename() -> None:
        with other.begin() as connection:
            connection.execute(update(site).where(site.c.name == "Hall B").values(name="Hall C"))

    pauses += [lambda: None, rename]
    with pytest.raises(ConflictError, match=r"(?s)line 4: .*'Hall B'.*\n3 of its lines are appl"):
        send(RACKS)
    assert names(database) == ["Rack 1", "Rack 2"]


def test_a_line_that_changes_nothing_costs_no_statement(send: Import, database: Database) -> None:
    lines = [f"Rack {n},,Client {n % 7},Hall 1,40,10.0.1.{n},Hall B" for n in range(200)]
    send(lines)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    assert send(lines).unchanged == 200
    assert len(statements) < 40


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("location", "Hall 2"),
        ("client", "South"),
        ("site", "Hall B"),
        ("multiplier", "2"),
        ("p_max_kw", "11"),
        ("feed", "B"),
        ("rack", "R7"),
        ("enabled", "false"),
        ("poll_interval", "7"),
        ("address", "10.0.0.9"),
        ("recipe", '"{""valueSelector"": ""th""}"'),
        ("username", "writer"),
        ("meter", "outlet-1"),
    ],
)
def test_what_a_line_changes_is_changed_once(send: Import, column: str, cell: str) -> None:
    header = ",".join(LINE)
    first = [",".join(LINE.values())]
    other = [",".join((LINE | {column: cell}).values())]
    for lines, expected in ((first, (1, 0, 0)), (first, (0, 0, 1)), (other, (0, 1, 0))):
        for dry_run in (True, False):
            told = send(lines, header=header, dry_run=dry_run)
            assert told.bad.kept == []
            assert (told.created, told.changed, told.unchanged) == expected
    assert send(other, header=header).unchanged == 1
