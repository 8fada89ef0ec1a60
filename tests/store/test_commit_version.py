"""The version of a database changes with each commit, of whichever connection and process."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from wattledger.store.commit_version import CommitVersion
from wattledger.store.database import Database


def write(database: Database) -> None:
    """Commit something of this process."""
    with database.begin() as connection:
        connection.execute(text("INSERT INTO client (public_id, name) VALUES (random(), random())"))


def test_it_stays_while_nothing_is_committed(database: Database) -> None:
    before = database.version.now()
    assert before is not None
    with database.connect() as connection:
        connection.execute(text("SELECT count(*) FROM client")).scalar_one()
    assert database.version.now() == before


def test_a_commit_of_this_process_changes_it(database: Database) -> None:
    seen = {database.version.now()}
    for _ in range(3):
        write(database)
        seen.add(database.version.now())
    assert len(seen) == 4


def test_what_is_undone_does_not(database: Database) -> None:
    before = database.version.now()
    with database.begin() as connection:
        connection.execute(text("INSERT INTO client (public_id, name) VALUES ('a', 'a')"))
        assert database.version.now() == before, "not committed yet"
        connection.rollback()
    assert database.version.now() == before


def test_a_commit_of_another_process_changes_it(database: Database) -> None:
    before = database.version.now()
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute(\"INSERT INTO client (public_id, name) VALUES ('a', 'a')\"); c.commit()"
    )
    subprocess.run([sys.executable, "-c", code, str(database.path)], check=True)
    assert database.version.now() != before


def test_asking_keeps_nobody_waiting(database: Database) -> None:
    write(database)
    assert database.version.now() is not None
    with closing(sqlite3.connect(database.path, timeout=0)) as other:
        busy, _, _ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0, "no question holds on to what it saw"


def test_asking_waits_for_nobody(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("INSERT INTO client (public_id, name) VALUES ('a', 'a')"))
        assert database.version.now() is not None


def test_versions_of_two_connections_are_never_the_same(database: Database) -> None:
    before = database.version.now()
    database.version.close()
    assert database.version.now() != before


def test_of_what_cannot_be_asked_the_version_is_not_known(tmp_path: Path) -> None:
    nothing = CommitVersion(tmp_path / "nothing.db")
    assert nothing.now() is None
    assert not (tmp_path / "nothing.db").exists()
    (tmp_path / "text.db").write_text("no database, but a text that is long enough" * 30)
    text_file = CommitVersion(tmp_path / "text.db")
    assert text_file.now() is None
    text_file.close()
