"""``wattledger report 2026-03``: the month per client."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.cli.output import check_place, put_bytes, put_text
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_report import MonthLine, MonthReport
from wattledger.domain.period import parse_month
from wattledger.domain.scaled import KWH, rounded, to_decimal
from wattledger.domain.statement import MonthBook
from wattledger.reports.archive import month_archive
from wattledger.reports.csv import month_csv
from wattledger.reports.json import month_json
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.xlsx import month_workbook, statement_workbook
from wattledger.services.keep_client import show_client
from wattledger.services.report_month import month_book, report_month
from wattledger.store.database import Database


class Format(StrEnum):
    """How the report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    ZIP = "zip"

    @property
    def is_binary(self) -> bool:
        """Tell whether it is nothing for a terminal."""
        return self in {Format.XLSX, Format.PDF, Format.ZIP}


def report(
    month: Annotated[str, typer.Argument(help="The month, as 2026-03.")],
    client: Annotated[str | None, typer.Option(help="One client alone, by name or id.")] = None,
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            help="table for people, json or csv for programs; xlsx, pdf (of one client) and zip "
            "(all clients, all formats) go to --output or into a pipe.",
        ),
    ] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="Write into this file.")] = None,
) -> None:
    """Print the energy of a month per client and meter: as sealed, once it is closed."""
    settings = load_settings()
    first = parse_month(month)
    if form is Format.PDF and client is None:
        raise InvalidInputError(
            "A PDF is the statement of one client: name it with --client, or take --format zip for "
            "those of all clients in one file."
        )
    if form is Format.TABLE and output is not None:
        raise InvalidInputError("The table is for a terminal; choose a --format for --output.")
    if form.is_binary:
        check_place(output, f"A file of format {form}")
    with open_database(settings) as database:
        wanted = None if client is None else show_client(database, client).public_id
        if form is Format.TABLE:
            now = SystemClock().now()
            shown = report_month(database, first, settings.time_zone, now, wanted)
            _print_table(shown, client)
            return
        book = _book(database, first, settings.time_zone, wanted)
    if form.is_binary:
        put_bytes(_rendered(form, book, client, settings.issuer), output)
    else:
        put_text(_written(form, book.report), output)


def _book(database: Database, month: date, zone: str, client_id: str | None) -> MonthBook:
    now = SystemClock().now()
    return month_book(database, month, zone, now, console.progress, client_id)


def _rendered(form: Format, book: MonthBook, client: str | None, issuer: Sequence[str]) -> bytes:
    if form is Format.ZIP:
        return month_archive(book, issuer)
    if client is None:
        return month_workbook(book)
    if not book.statements:
        raise InvalidInputError(f"No meter serves {client} in {book.month:%Y-%m}.", field="client")
    statement = book.statements[0]
    if form is Format.PDF:
        return statement_pdf(statement, issuer)
    return statement_workbook(statement)


def _written(form: Format, result: MonthReport) -> str:
    return month_csv(result) if form is Format.CSV else month_json(result) + "\n"


def _print_table(result: MonthReport, client: str | None) -> None:
    print_month(result)
    if result.lines:
        return
    if client is None:
        console.note("There are no meters yet: see README, or import readings of the past.")
    else:
        console.note(f"No meter serves {client} in {result.month:%Y-%m}.")


def print_month(result: MonthReport) -> None:
    """Print a month as a table, the clients one after the other with their totals."""
    zones = ", ".join(result.zones) or result.zone
    title = f"{result.month:%B %Y} ({result.state}, {zones})"
    figures = ("opening kWh", "closing kWh", "used kWh", "change", "measured")
    table = console.table(title, ("client / endpoint", "meter"), figures)
    table.add_column("flags", overflow="fold")
    for client, lines in groupby(result.lines, key=attrgetter("client")):
        shown = tuple(lines)
        table.add_row(client or "(no client)", "", "", "", _sum(shown), style="bold")
        for line in shown:
            table.add_row(f"  {line.endpoint}", line.meter, *_figures(line))
        table.add_section()
    of_clients = tuple(line for line in result.lines if line.client is not None)
    if of_clients or not result.lines:
        table.add_row("all clients", "", "", "", _sum(of_clients), style="bold")
    if len(of_clients) < len(result.lines):
        table.add_row("all meters", "", "", "", _sum(result.lines), style="bold")
    console.keep_figures_whole(table)
    console.out.print(table)


def _figures(line: MonthLine) -> tuple[str, ...]:
    change, measured = line.change_percent, line.measured_percent
    return (
        _kwh(line.opening_milliwh),
        _kwh(line.closing_milliwh),
        _kwh(line.energy_milliwh),
        "-" if change is None else f"{change:+} %",
        "-" if measured is None else f"{measured} %",
        " ".join(line.flags),
    )


def _kwh(milliwh: int | None) -> str:
    return "-" if milliwh is None else f"{rounded(to_decimal(milliwh, KWH), 3):,}"


def _sum(lines: tuple[MonthLine, ...]) -> str:
    """Add the printed figures, so that the column adds up as a reader adds it."""
    known = [line.energy_milliwh for line in lines if line.energy_milliwh is not None]
    if not known:
        return "-"
    return f"{sum(rounded(to_decimal(value, KWH), 3) for value in known):,}"
