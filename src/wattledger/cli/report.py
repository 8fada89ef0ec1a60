"""``wattledger report 2026-03``: the month per client."""

from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Annotated

import typer

from wattledger.bootstrap import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.month_report import MonthLine, MonthReport
from wattledger.domain.period import parse_month
from wattledger.domain.scaled import KWH, rounded, to_decimal
from wattledger.reports.csv import month_csv
from wattledger.reports.json import month_json
from wattledger.services.report_month import report_month


class Format(StrEnum):
    """How the report is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def report(
    month: Annotated[str, typer.Argument(help="The month, as 2026-03.")],
    form: Annotated[
        Format, typer.Option("--format", help="table for people, json or csv for programs.")
    ] = Format.TABLE,
) -> None:
    """Print the energy of a month per client and meter."""
    settings = load_settings()
    first = parse_month(month)
    with open_database(settings) as database:
        result = report_month(database, first, settings.time_zone, SystemClock().now())
    if form is Format.JSON:
        typer.echo(month_json(result))
    elif form is Format.CSV:
        typer.echo(month_csv(result), nl=False)
    else:
        print_month(result)
        if not result.lines:
            console.note("There are no meters yet: see README, or import readings of the past.")


def print_month(result: MonthReport) -> None:
    """Print a month as a table, the clients one after the other with their totals."""
    title = f"{result.month:%B %Y} ({result.state}, {result.zone})"
    figures = ("opening kWh", "closing kWh", "used kWh", "change", "measured")
    table = console.table(title, ("client / endpoint", "meter"), figures)
    table.add_column("flags", overflow="fold")
    for client, lines in groupby(result.lines, key=attrgetter("client")):
        shown = tuple(lines)
        table.add_row(client or "(no client)", "", "", "", _sum(shown), style="bold")
        for line in shown:
            table.add_row(f"  {line.endpoint}", line.meter, *_figures(line))
        table.add_section()
    table.add_row("all clients", "", "", "", _sum(result.lines), style="bold")
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
