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
    contents: list[Content] = field(default_factory=list)
    """What was committed in turn, the content before included."""

    def point(self, *_: object) -> None:
        """End here if this is the point; where there is none, note what is committed by now."""
        if self.end_at is None:
            self.note()
        elif self.passed == self.end_at:
            raise self.end()
        self.passed += 1

    def note(self) -> None:
        """Note what is committed by now."""
        now = content_of(self.database.path)
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
        for target, name in told:
            event.remove(target, name, points.point)


def content_of(path: Path) -> Content:
    """Return all that is committed in a database, as another process reads it."""
    found = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN")
        tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        for (table,) in connection.execute(tables).fetchall():
            told = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of our tables
            names = [column[0] for column in told.description]
            kept = [place for place, name in enumerate(names) if name not in DRAWN]
            rows = sorted(repr([row[place] for place in kept]) for row in told)
            found.update(repr((table, rows)).encode())
    return found.hexdigest()


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
