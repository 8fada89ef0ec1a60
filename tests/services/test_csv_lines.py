"""CSV files as people save them."""

from pathlib import Path

import pytest

from wattledger.domain.errors import InvalidInputError
from wattledger.services.csv_lines import BadLines, CsvColumns, count_lines, read_lines

COLUMNS = CsvColumns(required=("endpoint", "total_kwh"), optional=("meter",))


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"endpoint,total_kwh,meter\nA,1,\nB,2,x\n",
        b"endpoint;total_kwh;meter\r\nA;1;\r\nB;2;x\r\n",
        b"\xef\xbb\xbfEndpoint\tTotal_kWh\tMeter\nA\t1\nB\t2\tx\n",
        b"meter,total_kwh,endpoint\n,1,A\n\nx,2,B",
    ],
)
def test_separators_order_case_and_marks_do_not_matter(tmp_path: Path, content: bytes) -> None:
    cells = [cells for _, cells in read_lines(written(tmp_path, content), COLUMNS, BadLines())]
    assert cells == [["A", "1", ""], ["B", "2", "x"]]


def test_lines_are_numbered_as_an_editor_numbers_them(tmp_path: Path) -> None:
    path = written(tmp_path, b"endpoint,total_kwh\nA,1\n\nB,2\n")
    assert [number for number, _ in read_lines(path, COLUMNS, BadLines())] == [2, 4]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no column 'endpoint'"),
        (b"endpoint,kwh\n", "no column 'total_kwh', an unknown column 'kwh'"),
        (b"endpoint,endpoint,total_kwh\n", "column 'endpoint' twice"),
        (b"endpoint,total_kwh\n\xff\xfe,1\n", "UTF-8"),
        (b"endpoint,total_kwh," + b"x" * 200_000 + b"\n", "not a CSV file"),
        (b'endpoint,total_kwh\nA,1\n"B,2\nC,3\n', r"up to line 4: .*a double quote ends with one"),
        (b'endpoint,total_kwh\nA,1\n"B,2\n"C",3\n', "line 4"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        list(read_lines(written(tmp_path, content), COLUMNS, BadLines()))


def test_a_line_of_more_cells_than_the_header_is_bad_and_not_shifted(tmp_path: Path) -> None:
    content = b'endpoint,total_kwh\nHall 1, Row 3,7\n"Hall 1, Row 4",8\nRack 5,9,,\n'
    bad = BadLines()
    lines = list(read_lines(written(tmp_path, content), COLUMNS, bad))
    assert lines == [(3, ["Hall 1, Row 4", "8", ""]), (4, ["Rack 5", "9", ""])]
    assert str(bad) == (
        "line 2: it has 3 cells, the header has 2; a cell with ',' in it stands between double "
        "quotes."
    )


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        list(read_lines(tmp_path / "none.csv", COLUMNS, BadLines()))
    assert count_lines(tmp_path / "none.csv") == 0


def test_many_bad_lines_are_counted_and_the_first_shown() -> None:
    bad = BadLines()
    for line in range(2, 102):
        bad.add(line, "no number")
    assert bad.count == 100
    assert str(bad).startswith("line 2: no number\nline 3")
    assert str(bad).endswith("... and 80 more bad lines")
