"""Where a sheet was wrong: its readings and energies against the ledger's months.

Pure: a meter's row, and what the ledger made of it, in; findings with their reasons out.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from itertools import pairwise

from wattledger.domain.sheet_columns import closed_month
from wattledger.domain.sheet_figure import NOTHING, Figure


class Reason(Enum):
    """What was wrong; the value is the sentence people read."""

    FELL = "the register fell: reset or meter swap not accounted for"
    TYPING_FACTOR = "typing error: x10"
    TYPING_DIGITS = "typing error: two digits exchanged"
    MISFIT = "the reading does not fit between its neighbours"
    TEXT = "text instead of a number"
    NO_NUMBER = "not a number"
    NEGATIVE_READING = "negative reading"
    NEGATIVE = "negative consumption"
    SAME = "same reading as the month before"
    HELD = "the ledger holds the reading: the register cannot have gone there"
    GAP = "previous reading missing: sheet subtracted over several months"
    MISSING_BEFORE = "previous reading missing"
    MISSING = "reading missing"
    WHOLE_REGISTER = "the whole register counted as consumption"
    NO_MULTIPLIER = "multiplier not applied"
    CONSUMPTION_FACTOR = "consumption is the difference times a power of ten"
    OTHER_MONTH = "consumption of another month"
    NOT_MONTH_END = "the reading was not taken at the month's end"
    UNEQUAL = "consumption does not equal the difference"


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A row's reading as the sheet has it, at an edge; ``is_held`` when the ledger doubts it."""

    edge: date
    column: str
    figure: Figure
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class SheetMeter:
    """A meter's row: readings by time, the sheet's energies and the ledger's by month.

    Energies are after the multiplier, ``numerator / denominator``.
    """

    row: int
    endpoint: str
    meter: str
    readings: tuple[SheetReading, ...]
    consumptions: dict[date, Figure] = field(default_factory=dict)
    ledger: dict[date, int | None] = field(default_factory=dict)
    numerator: int = 1
    denominator: int = 1

    def energy(self, start_milliwh: int, end_milliwh: int) -> int:
        """Return the energy between two registers of this row."""
        return (end_milliwh - start_milliwh) * self.numerator // self.denominator


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was wrong in a month of a row, with both energies where there are any."""

    row: int
    endpoint: str
    meter: str
    month: date
    reason: Reason
    column: str | None = None
    sheet_milliwh: int | None = None
    ledger_milliwh: int | None = None
    detail: str | None = None

    @property
    def difference_milliwh(self) -> int | None:
        """Return by how much the sheet's energy exceeds the ledger's, where both are known."""
        if self.sheet_milliwh is None or self.ledger_milliwh is None:
            return None
        return self.sheet_milliwh - self.ledger_milliwh

    @property
    def words(self) -> str:
        """Return the reason as a sentence."""
        return self.reason.value if self.detail is None else f"{self.reason.value} ({self.detail})"


def agrees(figure: Figure, ledger_milliwh: int | None) -> bool | None:
    """Tell whether the sheet's energy is the ledger's, within half its last digit.

    ``None`` when the sheet has none.
    """
    if figure.milliwh is None:
        return None
    if ledger_milliwh is None:
        return False
    return abs(figure.milliwh - ledger_milliwh) * 2 <= figure.step_milliwh


def find_wrong(meter: SheetMeter) -> list[Finding]:
    """Return what was wrong in a meter's row, by month; at most one finding for each month."""
    search = _Search(meter)
    months = {closed_month(reading.edge) for reading in meter.readings[1:]}
    months |= {
        closed_month(reading.edge)
        for reading in meter.readings[:1]
        if reading.figure.trouble or (reading.figure.milliwh or 0) < 0
    }
    months |= set(meter.consumptions)
    found = (search.month(month) for month in sorted(months))
    return [finding for finding in found if finding is not None]


class _Search:
    """The search through one row: each rule names the reason, or nothing, for a month."""

    def __init__(self, meter: SheetMeter) -> None:
        self._meter = meter
        self._closing = {closed_month(reading.edge): reading for reading in meter.readings}
        ordered = meter.readings
        self._before = {after.edge: before for before, after in pairwise(ordered)}
        self._after = {before.edge: after for before, after in pairwise(ordered)}
        self._moves = len({r.figure.milliwh for r in ordered if r.figure.milliwh is not None}) > 1

    def month(self, month: date) -> Finding | None:
        """Return the finding of a month; None when nothing was wrong."""
        sheet = self._meter.consumptions.get(month, NOTHING)
        closing = self._closing.get(month)
        opening = self._before.get(closing.edge) if closing else None
        ledger = self._meter.ledger.get(month)
        found = self._of_cells(sheet, closing) or self._typing_error(closing)
        if found is None and agrees(sheet, ledger) is not True:
            found = self._of_readings(opening, closing)
        if found is None and agrees(sheet, ledger) is False:
            found = self._of_energy(sheet, ledger, opening, closing)
        if found is None:
            found = self._of_copies(opening, closing)
        if found is None:
            return None
        reason, detail = found
        return Finding(
            row=self._meter.row,
            endpoint=self._meter.endpoint,
            meter=self._meter.meter,
            month=month,
            reason=reason,
            column=closing.column if closing else None,
            sheet_milliwh=sheet.milliwh,
            ledger_milliwh=ledger,
            detail=detail,
        )

    def _of_cells(self, sheet: Figure, closing: SheetReading | None) -> "_Found | None":
        """Return what is wrong with the cells themselves."""
        figure = closing.figure if closing else NOTHING
        if figure.trouble is not None:
            return _trouble(figure)
        if (figure.milliwh or 0) < 0:
            return Reason.NEGATIVE_READING, None
        if sheet.trouble is not None:
            return _trouble(sheet, "consumption: ")
        if figure.is_text:
            return Reason.TEXT, "its number was used; a spreadsheet's sums pass over it"
        return None

    def _of_readings(
        self, opening: SheetReading | None, closing: SheetReading | None
    ) -> "_Found | None":
        """Return what is wrong with the two readings of a month."""
        typed = self._typing_error(opening)
        if typed is not None:
            return typed
        low, high = _value(opening), _value(closing)
        if low is not None and high is not None and high < low:
            return Reason.FELL, None
        if closing is not None and closing.is_held:
            return Reason.HELD, None
        return None

    def _typing_error(self, reading: SheetReading | None) -> "_Found | None":
        """Return the error of a reading between two that continue each other without it."""
        value = _value(reading)
        if reading is None or value is None:
            return None
        low = _value(self._before.get(reading.edge))
        high = _value(self._after.get(reading.edge))
        if low is None or high is None or not low <= high or low <= value <= high:
            return None
        where = f"column {reading.column}"
        for power in (10, 100, 1000):
            if low <= value // power <= high or low <= value * power <= high:
                shown = "" if power == _TEN else f", here x{power}"
                return Reason.TYPING_FACTOR, f"{where}{shown}"
        if any(low <= swapped <= high for swapped in _swapped(value)):
            return Reason.TYPING_DIGITS, where
        return Reason.MISFIT, where

    def _of_energy(
        self,
        sheet: Figure,
        ledger: int | None,
        opening: SheetReading | None,
        closing: SheetReading | None,
    ) -> "_Found | None":
        """Return why the sheet's energy is not the ledger's."""
        low, high = _value(opening), _value(closing)
        if high is None:
            return (Reason.NEGATIVE if (sheet.milliwh or 0) < 0 else Reason.MISSING), None
        if low is None:
            return self._of_gap(sheet, closing, high)
        if opening is not None and opening.figure.is_text:
            return Reason.TEXT, f"column {opening.column}, the reading before, counted as nothing"
        explained = self._explanations(low, high, closing)
        fitting = (reason for reason, energy in explained if agrees(sheet, energy))
        return next(fitting, None) or self._of_neighbours(sheet, ledger, opening, closing), None

    def _explanations(
        self, low: int, high: int, closing: SheetReading | None
    ) -> list[tuple[Reason, int]]:
        energy = self._meter.energy(low, high)
        found = [(Reason.NO_MULTIPLIER, high - low)] if energy != high - low else []
        found += [(Reason.WHOLE_REGISTER, self._meter.energy(0, high))]
        for power in (10, 100, 1000):
            found += [(Reason.CONSUMPTION_FACTOR, energy * power)]
            found += [(Reason.CONSUMPTION_FACTOR, energy // power)]
        for _, earlier in self._earlier(closing):
            found += [(Reason.GAP, self._meter.energy(earlier, high))]
        return found

    def _of_gap(self, sheet: Figure, closing: SheetReading | None, high: int) -> "_Found":
        for months, earlier in self._earlier(closing):
            if agrees(sheet, self._meter.energy(earlier, high)):
                return Reason.GAP, f"over {months} months"
        if agrees(sheet, self._meter.energy(0, high)):
            return Reason.WHOLE_REGISTER, "the reading before is missing: counted as nothing"
        return Reason.MISSING_BEFORE, None

    def _earlier(self, closing: SheetReading | None) -> list[tuple[int, int]]:
        """Return the registers more than one column before a reading, with how many columns."""
        found: list[tuple[int, int]] = []
        reading = self._before.get(closing.edge) if closing else None
        months = 1
        while reading is not None:
            register = _value(reading)
            if months > 1 and register is not None:
                found.append((months, register))
            reading = self._before.get(reading.edge)
            months += 1
        return found

    def _of_neighbours(
        self,
        sheet: Figure,
        ledger: int | None,
        opening: SheetReading | None,
        closing: SheetReading | None,
    ) -> Reason:
        if (sheet.milliwh or 0) < 0:
            return Reason.NEGATIVE
        others = (energy for energy in self._meter.ledger.values() if energy and energy != ledger)
        if any(agrees(sheet, energy) for energy in others):
            return Reason.OTHER_MONTH
        edges = [reading.edge for reading in (opening, closing) if reading is not None]
        if any(edge.day != 1 for edge in edges):
            return Reason.NOT_MONTH_END
        return Reason.UNEQUAL

    def _of_copies(
        self, opening: SheetReading | None, closing: SheetReading | None
    ) -> "_Found | None":
        value = _value(closing)
        if self._moves and value is not None and value == _value(opening):
            return Reason.SAME, None
        return None


_Found = tuple[Reason, str | None]
_TEN = 10


def _value(reading: SheetReading | None) -> int | None:
    """Return a reading's register; a negative one is none."""
    value = None if reading is None else reading.figure.milliwh
    return None if value is None or value < 0 else value


def _trouble(figure: Figure, where: str = "") -> "_Found":
    reason = Reason.TEXT if figure.is_text else Reason.NO_NUMBER
    return reason, f"{where}{figure.trouble}"


def _swapped(milliwh: int) -> list[int]:
    """Return a register with two neighbouring digits exchanged, in every way."""
    digits = str(milliwh)
    return [
        int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
        for place in range(len(digits) - 1)
    ]
