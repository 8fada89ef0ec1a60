"""Months as people write them above columns."""

import pytest

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_name import DateOrder, HeaderDate, decided, find_date, find_year


@pytest.mark.parametrize(
    ("header", "year", "month", "day"),
    [
        ("Jan 2026", 2026, 1, None),
        ("Januar 2026", 2026, 1, None),
        ("01/2026", 2026, 1, None),
        ("01.2026", 2026, 1, None),
        ("31.01.2026", 2026, 1, 31),
        ("1. 2. 26", 2026, 2, 1),
        ("2026-01", 2026, 1, None),
        ("2026/01/31", 2026, 1, 31),
        ("2026-01-31 00:00:00", 2026, 1, 31),
        ("Reading Jan-26", 2026, 1, None),
        ("Jan '26", 2026, 1, None),
        ("Zählerstand Ende März 2026", 2026, 3, None),
        ("f\u00e9vrier 2026", 2026, 2, None),
        ("31 d\u00e9cembre 2025", 2025, 12, 31),
        ("31 de enero de 2026", 2026, 1, 31),
        ("gennaio\n2026", 2026, 1, None),
        ("maart 2026", 2026, 3, None),
        ("January 31st, 2026", 2026, 1, 31),
        ("31-Jan-26", 2026, 1, 31),
        ("kWh Jan", None, 1, None),
        ("Sept. 2026", 2026, 9, None),
        ("31/01/2026", 2026, 1, 31),
        ("01/31/2026", 2026, 1, 31),
        ("04/04/2026", 2026, 4, 4),
    ],
)
def test_a_header_names_its_month(
    header: str, year: int | None, month: int, day: int | None
) -> None:
    assert find_date(header) == HeaderDate(year, month, day)


@pytest.mark.parametrize(
    "header",
    ["", "Verbrauch", "Marge 2026", "Rack 12", "PDU-03", "30.02.2026", "2026-13", "13/32/2026"],
)
def test_other_headers_name_none(header: str) -> None:
    assert find_date(header) is None


def test_two_meanings_are_named_and_refused() -> None:
    found = find_date("03/04/2026")
    assert found is not None
    with pytest.raises(InvalidInputError) as refused:
        decided(found, "03/04/2026")
    assert "3 April 2026 or 4 March 2026; say --day-first or --month-first" in str(refused.value)


def test_the_order_decides_between_two_meanings() -> None:
    assert find_date("03/04/2026", DateOrder.DAY_FIRST) == HeaderDate(2026, 4, 3)
    assert find_date("03/04/2026", DateOrder.MONTH_FIRST) == HeaderDate(2026, 3, 4)
    assert find_date("31/04/2026", DateOrder.DAY_FIRST) is None
    assert str(HeaderDate(None, 5)) == "May"


def test_a_year_is_taken_from_titles_that_agree() -> None:
    assert find_year(["Readings 2026", "Hall 3 (2026)"]) == 2026
    assert find_year(["2025 and 2026"]) is None
    assert find_year([]) is None
