"""``wattledger key``: the keys that encrypt the stored passwords of devices."""

from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import Settings, load_settings
from wattledger.domain.errors import ConflictError
from wattledger.domain.instant import MINUTE
from wattledger.secrets.keys import new_key
from wattledger.services.open_vault import open_vault
from wattledger.services.rotate_key import add_key, drop_old_keys, key_use, renew_credentials
from wattledger.store.folder_lock import is_used

app = typer.Typer(help="The keys that encrypt stored passwords.", no_args_is_help=True)

_SETTLED = 2 * MINUTE
"""So long a server may take to write what it encrypted with the key that was the first before."""


@app.command()
def status(json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Tell where the keys are and how many passwords need each; no key is shown.

    Exit 1 when a password was encrypted with none of them.
    """
    settings = load_settings()
    with open_database(settings) as database:
        use = key_use(database, open_vault(settings.key_file, database, settings.key))
    if json_:
        fields = {"source": use.source, "passwordsByKey": list(use.by_key), "lost": use.lost}
        console.print_json(fields)
    else:
        typer.echo(f"{len(use.by_key)} key(s) in {use.source}.")
        for number, count in enumerate(use.by_key, 1):
            typer.echo(f"{'encrypts' if number == 1 else 'old'}\t{count} passwords")
    if use.lost:
        console.fail(f"{use.lost} passwords were encrypted with none of these keys.")
        raise typer.Exit(1)


@app.command()
def new() -> None:
    """Print a new key for WATTLEDGER_KEY; nothing is changed."""
    typer.echo(new_key())


@app.command()
def rotate(
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Forget the old keys when nothing needs them.")
    ] = False,
) -> None:
    """Encrypt all stored passwords with a new key.

    It may be interrupted, and run while the server runs. A rotation that was begun is ended: no
    further key is made while a password needs an old one, or, with --drop-old, while old keys are
    there.
    """
    settings = load_settings()
    alone = settings.data_dir.is_dir() and not is_used(settings.data_dir)
    with open_database(settings) as database:
        vault = open_vault(settings.key_file, database, settings.key)
        use = key_use(database, vault)
        begun = bool(use.old) or (drop_old and len(use.by_key) > 1)
        if settings.key is None and not begun:
            add_key(vault)
        renewed = renew_credentials(database, vault, console.progress)
        console.note(f"{renewed} passwords are encrypted anew.")
        if not drop_old:
            console.note("Backups made before need the old key, which is kept: --drop-old ends it.")
            return
        if not alone:
            _let_settle(settings)
            renew_credentials(database, vault, console.progress)
        console.note(f"{drop_old_keys(database, vault)} old keys are forgotten.")


def _let_settle(settings: Settings) -> None:
    """Refuse to forget the old keys while a running server may still write what needs them."""
    if settings.key is not None:
        return
    age = SystemClock().now() - settings.key_file.stat().st_mtime_ns // 1000
    if 0 <= age < _SETTLED:
        raise ConflictError(
            "A server is running, and may be about to write a password that needs the old key; "
            f"run this again after {(_SETTLED - age) // 1_000_000 + 1} s."
        )
