"""``wattledger import``: endpoints and readings from CSV files."""

from pathlib import Path
from typing import Annotated

import typer

from wattledger.bootstrap import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.services.csv_lines import BadLines
from wattledger.services.import_endpoints import import_endpoints
from wattledger.services.import_readings import import_readings

app = typer.Typer(help="Bring in endpoints or readings from CSV files.", no_args_is_help=True)

_File = Annotated[Path, typer.Argument(help="A CSV file with a header line.")]
_SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Book the good lines even where others are bad.")
]


@app.command("endpoints")
def endpoints_(file: _File, skip_bad: _SkipBad = False) -> None:
    """Create or change endpoints and their meters.

    Columns: endpoint, meter, client, location, address, resolution_kwh, p_max_kw, modulus_kwh,
    multiplier; all but endpoint optional, an empty cell leaves what is there.
    """
    settings = load_settings()
    with open_database(settings) as database:
        result = import_endpoints(
            database, file, settings.time_zone, SystemClock().now(), skip_bad=skip_bad
        )
    _refuse_or_list(result.bad, refused=not result.booked)
    typer.echo(
        f"{result.created} endpoints created, {result.changed} changed, "
        f"{result.unchanged} as they were."
    )


@app.command("readings")
def readings_(
    file: _File,
    skip_bad: _SkipBad = False,
    create_missing: Annotated[
        bool, typer.Option("--create-missing", help="Create endpoints that are not known yet.")
    ] = False,
) -> None:
    """Book readings through the same ledger as collected ones.

    Columns: endpoint, meter, timestamp (ISO 8601 with offset), total_kwh (as displayed); optional
    power_w, serial. Booking the same file again changes nothing.
    """
    settings = load_settings()
    with open_database(settings) as database:
        result = import_readings(
            database,
            file,
            settings.time_zone,
            SystemClock().now(),
            skip_bad=skip_bad,
            create_missing=create_missing,
            progress=console.progress,
        )
    _refuse_or_list(result.bad, refused=not result.booked)
    typer.echo(
        f"{result.new} readings booked, {result.duplicates} known already, {result.held} held, "
        f"{result.absent} without a value, {result.bad.count} bad lines skipped."
    )
    if result.conflicts:
        console.note(
            f"{result.conflicts} readings differ from what is stored for the same instant; "
            "what is stored stays."
        )


def _refuse_or_list(bad: BadLines, *, refused: bool) -> None:
    if bad.count:
        console.fail(f"{bad.count} bad lines:\n{bad}")
    if refused:
        console.note("Nothing was booked. Correct the lines, or book the others with --skip-bad.")
        raise typer.Exit(1)
