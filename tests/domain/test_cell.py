"""Cells of spreadsheets as values and as text."""

from datetime import datetime
from decimal import Decimal

import pytest

from wattledger.domain.cell import (
    CellError,
    LocalMoment,
    SheetRow,
    cell_text,
    column_letters,
    column_place,
    local_instant,
)
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import format_instant

MARCH = datetime(2026, 3, 1)  # noqa: DTZ001 - a wall clock's


def test_every_kind_of_cell_is_a_text() -> None:
    cells = (None, " a \n b", Decimal("1E+3"), CellError("#REF!"), LocalMoment(MARCH))
    texts = [cell_text(cell) for cell in cells]
    assert texts == ["", "a b", "1000", "#REF!", "2026-03-01T00:00:00"]


def test_columns_beyond_the_row_are_empty() -> None:
    row = SheetRow(1, ("a",))
    assert [row.cell(place) for place in (0, 1, -1, None)] == ["a", None, None, None]


def test_letters_and_places_are_each_others() -> None:
    for place in (0, 25, 26, 701, 702, 16383):
        assert column_place(column_letters(place)) == place
    for wrong in ("", "A1", "ABCD", "Ä"):
        with pytest.raises(InvalidInputError, match="no column"):
            column_place(wrong)


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-01T00:00:00", "2026-02-28T23:00:00Z"),
        ("2026-07-01T12:30:00", "2026-07-01T10:30:00Z"),
    ],
)
def test_a_wall_clock_is_the_sites(local: str, utc: str) -> None:
    assert format_instant(local_instant(datetime.fromisoformat(local), "Europe/Berlin")) == utc


@pytest.mark.parametrize(
    ("local", "told"),
    [
        ("2026-03-29T02:30:00", "never shown"),
        ("2026-10-25T02:30:00", "shown twice"),
        ("9999-12-31T23:59:00", "no time a meter was read"),
        ("0001-01-01T00:00:00", "no time a meter was read"),
    ],
)
def test_a_time_that_is_no_instant_is_refused(local: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        local_instant(datetime.fromisoformat(local), "Europe/Berlin")
