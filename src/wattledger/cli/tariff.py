"""``wattledger tariff``: what energy and power cost, by date."""

from pathlib import Path
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.tariff_form import tariff_document
from wattledger.services.keep_tariff import (
    all_tariffs,
    load_tariff,
    set_tariff,
    show_tariff,
    tariff_file,
)

app = typer.Typer(help="Tariffs: what energy and power cost.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command("list")
def list_(as_json: _Json = False) -> None:
    """List the tariffs and the dates on which their prices change."""
    with open_database(load_settings()) as database:
        tariffs = [row.tariff for row in all_tariffs(database)]
    if as_json:
        console.print_json([tariff_document(each) for each in tariffs])
    else:
        for each in tariffs:
            typer.echo(f"{each.name}\t{', '.join(str(period.from_on) for period in each.prices)}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="Name or id of a tariff.")], as_json: _Json = False
) -> None:
    """Print a tariff as the file that 'tariff set' takes."""
    with open_database(load_settings()) as database:
        shown = show_tariff(database, name).tariff
    if as_json:
        console.print_json(tariff_document(shown))
    else:
        typer.echo(tariff_file(shown), nl=False)


@app.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="A YAML file: name and prices by date.")],
) -> None:
    """Create the tariff of a file, or change the one of its name.

    A change of price is a further period with its fromOn; docs/reference/tariffs.md has the keys.
    """
    wanted = load_tariff(file)
    with open_database(load_settings()) as database:
        kept = set_tariff(database, wanted, SystemClock().now())
    for notice in kept.notices:
        console.note(notice)
    console.note(f"The tariff {kept.row.tariff.name} is kept.")
