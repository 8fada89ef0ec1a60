"""``wattledger backup FILE``: all that is needed to go on elsewhere, in one file."""

from pathlib import Path
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_as_is
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.services.back_up import back_up, check_target
from wattledger.services.read_audit import note_act
from wattledger.store.database import Database, StoreError


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; an older one is replaced.")],
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Include the key of the stored passwords.")
    ] = False,
) -> None:
    """Back up database and pictures while the server runs."""
    settings = load_settings()
    refuse_other_databases(settings.database_url)
    check_target(file)
    with open_as_is(settings) as database:
        _record(database)
        manifest = back_up(
            settings,
            database,
            file,
            SystemClock().now(),
            with_key=with_key,
            progress=console.progress,
        )
    size, pictures = file.stat().st_size, len(manifest.parts) - 1 - manifest.has_key
    console.note(f"{file}: {size:,} bytes, the database and {pictures:,} pictures.")
    if manifest.has_key:
        console.note("The key is in it: who has this file can read the passwords of the devices.")
    else:
        console.note(
            "The key is NOT in it: without the key "
            f"({'WATTLEDGER_KEY' if settings.key else settings.key_file}) the stored passwords of "
            "the devices cannot be read. Keep it elsewhere, or use --with-key."
        )


def _record(database: Database) -> None:
    """Have the audit log hold that a copy is taken; what cannot be recorded is backed up too."""
    try:
        note_act(database)
    except StoreError as error:
        console.note(f"The audit log does not hold this backup: {error}")


def refuse_other_databases(url: str | None) -> None:
    """Leave PostgreSQL to its own tools."""
    if url is not None and url.startswith("postgres"):
        raise InvalidInputError(
            "The database is PostgreSQL, which has better tools: pg_dump and pg_restore. Keep the "
            "folder 'evidence' and the key file beside the dump."
        )
