"""Why a month is adjusted, told from what was billed of it the last time and what is true now."""

from collections.abc import Mapping, Sequence
from datetime import date

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthLine
from wattledger.domain.period import calendar
from wattledger.domain.statement import ServedPart

_READINGS = "Readings of the month came late, were corrected, or are explained otherwise by now."
_ZONE = "The time zone of the site changed: the month begins or ends at another instant."


def adjustment_reason(
    then: Sequence[ServedPart],
    now: Sequence[ServedPart],
    sealed: Sequence[MonthLine],
    lines: Sequence[MonthLine],
    edges: Mapping[Instant, Instant],
) -> str:
    """Return what changed of one meter for one client since its month was billed the last time.

    ``then`` are the parts that were billed so, ``now`` those that are to be. ``sealed`` are the
    lines of the close, ``lines`` those of now; ``edges`` as ``moved_edges`` gives them. What cannot
    be told by them lies in the readings: a line follows from nothing else.
    """
    if not now or sorted(then, key=_span) != sorted(now, key=_span):
        is_zone = bool(now) and _moved(then, edges) == sorted(now, key=_span)
        return _ZONE if is_zone else _assignment(then, now)
    was, is_now = _multipliers(sealed), _multipliers(lines)
    if sealed and was != is_now:
        return (
            f"The register's settings changed: its multiplier is {' and '.join(is_now)} "
            f"and was {' and '.join(was)}."
        )
    return _READINGS


def moved_edges(sealed: Sequence[MonthLine], month: date, zone: str) -> Mapping[Instant, Instant]:
    """Return when the edges of a month are in a zone, by when they are in that of sealed lines."""
    now = calendar(zone).month_span(month)
    then = {line.zone for line in sealed if line.zone is not None}
    spans = [calendar(each).month_span(month) for each in then]
    return {was: edge for span in spans for was, edge in zip(span, now, strict=True)}


def _moved(parts: Sequence[ServedPart], edges: Mapping[Instant, Instant]) -> list[ServedPart]:
    moved = [
        ServedPart(edges.get(p.start_at, p.start_at), edges.get(p.end_at, p.end_at), p.share_ppm)
        for p in parts
    ]
    return sorted(moved, key=_span)


def _span(part: ServedPart) -> tuple[int, int]:
    return part.start_at, part.end_at


def _multipliers(lines: Sequence[MonthLine]) -> list[str]:
    """Return the multipliers in order of time, each once; none where nothing is known."""
    return list(dict.fromkeys(part.multiplier for line in lines for part in line.segments))


def _assignment(then: Sequence[ServedPart], now: Sequence[ServedPart]) -> str:
    if not now:
        return "The assignment changed: the meter did not serve the client in the month."
    if not then:
        return "The assignment changed: the meter served the client, and was not billed for it."
    if sorted(map(_span, then)) == sorted(map(_span, now)):
        return "The assignment changed: the client has another share of the meter."
    return "The assignment changed: the meter served the client in another part of the month."
