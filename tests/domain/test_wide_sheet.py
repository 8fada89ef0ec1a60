"""Which column of a sheet is what."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from wattledger.domain.cell import Cell, LocalMoment, SheetRow
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_name import DateOrder
from wattledger.domain.sheet_words import Role
from wattledger.domain.wide_sheet import Layout, NoMonthsError, SheetHints, recognise


def rows(*lines: tuple[Cell, ...]) -> list[SheetRow]:
    return [SheetRow(number, cells) for number, cells in enumerate(lines, start=1)]


def day(text: str, *, shows_day: bool | None = None) -> LocalMoment:
    return LocalMoment(datetime.fromisoformat(text), shows_day)


def edges(layout: Layout) -> list[tuple[int, str]]:
    return [(column.place, f"{column.edge}") for column in layout.readings]


def energies(layout: Layout) -> list[tuple[int, str]]:
    return [(column.place, f"{column.month:%Y-%m}") for column in layout.consumptions]


ONE, TWO = Decimal(1), Decimal(2)
A, B = ("Rack A", ONE, TWO), ("Rack B", ONE, TWO)


def test_the_header_is_found_below_titles_with_all_columns() -> None:
    header: tuple[Cell, ...] = (
        *("Rack", "Kunde", "Standort", "Zähler-Nr.", "Wandlerfaktor", day("2025-12-31")),
        *("31.01.2026", "kWh Jan", "Feb 2026", "Verbrauch Februar", "Bemerkung"),
    )
    layout = recognise(rows(("Zählerstände",), (), header, ("Rack A",)), SheetHints())
    assert layout.header_row == 3
    assert edges(layout) == [(5, "2026-01-01"), (6, "2026-02-01"), (8, "2026-03-01")]
    assert energies(layout) == [(7, "2026-01"), (9, "2026-02")]
    assert layout.roles == {
        Role.NAME: 0,
        Role.CLIENT: 1,
        Role.LOCATION: 2,
        Role.SERIAL: 3,
        Role.MULTIPLIER: 4,
    }
    assert layout.ignored == ("K 'Bemerkung'",)


def test_columns_in_any_order_of_months_are_sorted() -> None:
    layout = recognise(rows(("Meter", "Feb 2026", "Jan 2026"), A, B), SheetHints())
    assert edges(layout) == [(2, "2026-02-01"), (1, "2026-03-01")]


def test_readings_named_by_their_unit_alone_are_readings() -> None:
    layout = recognise(rows(("Meter", "MWh 01/2026", "MWh 02/2026"), A), SheetHints())
    assert [column.unit for column in layout.readings] == ["MWh", "MWh"]
    assert layout.consumptions == ()


def test_energies_beside_readings_need_no_month() -> None:
    header = ("PDU", "31.12.2025", "31.01.2026", "Verbrauch", "28.02.2026", "Verbrauch", "Summe")
    layout = recognise(rows(header, ("P",)), SheetHints())
    assert energies(layout) == [(3, "2026-01"), (5, "2026-02")]


@pytest.mark.parametrize(
    "head",
    [
        ((None, "Jan 2026", None, None), ("Rack", "Stand", "kWh", "Verbrauch gesamt")),
        (("Rack", "31.01.2026", "kWh Jan 2026", "Verbrauch 01/2026"),),
    ],
)
def test_two_energies_of_one_month_are_refused_until_one_is_taken_out(
    head: tuple[tuple[Cell, ...], ...],
) -> None:
    table = rows(*head, ("Rack A", ONE, ONE, TWO))
    with pytest.raises(InvalidInputError, match=r"C .* and D .* energies of the same month.*D=-"):
        recognise(table, SheetHints())
    layout = recognise(table, SheetHints(headers={3: "-"}))
    assert energies(layout) == [(2, "2026-01")]


def test_a_single_sum_at_the_end_is_no_months_energy() -> None:
    header = ("PDU", "12/2025", "01/2026", "02/2026", "Verbrauch")
    assert energies(recognise(rows(header, ("P",)), SheetHints())) == []


def test_an_energy_of_a_month_without_readings_is_left_out() -> None:
    header = ("PDU", "12/2025", "01/2026", "kWh Aug", "Verbrauch 03/2026")
    assert energies(recognise(rows(header, ("P",)), SheetHints())) == [(4, "2026-03")]


@pytest.mark.parametrize("shows_day", [False, None])
def test_words_under_a_row_of_months_are_read_with_them(*, shows_day: bool | None) -> None:
    month = day("2026-01-01", shows_day=shows_day)
    above = (None, month, None, day("2026-02-28", shows_day=True))
    header = ("Rack", "Stand", "Verbrauch", "Stand", "Verbrauch")
    layout = recognise(rows(("Title",), above, header, A), SheetHints())
    assert layout.header_row == 3
    assert edges(layout) == [(1, "2026-02-01"), (3, "2026-03-01")]
    assert energies(layout) == [(2, "2026-01"), (4, "2026-02")]


def test_months_without_a_year_take_it_from_the_title_and_turn_in_january() -> None:
    header = ("Rack", "Stand Dez", "Stand Jan", "Stand Feb", "Stand 31.03.2026")
    layout = recognise(rows(("Readings 2026",), header, A), SheetHints())
    assert [edge for _, edge in edges(layout)] == [
        *("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"),
    ]
    asked = recognise(rows(header[:3], A), SheetHints(year=2024))
    assert [edge for _, edge in edges(asked)] == ["2024-01-01", "2024-02-01"]


def test_a_day_that_its_year_does_not_have_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="'29 Feb' is no date of 2026"):
        recognise(rows(("Rack", "29 Feb"), A), SheetHints(year=2026))


def test_a_year_that_nothing_tells_is_asked_for() -> None:
    with pytest.raises(InvalidInputError, match="B 'Stand Jan' has no year; say it with --year"):
        recognise(rows(("Rack", "Stand Jan", "Stand Feb"), A), SheetHints())


def test_what_excel_makes_of_a_month_is_told_from_the_first_of_it() -> None:
    shown = (day("2026-01-01", shows_day=False), day("2026-02-01", shows_day=False))
    mornings = (day("2026-01-01", shows_day=True), day("2026-02-01", shows_day=True))
    unknown = (day("2026-01-01"), day("2026-02-01"))
    closing = ["2026-02-01", "2026-03-01"]
    opening = ["2026-01-01", "2026-02-01"]
    for cells, hint, expected in (
        (shown, None, closing),
        (mornings, None, opening),
        (mornings, True, closing),
        (unknown, True, closing),
        (unknown, False, opening),
        (shown, False, opening),
    ):
        hints = SheetHints(first_is_closing=hint)
        layout = recognise(rows(("Rack", *cells), A), hints)
        assert [edge for _, edge in edges(layout)] == expected
    with pytest.raises(InvalidInputError, match="--first-of-month opening or"):
        recognise(rows(("Rack", *unknown), A), SheetHints())
    with pytest.raises(InvalidInputError, match="the date 2026-01-01 above column B"):
        recognise(rows(("Rack", "2026-01-01", "2026-02-01"), A), SheetHints())
    # A date that is no first shows that days are meant.
    layout = recognise(rows(("Rack", unknown[0], day("2026-01-31")), A), SheetHints())
    assert [edge for _, edge in edges(layout)] == opening


def test_an_ambiguous_header_is_refused_with_both_meanings() -> None:
    table = rows(("Rack", "31/03/2026", "03/04/2026"), A)
    with pytest.raises(InvalidInputError, match="3 April 2026 or 4 March 2026"):
        recognise(table, SheetHints())
    layout = recognise(table, SheetHints(order=DateOrder.DAY_FIRST))
    assert [edge for _, edge in edges(layout)] == ["2026-04-01", "2026-04-04"]
    assert [column.is_month_end for column in layout.readings] == [True, False]


def test_two_columns_of_one_instant_are_refused_until_one_is_taken_out() -> None:
    table = rows(("Rack", "Jan 2026", "31.01.2026"), A)
    with pytest.raises(InvalidInputError, match=r"B 'Jan 2026' and C '31\.01\.2026'"):
        recognise(table, SheetHints())
    assert len(recognise(table, SheetHints(headers={2: "-"})).readings) == 1


def test_headers_given_by_hand_stand_for_those_of_the_sheet() -> None:
    table = rows(("Rack", "old", "new"), A)
    with pytest.raises(NoMonthsError, match="is this the right sheet"):
        recognise(table, SheetHints())
    hints = SheetHints(headers={1: "2026-01", 2: "2026-02", 4: "2026-03"})
    layout = recognise(table, hints)
    assert layout.header_row == 1
    assert [place for place, _ in edges(layout)] == [1, 2, 4]


def test_energies_alone_make_no_sheet_of_readings() -> None:
    with pytest.raises(InvalidInputError, match="No column is a month-end reading"):
        recognise(rows(("Rack", "Verbrauch 01/2026"), A), SheetHints())


def test_dates_of_other_centuries_are_no_months() -> None:
    with pytest.raises(NoMonthsError):
        recognise(rows(("Rack", day("1900-01-31")), A), SheetHints())
    with pytest.raises(NoMonthsError):
        recognise([SheetRow(51, ("Rack", "01/2026"))], SheetHints())


def test_the_name_is_the_column_whose_texts_are_unique() -> None:
    header = ("Rack", "PDU", "01/2026", "02/2026")
    table = rows(header, ("R1", "P1", ONE, TWO), ("R1", "P2", ONE, TWO))
    assert recognise(table, SheetHints()).roles == {Role.NAME: 1}
    unnamed = rows(("", "x", "01/2026"), (ONE, "P1", ONE), (TWO, "P2", ONE), (None, "Total", TWO))
    assert recognise(unnamed, SheetHints()).roles == {Role.NAME: 1}
    by_serial = rows(("Serial", "01/2026"), ("S1", ONE), ("S2", ONE))
    assert recognise(by_serial, SheetHints()).roles[Role.NAME] == 0
    with pytest.raises(InvalidInputError, match="say which with --name-column"):
        recognise(rows(("x", "01/2026"), ("same", ONE), ("same", ONE)), SheetHints())


def test_two_feeds_of_a_rack_are_two_meters() -> None:
    table = rows(("Rack", "Feed", "01/2026"), ("R1", "A", ONE), ("R1", "B", ONE))
    layout = recognise(table, SheetHints())
    assert [layout.names_of(row) for row in table[1:]] == [("R1", "A"), ("R1", "B")]
    alone = rows(("Rack", "Feed", "01/2026"), ("R1", "A", ONE), ("R2", "B", ONE))
    assert Role.METER not in recognise(alone, SheetHints()).roles
    both = rows(("Rack", "Meter", "01/2026"), ("R1", "1", ONE), ("R1", "1", ONE))
    assert recognise(both, SheetHints()).roles == {Role.NAME: 0, Role.METER: 1}


@pytest.mark.parametrize("wanted", ["PDU", " pdu ", "B"])
def test_the_name_column_can_be_given(wanted: str) -> None:
    table = rows(("Rack", "PDU", "01/2026"), ("R1", "P1", ONE))
    assert recognise(table, SheetHints(name_column=wanted)).roles[Role.NAME] == 1


@pytest.mark.parametrize("wanted", ["Z", "nothing like it", "1"])
def test_a_name_column_that_is_not_there_is_told(wanted: str) -> None:
    table = rows(("Rack", "PDU", "01/2026"), ("R1", "P1", ONE))
    with pytest.raises(InvalidInputError, match="no column"):
        recognise(table, SheetHints(name_column=wanted))


def test_rows_that_are_no_meters_are_passed_over() -> None:
    layout = recognise(rows(("Rack", "01/2026", "02/2026"), A), SheetHints())
    assert layout.is_meter(SheetRow(2, A))
    assert layout.is_meter(SheetRow(2, (None, ONE)))
    assert layout.is_meter(SheetRow(2, ("R2 reset", ONE, None, "total was lost")))
    for cells in (
        ("Summe Halle 1", ONE, TWO),
        (None, ONE, TWO, "Total"),
        ("Made by me",),
        ("Rack", "01/2026", "02/2026"),
        ("Rack", day("2026-01-31")),
    ):
        assert not layout.is_meter(SheetRow(9, cells))
    assert not layout.is_meter(SheetRow(9, ("Hall", ONE), is_heading=True))
    assert not layout.is_meter(SheetRow(1, A))


def test_the_month_a_reading_closes() -> None:
    layout = recognise(rows(("Rack", "15.01.2026"), A), SheetHints())
    assert layout.readings[0].edge == date(2026, 1, 16)
