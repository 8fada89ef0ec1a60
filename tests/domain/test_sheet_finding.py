"""What was wrong in a sheet's row, and why."""

from datetime import date

import pytest

from wattledger.domain.scaled import KWH, to_text
from wattledger.domain.sheet_figure import NOTHING, Figure
from wattledger.domain.sheet_finding import SheetMeter, SheetReading, agrees, find_wrong
from wattledger.domain.sheet_report import compare_months, find_all_wrong

EDGES = tuple(date(2026, month, 1) for month in range(1, 7))
MONTHS = (date(2025, 12, 1), *EDGES)
TEXT = Figure(20_000_000, 1_000_000, is_text=True)
BAD = Figure(trouble="the error #REF!")
WORD = Figure(trouble="the text 'broken'", is_text=True)


def kwh(value: int | Figure | None) -> Figure:
    if isinstance(value, Figure):
        return value
    return NOTHING if value is None else Figure(value * 10**6, 10**6)


def meter(
    readings: list[int | Figure | None],
    sheet: list[int | Figure | None],
    ledger: list[int | None],
    held: tuple[int, ...] = (),
    numerator: int = 1,
) -> SheetMeter:
    """Make a row: readings at the edges from 1 January, energies from January on."""
    return SheetMeter(
        row=5,
        endpoint="R1",
        meter="total",
        readings=tuple(
            SheetReading(EDGES[n], "BCDEFG"[n], kwh(value), n in held)
            for n, value in enumerate(readings)
        ),
        consumptions={EDGES[n]: kwh(value) for n, value in enumerate(sheet)},
        ledger={
            EDGES[n]: None if value is None else value * 10**6 for n, value in enumerate(ledger)
        },
        numerator=numerator,
    )


def found(row: SheetMeter) -> list[tuple[int, str]]:
    return [(finding.month.month, finding.words) for finding in find_wrong(row)]


def test_a_right_sheet_has_no_findings() -> None:
    row = meter([10, 30, 60], [20, 30], [20, 30])
    assert find_wrong(row) == []
    assert [compared.agrees for compared in compare_months(row)] == [True, True]


def test_without_energies_only_the_readings_are_judged() -> None:
    row = meter([10, 30, 60], [], [20, 30])
    assert find_wrong(row) == []
    assert [compared.agrees for compared in compare_months(row)] == [None, None]


def test_half_of_the_last_digit_is_rounding() -> None:
    assert agrees(Figure(543_000_000, 1_000_000), 542_600_000) is True
    assert agrees(Figure(543_000_000, 100_000), 542_600_000) is False
    assert agrees(NOTHING, 5) is None
    assert agrees(Figure(5), None) is False


FELL = "the register fell: reset or meter swap not accounted for"
GAP = "previous reading missing: sheet subtracted over several months"
WHOLE = (
    "the whole register counted as consumption (the reading before is missing: counted as nothing)"
)
TEXT_USED = "text instead of a number (its number was used; a spreadsheet's sums pass over it)"
X10 = "typing error: x10 (column C)"
COPIED = "same reading as the month before"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (meter([900, 950, 10, 40], [50, -940, 30], [50, None, 30]), [(2, FELL)]),
        (
            meter([10, 500, 540], [490, 40], [None, None], held=(1,)),
            [
                (1, "the ledger holds the reading: the register cannot have gone there"),
                (2, "consumption does not equal the difference"),
            ],
        ),
        (
            meter([10, None, 50, 60], [0, 40, 10], [20, 20, 10]),
            [(1, "reading missing"), (2, f"{GAP} (over 2 months)")],
        ),
        (meter([10, None, 50], [-10, 50], [20, 20]), [(1, "negative consumption"), (2, WHOLE)]),
        (meter([10, None, 50], [None, 7], [20, 20]), [(2, "previous reading missing")]),
        (meter([100, 1200, 130, 160], [1100, -1070, 30], [20, 10, 30]), [(1, X10), (2, X10)]),
        (
            meter([100000, 11, 130000], [None, None], [15000, 15000]),
            [
                (1, "the reading does not fit between its neighbours (column C)"),
                (2, "the reading does not fit between its neighbours (column C)"),
            ],
        ),
        (
            meter([1000, 120000, 1300], [None, None], [200, 100]),
            [(1, f"{X10[:-1]}, here x100)"), (2, f"{X10[:-1]}, here x100)")],
        ),
        (
            meter([1900, 1092, 2000], [None, None], [50, 50]),
            [(n, "typing error: two digits exchanged (column C)") for n in (1, 2)],
        ),
        (
            meter([1200, 2130, 1400], [None, None], [100, 100]),
            [(n, "typing error: two digits exchanged (column C)") for n in (1, 2)],
        ),
        (
            meter([10, TEXT, 30], [10, 30], [10, 10]),
            [
                (1, TEXT_USED),
                (2, "text instead of a number (column C, the reading before, counted as nothing)"),
            ],
        ),
        (
            meter([10, WORD, 30], [10, 20], [10, 10]),
            [
                (1, "text instead of a number (the text 'broken')"),
                (2, f"{GAP} (over 2 months)"),
            ],
        ),
        (meter([BAD, 20, 30], [None, 10], [None, 10]), [(12, "not a number (the error #REF!)")]),
        (meter([10, 20], [BAD], [10]), [(1, "not a number (consumption: the error #REF!)")]),
        (meter([10, -5, 30], [None, None], [None, None]), [(1, "negative reading")]),
        (meter([10, 20, 20, 40], [10, 0, 20], [10, 0, 20]), [(2, COPIED)]),
        (meter([20, 20, 20], [0, 0], [0, 0]), []),
        (meter([10, 20], [10], [400], numerator=40), [(1, "multiplier not applied")]),
        (meter([10, 20], [20], [10]), [(1, "the whole register counted as consumption")]),
        (
            meter([10, 22], [120], [12]),
            [(1, "consumption is the difference times a power of ten")],
        ),
        (meter([10, 22, 40], [12, 30], [12, 18]), [(2, GAP)]),
        (meter([10, 22, 47], [12, 12], [12, 25]), [(2, "consumption of another month")]),
        (meter([10, 22], [-12], [12]), [(1, "negative consumption")]),
        (meter([10, 22], [13], [12]), [(1, "consumption does not equal the difference")]),
        (meter([10], [5], [None]), [(1, "reading missing")]),
    ],
)
def test_each_fault_has_its_reason(row: SheetMeter, expected: list[tuple[int, str]]) -> None:
    assert found(row) == expected


def test_a_reading_inside_a_month_explains_its_difference() -> None:
    readings = (
        SheetReading(date(2026, 1, 1), "B", kwh(10)),
        SheetReading(date(2026, 1, 31), "C", kwh(40)),
    )
    january = date(2026, 1, 1)
    row = SheetMeter(5, "R1", "total", readings, {january: kwh(32)}, {january: 31_000_000})
    assert found(row) == [(1, "the reading was not taken at the month's end")]


def test_a_month_that_neither_knows_is_not_compared() -> None:
    assert compare_months(meter([None], [None], [])) == []


def test_a_finding_tells_by_how_much() -> None:
    findings = find_all_wrong([meter([10, 22], [13], [12]), meter([9, 5], [-4], [None])])
    assert [to_text(finding.difference_milliwh, KWH) for finding in findings] == ["1", None]
    assert [finding.column for finding in findings] == ["C", "C"]
