"""Statements to print in tests: reckoned from readings, so that their figures hang together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from itertools import groupby, pairwise

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.earlier import Earlier
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import HOUR, MINUTE, Instant
from wattledger.domain.month_report import Break, Flag, MonthLine, MonthState, Peak, Segment
from wattledger.domain.neighbours import with_named_reads
from wattledger.domain.period import calendar
from wattledger.domain.quality import Quality
from wattledger.domain.reading import Status
from wattledger.domain.register import interpolate
from wattledger.domain.seal import seal_of
from wattledger.domain.statement import Adjustment, MonthBook, Schema, Seal, Statement
from wattledger.reports.kept_readings import MeterReadings, pack
from wattledger.reports.statement_json import sealed_document

ZONE = "Europe/Berlin"
MONTH = date(2026, 3, 1)
KWH = 1_000_000
START, END = calendar(ZONE).month_span(MONTH)
STEP = 6 * HOUR
CLIENT_ID = "0198c0de-0000-7000-8000-000000000001"


@dataclass(frozen=True)
class Shape:
    """What befell a meter: the step at which it was reset, the steps unread, where it began."""

    reset_at: int | None = None
    gap: tuple[int, int] | None = None
    begins_at: int = 0
    share_ppm: int = 1_000_000
    multiplier: int = 1


@dataclass(frozen=True)
class Built:
    """A line, and the readings it rests on."""

    line: MonthLine
    readings: tuple[EvidencedReading, ...]


@dataclass(frozen=True)
class Interval:
    """Energy between two instants; ``estimated`` where nobody measured it."""

    start: Instant
    end: Instant
    energy: int
    estimated: bool

    def within(self, start: Instant, end: Instant) -> int:
        """Return the energy inside a span, by cumulative floor."""
        first, last = max(start, self.start), min(end, self.end)
        if first >= last:
            return 0
        whole = ((self.start, 0), (self.end, self.energy))
        return interpolate(*whole, last) - interpolate(*whole, first)


def registers(number: int, shape: Shape) -> Iterator[tuple[int, Instant, int]]:
    """Yield step, instant and register of the readings around and inside March 2026."""
    total = 1_000 * KWH * (number % 97 + 1)
    for step in range((END - START) // STEP + 2):
        total += (1 + number % 5) * 6 * KWH + (number * 7_919 + step * 104_729) % 977_777
        if step == shape.reset_at:
            total = 250_000
        gone = shape.gap is not None and shape.gap[0] <= step < shape.gap[1]
        if step >= shape.begins_at and not gone:
            yield step, START - 5 * MINUTE + step * STEP, total


def built(
    number: int = 0, shape: Shape | None = None, *, endpoint: str = "", meter: str = "total"
) -> Built:
    """Return a meter's March 2026."""
    shape = shape or Shape()
    shown = list(registers(number, shape))
    intervals = list(_intervals(shown, shape))
    start, end = max(START, intervals[0].start), END
    share = shape.share_ppm
    energy = sum(each.within(START, END) for each in intervals) * share // 1_000_000
    estimated = sum(each.within(START, END) for each in intervals if each.estimated)
    estimated = estimated * share // 1_000_000
    split = ((Quality.ESTIMATED, estimated), (Quality.VALIDATED, energy - estimated))
    line = MonthLine(
        endpoint_id=f"0198c0de-0000-7000-9000-{number:012d}",
        endpoint=endpoint or f"Rack A{number + 1}",
        meter_id=number + 1,
        meter=meter,
        client_id=CLIENT_ID,
        client="Client XYZ",
        location=f"Hall {number % 3 + 1} / Row {chr(65 + number % 7)}",
        start_at=START,
        end_at=END,
        share_ppm=share,
        opening_milliwh=_register_at(shown, start),
        closing_milliwh=_register_at(shown, end),
        energy_milliwh=energy,
        previous_milliwh=energy * (90 + number % 21) // 100,
        year_ago_milliwh=None if number % 4 == 3 else energy * (80 + number % 31) // 100,
        quality=tuple((code, part) for code, part in split if part),
        uncertainty_milliwh=200_000 + estimated,
        flags=tuple(_flags(shape)),
        segments=tuple(_segments(shown, shape)),
        breaks=tuple(_breaks(shown, shape)),
        peak=Peak(
            1_500_000 + number * 1_000,
            START + 9 * 24 * HOUR + 15 * HOUR,
            1_200_000,
            15,
            Decimal("99.8"),
        ),
        days=tuple(_days(intervals, share)),
        estimated_days=tuple(
            (day, part)
            for day, part in _days([each for each in intervals if each.estimated], share)
            if part
        ),
    )
    return Built(line, tuple(_evidenced(line, shown)))


def _intervals(shown: Sequence[tuple[int, Instant, int]], shape: Shape) -> Iterator[Interval]:
    for (before, start, low), (step, end, high) in pairwise(shown):
        broken = shape.reset_at is not None and before < shape.reset_at <= step
        energy = 7 * KWH if broken else (high - low) * shape.multiplier
        yield Interval(start, end, energy, estimated=broken)


def _register_at(shown: Sequence[tuple[int, Instant, int]], at: Instant) -> int:
    before = [(start, value) for _, start, value in shown if start <= at][-1]
    after = next((start, value) for _, start, value in shown if start >= at)
    return before[1] if before == after else interpolate(before, after, at)


def _segments(shown: Sequence[tuple[int, Instant, int]], shape: Shape) -> Iterator[Segment]:
    reset_at = shape.reset_at
    old = [each for each in shown if reset_at is None or each[0] < reset_at]
    new = [each for each in shown if reset_at is not None and each[0] >= reset_at]
    for kind, part in (("install", old), ("reset", new)):
        if part:
            first_at, last_at = max(part[0][1], START), min(part[-1][1], END)
            first, last = _register_at(shown, first_at), _register_at(shown, last_at)
            yield Segment(kind, first_at, first, last_at, last, str(shape.multiplier))


def _breaks(shown: Sequence[tuple[int, Instant, int]], shape: Shape) -> Iterator[Break]:
    for (before, start, _), (step, end, _) in pairwise(shown):
        if shape.reset_at is not None and before < shape.reset_at <= step:
            yield Break("reset", start, end, 7 * KWH)


def _flags(shape: Shape) -> Iterator[Flag]:
    if shape.begins_at:
        yield Flag.PARTIAL
    if shape.gap:
        yield Flag.GAP
    if shape.reset_at is not None:
        yield Flag.ESTIMATED
        yield Flag.RESET


def _days(intervals: Sequence[Interval], share: int) -> Iterator[tuple[date, int | None]]:
    zone = calendar(ZONE)
    for number in range(31):
        day = MONTH + timedelta(days=number)
        start, end = zone.start_of(day), zone.start_of(day + timedelta(days=1))
        parts = [each.within(start, end) for each in intervals if each.within(start, end)]
        yield day, sum(parts) * share // 1_000_000 if parts else None


def _evidenced(
    line: MonthLine, shown: Sequence[tuple[int, Instant, int]]
) -> Iterator[EvidencedReading]:
    for step, at, total in shown:
        page = sha256(f"{line.meter_id} {step}".encode()).hexdigest()
        of = (line.endpoint_id, line.meter_id)
        yield EvidencedReading(*of, at, total, Status.GOOD, attempt_id=step, evidence_sha256=page)


def without_value(number: int = 0, endpoint: str = "Rack Z9") -> MonthLine:
    """Return a line nothing is known of."""
    return replace(
        built(number).line,
        endpoint=endpoint,
        opening_milliwh=None,
        closing_milliwh=None,
        energy_milliwh=None,
        previous_milliwh=None,
        year_ago_milliwh=None,
        quality=(),
        uncertainty_milliwh=None,
        flags=(Flag.MISSING,),
        segments=(),
        peak=None,
        days=tuple((MONTH + timedelta(days=number), None) for number in range(31)),
        estimated_days=(),
    )


def statement(
    lines: Sequence[MonthLine] = (),
    *,
    client: str = "Client XYZ",
    client_id: str = CLIENT_ID,
    state: MonthState = MonthState.PROVISIONAL,
) -> Statement:
    """Return a client's March 2026 without charges, as it was sealed first."""
    own = tuple(replace(line, client=client, client_id=client_id) for line in lines)
    return Statement(MONTH, ZONE, state, client_id, client, own, schema=Schema.FIRST)


def priced(bare: Statement) -> Statement:
    """Return a statement with the charges of a tariff, an adjustment and notes."""
    energy = bare.total_kwh or Decimal(0)
    costs = (energy * Decimal("0.2875")).quantize(Decimal("0.01"))
    correction = Decimal("-3.59")
    net = costs + Decimal("120.00") + correction
    return replace(
        bare,
        currency="EUR",
        charges=(
            Charge(ChargeKind.ENERGY, "Energy", costs, energy, "kWh", Decimal("0.2875")),
            Charge(
                ChargeKind.FIXED_FEE,
                "Metering and billing",
                Decimal("120.00"),
                Decimal(1),
                "month",
                Decimal("120.00"),
            ),
            Charge(ChargeKind.ADJUSTMENT, "Adjustment of 2026-02", correction),
            Charge(
                ChargeKind.VAT,
                "VAT 19 %",
                (net * Decimal("0.19")).quantize(Decimal("0.01")),
                net,
                "%",
                Decimal(19),
            ),
        ),
        adjustments=(
            Adjustment(
                date(2026, 2, 1),
                "Rack A1",
                "total",
                -12_500_000,
                correction,
                "A reading of 28 February arrived after the close.",
            ),
        ),
        notes=(
            (
                "Estimates accepted by Erika Mustermann: the meter was out of reach from 9 March, "
                "and the client agreed to the estimate."
            ),
        ),
    )


def by_meter(readings: Iterable[EvidencedReading]) -> list[MeterReadings]:
    """Return readings meter by meter, as they are packed."""
    ordered = sorted(readings, key=lambda each: (each.meter_id, each.at))
    return [
        MeterReadings(endpoint_id, meter_id, [each.row for each in own])
        for (meter_id, endpoint_id), own in groupby(
            ordered, lambda each: (each.meter_id, each.endpoint_id)
        )
    ]


def evidenced(bare: Statement, readings: Sequence[EvidencedReading]) -> Statement:
    """Return a statement that names the readings its segments follow from, and seals them all."""
    return replace(
        bare,
        lines=tuple(
            with_named_reads(line, [each for each in readings if each.meter_id == line.meter_id])
            for line in bare.lines
        ),
        previous=Earlier(),
        year_ago=Earlier(),
        readings=pack(by_meter(readings))[1],
        schema=Schema.EVIDENCED,
    )


def sealed(bare: Statement, previous: str | None = None, sequence: int = 1) -> Statement:
    """Return a statement closed and sealed."""
    closed = replace(bare, state=MonthState.CLOSED, seal=None)
    closed_at, by = END + 33 * HOUR + 15 * MINUTE, "Erika Mustermann"
    proof = seal_of(previous, sequence, closed_at, by, sealed_document(closed))
    return replace(closed, seal=Seal(sequence, proof, previous, closed_at, by))


def month_book(*statements: Statement, unassigned: Sequence[MonthLine] = ()) -> MonthBook:
    """Return the month of some statements."""
    alone = tuple(replace(line, client=None, client_id=None) for line in unassigned)
    return MonthBook(MONTH, ZONE, MonthState.PROVISIONAL, statements, alone)
