"""``wattledger assign``: which client a meter serves, and from when."""

from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.assignment import parse_share
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import format_instant
from wattledger.domain.scaled import to_text
from wattledger.services.assign_meter import Assigned, Move, assign_meter
from wattledger.store.assignment_list import ListedAssignment
from wattledger.store.assignments import FROM_THE_BEGINNING

_PLACES = 4


def assign(
    endpoint: Annotated[str, typer.Argument(help="Name or id of an endpoint.")],
    client: Annotated[str | None, typer.Option(help="Name or id of the client.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Serve no client from then on.")] = False,
    meter: Annotated[
        str | None, typer.Option(help="One meter of it; else all that is billed of it.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--from", help="Local date, timestamp with offset, or beginning; else now."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Last local date, or timestamp with offset.")
    ] = None,
    share: Annotated[
        str, typer.Option(help="Percent; 100 ends what others have of the meter.")
    ] = "100",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Let a meter serve a client from an instant on."""
    if (client is None) is not nobody:
        raise InvalidInputError("Name the client with --client, or say --nobody.")
    move = Move(endpoint, client, meter, since, until, parse_share(share))
    with open_database(load_settings()) as database:
        assigned = assign_meter(database, move, SystemClock().now())
    if as_json:
        console.print_json(_document(assigned))
        return
    for row in assigned.assignments:
        start, end = _start(row) or "beginning", row.end_at and format_instant(row.end_at)
        share = f"{to_text(row.share_ppm, _PLACES)} %"
        typer.echo(f"{row.meter}\t{row.client}\t{share}\t{start}\t{end or 'on'}")
    for notice in assigned.notices:
        console.note(notice)


def _start(row: ListedAssignment) -> str | None:
    return None if row.start_at == FROM_THE_BEGINNING else format_instant(row.start_at)


def _document(assigned: Assigned) -> dict[str, object]:
    rows = [
        {
            "id": row.id,
            "meterId": row.meter_id,
            "meter": row.meter,
            "endpoint": row.endpoint,
            "client": row.client,
            "from": _start(row),
            "to": None if row.end_at is None else format_instant(row.end_at),
            "sharePercent": to_text(row.share_ppm, _PLACES),
        }
        for row in assigned.assignments
    ]
    return {"assignments": rows, "notices": list(assigned.notices)}
