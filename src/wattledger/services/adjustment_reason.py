"""Why a month is adjusted, told from what was billed of it the last time and what is true now."""

from collections.abc import Sequence

from wattledger.domain.month_report import MonthLine
from wattledger.domain.statement import ServedPart

_READINGS = "Readings of the month came late, were corrected, or are explained otherwise by now."


def adjustment_reason(
    then: Sequence[ServedPart],
    now: Sequence[ServedPart],
    sealed: Sequence[MonthLine],
    lines: Sequence[MonthLine],
) -> str:
    """Return what changed of one meter for one client since its month was billed the last time.

    ``then`` are the parts that were billed so, ``now`` those that are to be. ``sealed`` are the
    lines of the close, ``lines`` those of now. What cannot be told by them lies in the readings: a
    line follows from nothing else.
    """
    if not now or sorted(then, key=_span) != sorted(now, key=_span):
        return _assignment(then, now)
    was, is_now = _multipliers(sealed), _multipliers(lines)
    if sealed and was != is_now:
        return (
            f"The register's settings changed: its multiplier is {' and '.join(is_now)} "
            f"and was {' and '.join(was)}."
        )
    return _READINGS


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
