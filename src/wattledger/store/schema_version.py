"""Which version a database's tables are of; told without loading what would change them."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from wattledger.store.database import Database, SchemaOutdatedError

MIGRATIONS = Path(__file__).parent / "migrations"
_STAMP = table("alembic_version", column("version_num"))


@cache
def revisions() -> tuple[str, ...]:
    """Return the revisions this version knows, oldest first: migrations are named by them."""
    return tuple(sorted(path.name[:4] for path in MIGRATIONS.glob("versions/[0-9]*.py")))


def check_schema(database: Database) -> None:
    """Raise SchemaOutdatedError unless the tables are this version's."""
    with database.connect() as connection:
        if refuse_unknown(connection) != revisions()[-1]:
            raise SchemaOutdatedError(
                "The database is not of this version; run 'wattledger db upgrade'."
            )


def knows_schema(revision: str) -> bool:
    """Tell whether tables of this revision can be brought to this version's."""
    return revision in revisions()


def schema_revision(database: Database) -> str | None:
    """Return the revision of the tables; None where there are none."""
    with database.connect() as connection:
        return _revision(connection)


def is_new(database: Database) -> bool:
    """Tell whether the database has no tables yet."""
    with database.connect() as connection:
        return not inspect(connection).get_table_names()


def refuse_unknown(connection: Connection) -> str | None:
    """Return the revision of the database; SchemaOutdatedError for one of a later version."""
    revision = _revision(connection)
    if revision is not None and not knows_schema(revision):
        raise SchemaOutdatedError(
            f"The database is of a later version of Wattledger (schema {revision}); "
            "install that version or restore a backup."
        )
    return revision


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_STAMP.name):
        return None
    return connection.scalar(select(_STAMP.c.version_num))
