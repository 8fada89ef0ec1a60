"""Months of all rows of a sheet, added up."""

from datetime import date

from wattledger.domain.sheet_columns import ReadingColumn
from wattledger.domain.sheet_report import BookedCounts, MonthCompared, MonthSum, SheetReport
from wattledger.domain.sheet_words import Role
from wattledger.domain.wide_sheet import Layout

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def compared(month: date, sheet: int | None, ledger: int | None) -> MonthCompared:
    same = None if sheet is None else sheet == ledger
    return MonthCompared(3, "R1", "total", month, sheet, ledger, same)


def test_only_months_that_both_know_are_added() -> None:
    columns = (ReadingColumn(1, "01/2026", FEBRUARY, "kWh"),)
    report = SheetReport(
        sheet="2026",
        zone="UTC",
        is_dry_run=False,
        layout=Layout(1, {Role.NAME: 0}, columns, (), ()),
        meters=2,
        created=0,
        absent=0,
        unusable=0,
        counts=BookedCounts(),
        months=(
            compared(FEBRUARY, 5, None),
            compared(JANUARY, 10, 10),
            compared(JANUARY, 20, 25),
            compared(JANUARY, None, 7),
        ),
        findings=(),
    )
    assert report.sums == (MonthSum(JANUARY, 30, 35, 2, 1), MonthSum(FEBRUARY, 0, 0, 0, 0))
