"""``wattledger site``: where endpoints stand, and in which time zone their energy is counted."""

from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.config import load_settings
from wattledger.domain.period import parse_month
from wattledger.services.keep_site import all_sites, change_zone, create_site

app = typer.Typer(help="Sites: where endpoints stand, and their time zones.", no_args_is_help=True)

_Zone = Annotated[str, typer.Argument(help="IANA time zone, as Europe/Berlin.")]


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the sites with their time zones, and the months from which they hold."""
    with open_database(load_settings()) as database:
        rows = all_sites(database)
    if as_json:
        console.print_json([{"id": str(r.id), "name": r.name, "timeZone": r.zone} for r in rows])
    else:
        for row in rows:
            typer.echo(f"{row.id}\t{row.name}\t{row.zone}")


@app.command()
def add(name: Annotated[str, typer.Argument(help="Its name.")], zone: _Zone) -> None:
    """Create a site."""
    settings = load_settings()
    with open_database(settings) as database:
        row = create_site(database, name, zone, settings.time_zone)
    console.note(f"Created the site {row.name} with the number {row.id}.")


@app.command()
def zone(
    site: Annotated[str, typer.Argument(help="Name or number of a site.")],
    zone: _Zone,
    month: Annotated[str, typer.Option("--from", help="First month in that zone, as 2026-05.")],
) -> None:
    """Let a site be in another time zone from a month on that is not closed.

    Its days and months are counted anew, and until then no report is made; interrupted, it is
    finished by running it again.
    """
    with open_database(load_settings()) as database:
        changed = change_zone(database, site, zone, parse_month(month), console.progress)
    for notice in changed.notices:
        console.note(notice)
    console.note(f"{changed.row.name}: {changed.row.zone}.")
