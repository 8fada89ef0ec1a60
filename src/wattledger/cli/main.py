"""The command line: ``wattledger COMMAND``.

Exit codes: 0 done, 1 failed (the message says why), 2 wrong usage, 3 done without the meters that
need a browser, because there is none.
"""

import gc
import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Annotated

import typer

from wattledger.cli import console
from wattledger.cli.recording import record_commands
from wattledger.config import SettingsError, load_settings
from wattledger.domain.errors import WattledgerError
from wattledger.logs import begin_logs
from wattledger.version import __version__

_COMMANDS = (
    "serve",
    "demo",
    "collect",
    "read",
    "probe",
    "report",
    "measure",
    "close",
    "bundle",
    "verify-bundle",
    "assign",
    "backup",
    "restore",
    "doctor",
)
"""Each is the function of the same name in the module of the same name."""
_GROUPS = ("import", "ledger", "client", "tariff", "site", "db", "token", "user", "job", "key")
"""Each is the ``app`` of the module of the same name."""
_KEYWORDS = {"import": "import_"}


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"wattledger {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Read power meters, keep an exact ledger of energy, report the month per client."""


def application(arguments: Sequence[str]) -> typer.Typer:
    """Return the commands that arguments can mean: the one they name, else all.

    What a command needs is loaded with it: the parts of the server take longer to load than most
    commands take to run.
    """
    app = typer.Typer(
        name="wattledger",
        help="Reads power meters, keeps an exact ledger of energy, reports the month per client.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    named = arguments[0] if arguments else ""
    every = named not in {*_COMMANDS, *_GROUPS, "--version"}
    for name in _COMMANDS:
        if every or name == named:
            function = name.replace("-", "_")
            app.command()(getattr(_module(function), function))
    record_commands(app)
    for name in _GROUPS:
        if every or name == named:
            app.add_typer(_group(name), name=name)
    return app


@cache
def _group(name: str) -> typer.Typer:
    group: typer.Typer = _module(_KEYWORDS.get(name, name)).app
    record_commands(group, name)
    return group


def _module(name: str) -> ModuleType:
    return import_module(f"wattledger.cli.{name}")


def main() -> None:
    """Run the command line; an error meant for people is printed as such and exits 1."""
    try:
        _begin_logs()
        command = application(sys.argv[1:])
        # What is loaded stays. Each look for garbage would go through it all again, which took a
        # sixth of a close.
        gc.freeze()
        command()
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
