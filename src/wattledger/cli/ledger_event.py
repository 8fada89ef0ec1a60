"""``wattledger ledger event``: declare what happened to a register."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli.correction_view import show_correction
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.event import EventKind
from wattledger.domain.number import parse_pointed
from wattledger.domain.period import calendar
from wattledger.domain.unit import Quantity, resolution_milli, to_milli
from wattledger.services.correct_register import declare
from wattledger.services.declaration import Declaration, SettingValue
from wattledger.services.local_moment import local_moment
from wattledger.services.meter_readings import named_meter

app = typer.Typer(help="Declare what happened to a register.", no_args_is_help=True)

_Endpoint = Annotated[str, typer.Argument(help="Name or id of an endpoint, or a meter's number.")]
_Meter = Annotated[str | None, typer.Option("--meter", help="The meter; total if left out.")]
_At = Annotated[
    str, typer.Option("--at", help="When: a timestamp with offset, or a local date for its start.")
]
_By = Annotated[str, typer.Option("--by", help="Who declares it.")]
_Why = Annotated[str, typer.Option("--why", help="Why, in a sentence for the auditor.")]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def swap(
    endpoint: _Endpoint,
    at: _At,
    by: _By,
    why: _Why,
    final: Annotated[
        str | None, typer.Option("--final", help="kWh that the old register showed last.")
    ] = None,
    initial: Annotated[
        str | None, typer.Option("--initial", help="kWh that the new register showed first.")
    ] = None,
    meter: _Meter = None,
    dry_run: _DryRun = False,
    json_: _Json = False,
) -> None:
    """Declare that the register was exchanged; with both reads its energy is no estimate."""
    told = _Told(EventKind.SWAP, at, by, why, final=final, initial=initial)
    _declare(endpoint, meter, told, dry_run=dry_run, as_json=json_)


@app.command()
def check(
    endpoint: _Endpoint,
    at: _At,
    by: _By,
    why: _Why,
    total: Annotated[str, typer.Option("--total", help="kWh on the display, before a multiplier.")],
    meter: _Meter = None,
    dry_run: _DryRun = False,
    json_: _Json = False,
) -> None:
    """Declare what a person read off the display."""
    told = _Told(EventKind.CHECK, at, by, why, total=total)
    _declare(endpoint, meter, told, dry_run=dry_run, as_json=json_)


@app.command()
def accept(
    endpoint: _Endpoint,
    at: _At,
    by: _By,
    why: _Why,
    total: Annotated[
        str | None, typer.Option("--total", help="kWh: which of several values is right.")
    ] = None,
    meter: _Meter = None,
    dry_run: _DryRun = False,
    json_: _Json = False,
) -> None:
    """Declare that a reading is right: held or contradicted, it counts."""
    told = _Told(EventKind.ACCEPT, at, by, why, total=total)
    _declare(endpoint, meter, told, dry_run=dry_run, as_json=json_)


@app.command()
def reject(
    endpoint: _Endpoint,
    at: _At,
    by: _By,
    why: _Why,
    meter: _Meter = None,
    dry_run: _DryRun = False,
    json_: _Json = False,
) -> None:
    """Declare that a reading is wrong: it is kept and counts for nothing."""
    told = _Told(EventKind.REJECT, at, by, why)
    _declare(endpoint, meter, told, dry_run=dry_run, as_json=json_)


@app.command()
def settings(
    endpoint: _Endpoint,
    at: _At,
    by: _By,
    why: _Why,
    multiplier: Annotated[str | None, typer.Option(help="CT/PT ratio, as 40.")] = None,
    p_max_kw: Annotated[str | None, typer.Option(help="Most power it can draw, in kW.")] = None,
    resolution_kwh: Annotated[str | None, typer.Option(help="Worth of the last digit.")] = None,
    modulus_kwh: Annotated[str | None, typer.Option(help="Where it wraps, as 100000.")] = None,
    meter: _Meter = None,
    dry_run: _DryRun = False,
    json_: _Json = False,
) -> None:
    """Declare what the register is worth from a date on."""
    columns: dict[str, SettingValue] = {
        "multiplier": multiplier,
        "p_max_mw": _milli("--p-max-kw", p_max_kw, "kW", Quantity.POWER),
        "resolution_milliwh": _milli("--resolution-kwh", resolution_kwh, "kWh", Quantity.ENERGY),
        "modulus_milliwh": _milli("--modulus-kwh", modulus_kwh, "kWh", Quantity.ENERGY),
    }
    changes = {name: value for name, value in columns.items() if value is not None}
    told = _Told(EventKind.SETTINGS, at, by, why, settings=changes)
    _declare(endpoint, meter, told, dry_run=dry_run, as_json=json_)


@app.command()
def end(
    endpoint: _Endpoint,
    at: _At,
    by: _By,
    why: _Why,
    meter: _Meter = None,
    dry_run: _DryRun = False,
    json_: _Json = False,
) -> None:
    """Declare that the meter was taken out of use: what is read later counts for nothing."""
    told = _Told(EventKind.END, at, by, why)
    _declare(endpoint, meter, told, dry_run=dry_run, as_json=json_)


class _Told:
    """What was typed; the instant can be read once the site's days are known."""

    def __init__(
        self,
        kind: EventKind,
        at: str,
        by: str,
        why: str,
        *,
        total: str | None = None,
        final: str | None = None,
        initial: str | None = None,
        settings: Mapping[str, SettingValue] | None = None,
    ) -> None:
        self._at = at
        number = None if total is None else _number("--total", total)
        self._rest = Declaration(
            kind,
            0,
            by,
            why,
            _milli("--total", total, "kWh", Quantity.ENERGY),
            None if number is None else resolution_milli(number, "kWh", Quantity.ENERGY),
            _milli("--final", final, "kWh", Quantity.ENERGY),
            _milli("--initial", initial, "kWh", Quantity.ENERGY),
            settings,
        )

    def at_site(self, zone: str) -> Declaration:
        """Return the declaration, its date read by the site's days."""
        return replace(self._rest, at=local_moment(self._at, "at", calendar(zone)))


def _declare(
    endpoint: str, meter: str | None, told: _Told, *, dry_run: bool, as_json: bool
) -> None:
    with open_database(load_settings()) as database:
        row = named_meter(database, endpoint, meter)
        declaration = told.at_site(row.zone)
        now = SystemClock().now()
        correction = declare(database, row.id, declaration, now, dry_run=dry_run)
    show_correction(correction, as_json=as_json)


def _number(option: str, text: str) -> Decimal:
    try:
        number = parse_pointed(text)
    except InvalidInputError as error:
        raise InvalidInputError(f"{option}: {error}") from None
    if number is None:
        raise InvalidInputError(f"{option}: '{text}' is no number; write it like 12543.5.")
    return number


def _milli(option: str, text: str | None, unit: str, quantity: Quantity) -> int | None:
    return None if text is None else to_milli(_number(option, text), unit, quantity)
