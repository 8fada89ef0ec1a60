"""``wattledger user``: who may sign in. The way in for who owns the machine.

No command takes a password: passwords are chosen in the browser, through a one-time link.
"""

from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.instant import SECOND, Instant, format_instant
from wattledger.domain.permission import Role
from wattledger.services.keep_user import UserChange, all_users, change_user, create_user
from wattledger.services.make_link import base_address, link_address, password_link
from wattledger.store.links import NewLink
from wattledger.store.users import UserRow

app = typer.Typer(help="Users: who may sign in, and as what.", no_args_is_help=True)

_User = Annotated[str, typer.Argument(help="Name or id of a user.")]
_Client = Annotated[
    str | None, typer.Option(help="For the role client: whose figures it sees, by name or id.")
]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="To sign in with; capitals make no difference.")],
    role: Annotated[Role, typer.Option(help="What the user may do.")] = Role.VIEWER,
    client: _Client = None,
    display_name: Annotated[str | None, typer.Option(help="As others see it.")] = None,
) -> None:
    """Create a user and print a one-time link to choose a password with."""
    setup = UserChange(display_name, role, client)
    with open_database(load_settings()) as database:
        row, link = create_user(database, name, setup, _now())
    _print_link(row, link)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the users."""
    with open_database(load_settings()) as database:
        rows = all_users(database)
    if as_json:
        console.print_json([_document(row) for row in rows])
        return
    for row in rows:
        seen = "never signed in" if row.signed_in_at is None else format_instant(row.signed_in_at)
        typer.echo(f"{row.name}\t{row.role}\t{_state(row)}\t{seen}\t{row.client_name or ''}")


def _state(row: UserRow) -> str:
    if row.disabled_at is not None:
        return "disabled"
    return "invited" if row.password_hash is None else "active"


def _document(row: UserRow) -> dict[str, object]:
    return {
        "id": row.public_id,
        "name": row.name,
        "displayName": row.display_name,
        "role": row.role,
        "client": row.client_name,
        "state": _state(row),
    }


@app.command()
def role(
    user: _User,
    role: Annotated[Role, typer.Argument(help="What the user may do from now on.")],
    client: _Client = None,
) -> None:
    """Give a user another role; it is signed out everywhere."""
    with open_database(load_settings()) as database:
        row = change_user(database, user, UserChange(role=role, client=client), _now())
    console.note(f"{row.name} is {row.role} now.")


@app.command()
def disable(user: _User) -> None:
    """Keep a user from signing in, and its tokens from working."""
    with open_database(load_settings()) as database:
        row = change_user(database, user, UserChange(disabled=True), _now())
    console.note(f"{row.name} is disabled; 'wattledger user enable' takes that back.")


@app.command()
def enable(user: _User) -> None:
    """Let a user that was disabled sign in again."""
    with open_database(load_settings()) as database:
        row = change_user(database, user, UserChange(disabled=False), _now())
    console.note(f"{row.name} may sign in again.")


@app.command()
def reset_link(user: _User) -> None:
    """Print a one-time link with which a user chooses a new password."""
    with open_database(load_settings()) as database:
        row, link = password_link(database, user, _now())
    _print_link(row, link)


def _print_link(row: UserRow, link: NewLink) -> None:
    console.note(f"{row.name} ({row.role}) chooses a password here, once:")
    typer.echo(link_address(base_address(load_settings()), link))
    until = format_instant(link.expires_at // SECOND * SECOND)
    console.note(f"It works until {until}, while the server runs there.")


def _now() -> Instant:
    return SystemClock().now()
