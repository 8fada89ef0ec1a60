"""One endpoint's month: energy, registers at its edges, and how well it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import (
    Flag,
    MonthLine,
    MonthState,
    energy_of,
    flags_of,
    measured_percent,
)
from wattledger.domain.own_view import OwnView
from wattledger.domain.period import calendar
from wattledger.domain.quality import Quality
from wattledger.domain.segments import flags_of_breaks
from wattledger.domain.tally import Tally
from wattledger.services.client_lines import client_lines
from wattledger.services.endpoint_figure import counting, total_of_all, total_of_known
from wattledger.services.month_forecast import ToDate, month_forecast, spans_in
from wattledger.services.own_view import endpoint_in_view
from wattledger.services.portion_figure import breaks_within
from wattledger.store.database import Connection, Database
from wattledger.store.endpoint_month import MeterMonth, endpoint_month
from wattledger.store.endpoints import EndpointRow
from wattledger.store.epochs import epochs_of
from wattledger.store.history_meters import ends_of
from wattledger.store.readings import count_good
from wattledger.store.sites import zone_of


class MonthQuality(StrEnum):
    """How a month's energy is known (LEDGER 4, codes 17, 13, 9, 12)."""

    VALIDATED = "validated"
    MIXED = "mixed"
    ESTIMATED = "estimated"
    PROJECTED = "projected"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Month:
    """A month of one meter, or of all that count for the endpoint; ``readings`` are its number."""

    energy_milliwh: int | None
    opening_milliwh: int | None
    closing_milliwh: int | None
    readings: int
    measured_percent: Decimal | None
    flags: tuple[Flag, ...]
    quality: MonthQuality


@dataclass(frozen=True, slots=True)
class MonthlyConsumption:
    """An endpoint's month and those of its meters by key; its forecast while it runs."""

    endpoint_id: str
    month: date
    zone: str
    state: MonthState
    whole: Month
    meters: Sequence[tuple[str, Month]]
    forecast_milliwh: int | None = None


def monthly_consumption(
    database: Database, endpoint: str, month: date, now: Instant, view: OwnView | None
) -> MonthlyConsumption:
    """Return the month that begins on ``month``; NotFoundError when there is no such endpoint.

    That of a client is what its statement says, or would say now.
    """
    with database.connect() as connection:
        row = endpoint_in_view(connection, endpoint, view, kept=True)
        zone = zone_of(connection, row.site_id)
        if view is not None:
            return _own(connection, row, zone, month, now, view)
        meters = endpoint_month(connection, row.id, month)
        to_date = [
            ToDate(meter.id, meter.tally.energy_milliwh, meter.tally.end_at)
            for meter in counting(meters)
            if meter.tally is not None and meter.tally.covered and meter.tally.end_at is not None
        ]
        forecast = _forecast(connection, zone, month, to_date, now, None)
        span = calendar(zone).month_span(month)
        flags = _flags(connection, row, meters, span)
    counted = counting(meters)
    return MonthlyConsumption(
        endpoint_id=row.public_id,
        month=month,
        zone=zone,
        state=MonthState.PROVISIONAL if span[1] <= now else MonthState.OPEN,
        whole=_month(counted, flags),
        meters=[(meter.key, _month([meter], flags)) for meter in meters],
        forecast_milliwh=forecast,
    )


def _forecast(
    connection: Connection,
    zone: str,
    month: date,
    to_date: Sequence[ToDate],
    now: Instant,
    view: OwnView | None,
) -> int | None:
    """Return what the running month comes to; None of another month."""
    days = calendar(zone)
    if not to_date or days.month_of(now) != month:
        return None
    return month_forecast(connection, days, to_date, now, spans_in(view))


def _flags(
    connection: Connection,
    row: EndpointRow,
    meters: Sequence[MeterMonth],
    span: tuple[Instant, Instant],
) -> dict[int, set[Flag]]:
    """Return the flags of meters by number: those that their lines have."""
    ends = ends_of(connection, [meter.id for meter in meters])
    broken = [meter.id for meter in meters if meter.tally is not None and meter.tally.breaks]
    epochs = epochs_of(connection, broken)
    flags: dict[int, set[Flag]] = {}
    for meter in meters:
        is_ended = row.deleted_at is not None or ends.get(meter.id, span[1] + 1) <= span[1]
        breaks = breaks_within(connection, meter.id, epochs.get(meter.id, ()), span)
        of_tally = flags_of(meter.tally, span, is_ended=is_ended)
        flags[meter.id] = {*of_tally, *flags_of_breaks(breaks)}
    return flags


def _month(meters: Sequence[MeterMonth], flags_of_meters: Mapping[int, set[Flag]]) -> Month:
    tallies = [meter.tally for meter in meters]
    there = [tally for tally in tallies if tally is not None]
    together = Tally(*map(sum, zip(*(tally.counts for tally in there), strict=True)))
    told = {flag for meter in meters for flag in flags_of_meters[meter.id]}
    flags = tuple(flag for flag in Flag if flag in (told if meters else {Flag.MISSING}))
    return Month(
        energy_milliwh=energy_of(together),
        opening_milliwh=total_of_all(t.start_milliwh if t else None for t in tallies),
        closing_milliwh=total_of_all(t.end_milliwh if t else None for t in tallies),
        readings=together.good_reads + together.held_reads,
        measured_percent=measured_percent(energy_of(together), together.quality),
        flags=flags,
        quality=_quality(energy_of(together), together.estimated_milliwh, flags),
    )


def _quality(energy: int | None, estimated: int, flags: Sequence[Flag]) -> MonthQuality:
    if energy is None:
        return MonthQuality.MISSING
    if Flag.PROJECTED in flags:
        return MonthQuality.PROJECTED
    if Flag.ESTIMATED not in flags:
        return MonthQuality.VALIDATED
    return MonthQuality.ESTIMATED if estimated == energy else MonthQuality.MIXED


def _own(
    connection: Connection,
    row: EndpointRow,
    zone: str,
    month: date,
    now: Instant,
    view: OwnView,
) -> MonthlyConsumption:
    """Return a client's month of an endpoint: its meters while they served it, with its share."""
    found = client_lines(connection, view.client_id, [*view.meters], month)
    by_meter: dict[str, list[MonthLine]] = {}
    for line in found.lines:
        if line.endpoint_id == row.public_id:
            by_meter.setdefault(line.meter, []).append(line)
    meters = [(key, _month_of(connection, lines)) for key, lines in by_meter.items()]
    lines = [line for of_meter in by_meter.values() for line in of_meter]
    until = {
        meter.id: meter.tally.end_at
        for meter in endpoint_month(connection, row.id, month)
        if meter.tally is not None and meter.tally.end_at is not None
    }
    to_date = [
        ToDate(number, energy, until[number])
        for number, energy in _energies(lines).items()
        if number in until
    ]
    state = MonthState.OPEN
    if found.is_closed:
        state = MonthState.CLOSED
    elif calendar(zone).month_span(month)[1] <= now:
        state = MonthState.PROVISIONAL
    return MonthlyConsumption(
        row.public_id,
        month,
        zone,
        state,
        replace(
            _month_of(connection, lines),
            opening_milliwh=total_of_all(each.opening_milliwh for _, each in meters),
            closing_milliwh=total_of_all(each.closing_milliwh for _, each in meters),
        ),
        meters,
        None if found.is_closed else _forecast(connection, zone, month, to_date, now, view),
    )


def _energies(lines: Sequence[MonthLine]) -> dict[int, int]:
    """Return the known energy of lines by meter."""
    energies: dict[int, int] = {}
    for line in lines:
        if line.energy_milliwh is not None:
            before = energies.get(line.meter_id, 0)
            energies[line.meter_id] = before + line.energy_milliwh
    return energies


def _month_of(connection: Connection, lines: Sequence[MonthLine]) -> Month:
    """Return lines of one meter, in order of time, as one month."""
    energy = total_of_known(line.energy_milliwh for line in lines)
    codes = [part for line in lines for part in line.quality]
    estimated = sum(by for code, by in codes if code is Quality.ESTIMATED)
    told = {flag for line in lines for flag in line.flags}
    flags = tuple(flag for flag in Flag if flag in told)
    return Month(
        energy_milliwh=energy,
        opening_milliwh=lines[0].opening_milliwh if lines else None,
        closing_milliwh=lines[-1].closing_milliwh if lines else None,
        readings=sum(
            count_good(connection, line.meter_id, line.start_at, line.end_at) for line in lines
        ),
        measured_percent=measured_percent(energy, codes),
        flags=flags,
        quality=_quality(energy, estimated, flags),
    )
