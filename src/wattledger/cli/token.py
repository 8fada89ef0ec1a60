"""``wattledger token``: tokens for the API."""

from typing import Annotated

import typer

from wattledger.bootstrap import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.instant import format_instant
from wattledger.services.issue_token import issue_token, revoke_token, tokens

app = typer.Typer(help="Tokens with which programs call the API.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who will use it, as 'billing script'.")],
) -> None:
    """Make a token and print it: it is shown this once and stored only as a hash."""
    with open_database(load_settings()) as database:
        secret = issue_token(database, name, SystemClock().now())
    typer.echo(secret)
    console.note("Keep it safe: it is not shown again. Use it as 'Authorization: Bearer <token>'.")


@app.command("list")
def list_() -> None:
    """List the tokens, never their secrets."""
    with open_database(load_settings()) as database:
        for row in tokens(database):
            used = format_instant(row.last_used_at) if row.last_used_at else "never used"
            state = "revoked" if row.revoked_at else "active"
            typer.echo(f"{row.id}\t{row.name}\t{state}\t{used}")


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="The token's number, from 'token list'.")],
) -> None:
    """Make a token useless from now on."""
    with open_database(load_settings()) as database:
        revoke_token(database, number, SystemClock().now())
    console.note(f"Token {number} is revoked.")
