"""``wattledger restore FILE``: go on from a backup."""

from pathlib import Path
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database, prepare_database
from wattledger.cli import console
from wattledger.cli.backup import refuse_other_databases
from wattledger.clock import SystemClock
from wattledger.config import Settings, load_settings
from wattledger.secrets.vault import VaultError
from wattledger.services.open_vault import open_vault
from wattledger.services.read_audit import note_act
from wattledger.services.restore_backup import restore_backup
from wattledger.services.verify_ledger import verify_ledger
from wattledger.services.verify_seals import verify_seals


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    force: Annotated[
        bool, typer.Option("--force", help="Move aside what is in the data folder.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Prove the ledger afterwards.")
    ] = True,
) -> None:
    """Restore a backup into the data folder, while no server runs on it.

    Exit 1 when it is damaged or of a later version (nothing is changed then), and when the
    restored ledger is not what its readings give.
    """
    settings = load_settings()
    refuse_other_databases(settings.database_url)
    restored = restore_backup(
        settings, file, SystemClock().now(), force=force, progress=console.progress
    )
    for folder in restored.aside:
        console.note(f"What was there before is in {folder}; remove it when you are content.")
    prepare_database(settings).close()
    console.note(f"Restored as of {restored.manifest.created_at}.")
    _tell_of_the_key(settings)
    if verify:
        _verify(settings)
    else:
        console.note("Not proven yet: run 'wattledger ledger verify'.")


def _tell_of_the_key(settings: Settings) -> None:
    with open_database(settings) as database:
        note_act(database)
        try:
            open_vault(settings.key_file, database, settings.key)
        except VaultError as error:
            console.note(f"Before the server can start: {error}")


def _verify(settings: Settings) -> None:
    with open_database(settings) as database:
        verified = verify_ledger(database, repair=False, progress=console.progress)
        seals = verify_seals(database, console.progress)
    if not seals.is_right:
        console.fail(
            f"{len(seals.broken)} of {seals.statements} closed statements are not as they were "
            "sealed; 'wattledger ledger verify' tells which."
        )
    if not verified.is_right:
        console.fail(
            f"{len(verified.different)} of {verified.meters} meters are not what their readings "
            "give; 'wattledger ledger verify' tells which."
        )
    if not (verified.is_right and seals.is_right):
        raise typer.Exit(1)
    console.note(f"{verified.meters} meters: the ledger is what their readings give.")
