"""The command line: ``wattledger COMMAND``.

Exit codes: 0 done, 1 failed (the message says why), 2 wrong usage, 3 done without the meters that
need a browser, because there is none.
"""

import sys
from typing import Annotated

import typer

from wattledger.cli import (
    assign,
    backup,
    bundle,
    client,
    close,
    collect,
    console,
    db,
    demo,
    doctor,
    import_,
    job,
    key,
    ledger,
    measure,
    read,
    report,
    restore,
    serve,
    site,
    tariff,
    token,
    user,
    verify_bundle,
)
from wattledger.cli.recording import record_commands
from wattledger.config import SettingsError, load_settings
from wattledger.domain.errors import WattledgerError
from wattledger.logs import begin_logs
from wattledger.version import __version__

app = typer.Typer(
    name="wattledger",
    help="Reads power meters, keeps an exact ledger of energy, reports the month per client.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (
    serve,
    demo,
    collect,
    read,
    report,
    measure,
    close,
    bundle,
    verify_bundle,
    assign,
    backup,
    restore,
    doctor,
):
    app.command()(getattr(command, command.__name__.rpartition(".")[2]))
app.add_typer(import_.app, name="import")
app.add_typer(ledger.app, name="ledger")
app.add_typer(client.app, name="client")
app.add_typer(tariff.app, name="tariff")
app.add_typer(site.app, name="site")
app.add_typer(db.app, name="db")
app.add_typer(token.app, name="token")
app.add_typer(user.app, name="user")
app.add_typer(job.app, name="job")
app.add_typer(key.app, name="key")
record_commands(app)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"wattledger {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Read power meters, keep an exact ledger of energy, report the month per client."""


def main() -> None:
    """Run the command line; an error meant for people is printed as such and exits 1."""
    try:
        _begin_logs()
        app()
    except WattledgerError as error:
        console.fail(str(error))
        sys.exit(1)
    except ExceptionGroup as group:
        ours = group.subgroup(WattledgerError)
        if ours is None:
            raise
        console.fail(str(_first(ours)))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _begin_logs() -> None:
    """Log what matters to who runs a command; ``serve`` begins its own log."""
    try:
        settings = load_settings()
        detailed = settings.log_level == "debug"
        begin_logs(settings.log, settings.log_level if detailed else "warning")
    except SettingsError:  # told by the command that needs them
        begin_logs("auto", "warning")


def _first(error: BaseException) -> BaseException:
    """Return the first error of those that ended tasks together."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
