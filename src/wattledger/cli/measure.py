"""``wattledger measure``: the energy of any period of a meter, and what it rests on."""

import json
from typing import Annotated, Any

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.config import load_settings
from wattledger.domain.instant import to_datetime
from wattledger.domain.scaled import KWH, rounded, to_decimal, to_text
from wattledger.reports.fields import break_fields, energies_by_code, epoch_fields, span_fields
from wattledger.services.measure_period import (
    Ask,
    Grain,
    Measured,
    MeasuredPeriod,
    measure_endpoint,
)


def measure(
    endpoint: Annotated[str, typer.Argument(help="Name or id of an endpoint.")],
    start: Annotated[str, typer.Option("--from", help="First local date, or a timestamp.")],
    end: Annotated[str, typer.Option("--to", help="Last local date (included), or a timestamp.")],
    meter: Annotated[str | None, typer.Option("--meter", help="The meter; total if left out.")] = (
        None
    ),
    grain: Annotated[Grain, typer.Option("--by", help="Divide the period.")] = Grain.WHOLE,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure the energy of a period, or of each of its days, weeks or months."""
    with open_database(load_settings()) as database:
        period = measure_endpoint(database, endpoint, meter, Ask(start, end, grain))
    if json_:
        typer.echo(json.dumps(_fields(period), ensure_ascii=False, indent=2))
    else:
        _print(period)


def _fields(period: MeasuredPeriod) -> dict[str, Any]:
    return {
        "endpoint": period.meter.endpoint,
        "meter": period.meter.key,
        "timeZone": period.zone,
        "parts": [_part_fields(part) for part in period.parts],
    }


def _part_fields(part: Measured) -> dict[str, Any]:
    figure, percent = part.figure, part.measured_percent
    return {
        **span_fields((part.start_at, part.end_at)),
        "openingKwh": to_text(part.opening_milliwh, KWH),
        "closingKwh": to_text(part.closing_milliwh, KWH),
        "kwh": to_text(figure.energy_milliwh, KWH),
        "quality": energies_by_code(figure.quality),
        "measuredPercent": None if percent is None else str(percent),
        "uncertaintyKwh": to_text(figure.uncertainty_milliwh, KWH),
        "flags": [flag.value for flag in figure.flags],
        "epochs": [epoch_fields(segment) for segment in figure.segments],
        "breaks": [break_fields(gap) for gap in figure.breaks],
    }


def _print(period: MeasuredPeriod) -> None:
    title = f"{period.meter.endpoint}, {period.meter.key} (times in UTC)"
    figures = ("opening kWh", "closing kWh", "used kWh", "measured", "+/- kWh")
    table = console.table(title, ("from", "to"), figures)
    table.add_column("flags", overflow="fold")
    for part in period.parts:
        percent = part.measured_percent
        table.add_row(
            f"{to_datetime(part.start_at):%Y-%m-%d %H:%M}",
            f"{to_datetime(part.end_at):%Y-%m-%d %H:%M}",
            _kwh(part.opening_milliwh),
            _kwh(part.closing_milliwh),
            _kwh(part.figure.energy_milliwh),
            "-" if percent is None else f"{percent} %",
            _kwh(part.figure.uncertainty_milliwh),
            " ".join(part.figure.flags),
        )
    console.keep_figures_whole(table)
    console.out.print(table)


def _kwh(milliwh: int | None) -> str:
    return "-" if milliwh is None else f"{rounded(to_decimal(milliwh, KWH), 3):,}"
