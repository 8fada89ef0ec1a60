"""The wide sheet people keep, through acceptance and ledger, and what it had wrong."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.spreadsheets import MONTH, Written, on, write_book

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import parse_instant
from wattledger.domain.scaled import KWH, to_text
from wattledger.domain.wide_sheet import SheetHints
from wattledger.services.import_sheet import ImportedSheet, import_sheet
from wattledger.services.report_month import report_month
from wattledger.store.assignment_list import AssignmentFilter, list_assignments
from wattledger.store.assignments import FROM_THE_BEGINNING
from wattledger.store.database import Database
from wattledger.store.endpoints import NewEndpoint, find_endpoint, insert_endpoint
from wattledger.store.sites import first_site, insert_site
from wattledger.store.upgrade import upgrade

NOW = parse_instant("2026-05-10T00:00:00Z")
ZONE = "Europe/Berlin"
HEADER = (
    *("Rack", "Kunde", "Standort", "Seriennummer", "Faktor", on("2025-12-31"), on("2026-01-31")),
    *("kWh Jan", on("2026-02-28"), "kWh Feb", on("2026-03-31"), "kWh M\u00e4rz", "Bemerkung"),
)
Row = tuple[Written, ...]


def row(name: str, *cells: Written, client: str = "Client A", factor: float | None = None) -> Row:
    """Make a row: four readings, each but the first followed by the sheet's own energy."""
    return (name, client, "Hall 1", f"S-{name}", factor, *cells)


RIGHT = row("R1", 1000.4, 1543.5, "=543.1", 2000, "=456.5", 2600.5, "=600.5")
TIMES_40 = row("R2", 10, 20, "=400", 35, "=600", 50, "=600", factor=40)


def wide(folder: Path, *rows: Row, header: Row = HEADER, name: str = "sheet.xlsx") -> Path:
    table: list[Row] = [("Readings of hall 1",), (), header, *rows, ("Summe", *[None] * 5, 99999)]
    return write_book(folder / name, {"Notes": [("hello",)], "2026": table})


def brought(
    database: Database,
    path: Path,
    hints: SheetHints | None = None,
    *,
    skip_bad: bool = False,
    dry_run: bool = False,
) -> ImportedSheet:
    hints = hints or SheetHints()
    return import_sheet(database, path, ZONE, NOW, hints, skip_bad=skip_bad, dry_run=dry_run)


def months(result: ImportedSheet) -> list[tuple[str, str, str | None, str | None]]:
    assert result.report is not None
    return [
        (c.endpoint, f"{c.month:%m}", to_text(c.sheet_milliwh, KWH), to_text(c.ledger_milliwh, KWH))
        for c in result.report.months
    ]


def findings(result: ImportedSheet) -> list[tuple[int, str, str]]:
    assert result.report is not None
    return [(f.row, f"{f.month:%m}", f.words) for f in result.report.findings]


def reported(database: Database, month: str) -> dict[str, str | None]:
    report = report_month(database, on(f"{month}-01").date(), ZONE, NOW)
    return {line.endpoint: to_text(line.energy_milliwh, KWH) for line in report.lines}


def test_a_right_sheet_reproduces_its_months(database: Database, tmp_path: Path) -> None:
    result = brought(database, wide(tmp_path, RIGHT, TIMES_40))
    assert result.report is not None
    assert months(result) == [
        *(("R1", "01", "543.1", "543.1"), ("R1", "02", "456.5", "456.5")),
        *(("R1", "03", "600.5", "600.5"), ("R2", "01", "400", "400")),
        *(("R2", "02", "600", "600"), ("R2", "03", "600", "600")),
    ]
    assert findings(result) == []
    assert (result.report.meters, result.report.created, result.report.counts.new) == (2, 2, 8)
    assert reported(database, "2026-01") == {"R1": "543.1", "R2": "400"}
    assert reported(database, "2026-03") == {"R1": "600.5", "R2": "600"}
    with database.connect() as connection:
        endpoint = find_endpoint(connection, "R1")
        assigned = list_assignments(connection, AssignmentFilter(endpoint="R1"), None, 10)
    served = [(each.client, each.start_at, each.end_at) for each in assigned]
    assert served == [("Client A", FROM_THE_BEGINNING, None)]
    assert (endpoint.client, endpoint.location, endpoint.enabled) == ("Client A", "Hall 1", False)


@given(
    meters=st.lists(
        st.tuples(
            st.integers(10**4, 10**7),
            st.lists(st.integers(100_000, 300_000), min_size=3, max_size=3),
            st.sampled_from([1, 2, 40]),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=10)
def test_any_right_sheet_is_right(tmp_path: Path, meters: list[tuple[int, list[int], int]]) -> None:
    """Registers in tenths of a kWh whose months differ by a factor of three at most."""
    rows: list[Row] = []
    for number, (start, rises, factor) in enumerate(meters):
        cells: list[Written] = [start / 10]
        for tenths in rises:
            start += tenths // factor  # noqa: PLW2901 - it goes on from there
            cells += [start / 10, f"={tenths // factor * factor / 10}"]
        rows.append(row(f"R{number}", *cells, factor=factor))
    folder = Path(mkdtemp(dir=tmp_path))
    database = Database(f"sqlite:///{folder / 'wattledger.db'}")
    upgrade(database)
    result = brought(database, wide(folder, *rows))
    database.close()
    assert result.report is not None
    assert len(result.report.months) == 3 * len(meters)
    assert all(compared.agrees for compared in result.report.months)
    assert {finding.reason.name for finding in result.report.findings} <= {"SAME"}


def test_importing_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    path = wide(tmp_path, RIGHT, TIMES_40)
    first = brought(database, path)
    again = brought(database, path)
    assert again.report is not None
    assert (again.report.created, again.report.counts.new, again.report.counts.duplicates) == (
        *(0, 0, 8),
    )
    assert months(again) == months(first)


def test_a_dry_run_shows_the_same_and_keeps_nothing(database: Database, tmp_path: Path) -> None:
    path = wide(tmp_path, RIGHT, TIMES_40)
    tried = brought(database, path, dry_run=True)
    assert tried.report is not None
    assert tried.report.is_dry_run
    assert reported(database, "2026-01") == {}
    done = brought(database, path)
    assert months(done) == months(tried)


def test_what_was_wrong_is_listed_with_its_reason(database: Database, tmp_path: Path) -> None:
    path = wide(
        tmp_path,
        row("reset", 9000, 9100, "=100", 120, "=-8980", 400, "=280"),
        row("gap", 100, None, "=0", 300, "=200", 450, "=150"),
        row("typed", 10, "20,5 kWh", "=-10", 30, "=30", 40, "=10"),
        row("broken", 10, 20, "=10", "=#REF!", "=#REF!", 40, "=#REF!"),
        row("copied", 10, 20, "=10", 20, "=0", 40, "=20"),
        row("factor", 10, 20, "=10", 30, "=10", 40, "=10", factor=40),
        row("slip", 1000, 1500, "=500", 16005, "=14505", 2500, "=-13505"),
        row("added", 10, 20, "=10", 30, "=11", 40, "=10"),
    )
    result = brought(database, path)
    found = findings(result)
    text = "text instead of a number"
    for expected in (
        (4, "02", "the register fell: reset or meter swap not accounted for"),
        (5, "01", "reading missing"),
        (
            *(5, "02"),
            "previous reading missing: sheet subtracted over several months (over 2 months)",
        ),
        (6, "01", f"{text} (its number was used; a spreadsheet's sums pass over it)"),
        (6, "02", f"{text} (column G, the reading before, counted as nothing)"),
        (7, "02", "not a number (the error #REF!)"),
        (7, "03", "not a number (consumption: the error #REF!)"),
        (8, "02", "same reading as the month before"),
        (9, "01", "multiplier not applied"),
        (10, "02", "typing error: x10 (column I)"),
        (11, "02", "consumption does not equal the difference"),
    ):
        assert expected in found
    assert {number for number, _, _ in found} == set(range(4, 12))
    assert result.report is not None
    assert (result.report.absent, result.report.unusable) == (1, 1)


def test_a_sheet_without_energies_is_booked_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    header: Row = ("PDU", on("2026-01-01"), on("2026-02-01"))
    book: dict[str, Sequence[Row]] = {"x": [header, ("P1", 10, 30), ("P2", 1, 1)]}
    path = write_book(tmp_path / "months.xlsx", book, MONTH)
    # Shown as "Jan 2026", "Feb 2026": the ends of these months.
    assert months(brought(database, path)) == [
        *(("P1", "02", None, "20"), ("P2", "02", None, "0")),
    ]


def test_a_csv_file_is_read_as_well(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(
        "Rack;31.12.2025;31.01.2026;Verbrauch\nR1;1.000,5;1.100,5;100\nR2;;5;3\n", encoding="utf-8"
    )
    result = brought(database, path)
    assert months(result) == [("R1", "01", "100", "100"), ("R2", "01", "3", None)]
    assert findings(result) == [(3, "01", "previous reading missing")]
    with pytest.raises(InvalidInputError, match="it has no sheets"):
        import_sheet(database, path, ZONE, NOW, SheetHints(), sheet="x")


def test_bad_rows_keep_all_of_it_out_unless_skipped(database: Database, tmp_path: Path) -> None:
    nameless: Row = (None, *RIGHT[1:])
    wrong = row("R3", 1, 2, 1, 3, 1, 4, 1, factor=-1)
    path = wide(tmp_path, RIGHT, TIMES_40, nameless, RIGHT, wrong)
    refused = brought(database, path, SheetHints(name_column="Rack"))
    assert refused.report is None
    assert str(refused.bad).replace("\n", "|") == (
        "sheet '2026' row 6: the name is empty, but there are readings.|"
        "sheet '2026' row 7: 'R1' stands in row 4 already; name another column with "
        "--name-column, or rename one.|"
        "sheet '2026' row 8: The multiplier '-1' is not a positive number up to 1,000,000,000; "
        "write it like 40 or 0.1."
    )
    assert reported(database, "2026-01") == {}
    skipped = brought(database, path, SheetHints(name_column="Rack"), skip_bad=True)
    assert skipped.report is not None
    assert skipped.report.meters == 2


def test_a_first_reading_below_zero_is_told(database: Database, tmp_path: Path) -> None:
    header: Row = ("Rack", on("2025-12-31"), on("2026-01-31"))
    path = write_book(tmp_path / "sheet.xlsx", {"x": [header, ("R1", -1000, 1100)]})
    assert findings(brought(database, path)) == [(2, "12", "negative reading")]


def test_a_quote_that_is_not_closed_loses_no_row_in_silence(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text('Rack;Ort;31.12.2025;31.01.2026\nR1;"Hall 1;1000;1100\nR2;Hall 2;2000;2100\n')
    with pytest.raises(InvalidInputError, match=r"not a CSV file \(up to line 3: .*double quote"):
        brought(database, path)


def test_a_line_with_more_cells_than_the_header_is_a_bad_row(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("Rack,31.12.2025,31.01.2026,\nR1,1000,5,1100,5\nR2,2000,2100,\n")
    result = brought(database, path)
    assert result.report is None
    assert str(result.bad).startswith("sheet 'sheet' row 2: it has 5 cells, the header has 3")
    assert brought(database, path, skip_bad=True).report is not None
    assert reported(database, "2026-01") == {"R2": "100"}
    path.write_text(",2025-12,2026-01,Note\nRack,Stand,Stand\nR3,1000,1100,new\n")
    assert brought(database, path).report is not None


def test_a_row_with_registers_that_is_taken_for_a_sum_is_told(
    database: Database, tmp_path: Path
) -> None:
    path = wide(tmp_path, RIGHT, row("Total PDU 7", 1, 2, 1, 3, 1, 4, 1))
    result = brought(database, path)
    assert result.report is not None
    assert result.report.meters == 1
    assert result.report.sum_rows == ((5, "Total PDU 7"), (6, "Summe"))


def test_months_of_a_meter_elsewhere_end_at_its_own_midnight(
    database: Database, tmp_path: Path
) -> None:
    with database.begin() as connection:
        first_site(connection, ZONE)
        there = insert_site(connection, "New York", "America/New_York")
        known = NewEndpoint(name="R2", site_id=there, enabled=False, poll_minutes=40_320)
        insert_endpoint(connection, known, 0)
    header: Row = ("Rack", on("2025-12-31"), on("2026-01-31"), "kWh Jan", on("2026-02-28"))
    rows: list[Row] = [header, *((name, 1000, 1310, 310, 1870) for name in ("R1", "R2"))]
    result = brought(database, write_book(tmp_path / "sheet.xlsx", {"x": rows}))
    assert result.report is not None
    assert findings(result) == []
    assert months(result) == [
        *(("R1", "01", "310", "310"), ("R1", "02", None, "560")),
        *(("R2", "01", "310", "310"), ("R2", "02", None, "560")),
    ]
    assert (result.report.zone, result.report.other_zones) == (ZONE, ("America/New_York",))


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (("R" * 201, None, None, None), "endpoint has 201 characters"),
        (("R\u202e1", None, None, None), "endpoint has a line break or a control character"),
        (("R1", "C" * 201, None, None), "client has 201 characters"),
        (("R1", None, "H" * 201, None), "location has 201 characters"),
        (("R1", None, None, "S" * 101), "serial has 101 characters"),
    ],
)
def test_a_name_that_no_other_way_would_take_is_a_bad_row(
    database: Database, tmp_path: Path, bad: Row, what: str
) -> None:
    header: Row = ("Rack", "Kunde", "Standort", "Seriennummer", on("2026-01-31"))
    path = write_book(tmp_path / "sheet.xlsx", {"x": [header, (*bad, 1000)]})
    result = brought(database, path)
    assert result.report is None
    assert f"row 2: the name of the {what}" in str(result.bad)


def test_what_devices_show_for_no_value_is_no_reading(database: Database, tmp_path: Path) -> None:
    header: Row = ("Rack", on("2025-12-31"), on("2026-01-31"), "kWh Jan", on("2026-02-28"))
    rows: list[Row] = [header, ("R1", 65000, 65535, 535, 66000), ("R2", 10, 20, 65535, 30)]
    path = write_book(tmp_path / "sheet.xlsx", {"x": rows})
    result = brought(database, path)
    assert result.report is not None
    assert (result.report.counts.new, result.report.unusable) == (5, 1)
    assert findings(result) == [
        (2, "01", "not a number (65535, which devices show for 'no value')"),
        (3, "01", "consumption does not equal the difference"),
    ]


def test_a_row_in_another_unit_than_its_columns_is_a_bad_row(
    database: Database, tmp_path: Path
) -> None:
    header: Row = ("Rack", "Einheit", on("2026-01-31"), on("2026-02-28"))
    rows: list[Row] = [header, ("R1", "kWh", 1000, 1500), ("R2", "MWh", 1.0, 1.5)]
    path = write_book(tmp_path / "sheet.xlsx", {"x": rows})
    result = brought(database, path)
    assert result.report is None
    assert str(result.bad).startswith("sheet 'x' row 3: it is in MWh, and its column C in kWh")
    assert brought(database, path, skip_bad=True).report is not None
    assert reported(database, "2026-02") == {"R1": "500"}


def test_a_multiplier_that_is_not_the_meters_is_a_bad_row(
    database: Database, tmp_path: Path
) -> None:
    brought(database, wide(tmp_path, RIGHT))
    other = brought(database, wide(tmp_path, row("R1", 1, 2, 1, factor=40)))
    assert "the multiplier 40 is not that of the meter, 1" in str(other.bad)


def test_two_feeds_are_two_meters_of_one_endpoint(database: Database, tmp_path: Path) -> None:
    header: Row = ("Rack", "Feed", "12/2025", "01/2026")
    path = write_book(
        tmp_path / "feeds.xlsx", {"x": [header, ("R1", "A", 1, 2), ("R1", "B", 10, 30)]}
    )
    result = brought(database, path)
    assert result.report is not None
    assert [(c.endpoint, c.meter) for c in result.report.months] == [("R1", "A"), ("R1", "B")]


def test_readings_of_the_future_are_not_booked(database: Database, tmp_path: Path) -> None:
    header: Row = ("Rack", "12/2025", "01/2026", "12/2026")
    path = write_book(tmp_path / "future.xlsx", {"x": [header, ("R1", 1, 2, 3)]})
    result = brought(database, path)
    assert findings(result) == [(2, "12", "not a number (a reading of the future, 12/2026)")]
    assert result.report is not None
    assert (result.report.counts.new, result.report.unusable) == (2, 1)


def test_another_value_for_a_stored_instant_is_held_with_it(
    database: Database, tmp_path: Path
) -> None:
    brought(database, wide(tmp_path, RIGHT))
    changed = brought(
        database, wide(tmp_path, row("R1", 1000.4, 1543.6, 0, 2000, 0, 2600.5, 0), name="b.xlsx")
    )
    assert changed.report is not None
    assert (changed.report.counts.conflicts, changed.report.counts.held) == (1, 1)


def test_the_error_of_a_sheet_names_file_and_sheet(database: Database, tmp_path: Path) -> None:
    none = write_book(tmp_path / "none.xlsx", {"First": [("a", "b")], "Second": [("c",)]})
    with pytest.raises(InvalidInputError, match=r"none\.xlsx, sheet 'First': None of the first"):
        brought(database, none)
    unclear = write_book(
        tmp_path / "unclear.xlsx", {"A": [("Rack", "03/04/2026"), ("R1", 1)], "B": [HEADER, RIGHT]}
    )
    with pytest.raises(InvalidInputError, match="3 April 2026 or 4 March 2026"):
        brought(database, unclear)
