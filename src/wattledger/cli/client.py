"""``wattledger client``: whose energy it is."""

from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.config import load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.services.keep_client import all_clients, change_client, create_client
from wattledger.store.clients import ClientRow

app = typer.Typer(help="Clients: whose energy it is.", no_args_is_help=True)

_Client = Annotated[str, typer.Argument(help="Name or id of a client.")]


@app.command("list")
def list_(
    search: Annotated[str | None, typer.Option(help="A part of the name.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the clients and their tariffs."""
    with open_database(load_settings()) as database:
        rows = all_clients(database, search)
    if as_json:
        console.print_json([_document(row) for row in rows])
    else:
        for row in rows:
            typer.echo(f"{row.name}\t{row.tariff or '(no tariff)'}\t{row.public_id}")


def _document(row: ClientRow) -> dict[str, str | None]:
    return {"id": row.public_id, "name": row.name, "tariff": row.tariff}


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Its name, which is its alone.")],
    tariff: Annotated[str | None, typer.Option(help="The tariff that it pays by.")] = None,
) -> None:
    """Create a client; 'wattledger assign' lets meters serve it."""
    with open_database(load_settings()) as database:
        row = create_client(database, name, tariff)
    console.note(f"Created the client {row.name}.")


@app.command()
def rename(
    client: _Client, name: Annotated[str, typer.Argument(help="The name from now on.")]
) -> None:
    """Rename a client; closed statements keep the name they were closed with."""
    with open_database(load_settings()) as database:
        row = change_client(database, client, name, None, changes_tariff=False)
    console.note(f"The client is {row.name} now.")


@app.command()
def tariff(
    client: _Client,
    name: Annotated[str | None, typer.Argument(help="Name or id of a tariff.")] = None,
    none: Annotated[bool, typer.Option("--none", help="Bill energy alone, no money.")] = False,
) -> None:
    """Let a client pay by a tariff; closed months stay as they were billed."""
    if (name is None) is not none:
        raise InvalidInputError("Name the tariff, or say --none.")
    with open_database(load_settings()) as database:
        row = change_client(database, client, None, name, changes_tariff=True)
    console.note(f"{row.name} pays by {row.tariff or 'no tariff'}.")
