"""The tally of any period from-to: of a day, a week, or a client's part of a month (LEDGER 4)."""

from collections.abc import Sequence

from wattledger.domain.instant import Instant
from wattledger.domain.ledger import ReadInterval
from wattledger.domain.reading import Reading, Status
from wattledger.domain.settings_timeline import AnySettings
from wattledger.domain.tally import Tally


def tally_between(
    readings: Sequence[Reading], settings: AnySettings, start: Instant, end: Instant
) -> Tally:
    """Return the tally of [start, end) from judged readings, ascending in time.

    They must reach from the last good reading up to ``start`` to the first good one from ``end``
    on, where there are such. Of a local month it is what ``ledger.roll_up`` says of that month.
    """
    tally = Tally()
    last: Reading | None = None
    for reading in readings:
        inside = start <= reading.at < end
        if inside and reading.status is Status.HELD:
            tally.held_reads += 1
        if reading.status is not Status.GOOD:
            continue
        if last is not None and last.at < end and reading.at > start:
            _add(tally, ReadInterval(last, reading, settings), start, end)
        if inside:
            tally.good_reads += 1
            tally.stretch(reading.at, reading.total_milliwh, reading.resolution_milliwh)
        last = reading
    return tally


def _add(tally: Tally, interval: ReadInterval, start: Instant, end: Instant) -> None:
    first, last = interval.start.at, interval.end.at
    edges = [edge for edge in (start, end) if first < edge < last]
    for part in interval.cut(edges):
        if part.start >= start and part.end <= end:
            interval.count_into(part, tally)
            for at in (part.start, part.end):
                tally.stretch(at, interval.register_at(at), interval.resolution_at(at))
