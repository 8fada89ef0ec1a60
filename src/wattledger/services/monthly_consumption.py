"""One endpoint's month: energy, registers at its edges, and how well it is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import (
    Flag,
    MonthState,
    energy_of,
    flags_of,
    measured_percent,
)
from wattledger.domain.period import calendar
from wattledger.domain.tally import Tally
from wattledger.services.endpoint_figure import counting, total_of_all
from wattledger.store.database import Database
from wattledger.store.endpoint_month import endpoint_month
from wattledger.store.endpoints import find_endpoint
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
    """An endpoint's month and those of its meters by key."""

    endpoint_id: str
    month: date
    zone: str
    state: MonthState
    whole: Month
    meters: Sequence[tuple[str, Month]]


def monthly_consumption(
    database: Database, endpoint: str, month: date, now: Instant
) -> MonthlyConsumption:
    """Return the month that begins on ``month``; NotFoundError when there is no such endpoint."""
    with database.connect() as connection:
        row = find_endpoint(connection, endpoint)
        zone = zone_of(connection, row.site_id)
        meters = endpoint_month(connection, row.id, month)
    span = calendar(zone).month_span(month)
    counted = [meter.tally for meter in counting(meters)]
    return MonthlyConsumption(
        endpoint_id=row.public_id,
        month=month,
        zone=zone,
        state=MonthState.PROVISIONAL if span[1] <= now else MonthState.OPEN,
        whole=_month(counted or [None], span),
        meters=[(meter.key, _month([meter.tally], span)) for meter in meters],
    )


def _month(tallies: Sequence[Tally | None], span: tuple[Instant, Instant]) -> Month:
    there = [tally for tally in tallies if tally is not None]
    together = Tally(*map(sum, zip(*(tally.counts for tally in there), strict=True)))
    told = {flag for tally in tallies for flag in flags_of(tally, span)}
    flags = tuple(flag for flag in Flag if flag in told)
    return Month(
        energy_milliwh=energy_of(together),
        opening_milliwh=total_of_all(t.start_milliwh if t else None for t in tallies),
        closing_milliwh=total_of_all(t.end_milliwh if t else None for t in tallies),
        readings=together.good_reads + together.held_reads,
        measured_percent=measured_percent(energy_of(together), together.quality),
        flags=flags,
        quality=_quality(together, flags),
    )


def _quality(together: Tally, flags: Sequence[Flag]) -> MonthQuality:
    if energy_of(together) is None:
        return MonthQuality.MISSING
    if Flag.PROJECTED in flags:
        return MonthQuality.PROJECTED
    if not together.estimated_milliwh:
        return MonthQuality.VALIDATED
    whole = together.estimated_milliwh == together.energy_milliwh
    return MonthQuality.ESTIMATED if whole else MonthQuality.MIXED
