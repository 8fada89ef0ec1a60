"""``wattledger import sheet``: the sheet people keep, and where it was wrong."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.cell import cell_text, column_letters, column_place
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_name import DateOrder
from wattledger.domain.scaled import KWH, rounded, to_decimal
from wattledger.domain.sheet_report import SheetReport
from wattledger.domain.wide_sheet import SheetHints
from wattledger.reports.sheet_json import sheet_json
from wattledger.services.csv_lines import BadLines
from wattledger.services.import_sheet import import_sheet


class FirstOfMonth(StrEnum):
    """What a date above a column means when it is the first of a month."""

    OPENING = "opening"
    CLOSING = "closing"


def sheet(
    file: Annotated[
        Path, typer.Argument(help="An .xlsx, .xls, .ods or CSV file: a row per meter.")
    ],
    sheet_name: Annotated[
        str | None, typer.Option("--sheet", help="The sheet; else the first with month columns.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would come of it; book nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    name_column: Annotated[
        str | None,
        typer.Option("--name-column", help="The column that names the meters: header or letter."),
    ] = None,
    columns: Annotated[
        str,
        typer.Option(
            "--columns", help='Other headers for columns: "C=2026-01, D=kWh 2026-01, E=-".'
        ),
    ] = "",
    order: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="How 03/04/2026 is meant."),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", min=2000, max=2099, help="Of months without a year.")
    ] = None,
    first_of_month: Annotated[
        FirstOfMonth | None,
        typer.Option(
            "--first-of-month",
            help="Is a date 1 January read that morning (opening), or is it January's end "
            "(closing)?",
        ),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Book the good rows even where others are bad.")
    ] = False,
) -> None:
    """Book the month-end readings of a wide sheet, and list where the sheet was wrong.

    Each reading is booked at its month's end in the site's zone; the sheet's own energies are
    compared with the ledger's. Importing again changes nothing.
    """
    hints = SheetHints(
        name_column=name_column,
        headers=_headers(columns),
        order=None if order is None else (DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST)[order],
        year=year,
        first_is_closing=None if first_of_month is None else first_of_month is FirstOfMonth.CLOSING,
    )
    settings = load_settings()
    with open_database(settings) as database:
        result = import_sheet(
            database,
            file,
            settings.time_zone,
            SystemClock().now(),
            hints,
            sheet=sheet_name,
            skip_bad=skip_bad,
            dry_run=dry_run,
        )
    _list_bad(result.bad)
    if result.report is None:
        console.note("Nothing was booked. Correct the rows, or book the others with --skip-bad.")
        raise typer.Exit(1)
    if as_json:
        typer.echo(sheet_json(result.report))
    else:
        _print(result.report)


def _headers(text: str) -> dict[int, str]:
    """Read ``C=2026-01, D=kWh 2026-01`` as headers by column."""
    headers: dict[int, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        letters, mark, header = part.partition("=")
        if not mark or not header.strip():
            raise InvalidInputError(f"--columns: '{part}' is not like C=2026-01.")
        headers[column_place(letters.strip())] = header.strip()
    return headers


def _list_bad(bad: BadLines) -> None:
    if bad.count:
        console.fail(f"{bad.count} bad rows:\n{bad}")
    if bad.ignored:
        console.note(f"{bad.ignored} hidden rows that could not be used were ignored.")


def _print(report: SheetReport) -> None:
    _note_columns(report)
    _print_months(report)
    _print_findings(report)
    counts = report.counts
    typer.echo(
        f"{report.meters} meters ({report.created} created), {counts.new} readings booked, "
        f"{counts.duplicates} known already, {counts.held} held, {report.absent} without a value, "
        f"{report.unusable} not usable."
    )
    if counts.conflicts:
        console.note(
            f"{counts.conflicts} readings differ from what is known for the same instant. The one "
            "that fits its neighbours counts; where that does not decide, both are held."
        )
    if report.is_dry_run:
        typer.echo("This was a dry run: nothing was booked.")


def _note_columns(report: SheetReport) -> None:
    layout = report.layout
    console.note(f"Sheet '{report.sheet}', header in row {layout.header_row}.")
    for role, place in layout.roles.items():
        console.note(f"  column {column_letters(place)}: {role.value}")
    for reading in layout.readings:
        console.note(
            f"  column {column_letters(reading.place)} '{reading.header}': register at "
            f"{reading.edge} 00:00 ({report.zone}), in {reading.unit}"
        )
    if report.other_zones:
        console.note(f"  at 00:00 there where a meter stands in {', '.join(report.other_zones)}")
    for energy in layout.consumptions:
        console.note(
            f"  column {column_letters(energy.place)} '{energy.header}': "
            f"energy of {energy.month:%B %Y}, in {energy.unit}"
        )
    if layout.ignored:
        console.note(f"  not used: {', '.join(layout.ignored)}")
    if report.sum_rows:
        rows = ", ".join(f"row {number} '{name}'" for number, name in report.sum_rows)
        console.note(f"  passed over as sums: {rows}")


def _print_months(report: SheetReport) -> None:
    figures = ("sheet kWh", "ledger kWh", "difference", "rows compared", "agree")
    table = console.table("Months that sheet and ledger both know", ("month",), figures)
    for month in report.sums:
        table.add_row(
            f"{month.month:%Y-%m}",
            _kwh(month.sheet_milliwh),
            _kwh(month.ledger_milliwh),
            _kwh(month.sheet_milliwh - month.ledger_milliwh),
            str(month.compared),
            str(month.agreeing),
        )
    console.keep_figures_whole(table)
    console.out.print(table)


def _print_findings(report: SheetReport) -> None:
    if not report.findings:
        typer.echo("The sheet was right everywhere.")
        return
    figures = ("row", "month", "sheet kWh", "ledger kWh", "difference")
    table = console.table("Where the sheet was wrong", ("meter",), figures)
    table.add_column("why", overflow="fold")
    for finding in report.findings:
        key = "" if finding.meter == "total" else f" / {finding.meter}"
        table.add_row(
            cell_text(finding.endpoint) + key,
            str(finding.row),
            f"{finding.month:%Y-%m}",
            _kwh(finding.sheet_milliwh),
            _kwh(finding.ledger_milliwh),
            _kwh(finding.difference_milliwh),
            finding.words,
        )
    console.keep_figures_whole(table)
    console.out.print(table)


def _kwh(milliwh: int | None) -> str:
    return "-" if milliwh is None else f"{rounded(to_decimal(milliwh, KWH), 3):,}"
