"""``wattledger token``: tokens for the API."""

from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.instant import format_instant
from wattledger.domain.period import calendar
from wattledger.domain.permission import Permission, Role
from wattledger.services.check_token import is_good
from wattledger.services.issue_token import TokenOrder, make_token, revoke_token, tokens
from wattledger.services.local_moment import local_moment
from wattledger.store.tokens import TokenRow

app = typer.Typer(help="Tokens with which programs call the API.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Who will use it, as 'billing script'.")],
    role: Annotated[Role, typer.Option(help="What it is to Wattledger.")] = Role.ADMIN,
    scope: Annotated[
        list[Permission] | None,
        typer.Option(help="A permission of its role it is to have; all when not given."),
    ] = None,
    client: Annotated[
        str | None, typer.Option(help="For the role client: whose figures it sees.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="Last day it works, as 2026-12-31; never when not given.")
    ] = None,
) -> None:
    """Make a token and print it: it is shown this once and stored only as a hash."""
    settings = load_settings()
    days = calendar(settings.time_zone)
    end = None if expires is None else local_moment(expires, "expires", days, end=True)
    order = TokenOrder(name, role, scope or None, client, end)
    with open_database(settings) as database:
        issued = make_token(database, order, SystemClock().now())
    typer.echo(issued.secret)
    console.note("Keep it safe: it is not shown again. Use it as 'Authorization: Bearer <token>'.")


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the tokens, never their secrets."""
    now = SystemClock().now()
    with open_database(load_settings()) as database:
        rows = tokens(database)
    if as_json:
        console.print_json([_document(row, now) for row in rows])
        return
    for row in rows:
        used = format_instant(row.last_used_at) if row.last_used_at else "never used"
        state = "active" if is_good(row, now) else "revoked" if row.revoked_at else "expired"
        typer.echo(f"{row.id}\t{row.name}\t{state}\t{used}\t{row.role}")


def _document(row: TokenRow, now: int) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "role": row.role,
        "scopes": row.scopes,
        "client": row.client_id,
        "madeBy": row.user_name,
        "expiresAt": None if row.expires_at is None else format_instant(row.expires_at),
        "works": is_good(row, now),
    }


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="The token's number, from 'token list'.")],
) -> None:
    """Make a token useless from now on."""
    with open_database(load_settings()) as database:
        revoke_token(database, number, SystemClock().now())
    console.note(f"Token {number} is revoked.")
