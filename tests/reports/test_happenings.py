"""A multiplier that changes inside a month: whoever has the print reckons each side by itself."""

import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from tests.reports.statements import START, Shape, built, statement

from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.month_report import MonthLine, NamedRead, Segment
from wattledger.domain.register import RegisterSettings, interpolate
from wattledger.domain.statement import Statement
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.xlsx import statement_workbook

CHANGED_AT = START + 9 * DAY + HOUR


def changed(reads: tuple[NamedRead, ...] = ()) -> MonthLine:
    """Return a line whose register counts times 40, and from 10 March 01:00 on times 80."""
    line = built(0, Shape(multiplier=40)).line
    (whole,) = line.segments
    ends = (whole.first_at, whole.first_milliwh), (whole.last_at, whole.last_milliwh)
    stands = interpolate(*ends, CHANGED_AT)
    segments = (
        replace(whole, last_at=CHANGED_AT, last_milliwh=stands),
        Segment("install", CHANGED_AT, stands, *ends[1], "80", first_reads=reads),
    )
    energy = sum(
        RegisterSettings(int(each.multiplier)).energy(each.first_milliwh, each.last_milliwh)
        for each in segments
    )
    return replace(line, segments=segments, energy_milliwh=energy)


def printed(made: Statement) -> dict[str, str]:
    """Return what the PDF and the workbook say."""
    reader = PdfReader(io.BytesIO(statement_pdf(made)))
    book = CalamineWorkbook.from_filelike(io.BytesIO(statement_workbook(made)))
    cells = [str(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row]
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    return {"pdf": " ".join(pages), "xlsx": " ".join(cells)}


@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_the_energy_of_a_multiplier_that_changed_follows_from_the_print(form: str) -> None:
    line = changed()
    said = printed(statement([line]))[form]
    assert "40, then 80" in said
    found = re.search(
        r"Rack A1, total: From 10 Mar 2026 01:00 on the register counts times 80 and no longer "
        r"times 40; it stood at ([0-9,.]+) kWh then\.",
        said,
    )
    assert found is not None
    stood = Decimal(found[1].replace(",", ""))
    opening, closing = (
        Decimal(each or 0).scaleb(-6) for each in (line.opening_milliwh, line.closing_milliwh)
    )
    reckoned = (stood - opening) * 40 + (closing - stood) * 80
    assert abs(reckoned - Decimal(line.energy_milliwh or 0).scaleb(-6)) < Decimal("0.1")


def test_a_register_that_nobody_read_when_the_multiplier_changed_is_told_to_be_reckoned() -> None:
    reads = NamedRead(CHANGED_AT - HOUR), NamedRead(CHANGED_AT + HOUR)
    assert (
        "kWh then, reckoned between the reads on both sides."
        in printed(statement([changed(reads)]))["pdf"]
    )
    assert "kWh then." in printed(statement([changed(reads[:1])]))["pdf"]
