"""What became of an imported sheet: what was booked, how its months compare, where it was wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wattledger.domain.sheet_finding import Finding, SheetMeter, agrees, find_wrong
from wattledger.domain.wide_sheet import Layout


@dataclass(frozen=True, slots=True)
class MonthCompared:
    """A meter's month by the sheet and by the ledger; ``None`` where one of them has none.

    ``agrees`` allows half the last digit the sheet shows; it is ``None`` without a sheet's energy.
    """

    row: int
    endpoint: str
    meter: str
    month: date
    sheet_milliwh: int | None
    ledger_milliwh: int | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class MonthSum:
    """A month over all rows: energies where both know one, and how many rows agree."""

    month: date
    sheet_milliwh: int
    ledger_milliwh: int
    compared: int
    agreeing: int


@dataclass(frozen=True, slots=True)
class BookedCounts:
    """How many readings of a sheet were new, known, in conflict with what is stored, held."""

    new: int = 0
    duplicates: int = 0
    conflicts: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class SheetReport:
    """The whole of an import; with ``is_dry_run`` nothing of it was kept.

    ``sum_rows`` are rows with registers that were passed over as sums, by number and name.
    ``other_zones`` are those of known meters that stand elsewhere than the first site.
    """

    sheet: str
    zone: str
    is_dry_run: bool
    layout: Layout
    meters: int
    created: int
    absent: int
    unusable: int
    counts: BookedCounts
    months: tuple[MonthCompared, ...]
    findings: tuple[Finding, ...]
    other_zones: tuple[str, ...] = ()
    sum_rows: tuple[tuple[int, str], ...] = ()

    @property
    def sums(self) -> tuple[MonthSum, ...]:
        """Return the months over all rows, ascending."""
        months = sorted({compared.month for compared in self.months})
        return tuple(_sum(month, self.months) for month in months)


def compare_months(meter: SheetMeter) -> list[MonthCompared]:
    """Return the months of a row that the sheet or the ledger has an energy of."""
    months = sorted({*meter.consumptions, *meter.ledger})
    compared = []
    for month in months:
        figure, ledger = meter.consumptions.get(month), meter.ledger.get(month)
        sheet = figure.milliwh if figure else None
        if sheet is not None or ledger is not None:
            same = agrees(figure, ledger) if figure else None
            compared.append(
                MonthCompared(meter.row, meter.endpoint, meter.meter, month, sheet, ledger, same)
            )
    return compared


def find_all_wrong(meters: Iterable[SheetMeter]) -> tuple[Finding, ...]:
    """Return the findings of all rows, row by row."""
    return tuple(finding for meter in meters for finding in find_wrong(meter))


def _sum(month: date, months: Iterable[MonthCompared]) -> MonthSum:
    both = [
        (compared.sheet_milliwh, compared.ledger_milliwh, bool(compared.agrees))
        for compared in months
        if compared.month == month
    ]
    known = [
        (sheet, ledger, same)
        for sheet, ledger, same in both
        if sheet is not None and ledger is not None
    ]
    return MonthSum(
        month,
        sum(sheet for sheet, _, _ in known),
        sum(ledger for _, ledger, _ in known),
        len(known),
        sum(same for _, _, same in known),
    )
