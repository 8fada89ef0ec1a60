"""Work that ends between two statements of it, and what of it is in the database then."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import event

from wattledger.store.database import Database

Content: TypeAlias = str
"""What a database holds, all of it, as a hash."""

WAL = "-wal"
DRAWN = frozenset({"public_id"})
"""Columns that are drawn by lot: doing the same again gives others."""


class KilledError(BaseException):
    """The process ends here: nothing of it goes on, not even what it does with errors."""


@dataclass
class Points:
    """The points of a work: before each statement, and before each commit.

    At the point of number ``end_at`` it ends, by what ``end`` raises.
    """

    database: Database
    end_at: int | None = None
    end: Callable[[], BaseException] = KilledError
    passed: int = 0
    version: tuple[int] | None = None
    contents: list[Content] = field(default_factory=list)
    """What was committed in turn, the content before included."""

    def __post_init__(self) -> None:
        # To another connection SQLite tells whether anything was committed.
        self.watching = sqlite3.connect(self.database.path)

    def point(self, *_: object) -> None:
        """End here if this is the point; where there is none, note what is committed by now."""
        if self.end_at is None:
            self.note()
        elif self.passed == self.end_at:
            raise self.end()
        self.passed += 1

    def note(self) -> None:
        """Note what is committed by now, if that changed."""
        version = self.watching.execute("PRAGMA data_version").fetchone()
        if version == self.version:
            return
        self.version, now = version, content_of(self.database.path)
        if now not in self.contents[-1:]:
            self.contents.append(now)


_STATEMENTS = ("do_execute", "do_executemany", "do_execute_no_params")


@contextmanager
def pointed(points: Points) -> Iterator[Points]:
    """Let a database pass points."""
    engine = points.database.engine
    told = [(engine, name) for name in _STATEMENTS] + [(engine, "commit")]
    for target, name in told:
        event.listen(target, name, points.point)
    try:
        yield points
    finally:
        points.watching.close()
        for target, name in told:
            event.remove(target, name, points.point)


def content_of(path: Path) -> Content:
    """Return all that is committed in a database, as another process reads it."""
    found = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN")
        for table, columns in _columns(connection).items():
            told = connection.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 - our names
            found.update(repr((table, told.fetchall())).encode())
    return found.hexdigest()


def _columns(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the columns of each table that are not drawn, as they are asked for."""
    found: dict[str, list[str]] = {}
    every = (
        "SELECT tables.name, columns.name FROM sqlite_schema AS tables, "
        "pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' ORDER BY 1, cid"
    )
    for table, column in connection.execute(every):
        if column not in DRAWN:
            found.setdefault(table, []).append(column)
    return {table: ", ".join(columns) for table, columns in found.items()}


def opened(path: Path) -> Database:
    """Open a database of examples: a power cut is not what they are about."""
    database = Database(f"sqlite:///{path}")
    event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    return database


def copied(path: Path, target: Path) -> Path:
    """Copy a database with what is written beside it, as the disk has it at this moment."""
    for end in ("", WAL):
        source = path.with_name(path.name + end)
        if source.exists():
            shutil.copy(source, target.with_name(target.name + end))
    return target
