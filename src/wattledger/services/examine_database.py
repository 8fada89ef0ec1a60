"""Whether the database is there, of this version, and begun in the time zone that is set."""

from functools import partial

from wattledger.config import Settings, SettingsError
from wattledger.services.examine import Finding, Verdict, examine
from wattledger.store.database import Database
from wattledger.store.schema_version import check_schema, schema_revision
from wattledger.store.sites import zones

DATABASE_FIX = "run 'wattledger db upgrade'"


def describe_database(settings: Settings, database: Database) -> str:
    """Return what there is to say of a database; StoreError where it is not of this version."""
    check_schema(database)
    size = database.path.stat().st_size // 1_000_000
    return f"{settings.shown_database}, {size:,} MB, schema {schema_revision(database)}"


def examine_database(settings: Settings, database: Database) -> Finding:
    """Tell whether a database that is open is of this version."""
    return examine("database", partial(describe_database, settings, database), DATABASE_FIX)


def examine_zone(settings: Settings, database: Database) -> Finding:
    """Tell whether the data was begun in the time zone that is set."""
    look = partial(_look_at_zone, settings, database)
    fix = "set WATTLEDGER_TIME_ZONE to it: a billed day does not move"
    return examine("time zone", look, fix, verdict=Verdict.WARNING)


def _look_at_zone(settings: Settings, database: Database) -> str:
    with database.connect() as connection:
        zone = next(iter(zones(connection)), settings.time_zone)
    if zone != settings.time_zone:
        raise SettingsError(
            f"days and months are those of {zone}, as when the data was begun, not those of "
            f"{settings.time_zone}"
        )
    return zone
