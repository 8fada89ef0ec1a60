"""Why a closed month is adjusted, told from its lines as they were sealed and as they are now."""

from collections.abc import Sequence

from wattledger.domain.month_report import MonthLine

_READINGS = "Readings of the month came late, were corrected, or are explained otherwise by now."


def adjustment_reason(sealed: Sequence[MonthLine], now: Sequence[MonthLine]) -> str:
    """Return what changed since the close, of the lines of one meter for one client.

    What cannot be told by the lines lies in the readings: a line follows from nothing else.
    """
    if not now or _spans(sealed) != _spans(now):
        return _assignment(sealed, now)
    if _multipliers(sealed) != _multipliers(now):
        was, is_now = " and ".join(_multipliers(sealed)), " and ".join(_multipliers(now))
        return f"The register's settings changed: its multiplier is {is_now} and was {was}."
    return _READINGS


def _spans(lines: Sequence[MonthLine]) -> list[tuple[int, int, int]]:
    return sorted((line.start_at, line.end_at, line.share_ppm) for line in lines)


def _multipliers(lines: Sequence[MonthLine]) -> list[str]:
    """Return the multipliers in order of time, each once; none where nothing is known."""
    return list(dict.fromkeys(part.multiplier for line in lines for part in line.segments))


def _assignment(sealed: Sequence[MonthLine], now: Sequence[MonthLine]) -> str:
    if not now:
        return "The assignment changed: the meter did not serve the client in the month."
    if not sealed:
        return "The assignment changed: the meter served the client, and was not billed for it."
    if [each[:2] for each in _spans(sealed)] == [each[:2] for each in _spans(now)]:
        return "The assignment changed: the client has another share of the meter."
    return "The assignment changed: the meter served the client in another part of the month."
