"""The database as a place to rely on: whole transactions, clear refusals, one schema."""

import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from wattledger.store import database as module
from wattledger.store.database import (
    Database,
    DatabaseBusyError,
    DatabaseFullError,
    SchemaOutdatedError,
    StoreError,
)
from wattledger.store.schema_version import check_schema, is_new
from wattledger.store.tables import client
from wattledger.store.upgrade import schema_drift, upgrade

WRITER = """
import sys, os, signal
from sqlalchemy import insert
from wattledger.store.database import Database
from wattledger.store.tables import client
with Database(sys.argv[1]).begin() as connection:
    for number in range(5000):
        connection.execute(insert(client).values(public_id=str(number), name=f"C{number}"))
    print("written", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def add(database: Database, name: str) -> None:
    with database.begin() as connection:
        connection.execute(insert(client).values(public_id=name, name=name))


def count(database: Database) -> int:
    with database.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(client)) or 0)


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.connect() as connection:
        assert schema_drift(connection) == []


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    add(database, "Client XYZ")
    upgrade(database)
    check_schema(database)
    assert count(database) == 1


def test_a_new_database_is_known_as_such(tmp_path: Path) -> None:
    opened = Database(url(tmp_path / "new.db"))
    assert is_new(opened)
    with pytest.raises(SchemaOutdatedError, match="wattledger db upgrade"):
        check_schema(opened)
    upgrade(opened)
    assert not is_new(opened)
    opened.close()


def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for look in (check_schema, upgrade):
        with pytest.raises(SchemaOutdatedError, match="later version"):
            look(database)


def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    def fail() -> None:
        with database.begin() as connection:
            connection.execute(insert(client).values(public_id="a", name="A"))
            raise KeyError("after the write")

    with pytest.raises(KeyError):
        fail()
    assert count(database) == 0


@pytest.mark.no_cover
def test_a_process_killed_inside_a_transaction_leaves_none_of_it(database: Database) -> None:
    add(database, "before")
    killed = subprocess.run(
        [sys.executable, "-c", WRITER, url(database.path)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert killed.stdout == "written\n", killed.stderr
    assert killed.returncode == -signal.SIGKILL
    assert count(database) == 1
    add(database, "after")
    with closing(sqlite3.connect(database.path)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_writers_wait_for_each_other_and_none_is_lost(database: Database) -> None:
    def write(worker: int) -> None:
        for number in range(40):
            add(database, f"{worker}-{number}")

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(database) == 240


def test_a_reader_sees_one_state_while_a_writer_changes_it(database: Database) -> None:
    add(database, "one")
    with database.connect() as connection:
        rows = select(func.count()).select_from(client)
        assert connection.scalar(rows) == 1
        add(database, "two")
        assert connection.scalar(rows) == 1
    assert count(database) == 2


def test_a_writer_that_waits_too_long_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BUSY_SECONDS", 0.1)
    opened = Database(url(tmp_path / "busy.db"))
    upgrade(opened)
    with opened.begin(), pytest.raises(DatabaseBusyError, match="another program writes"):
        add(opened, "never")
    opened.close()


def test_a_full_disk_is_told_and_keeps_what_was_there(database: Database) -> None:
    add(database, "before")

    def fill() -> None:
        with database.begin() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
            connection.execute(
                insert(client), [{"public_id": str(n), "name": f"{n:0400}"} for n in range(500)]
            )

    with pytest.raises(DatabaseFullError, match="make room"):
        fill()
    assert count(database) == 1


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database at all, but long enough to look at")
    opened = Database(url(tmp_path / "notes.db"))
    with pytest.raises(StoreError, match="not a database"):
        upgrade(opened)
    opened.close()


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    opened = Database(url(tmp_path / "nowhere/wattledger.db"))
    with pytest.raises(StoreError, match=r"nowhere/wattledger\.db.*WATTLEDGER_DATABASE_URL"):
        upgrade(opened)
    opened.close()


@pytest.mark.parametrize(
    "address", ["postgresql://host/db", "sqlite://", "mysql://u:p4ss@h/d", "u:p4ss@h"]
)
def test_other_databases_are_refused_without_their_password(address: str) -> None:
    with pytest.raises(StoreError, match="WATTLEDGER_DATABASE_URL") as refusal:
        Database(address)
    assert "p4ss" not in str(refusal.value)
