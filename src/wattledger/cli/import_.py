"""``wattledger import``: endpoints, readings and wide sheets from CSV files and spreadsheets."""

from pathlib import Path
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.cli.import_sheet import sheet
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.services.csv_lines import BadLines
from wattledger.services.import_endpoints import import_endpoints
from wattledger.services.import_readings import ImportedReadings, import_readings
from wattledger.services.open_vault import open_vault

app = typer.Typer(
    help="Bring in endpoints or readings from CSV files and spreadsheets.", no_args_is_help=True
)
app.command()(sheet)

_File = Annotated[
    Path, typer.Argument(help="A CSV file with a header line, or an .xlsx, .xls or .ods file.")
]
_SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Book the good lines even where others are bad.")
]
_Sheet = Annotated[
    str | None,
    typer.Option("--sheet", help="The sheet of a spreadsheet; else the first with the columns."),
]


_DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would be; keep nothing.")]


@app.command("endpoints")
def endpoints_(
    file: _File,
    skip_bad: _SkipBad = False,
    sheet_name: _Sheet = None,
    dry_run: _DryRun = False,
) -> None:
    """Create or change endpoints and their meters.

    Columns: endpoint, meter, client, location, address, resolution_kwh, p_max_kw, modulus_kwh,
    multiplier, site, type, vendor, enabled, poll_interval, auth_type, username, password,
    login_url, login, steps, recipe, feed, rack; all but endpoint optional, an empty cell leaves
    what is there. The JSON that GET /endpoints/export gives is read, too.
    """
    settings = load_settings()
    with open_database(settings) as database:
        result = import_endpoints(
            database,
            file,
            settings.time_zone,
            SystemClock().now(),
            open_vault(settings.key_file, database, settings.key),
            skip_bad=skip_bad,
            sheet=sheet_name,
            dry_run=dry_run,
            progress=console.progress,
        )
    refuse_or_list(result.bad, refused=not result.booked and not dry_run)
    if dry_run:
        console.note("This was a dry run: nothing was kept.")
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
    sheet_name: _Sheet = None,
    dry_run: _DryRun = False,
) -> None:
    """Book readings through the same ledger as collected ones.

    Columns: endpoint, meter, timestamp (ISO 8601 with offset; in a spreadsheet also a date cell, in
    the site's zone), total_kwh (as displayed); optional power_w, serial. Booking the same file
    again changes nothing.
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
            sheet=sheet_name,
            dry_run=dry_run,
        )
    refuse_or_list(result.bad, refused=not (result.booked or (dry_run and not result.bad.count)))
    if dry_run:
        typer.echo(
            f"{result.new} readings would be booked, {result.duplicates} are known already, "
            f"{result.absent} without a value."
        )
        return
    typer.echo(
        f"{result.new} readings booked, {result.duplicates} known already, {result.held} held, "
        f"{result.absent} without a value, {result.bad.count} bad lines skipped."
    )
    _note_readings(result)


def _note_readings(result: ImportedReadings) -> None:
    if result.sheet is not None:
        console.note(f"They were in the sheet '{result.sheet}'.")
    if result.local_dates:
        console.note(
            f"{result.local_dates} dates have no offset and were taken in {result.zone}, the "
            "site's zone."
        )
    if result.conflicts:
        console.note(
            f"{result.conflicts} readings differ from what is known for the same instant. The one "
            "that fits its neighbours counts; where that does not decide, both are held."
        )
    if result.held:
        console.note(
            f"{result.held} readings, of these or of before, do not fit the others and are held: "
            "no energy rests on them. Accept or reject them on the page of their endpoint, under "
            "Readings."
        )


def refuse_or_list(bad: BadLines, *, refused: bool) -> None:
    """Print bad lines; exit 1 where they kept the file out."""
    if bad.count:
        console.fail(f"{bad.count} bad lines:\n{bad}")
    if bad.ignored:
        console.note(f"{bad.ignored} hidden rows that could not be used were ignored.")
    if refused:
        console.note("Nothing was booked. Correct the lines, or book the others with --skip-bad.")
        raise typer.Exit(1)
