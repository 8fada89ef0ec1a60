"""The workbook: the same figures as the JSON, as numbers, dates and formulas."""

import io
import json
import re
import shutil
import subprocess
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from tests.reports.statements import (
    START,
    Shape,
    built,
    month_book,
    priced,
    sealed,
    statement,
    without_value,
)

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import HOUR
from wattledger.domain.month_report import Peak
from wattledger.domain.statement import MonthBook, Statement
from wattledger.reports.json import month_json
from wattledger.reports.xlsx import month_workbook, statement_workbook

HEAD_ROW = 4


PEAK = Peak(7_600_000, START + 33 * HOUR, 6_500_000, 15, Decimal("99.8"))


def client(name: str, first: int = 0, meters: int = 5) -> Statement:
    """Return a client with meters, of which some broke, failed or began late."""
    shapes = [None, Shape(reset_at=40), Shape(gap=(30, 50)), Shape(begins_at=20)]
    lines = [built(first + n, shapes[n % 4]).line for n in range(meters)]
    return replace(priced(statement(lines, client=name)), peak=PEAK)


BOOK = month_book(
    sealed(client("Client XYZ")),
    client("=cmd|' /C calc'!A0", 10),
    replace(client("[Nord] Łódź: Abteilung für Energie & Wärme", 20), currency="CHF"),
    statement([without_value(7)], client="Дата-центр Ω"),
    unassigned=[built(9, endpoint="+1+1").line],
)


def sheet(content: bytes, name: str) -> list[list[object]]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()
    return [list(row) for row in rows]


def names(content: bytes) -> list[str]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names


def column(rows: list[list[object]], title: str) -> int:
    return rows[HEAD_ROW].index(title)


def row_of(rows: list[list[object]], first: str) -> list[object]:
    return next(row for row in rows if row[0] == first)


def figures(rows: list[list[object]], title: str, count: int) -> list[Decimal | None]:
    at = column(rows, title)
    cells = [row[at] for row in rows[HEAD_ROW + 1 : HEAD_ROW + 1 + count]]
    return [None if cell == "" else thousandths(cell) for cell in cells]


def thousandths(cell: object) -> Decimal:
    assert isinstance(cell, float)
    return Decimal(cell).quantize(Decimal("0.001"))


def test_each_line_is_what_the_json_says() -> None:
    told = json.loads(month_json(BOOK.report))["lines"][:5]
    rows = sheet(month_workbook(BOOK), "Client XYZ")
    for title, name in (
        ("Opening kWh", "openingKwh"),
        ("Closing kWh", "closingKwh"),
        ("kWh", "kwh"),
        ("Previous month kWh", "previousKwh"),
        ("Year ago kWh", "yearAgoKwh"),
        ("Uncertainty kWh", "uncertaintyKwh"),
        ("Peak kW", "peakKw"),
        ("95th percentile kW", "p95Kw"),
    ):
        expected = [None if line[name] is None else Decimal(line[name]) for line in told]
        for shown, exact in zip(figures(rows, title, 5), expected, strict=True):
            assert (shown is None) == (exact is None), title
            assert shown is None or exact is None or abs(shown - exact) <= Decimal("0.0005")
    changes = [row[column(rows, "Change")] for row in rows[5:10]]
    assert changes == [float(Decimal(line["changePercent"]) / 100) for line in told]
    assert [row[column(rows, "Flags")] for row in rows[5:10]] == [
        ", ".join(line["flags"]) for line in told
    ]


def test_moments_are_dates_of_the_zone_that_the_header_names() -> None:
    rows = sheet(month_workbook(BOOK), "Client XYZ")
    first = rows[HEAD_ROW + 1]
    assert first[column(rows, "From (Europe/Berlin)")] == date(2026, 3, 1)
    assert first[column(rows, "To, exclusive (Europe/Berlin)")] == date(2026, 4, 1)
    assert first[column(rows, "Peak at (Europe/Berlin)")] == datetime(2026, 3, 10, 15)  # noqa: DTZ001


def test_the_row_of_totals_has_the_peak_of_all_meters_together() -> None:
    rows = sheet(month_workbook(BOOK), "Client XYZ")
    total = row_of(rows, "Total")
    assert total[column(rows, "Peak kW")] == 7.6
    assert total[column(rows, "Peak at (Europe/Berlin)")] == datetime(2026, 3, 2, 9)  # noqa: DTZ001
    assert total[column(rows, "95th percentile kW")] == 6.5
    assert total[column(rows, "Peak coverage")] == 0.998
    assert total[column(rows, "Peak of")] == "all meters together"


def test_the_peak_of_a_racks_feeds_says_whose_it_is_and_what_is_known() -> None:
    first, second = BOOK.statements[0].lines[:2]
    assert first.peak is not None
    fed = replace(first, peak=replace(first.peak, is_of_rack=True))
    rows = sheet(month_workbook(month_book(statement([fed, second]))), "Client XYZ")
    lines = rows[HEAD_ROW + 1 : HEAD_ROW + 3]
    assert [row[column(rows, "Peak coverage")] for row in lines] == [0.998, 0.998]
    assert [row[column(rows, "Peak of")] for row in lines] == [
        "the rack's feeds together",
        "the meter",
    ]


def printed(book: MonthBook) -> Decimal:
    return Decimal(json.loads(month_json(book.report))["totals"]["kwh"])


def test_totals_are_formulas_that_carry_the_json_s_total() -> None:
    content = month_workbook(BOOK)
    summary = sheet(content, "Summary")
    total = row_of(summary, "All clients")
    billed = sum((each.total_kwh or 0 for each in BOOK.statements), Decimal(0))
    assert thousandths(total[column(summary, "kWh")]) == billed
    everything = row_of(summary, "All meters")
    assert thousandths(everything[column(summary, "kWh")]) == printed(BOOK)
    formulas = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert formulas.sheet_names[0] == "Summary"
    xml = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>ROUND(SUM(F6:F9),3)</f>" in xml
    assert "<f>'Client XYZ'!J11</f>" in xml


def test_the_sum_of_all_clients_and_what_served_nobody_are_all_meters() -> None:
    summary = sheet(month_workbook(BOOK), "Summary")
    names = [str(row[0]) for row in summary[HEAD_ROW + 1 :] if row[0]]
    assert names[-3:] == ["All clients", "(no client)", "All meters"]
    for title in ("Meters", "kWh"):
        at = column(summary, title)
        clients, nobody, every = (row_of(summary, name)[at] for name in names[-3:])
        assert isinstance(clients, float)
        assert isinstance(nobody, float)
        assert every == pytest.approx(clients + nobody)


def test_a_register_s_difference_times_its_multiplier_is_the_energy() -> None:
    line = built(0, Shape(multiplier=40)).line
    rows = sheet(statement_workbook(statement([line])), "Client XYZ")
    first = rows[HEAD_ROW + 1]
    opening, closing, times, kwh = (
        thousandths(first[column(rows, title)])
        for title in ("Opening kWh", "Closing kWh", "Multiplier", "kWh")
    )
    assert (closing - opening) * times == pytest.approx(kwh, abs=Decimal("0.1"))
    changed = replace(line, segments=(line.segments[0], replace(line.segments[0], multiplier="1")))
    rows = sheet(statement_workbook(statement([changed])), "Client XYZ")
    assert rows[HEAD_ROW + 1][column(rows, "Multiplier")] == "40, then 1"


def test_earlier_months_add_up_to_the_clients_own() -> None:
    line = replace(
        built(0).line,
        energy_milliwh=110_000_000,
        previous_milliwh=60_000_000,
        year_ago_milliwh=None,
        opening_between=True,
        previous_in_part=True,
    )
    own = replace(statement([line]), previous=Earlier(Decimal(100), True), year_ago=Earlier())
    content = month_workbook(month_book(own))
    rows, summary = sheet(content, "Client XYZ"), sheet(content, "Summary")
    at = column(rows, "Previous month kWh")
    others = row_of(rows, "Meters of then that are not above; rounding")
    assert (others[at], row_of(rows, "Total")[at]) == (40, 100)
    assert rows[HEAD_ROW + 1][column(rows, "Change")] == ""
    remarks = rows[HEAD_ROW + 1][column(rows, "Remarks")]
    assert remarks == "opening between reads; previous month known in part"
    told = row_of(summary, "Client XYZ")
    assert told[column(summary, "Change")] == ""
    assert row_of(summary, "All clients")[column(summary, "Change")] == ""
    assert told[column(summary, "Remarks")] == "previous month known in part"


@pytest.mark.parametrize(
    ("currency", "form"), [("JPY", "#,##0"), ("EUR", "#,##0.00"), ("BHD", "#,##0.000")]
)
def test_money_has_the_decimals_of_its_currency(currency: str, form: str) -> None:
    bill = replace(BOOK.statements[1], currency=currency)
    content = month_workbook(month_book(bill))
    for name, cell in (("sheet1", "O6"), ("sheet1", "O7"), ("sheet2", "J15")):
        assert number_format(content, name, cell) == form


def number_format(content: bytes, name: str, cell: str) -> str:
    """Return the format of a cell's number."""
    found = re.search(rf'<c r="{cell}" s="(\d+)"', part(content, f"xl/worksheets/{name}.xml"))
    assert found is not None
    styles = part(content, "xl/styles.xml")
    looks = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    own = re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', styles)
    formats: dict[str, str] = {"3": "#,##0", "4": "#,##0.00", **dict(own)}
    return formats[looks[int(found[1])]]


def test_what_is_multiplied_shows_all_of_its_digits() -> None:
    part_of_month, fine_price = Decimal("0.483871"), Decimal("0.12345678")
    fee = Charge(ChargeKind.FIXED_FEE, "Fee", Decimal("0.06"), part_of_month, "month", fine_price)
    content = statement_workbook(
        replace(statement([built(0).line]), currency="EUR", charges=(fee,))
    )
    row = [row[0] for row in sheet(content, "Client XYZ")].index("Fee") + 1
    for cell, value in ((f"H{row}", part_of_month), (f"I{row}", fine_price)):
        _, _, decimals = number_format(content, "sheet1", cell).partition(".")
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        assert len(decimals) >= -exponent


def test_a_client_without_any_value_has_an_empty_cell_and_not_zero() -> None:
    summary = sheet(month_workbook(BOOK), "Summary")
    silent = row_of(summary, "Дата-центр Ω")
    assert silent[column(summary, "kWh")] == ""
    assert silent[column(summary, "Without a value")] == 1
    assert silent[column(summary, "Flags")] == "missing"


def test_money_is_summed_by_currency_alone() -> None:
    summary = sheet(month_workbook(BOOK), "Summary")
    at, gross = column(summary, "Currency"), column(summary, "Gross")
    sums = {row[at]: row[gross] for row in summary[HEAD_ROW + 5 :] if row[at]}
    first, second, third = BOOK.statements[:3]
    assert sums == {"CHF": float(third.gross), "EUR": float(first.gross + second.gross)}


def test_charges_adjustments_notes_and_seal_stand_below_the_meters() -> None:
    xyz = BOOK.statements[0]
    rows = sheet(month_workbook(BOOK), "Client XYZ")
    assert row_of(rows, "Net")[9] == float(xyz.net)
    assert row_of(rows, "Gross")[9] == float(xyz.gross)
    assert row_of(rows, "Energy")[6] == "kWh"
    assert row_of(rows, "VAT 19 %")[8:10] == [0.19, float(xyz.vat)]
    assert "VAT" not in [row[0] for row in rows]
    texts = [str(row[0]) for row in rows]
    assert any("the register was reset, from 2,498.450 to 0.250 kWh" in text for text in texts)
    assert xyz.seal is not None
    assert f"SHA-256 {xyz.seal.sha256}" in texts
    assert "Previous none: this is the first" in texts
    assert "Closed 2 Apr 2026 09:15 (Europe/Berlin) by Erika Mustermann" in texts
    assert any(text.startswith("Estimates accepted") for text in texts)
    assert any("A reading of 28 February" in str(row[11]) for row in rows)


def test_names_never_run_as_formulas_and_are_shown_as_they_are() -> None:
    content = month_workbook(BOOK)
    summary = sheet(content, "Summary")
    assert row_of(summary, "=cmd|' /C calc'!A0")[column(summary, "State")] == "provisional"
    assert sheet(content, "(no client)")[HEAD_ROW + 1][0] == "+1+1"
    for name in zipfile.ZipFile(io.BytesIO(content)).namelist():
        formulas = re.findall(r"<f>(.*?)</f>", part(content, name))
        outside_quotes = [re.sub(r"'[^']*'", "", formula) for formula in formulas]
        assert not [each for each in outside_quotes if "cmd" in each or "1+1" in each]


def test_sheets_have_safe_names_of_their_own() -> None:
    twice = month_book(
        *(client(name) for name in ("Summary", "summary", "A" * 40, "A" * 41, "x/y", ""))
    )
    assert names(month_workbook(twice)) == [
        "Summary",
        "Summary (2)",
        "summary (3)",
        "A" * 31,
        f"{'A' * 27} (2)",
        "x y",
        "Client",
    ]


def test_sheets_are_set_up_to_be_read_and_printed() -> None:
    content = statement_workbook(BOOK.statements[0])
    xml = part(content, "xl/worksheets/sheet1.xml")
    assert '<pane xSplit="2" ySplit="5"' in xml
    assert '<autoFilter ref="A5:W10"/>' in xml
    assert 'orientation="landscape"' in xml
    assert 'fitToHeight="0"' in xml
    assert "Page &amp;P of &amp;N" in xml
    seal = BOOK.statements[0].seal
    assert seal is not None
    assert seal.sha256 in xml
    assert "'Client XYZ'!$5:$5" in part(content, "xl/workbook.xml")


def test_an_ampersand_in_a_name_is_no_command_of_the_margin() -> None:
    content = statement_workbook(client("A & B"))
    assert "A &amp;&amp; B" in part(content, "xl/worksheets/sheet1.xml")


def test_the_same_values_give_the_same_bytes() -> None:
    first = month_workbook(BOOK)
    time.sleep(1.1)
    assert month_workbook(BOOK) == first
    assert "2026-04-01T00:00:00Z" in part(first, "docProps/core.xml")


def test_a_bill_without_vat_says_so() -> None:
    bill = BOOK.statements[0]
    untaxed = replace(bill, charges=bill.charges[:1], adjustments=())
    rows = sheet(statement_workbook(untaxed), "Client XYZ")
    assert row_of(rows, "VAT")[9] == 0.0
    assert row_of(rows, "Gross")[9] == float(bill.charges[0].amount)


def test_a_month_without_anything_is_a_workbook() -> None:
    assert names(month_workbook(month_book())) == ["Summary"]
    assert names(statement_workbook(statement())) == ["Client XYZ"]


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read(name).decode()


def without_cached_values(content: bytes) -> bytes:
    """Return a workbook whose formulas carry no values: who shows some has reckoned."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            new.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", xml))
    return out.getvalue()


def test_libreoffice_opens_it_and_reckons_the_same_totals(tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.fail("There is no LibreOffice; run: sh scripts/office.sh")
    (tmp_path / "month.xlsx").write_bytes(without_cached_values(month_workbook(BOOK)))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    arguments = ("--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"))
    ran = subprocess.run(
        [office, profile, *arguments, str(tmp_path / "month.xlsx")],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    reckoned = (tmp_path / "out" / "month.xlsx").read_bytes()
    ours = month_workbook(BOOK)
    assert names(reckoned) == names(ours)
    summary = sheet(reckoned, "Summary")
    total = row_of(summary, "All meters")
    assert thousandths(total[column(summary, "kWh")]) == printed(BOOK)
    for name in names(ours):
        for theirs, own in zip(sheet(reckoned, name), sheet(ours, name), strict=False):
            for cell, expected in zip(theirs, own, strict=False):
                assert_same(cell, expected)


def assert_same(cell: object, expected: object) -> None:
    if isinstance(expected, float):
        assert isinstance(cell, float)
        assert cell == pytest.approx(expected, abs=1e-9)
    else:
        assert cell == expected
