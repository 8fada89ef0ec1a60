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
from typing import Any

from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from wattledger.domain.errors import WattledgerError

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
    """A SQLite database, used from any number of threads and processes."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            raise StoreError(
                f"WATTLEDGER_DATABASE_URL: this version keeps its data in SQLite; "
                f"'{parsed.render_as_string()}' is not an address like sqlite:////path/to/file.db."
            )
        self.path = Path(parsed.database)
        self.engine = create_engine(
            parsed,
            poolclass=QueuePool,
            pool_size=_CONNECTIONS,
            connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        )
        # A writer says so at once: a reader that turns writer could not wait its turn.
        self._writers = self.engine.execution_options(wattledger_writes=True)
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a write transaction: committed on leaving, undone when an exception leaves it."""
        with _translated(), self._writers.begin() as connection:
            yield connection

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a reading transaction: all its statements see the same state."""
        with _translated(), self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


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


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("wattledger_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _translate(error.orig) from error


def _translate(error: BaseException | None) -> StoreError:
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
    return StoreError(f"The database refused: {error}.")
