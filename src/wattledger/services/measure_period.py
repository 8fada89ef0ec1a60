"""Measure any period of a meter: from-to, or its days, weeks or months, with what each rests on."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import measured_percent
from wattledger.domain.own_view import OwnSpan, OwnView
from wattledger.domain.period import Calendar, calendar, first_of_month, next_month
from wattledger.domain.reading import Reading, Status
from wattledger.domain.span_tally import tally_between
from wattledger.services.local_moment import local_moment
from wattledger.services.month_portions import Portion
from wattledger.services.portion_figure import Figure, Footing
from wattledger.store.database import Connection, Database
from wattledger.store.epochs import epochs_of
from wattledger.store.meter_rows import meter_named, no_meter
from wattledger.store.months import BilledMeter, billed_meters
from wattledger.store.readings import load_around
from wattledger.store.registers import Register, load_registers
from wattledger.store.standstill import standstills_between

_WHOLE = (1_000_000,)
_ONE_DAY = timedelta(days=1)
_WEEKDAYS = 7
MOST_PARTS = 1_000


class Grain(StrEnum):
    """How a period is divided: not at all, or at the site's local days, weeks or months."""

    WHOLE = "whole"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Measured:
    """The figure of [start_at, end_at), with the register as displayed at both edges."""

    start_at: Instant
    end_at: Instant
    opening_milliwh: int | None
    closing_milliwh: int | None
    figure: Figure

    @property
    def measured_percent(self) -> Decimal | None:
        """Return the share of the energy that is measured and not estimated."""
        return measured_percent(self.figure.energy_milliwh, self.figure.quality)


@dataclass(frozen=True, slots=True)
class MeasuredPeriod:
    """A meter's figures of a period's parts, which follow each other and add up.

    ``zone`` is the name of its zone at the period's end.
    """

    meter: BilledMeter
    zone: str
    parts: Sequence[Measured]


@dataclass(frozen=True, slots=True)
class Ask:
    """What to measure: from and to as people write them, and how the period is divided.

    A date is a local day at the meter's site; as the end it is included.
    """

    start: str
    end: str
    grain: Grain = Grain.WHOLE


def measure_period(
    database: Database, meter_id: int, ask: Ask, view: OwnView | None
) -> MeasuredPeriod:
    """Return a meter's figures of a period: one, or one for each local day, week or month.

    A client gets its share of those in which the meter served it, cut where it began or ended to.
    NotFoundError for a meter that is not there, InvalidInputError for a period that is none or of
    more than 1,000 parts.
    """
    with database.connect() as connection:
        meter = next((each for each in billed_meters(connection) if each.id == meter_id), None)
        if meter is None or (view is not None and meter_id not in view.meters):
            raise no_meter(meter_id)
        days = calendar(meter.zone)
        edges = _edges(days, ask)
        spans = [
            span for start, end in pairwise(edges) for span in _spans(meter_id, start, end, view)
        ]
        register = load_registers(connection, [meter_id])[meter_id]
        parts = _measure(connection, meter, register, spans)
        return MeasuredPeriod(meter, days.zone_before(edges[-1]), parts)


def _spans(meter_id: int, start: Instant, end: Instant, view: OwnView | None) -> Sequence[OwnSpan]:
    if view is None:
        return [OwnSpan(start, end, _WHOLE, 0)]
    return view.spans(meter_id, start, end)


def measure_endpoint(
    database: Database, endpoint: str, key: str | None, ask: Ask
) -> MeasuredPeriod:
    """Return the figures of an endpoint's meter, by their names; its only one without a key."""
    with database.connect() as connection:
        meter_id = meter_named(connection, endpoint, key).id
    return measure_period(database, meter_id, ask, None)


def _edges(days: Calendar, ask: Ask) -> list[Instant]:
    """Return the edges of the parts of a period, ascending."""
    start = local_moment(ask.start, "from", days)
    end = local_moment(ask.end, "to", days, end=True)
    if start >= end:
        raise InvalidInputError("The period ends before it begins.", field="to")
    edges = [start]
    day = days.day_of(start)
    while ask.grain is not Grain.WHOLE:
        day = _following(day, ask.grain)
        edge = days.start_of(day)
        if edge >= end:
            break
        if edge > edges[-1]:
            edges.append(edge)
        if len(edges) > MOST_PARTS:
            raise InvalidInputError(
                f"The period has more than {MOST_PARTS} parts; ask for less, or for longer parts.",
                field="to",
            )
    return [*edges, end]


def _following(day: date, grain: Grain) -> date:
    """Return the first local date of the part behind the one that holds a date."""
    if grain is Grain.DAY:
        return day + _ONE_DAY
    if grain is Grain.WEEK:
        return day + timedelta(days=_WEEKDAYS - day.weekday())
    return next_month(first_of_month(day))


def _measure(
    connection: Connection, meter: BilledMeter, register: Register, spans: Sequence[OwnSpan]
) -> list[Measured]:
    if not spans:
        return []
    span = spans[0].start_at, spans[-1].end_at
    standing = standstills_between(connection, {meter.id: register}, *span)
    footing = Footing(connection, epochs_of(connection, [meter.id]), standing)
    readings = load_around(connection, meter.id, *span)
    return list(_parts(footing, meter, register, spans, readings))


def _parts(
    footing: Footing,
    meter: BilledMeter,
    register: Register,
    spans: Sequence[OwnSpan],
    readings: Sequence[Reading],
) -> Iterator[Measured]:
    good = [index for index, each in enumerate(readings) if each.status is Status.GOOD]
    instants = [readings[index].at for index in good]
    for span in spans:
        start, end = span.start_at, span.end_at
        before, after = bisect_right(instants, start) - 1, bisect_left(instants, end)
        first = good[before] if before >= 0 else 0
        last = good[after] if after < len(good) else len(readings)
        tally = tally_between(readings[first : last + 1], register.settings, start, end)
        portion = Portion(
            meter, register, None, start, end, span.shares, span.place, tally, is_whole_month=False
        )
        figure = footing.figure(portion)
        yield Measured(start, end, tally.start_milliwh, tally.end_milliwh, figure)
