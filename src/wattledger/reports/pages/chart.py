"""The days of a month as bars: what is estimated lighter, what is unknown a gap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from reportlab.platypus import Flowable

from wattledger.domain.month_report import MonthLine
from wattledger.domain.period import calendar
from wattledger.domain.scaled import KWH, to_decimal
from wattledger.domain.statement import Statement
from wattledger.reports.pages.type import ACCENT, ACCENT_LIGHT, DIM, LINE, REGULAR, TEXT, width_of

_HEIGHT = 104
_TOP, _BOTTOM, _RIGHT = 16, 14, 2
_SIZE = 6.5
_MOST_TICKS = 4
_BAR = 0.68
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of some meters: what is known of it, and whether that is all of those that served."""

    day: date
    energy_milliwh: int | None
    estimated_milliwh: int
    whole: bool


def days_of(statement: Statement) -> list[Day]:
    """Return the days of a statement's lines, each the sum of what is known.

    On a day on which a meter did not serve the client, nothing of it is unknown.
    """
    known: dict[date, list[int]] = {}
    unknown: set[date] = set()
    estimated: dict[date, int] = {}
    for line in statement.lines:
        zone = line.zone or statement.zone
        for day, energy in line.days:
            known.setdefault(day, []).extend([] if energy is None else [energy])
            if energy is None and _serves_on(line, day, zone):
                unknown.add(day)
        for day, part in line.estimated_days:
            estimated[day] = estimated.get(day, 0) + part
    return [
        Day(day, sum(parts) if parts else None, estimated.get(day, 0), day not in unknown)
        for day, parts in sorted(known.items())
    ]


def _serves_on(line: MonthLine, day: date, zone: str) -> bool:
    days = calendar(zone)
    return line.start_at < days.start_of(day + _ONE_DAY) and days.start_of(day) < line.end_at


def tick_step(highest: Decimal) -> Decimal:
    """Return a round step that gives an axis at most four ticks.

    >>> tick_step(Decimal(730))
    Decimal('200')
    """
    step = Decimal(1).scaleb(highest.adjusted() - 1) if highest else Decimal(1)
    while True:
        for times in (1, 2, 5):
            if step * times * _MOST_TICKS >= highest:
                return step.quantize(Decimal(1)) * times if step >= 1 else step * times
        step *= 10


class DayChart(Flowable):
    """Bars of the days over the width there is."""

    def __init__(self, days: Sequence[Day]) -> None:
        super().__init__()
        self._days = days
        most = max((day.energy_milliwh or 0 for day in days), default=0)
        self._highest = to_decimal(most, KWH)
        self._step = tick_step(self._highest)
        self._left = 0.0

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803 - ReportLab's
        """Take the whole width."""
        self.width, self.height = aW, float(_HEIGHT)
        return self.width, self.height

    def draw(self) -> None:
        """Draw the axis, the bars, and what their colours mean."""
        ticks = self._ticks()
        self._left = max(width_of(f"{tick:,}", REGULAR, _SIZE) for tick in ticks) + 8
        self._draw_legend()
        for tick in ticks:
            self._draw_tick(tick)
        pitch = (self.width - self._left - _RIGHT) / max(len(self._days), 1)
        for number, day in enumerate(self._days):
            self._draw_day(day, self._left + number * pitch, pitch)

    def _ticks(self) -> list[Decimal]:
        count = int(self._highest / self._step) + (self._highest % self._step != 0)
        return [self._step * number for number in range(max(count, 1) + 1)]

    def _y(self, kwh: Decimal) -> float:
        top = self._ticks()[-1]
        return _BOTTOM + float(kwh / top) * (_HEIGHT - _TOP - _BOTTOM)

    def _draw_tick(self, tick: Decimal) -> None:
        y = self._y(tick)
        self.canv.setStrokeColorRGB(*LINE)
        self.canv.setLineWidth(0.4)
        self.canv.line(self._left, y, self.width - _RIGHT, y)
        self._write(self._left - 4, y - 2.2, f"{tick:,}", align="right")

    def _draw_day(self, day: Day, x: float, pitch: float) -> None:
        width, middle = pitch * _BAR, x + pitch / 2
        left, base = middle - width / 2, self._y(Decimal(0))
        self._write(middle, 4, str(day.day.day), align="middle")
        if day.energy_milliwh is None:
            if not day.whole:
                self._draw_gap(middle, base)
            return
        top = self._y(to_decimal(day.energy_milliwh, KWH))
        edge = self._y(to_decimal(day.energy_milliwh - day.estimated_milliwh, KWH))
        self.canv.setFillColorRGB(*ACCENT)
        self.canv.rect(left, base, width, edge - base, stroke=0, fill=1)
        self.canv.setFillColorRGB(*ACCENT_LIGHT)
        self.canv.rect(left, edge, width, top - edge, stroke=0, fill=1)
        if not day.whole:
            self._draw_gap(middle, top + 3)

    def _draw_gap(self, middle: float, y: float) -> None:
        """Mark what is unknown by a short dash: no bar, and not zero."""
        self.canv.setStrokeColorRGB(*DIM)
        self.canv.setLineWidth(0.9)
        self.canv.line(middle - 2, y + 1.5, middle + 2, y + 1.5)

    def _draw_legend(self) -> None:
        x, y = self._left, _HEIGHT - 8
        marks = [("measured", ACCENT)]
        if any(day.estimated_milliwh for day in self._days):
            marks.append(("estimated", ACCENT_LIGHT))
        for name, colour in marks:
            self.canv.setFillColorRGB(*colour)
            self.canv.rect(x, y, 6, 6, stroke=0, fill=1)
            self._write(x + 9, y + 0.6, name)
            x += 18 + width_of(name, REGULAR, _SIZE)
        if not all(day.whole for day in self._days):
            self._draw_gap(x + 3, y + 1.5)
            self._write(x + 9, y + 0.6, "unknown, of some meters or all")
        self._write(self.width - _RIGHT, y + 0.6, "kWh a day", align="right")

    def _write(self, x: float, y: float, words: str, *, align: str = "left") -> None:
        self.canv.setFont(REGULAR, _SIZE)
        self.canv.setFillColorRGB(*(TEXT if align == "left" else DIM))
        draw = {
            "left": self.canv.drawString,
            "right": self.canv.drawRightString,
            "middle": self.canv.drawCentredString,
        }
        draw[align](x, y, words)
