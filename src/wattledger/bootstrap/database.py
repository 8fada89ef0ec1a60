"""Opens the database that the settings name."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from wattledger.config import Settings, SettingsError
from wattledger.store.database import Database
from wattledger.store.folder_lock import use_folder
from wattledger.store.schema_version import check_schema, is_new


def prepare_database(settings: Settings) -> Database:
    """Open the database and bring it to this version's schema, creating what is missing."""
    database = _open(settings)
    with use_folder(settings.data_dir):
        _upgrade(database)
    return database


@contextmanager
def open_as_is(settings: Settings) -> Iterator[Database]:
    """Open a database that is there, of whatever version; nothing of it is changed."""
    database = Database(settings.database)
    try:
        if not database.path.is_file():
            raise SettingsError(
                f"There is no database {database.path}; set WATTLEDGER_DATA_DIR to the folder "
                "that holds it."
            )
        with use_folder(settings.data_dir):
            yield database
    finally:
        database.close()


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database; a new one is created, an outdated one refused with what to do."""
    database = _open(settings)
    try:
        with use_folder(settings.data_dir):
            if is_new(database):
                _upgrade(database)
            check_schema(database)
            yield database
    finally:
        database.close()


def _open(settings: Settings) -> Database:
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"WATTLEDGER_DATA_DIR: the folder {settings.data_dir} cannot be made "
            f"({error.strerror}); name another, or give it to this user."
        ) from None
    return Database(settings.database)


def _upgrade(database: Database) -> None:
    # Loading what changes tables takes a fifth of a second, and few commands change any.
    import_module("wattledger.store.upgrade").upgrade(database)
