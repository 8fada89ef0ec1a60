"""One door to the database: transactions, pragmas, and the border where its errors become ours.

StoreError
    DatabaseBusyError       another writer kept the database too long
    DatabaseFullError       the disk is full
    SchemaOutdatedError     the tables are of another version (raised by upgrade.check_schema)
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from wattledger.domain.errors import WattledgerError
from wattledger.store.act import recorded
from wattledger.store.commit_version import CommitVersion
from wattledger.store.folded import casefold

__all__ = [
    "Connection",
    "Database",
    "DatabaseBusyError",
    "DatabaseFullError",
    "SchemaOutdatedError",
    "StoreError",
]

_BUSY_SECONDS = 60
_CONNECTIONS = 16
_PRIMARY_CODE = 0xFF


class StoreError(WattledgerError):
    """The database could not do what was asked; nothing of the transaction was kept."""


class DatabaseBusyError(StoreError):
    """Another writer kept the database too long."""


class DatabaseFullError(StoreError):
    """There is no room left for the database."""


class SchemaOutdatedError(StoreError):
    """The tables are not those of this version."""


class Database:
    """A SQLite database, used from any number of threads and processes.

    ``is_ending`` is set where the process is about to end: what takes long ends at its next pause.
    """

    def __init__(self, url: str) -> None:
        parsed, self.path = _place(url)
        self.version = CommitVersion(self.path)
        self.is_ending = Event()
        self.engine = create_engine(
            parsed,
            poolclass=QueuePool,
            pool_size=_CONNECTIONS,
            # What rows hold stays out of errors, which are logged.
            hide_parameters=True,
            # Rows of every list hold JSON; this one reads it several times as fast.
            json_deserializer=msgspec.json.decode,
            connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        )
        # A writer says so at once: a reader that turns writer could not wait its turn.
        self._writers = self.engine.execution_options(wattledger_writes=True)
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a write transaction: committed on leaving, undone when an exception leaves it.

        It records the act it belongs to, where one was told (store/act.py).
        """
        with (
            _translated(self.path),
            self._writers.begin() as connection,
            recorded(connection),
        ):
            yield connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a reading transaction: all its statements see the same state."""
        with _translated(self.path), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.version.close()
        self.engine.dispose()


def _place(url: str) -> tuple[URL, Path]:
    """Return an address of SQLite and its file; a password in it stays out of the message."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(
            "WATTLEDGER_DATABASE_URL is not an address like sqlite:////path/to/file.db."
        ) from None
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise StoreError(
            f"WATTLEDGER_DATABASE_URL: this version keeps its data in SQLite; "
            f"'{parsed.render_as_string()}' is not an address like sqlite:////path/to/file.db."
        )
    return parsed, Path(parsed.database)


def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    """Set up a new SQLite connection."""
    connection.isolation_level = None  # we say BEGIN ourselves, so that writers are IMMEDIATE
    for pragma in (
        "journal_mode = WAL",
        # FULL: what was committed survives a power cut, not only a crash.
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -32000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("casefold", 1, casefold, deterministic=True)


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("wattledger_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _translate(error.orig, path) from error


def _translate(error: BaseException | None, path: Path) -> StoreError:
    if isinstance(error, sqlite3.OperationalError):
        code = error.sqlite_errorcode & _PRIMARY_CODE
        if code == sqlite3.SQLITE_BUSY:
            return DatabaseBusyError(
                f"The database was busy for {_BUSY_SECONDS} s; another program writes to it."
            )
        if code == sqlite3.SQLITE_FULL:
            return DatabaseFullError(
                "There is no room left for the database; make room on its disk. Nothing is lost."
            )
        if code == sqlite3.SQLITE_CANTOPEN:
            return StoreError(
                f"The database {path} cannot be opened: its folder must be there and writable. "
                "WATTLEDGER_DATABASE_URL or WATTLEDGER_DATA_DIR says where it is."
            )
    return StoreError(f"The database refused: {error}.")
