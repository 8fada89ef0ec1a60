"""Which of the readings that a month was closed with changed since: what an adjustment rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine
from wattledger.domain.statement import ChangedReads
from wattledger.reports.kept_readings import MeterReadings, unpack
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_adjustment import MonthAdjustment
from wattledger.store.closes import closed_month, kept_readings
from wattledger.store.database import Connection
from wattledger.store.evidenced import evidenced_around

_ByInstant = Mapping[Instant, EvidencedReading]


def with_changed_reads(
    connection: Connection, client_id: str, change: MonthAdjustment
) -> MonthAdjustment:
    """Return an adjustment with what changed of its meters' readings since the month was closed.

    Only good readings count: one that came, went, or shows another value. Nothing is known of a
    month that was closed before its readings were kept, or not at all.
    """
    closed = closed_month(connection, client_id, change.month)
    sealed = None if closed is None else statement_of(closed)
    if sealed is None or sealed.readings is None or not change.energies:
        return change
    kept = kept_readings(connection, client_id, change.month)
    then = {meter.meter_id: _good(meter) for meter in unpack(kept, change.energies)}
    meters = dict(change.meters)
    for meter_id, meter in change.meters.items():
        lines = [line for line in sealed.lines if line.meter_id == meter_id]
        was = then.get(meter_id, {})
        changed = _changed(was, _now(connection, lines, was))
        meters[meter_id] = replace(meter, changed=changed)
    return replace(change, meters=meters)


def _good(meter: MeterReadings) -> _ByInstant:
    return {each.at: each for each in meter.good.whole}


def _now(connection: Connection, lines: Sequence[MonthLine], was: _ByInstant) -> _ByInstant:
    """Return what lines rest on now, and what still stands of what they rested on.

    A late reading next to an edge takes the place of one that has not changed.
    """
    found: dict[Instant, EvidencedReading] = {}
    for line in lines:
        start = max((at for at in was if at <= line.start_at), default=line.start_at)
        end = min((at for at in was if at >= line.end_at), default=line.end_at)
        rows = evidenced_around(connection, line.meter_id, start, end)
        found |= _good(MeterReadings(line.endpoint_id, line.meter_id, rows))
    return found


def _changed(was: _ByInstant, now: _ByInstant) -> ChangedReads | None:
    at = sorted(each for each in was.keys() | now.keys() if _shown(was, each) != _shown(now, each))
    if not at:
        return None
    first, last = (now.get(each) or was[each] for each in (at[0], at[-1]))
    return ChangedReads(len(at), first.named, last.named)


def _shown(readings: _ByInstant, at: Instant) -> int | None:
    reading = readings.get(at)
    return None if reading is None else reading.total_milliwh
