"""A scratch file that sorts the rows of an import, whatever their number and order.

SQLite from the standard library on a temporary file: no table of ours, no transaction of ours.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self, TypeAlias

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Source
from wattledger.store.readings import NewReading

_TABLE = """
CREATE TABLE staged (
    series INTEGER, ts INTEGER, total INTEGER, resolution INTEGER, power INTEGER, serial TEXT,
    line INTEGER
)
"""


StagedRow: TypeAlias = tuple[int, Instant, int, int, int | None, str | None, int]
"""Series, instant, total, resolution, power, serial, line."""


class Staging:
    """Rows by series (a meter of the file). Use it as a context; leaving removes the file."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="wattledger-import-")
        self._file = sqlite3.connect(Path(self._folder.name) / "staged.db", isolation_level=None)

    def __enter__(self) -> Self:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute(_TABLE)
        self._file.execute("BEGIN")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(self, rows: Iterable[StagedRow]) -> None:
        """Add rows."""
        self._file.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def sort(self) -> None:
        """Order what was added; call it once, before ``series``."""
        self._file.execute("CREATE INDEX by_series ON staged (series, ts)")
        self._file.execute("COMMIT")

    def series(self, number: int, size: int) -> Iterator[list[NewReading]]:
        """Yield the readings of one series ascending in time, in lists of at most ``size``."""
        rows = self._file.execute(
            "SELECT ts, total, resolution, power, serial FROM staged"
            " WHERE series = ? ORDER BY ts, line",
            (number,),
        )
        while found := rows.fetchmany(size):
            yield [
                NewReading(at, total, resolution, power, serial=serial, source=Source.IMPORTED)
                for at, total, resolution, power, serial in found
            ]
