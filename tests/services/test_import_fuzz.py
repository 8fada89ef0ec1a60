"""Whatever a file holds, an import ends in a sentence or a result, and a refused one books nothing.

The parts that open spreadsheets live in a process of their own, so examples are few there; the
recognition itself is fuzzed with many.
"""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.services.spreadsheets import write_book

from wattledger.cli import console
from wattledger.domain.cell import Cell, CellError, LocalMoment, SheetRow
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import parse_instant
from wattledger.domain.wide_sheet import SheetHints, recognise
from wattledger.secrets.vault import Vault
from wattledger.services.import_endpoints import import_endpoints
from wattledger.services.import_readings import import_readings
from wattledger.services.import_sheet import import_sheet
from wattledger.store.database import Database
from wattledger.store.tables import endpoint, reading

NOW = parse_instant("2026-05-10T00:00:00Z")
ZONE = "Europe/Berlin"

_words = st.sampled_from(
    [
        *(
            "endpoint",
            "timestamp",
            "total_kwh",
            "serial",
            "meter",
            "Rack",
            "Summe",
            "n/a",
            "kWh Jan",
        ),
        *("01/2026", "31.01.2026", "29 Feb", "03/04/2026", "Reading Jan-26", "Verbrauch", "12,5"),
        *("2026-03-01T00:00:00+01:00", "2026-03-01", "1e99", "-1", "=1+1", '"', "\u00e4", "1.234"),
        *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "NaN", "inf", "1" * 80),
    ]
)
_texts = st.one_of(_words, st.text(max_size=12))
_numbers = st.one_of(
    st.integers(-10, 10**6),
    st.floats(allow_nan=False, allow_infinity=False, width=64),
)
_moments = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31))  # noqa: DTZ001 - wall clocks
_cells: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    _texts,
    st.decimals(allow_nan=False, allow_infinity=False),
    _moments.map(LocalMoment),
    st.just(CellError("#REF!")),
)


def stored(database: Database) -> tuple[int, int]:
    with database.connect() as connection:
        counted = [
            connection.scalar(select(func.count()).select_from(table))
            for table in (endpoint, reading)
        ]
    return counted[0] or 0, counted[1] or 0


def try_all(database: Database, path: Path) -> None:
    """Import a file as all that it may be; each refusal leaves the database as it was."""
    vault = Vault(path.parent / "key")
    before = stored(database)
    with suppress(InvalidInputError):
        read = import_readings(
            database,
            path,
            ZONE,
            NOW,
            skip_bad=False,
            create_missing=True,
            progress=console.progress,
        )
        if not read.booked:
            assert read.bad.count
            assert stored(database) == before
    with suppress(InvalidInputError):
        made = import_endpoints(database, path, ZONE, NOW, vault, skip_bad=False)
        assert made.booked or made.bad.count
    before = stored(database)
    with suppress(InvalidInputError):
        import_sheet(database, path, ZONE, NOW, SheetHints(year=2026), dry_run=True, skip_bad=True)
    assert stored(database) == before
    with suppress(InvalidInputError):
        wide = import_sheet(database, path, ZONE, NOW, SheetHints(year=2025))
        assert wide.report is not None or wide.bad.count


@given(table=st.lists(st.lists(_texts, max_size=6), max_size=8))
@settings(max_examples=60)
def test_any_csv_file_ends_in_a_sentence_or_a_result(
    database: Database, tmp_path: Path, table: list[list[str]]
) -> None:
    path = tmp_path / "fuzz.csv"
    text = "\n".join(",".join(cells) for cells in table)
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try_all(database, path)


@given(rows=st.lists(st.lists(_texts, min_size=3, max_size=4), max_size=5))
@settings(max_examples=60)
def test_any_rows_under_a_right_header_end_so(
    database: Database, tmp_path: Path, rows: list[list[str]]
) -> None:
    path = tmp_path / "fuzz.csv"
    lines = ["endpoint,timestamp,total_kwh,serial", *(",".join(cells) for cells in rows)]
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    try_all(database, path)


@given(content=st.binary(max_size=200), suffix=st.sampled_from([".csv", ".xlsx", ".xls", ".ods"]))
@settings(max_examples=60)
def test_any_bytes_under_any_name_end_so(
    database: Database, tmp_path: Path, content: bytes, suffix: str
) -> None:
    path = tmp_path / f"fuzz{suffix}"
    path.write_bytes(content)
    try_all(database, path)


@given(
    rows=st.lists(
        st.lists(st.one_of(st.none(), _texts, _numbers, _moments, st.booleans()), max_size=5),
        max_size=5,
    ),
    header=st.sampled_from(
        [
            ("endpoint", "timestamp", "total_kwh", "serial"),
            ("Rack", "31.12.2025", "31.01.2026", "kWh"),
            (),
        ]
    ),
)
@settings(max_examples=12)
def test_any_spreadsheet_ends_so(
    database: Database,
    tmp_path: Path,
    rows: list[list[str | float | bool | datetime | None]],
    header: tuple[str, ...],
) -> None:
    plain = [
        [None if isinstance(cell, str) and cell.startswith("=") else cell for cell in cells]
        for cells in rows
    ]
    try_all(database, write_book(tmp_path / "fuzz.xlsx", {"Data": [header, *plain]}))


@given(place=st.floats(0, 1), cut=st.booleans(), byte=st.integers(0, 255))
@settings(max_examples=15)
def test_a_spreadsheet_with_broken_bytes_ends_so(
    database: Database, tmp_path: Path, place: float, byte: int, *, cut: bool
) -> None:
    header = ("endpoint", "timestamp", "total_kwh")
    path = write_book(tmp_path / "broken.xlsx", {"Data": [header, ("A", "x", 1)]})
    content = bytearray(path.read_bytes())
    at = int(place * (len(content) - 1))
    content[at] = byte
    path.write_bytes(content[:at] if cut else content)
    try_all(database, path)


@given(table=st.lists(st.lists(_cells, max_size=6), max_size=8))
@settings(max_examples=400)
def test_any_rows_are_recognised_or_refused(table: list[list[Cell]]) -> None:
    rows = [SheetRow(number, tuple(cells)) for number, cells in enumerate(table, start=1)]
    with suppress(InvalidInputError):
        layout = recognise(rows, SheetHints(year=2026))
        assert layout.readings
        assert all(isinstance(layout.is_meter(row), bool) for row in rows)


@pytest.mark.parametrize("kind", ["folder", "missing", "empty"])
def test_no_file_ends_so(database: Database, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "there.xlsx"
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    with pytest.raises(InvalidInputError, match=r"there\.xlsx"):
        import_sheet(database, path, ZONE, NOW, SheetHints())
    assert Decimal(0) == sum(stored(database))
