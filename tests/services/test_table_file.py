"""Tables in spreadsheets, read like those in CSV files."""

from pathlib import Path

import pytest
import xlsxwriter
from tests.services.spreadsheets import MINUTE, Written, on, write_book, write_ods

from wattledger.domain.errors import InvalidInputError
from wattledger.services.csv_lines import BadLines, CsvColumns
from wattledger.services.table_file import TableFile
from wattledger.services.workbook import Workbook, is_spreadsheet

COLUMNS = CsvColumns(required=("endpoint", "total_kwh"), optional=("timestamp", "serial"))
HEADER = ("Endpoint", "Total_kWh", "timestamp")


def lines(
    path: Path, bad: BadLines | None = None, sheet: str | None = None
) -> list[tuple[int, list[str]]]:
    bad = BadLines() if bad is None else bad
    with TableFile(path, COLUMNS, "Europe/Berlin", bad, sheet) as table:
        return list(table.lines())


def test_cells_are_the_text_a_csv_file_would_have(tmp_path: Path) -> None:
    rows: list[tuple[Written, ...]] = [
        ("Readings of hall 1",),
        (),
        (*HEADER, None, "serial"),
        ("A", 12543.5, on("2026-03-01"), "unlabelled", 123456),
        ("B", 0.1 + 0.2, on("2026-07-01T12:15:00"), None, " S 2 "),
        (),
        (42, "=543.1", "2026-03-01T00:00:00+01:00"),
        ("C", 12543, None),
        ("D", "n/a", None),
    ]
    path = write_book(tmp_path / "a.xlsx", {"Notes": [("hello",)], "Data": rows}, MINUTE)
    bad = BadLines()
    assert lines(path, bad) == [
        (4, ["A", "12543.5", "2026-02-28T23:00:00Z", "123456"]),
        (5, ["B", "0.3", "2026-07-01T10:15:00Z", "S 2"]),
        (7, ["42", "543.1", "2026-03-01T00:00:00+01:00", ""]),
        (8, ["C", "12543", "", ""]),
        (9, ["D", "n/a", "", ""]),
    ]
    assert (bad.count, bad.place) == (0, "sheet 'Data' row")


def test_error_cells_and_impossible_times_are_bad_rows(tmp_path: Path) -> None:
    rows: list[tuple[Written, ...]] = [
        HEADER,
        ("A", "=#REF!", on("2026-03-01")),
        ("A", "=#DIV/0!"),
        ("A", 5, on("2026-03-29T02:30:00")),
        ("A", True),
    ]
    bad = BadLines()
    path = write_book(tmp_path / "a.xlsx", {"Data": rows})
    assert lines(path, bad) == [(5, ["A", "TRUE", "", ""])]
    told = str(bad).splitlines()
    assert told[0] == "sheet 'Data' row 2: cell B2 holds the error #REF!."
    assert told[1] == "sheet 'Data' row 3: cell B3 holds the error #DIV/0!."
    assert "row 4: 2026-03-29 02:30:00 was never shown by the clocks" in told[2]


def test_of_hidden_rows_only_the_good_ones_are_meant(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("A", 1))
        sheet.write_formula(2, 1, "=A1", None, "#N/A")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(2, None, None, {"hidden": True})
    bad = BadLines()
    assert lines(path, bad) == [(2, ["A", "1", "", ""])]
    assert (bad.count, bad.ignored) == (0, 1)


def test_merged_titles_are_passed_over_and_merged_names_are_of_all_their_rows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, HEADER)
        sheet.merge_range(1, 0, 1, 2, "Hall 1")
        sheet.merge_range(2, 0, 3, 0, "Rack A")
        sheet.write(2, 1, 1)
        sheet.write(3, 1, 2)
        sheet.write(4, 1, 3)
    assert lines(path) == [
        (3, ["Rack A", "1", "", ""]),
        (4, ["Rack A", "2", "", ""]),
        (5, ["", "3", "", ""]),
    ]


def test_the_sheet_can_be_named_and_hidden_ones_come_last(tmp_path: Path) -> None:
    path = tmp_path / "sheets.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, hidden in (("Front", False), ("Old", True), ("New", False)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADER if name != "Front" else ("Welcome",))
            sheet.write_row(1, 0, (name, 1))
            if hidden:
                sheet.hide()
    assert lines(path)[0][1][0] == "New"
    assert lines(path, sheet="old")[0][1][0] == "Old"
    with pytest.raises(InvalidInputError, match="no sheet 'None'; there are Front, New, Old"):
        lines(path, sheet="None")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (("endpoint",), "row 1 has no column 'total_kwh'"),
        (("endpoint", "total_kwh", "colour"), "row 1 has an unknown column 'colour'"),
        (("endpoint", "total_kwh", "total_kwh"), "column 'total_kwh' twice"),
        (("else",), r"no sheet \(Data\) has a row with the columns endpoint, total_kwh"),
    ],
)
def test_a_header_that_does_not_fit_is_told(
    tmp_path: Path, header: tuple[str, ...], told: str
) -> None:
    with pytest.raises(InvalidInputError, match=told):
        lines(write_book(tmp_path / "a.xlsx", {"Data": [header, ("A", 1)]}))


def test_the_content_decides_what_a_file_is(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book.xlsx", {"Data": [HEADER, ("A", 1)]})
    renamed = book.rename(tmp_path / "readings.csv")
    assert lines(renamed) == [(2, ["A", "1", "", ""])]
    text = tmp_path / "text.xlsx"
    text.write_text("endpoint,total_kwh\nA,1\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="named like a spreadsheet but is none"):
        lines(text)
    plain = text.rename(tmp_path / "text.csv")
    assert lines(plain) == [(2, ["A", "1", "", ""])]
    with pytest.raises(InvalidInputError, match="it has no sheets"):
        lines(plain, sheet="Data")
    assert not is_spreadsheet(tmp_path / "nothing.xlsx")


def test_a_long_sheet_comes_whole_and_can_be_left_in_between(tmp_path: Path) -> None:
    rows = [HEADER, *((f"R{number}", number) for number in range(2, 2503))]
    path = write_book(tmp_path / "long.xlsx", {"Data": rows})
    found = lines(path)
    assert [number for number, _ in found] == list(range(2, 2503))
    assert found[-1] == (2502, ["R2502", "2502", "", ""])
    with Workbook(path) as book:
        first = next(book.rows("Data"))
        again = next(book.rows("Data"))
    assert first == again
    assert book.heights == {"Data": 2502}


def test_libreoffice_files_are_read_alike(tmp_path: Path) -> None:
    rows: list[tuple[Written, ...]] = [
        HEADER,
        ("A", 12543.5, on("2026-03-01")),
        ("A", None, on("2026-03-01T12:15:00")),
        ("A", "=#REF!", on("2026-03-02")),
        ("A", "=Err:502", on("2026-03-03")),
    ]
    bad = BadLines()
    assert lines(write_ods(tmp_path / "a.ods", "Data", rows, hidden=5), bad) == [
        (2, ["A", "12543.5", "2026-02-28T23:00:00Z", ""]),
        (3, ["A", "", "2026-03-01T11:15:00Z", ""]),
    ]
    assert str(bad) == "sheet 'Data' row 4: cell B4 holds the error #REF!."
    assert bad.ignored == 1


def test_two_cells_in_opposite_corners_end_no_process_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "corners.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, 1)
    with pytest.raises(InvalidInputError, match="asks for more memory or time"):
        lines(path)


def test_what_is_too_large_packed_or_unpacked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_book(tmp_path / "a.xlsx", {"Data": [HEADER]})
    monkeypatch.setattr("wattledger.services.workbook.LARGEST_UNPACKED", 1000)
    with pytest.raises(InvalidInputError, match="would unpack to more than"):
        Workbook(path)
    monkeypatch.setattr("wattledger.services.workbook.LARGEST_FILE", 100)
    with pytest.raises(InvalidInputError, match="is larger than"):
        Workbook(path)


def test_a_sheet_of_more_rows_than_a_sheet_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_book(tmp_path / "a.xlsx", {"Data": [HEADER, ("A", 1), ("B", 1)]})
    monkeypatch.setattr("wattledger.services.workbook.MOST_ROWS", 2)
    with pytest.raises(InvalidInputError, match="has more than 2 rows"):
        lines(path)
