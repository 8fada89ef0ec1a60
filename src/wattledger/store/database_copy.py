"""A copy of the database as it is at one moment, made while others write to it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from wattledger.store.database import Database, StoreError

_PAGES_AT_ONCE = 2_000


def copy_database(database: Database, target: Path, copied: Callable[[int], None]) -> None:
    """Write the database as it is now to a new file; ``copied`` is told of pages as they are done.

    Writers go on meanwhile: what they commit after the start is not in the copy. StoreError when
    it cannot be written, as on a full disk.
    """
    done = 0

    def progress(_status: int, remaining: int, total: int) -> None:
        nonlocal done
        copied(total - remaining - done)
        done = total - remaining

    with (
        _translated(target),
        closing(sqlite3.connect(database.path, isolation_level=None)) as source,
        closing(sqlite3.connect(target, isolation_level=None)) as made,
    ):
        # The transaction keeps to one moment: else each commit of others began the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(made, pages=_PAGES_AT_ONCE, progress=progress, sleep=0)
        # A file by itself: without the log that a copy of a database in WAL mode asks for.
        made.execute("PRAGMA journal_mode = DELETE")


def count_pages(database: Database) -> int:
    """Return of how many pages the database is."""
    with database.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


def check_copy(path: Path) -> str:
    """Return the schema's revision of a copy; StoreError when the file is damaged."""
    with (
        _translated(path),
        closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as copy,
    ):
        [verdict] = copy.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise StoreError(f"The database {path} is damaged: {verdict}.")
        [revision] = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(revision)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"The database cannot be copied to or from {path}: {error}.") from error
