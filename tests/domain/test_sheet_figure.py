"""Cells of a wide sheet as energies."""

from datetime import datetime
from decimal import Decimal

import pytest

from wattledger.domain.cell import Cell, CellError, LocalMoment
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.sheet_figure import NOTHING, Figure, read_figure
from wattledger.domain.sheet_words import is_blank, is_total, measure_of, role_of, unit_of


@pytest.mark.parametrize("cell", [None, "", " - ", "n/a", "---"])
def test_what_says_nothing_is_absent_and_not_zero(cell: Cell) -> None:
    assert read_figure(cell, "kWh") == NOTHING


def test_numbers_keep_their_last_digit() -> None:
    assert read_figure(Decimal("12543.5"), "kWh") == Figure(12_543_500_000, 100_000)
    assert read_figure(Decimal(2), "MWh") == Figure(2_000_000_000, 1_000_000_000)


def test_a_number_typed_as_text_is_used_and_told() -> None:
    assert read_figure("12.543,5 kWh", "kWh") == Figure(12_543_500_000, 100_000, is_text=True)
    assert read_figure("12543.5", "kWh", typed=False) == Figure(12_543_500_000, 100_000)


@pytest.mark.parametrize(
    ("cell", "trouble"),
    [
        (CellError("#REF!"), "the error #REF!"),
        (LocalMoment(datetime(2026, 1, 31)), "a date"),  # noqa: DTZ001 - a wall clock's
        ("broken", "the text 'broken'"),
        ("12.5 MWh", "the text '12.5 MWh', but the column is in kWh"),
        ("12.5 mwh", "the text '12.5 mwh', but the column is in kWh"),
        ("1.234", "the text '1.234' may mean 1.234 or 1234"),
        (Decimal("1E+30"), "1E+30 kWh is more than can be counted."),
    ],
)
def test_what_cannot_be_used_says_why(cell: Cell, trouble: str) -> None:
    figure = read_figure(cell, "kWh")
    assert (figure.milliwh, figure.trouble) == (None, trouble)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Endpoint", "name"),
        ("Z\u00e4hler", "name"),
        ("Armoire", "name"),
        ("Kundenname", "client"),
        ("Mieter", "client"),
        ("Z\u00e4hlernummer", "serial"),
        ("S/N", "serial"),
        ("Meter no.", "serial"),
        ("CT ratio", "multiplier"),
        ("Hall", "location"),
        ("Feed", "meter"),
        ("Bemerkung", None),
    ],
)
def test_headers_tell_roles(header: str, role: str | None) -> None:
    found = role_of(header)
    assert (found.value if found else None) == role


@pytest.mark.parametrize(
    ("header", "measure"),
    [
        ("Reading", "reading"),
        ("Z\u00e4hlerstand [kWh]", "reading"),
        ("Relev\u00e9", "reading"),
        ("Verbrauch", "consumption"),
        ("Diff.", "consumption"),
        ("kWh", "unit"),
        ("Rack", None),
    ],
)
def test_headers_tell_registers_from_energies(header: str, measure: str | None) -> None:
    found = measure_of(header)
    assert (found.value if found else None) == measure


def test_a_unit_of_a_header_that_may_be_two_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"'Stand mwh'.*MWh.*--columns"):
        unit_of("Stand mwh")


def test_sums_blanks_and_units_are_known() -> None:
    assert [is_total(text) for text in ("Total", "Summe Halle 1", "Rack total")] == [
        *(True, True, False),
    ]
    assert is_blank(" N/A ")
    assert not is_blank("0")
    assert [unit_of(text) for text in ("Stand MWh", "31.01.", "Stand [wh]")] == ["MWh", "kWh", "Wh"]
