"""Bring a database to this version's schema; forward only, one process at a time."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from wattledger.store.act import acting
from wattledger.store.billing_tables import month_close
from wattledger.store.database import Database, SchemaOutdatedError

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Create the tables or change them to this version's, in one write transaction."""
    # The audit log may not be there yet; whoever acts is recorded by what they do afterwards.
    with acting(None), database.begin() as connection:
        _refuse_unknown(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_schema(database: Database) -> None:
    """Raise SchemaOutdatedError unless the tables are this version's."""
    with database.connect() as connection:
        if _refuse_unknown(connection) != _scripts().get_current_head():
            raise SchemaOutdatedError(
                "The database is not of this version; run 'wattledger db upgrade'."
            )


def knows_schema(revision: str) -> bool:
    """Tell whether tables of this revision can be brought to this version's."""
    return any(script.revision == revision for script in _scripts().walk_revisions())


def schema_revision(database: Database) -> str | None:
    """Return the revision of the tables; None where there are none."""
    with database.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_new(database: Database) -> bool:
    """Tell whether the database has no tables yet."""
    with database.connect() as connection:
        return not inspect(connection).get_table_names()


def schema_drift(connection: Connection) -> list[object]:
    """Return what the tables lack or have beyond the migrations: nothing, in a right release."""
    return list(compare_metadata(MigrationContext.configure(connection), month_close.metadata))


def _refuse_unknown(connection: Connection) -> str | None:
    """Return the revision of the database; one of a later version is left alone."""
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaOutdatedError(
            f"The database is of a later version of Wattledger (schema {revision}); "
            "install that version or restore a backup."
        )
    return revision


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
