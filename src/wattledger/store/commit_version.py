"""Whether anything was written to a database, asked in microseconds."""

import sqlite3
from pathlib import Path
from typing import TypeAlias

Version: TypeAlias = tuple[int, int]
"""Which connection told a version, and which: numbers of two connections do not compare."""


class CommitVersion:
    """Tells versions of a SQLite database: another one after each commit, of whichever process.

    It asks on a connection of its own, because SQLite tells each connection only of the commits of
    all others. It never waits for the database, so that an event loop may ask; one at a time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._asking: sqlite3.Cursor | None = None
        self._opened = 0

    def now(self) -> Version | None:
        """Return the version of what is committed by now; None when it cannot be known."""
        try:
            if self._asking is None:
                self._asking = self._open()
            version: int = self._asking.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            self.close()
            return None
        return self._opened, version

    def close(self) -> None:
        """Close the connection; the next question opens another one."""
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.connection.close()

    def _open(self) -> sqlite3.Cursor:
        self._opened += 1
        # ``rw``: a database that is not there is not made.
        address = f"{self._path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(
            address, uri=True, timeout=0, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA query_only = ON")
        return connection.cursor()
