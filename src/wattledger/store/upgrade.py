"""Bring a database to this version's schema; forward only, one process at a time."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from wattledger.store.act import acting
from wattledger.store.billing_tables import month_close
from wattledger.store.database import Database
from wattledger.store.schema_version import MIGRATIONS, refuse_unknown


def upgrade(database: Database) -> None:
    """Create the tables or change them to this version's, in one write transaction."""
    # The audit log may not be there yet; whoever acts is recorded by what they do afterwards.
    with acting(None), database.begin() as connection:
        refuse_unknown(connection)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def schema_drift(connection: Connection) -> list[object]:
    """Return what the tables lack or have beyond the migrations: nothing, in a right release."""
    return list(compare_metadata(MigrationContext.configure(connection), month_close.metadata))
