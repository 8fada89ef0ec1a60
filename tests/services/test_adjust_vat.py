"""An adjustment is taxed at the rate of the month that it sets right, as that month was."""

from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from tests.services.billing import (
    APRIL,
    JANUARY,
    MARCH,
    MAY,
    ZONE,
    add_meter,
    after,
    book_all,
    client_id,
    close,
    edge,
    give_tariff,
    kept,
    price,
    steady,
)
from tests.services.test_adjust_months import late_reading

from wattledger.domain.charge import ChargeKind
from wattledger.domain.statement import Statement
from wattledger.reports.bundle_check import check_bundle
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.xlsx import month_workbook
from wattledger.services.closed_statement import statement_of
from wattledger.services.export_bundle import export_bundle
from wattledger.services.progress import unwatched
from wattledger.services.report_month import month_book
from wattledger.store.assignments import cut_from
from wattledger.store.database import Database

CENT = Decimal("0.01")


def adjusted(database: Database, *prices: dict[str, object], leaves: bool = False) -> Statement:
    """Close March and correct it, so that April's statement adjusts it."""
    with database.begin() as connection:
        meter_id = add_meter(connection, "Rack A1", "Alpha")
    book_all(database, meter_id, steady(edge(JANUARY), edge(MAY)))
    give_tariff(database, "Alpha", *prices)
    close(database, MARCH)
    book_all(database, meter_id, [late_reading(MARCH)])
    if leaves:
        with database.begin() as connection:
            cut_from(connection, [meter_id], edge(APRIL))
    close(database, APRIL)
    return statement_of(kept(database, "Alpha", APRIL))


def taxes(statement: Statement) -> dict[str, tuple[Decimal | None, Decimal]]:
    return {
        each.description: (each.quantity, each.amount)
        for each in statement.charges
        if each.kind is ChargeKind.VAT
    }


SIXTEEN = price(energyPrice="1", vatPercent="16")
NINETEEN = price("2026-04-01", energyPrice="1", vatPercent="19")


def test_a_month_of_16_percent_is_adjusted_at_16_percent(database: Database) -> None:
    statement = adjusted(database, SIXTEEN, NINETEEN)
    energy, adjustment = statement.charges[:2]
    assert adjustment.description == "Adjustment of 2026-03, VAT 16 %"
    assert adjustment.amount > 0
    assert taxes(statement) == {
        "VAT 19 %": (energy.amount, (energy.amount * 19 / 100).quantize(CENT)),
        "VAT 16 %": (adjustment.amount, (adjustment.amount * 16 / 100).quantize(CENT)),
    }
    bases = sum(base or Decimal(0) for base, _ in taxes(statement).values())
    assert bases == statement.net
    assert statement.gross == statement.net + sum(tax for _, tax in taxes(statement).values())


def test_the_same_rate_is_taxed_on_one_line(database: Database) -> None:
    statement = adjusted(database, SIXTEEN)
    assert statement.charges[1].description == "Adjustment of 2026-03"
    assert taxes(statement) == {
        "VAT 16 %": (statement.net, (statement.net * 16 / 100).quantize(CENT))
    }


def test_a_month_without_vat_is_adjusted_without(database: Database) -> None:
    statement = adjusted(database, price(energyPrice="1"), NINETEEN)
    energy, adjustment = statement.charges[:2]
    assert adjustment.description == "Adjustment of 2026-03, without VAT"
    assert [base for base, _ in taxes(statement).values()] == [energy.amount]


def test_a_rate_that_changed_inside_the_month_is_that_of_its_end(database: Database) -> None:
    changed = price("2026-03-20", energyPrice="1", vatPercent="17")
    statement = adjusted(database, SIXTEEN, changed, NINETEEN)
    assert list(taxes(statement)) == ["VAT 19 %", "VAT 17 %"]


def test_a_client_that_has_left_is_taxed_at_the_rate_of_then(database: Database) -> None:
    statement = adjusted(database, SIXTEEN, NINETEEN, leaves=True)
    assert list(taxes(statement)) == ["VAT 16 %"]
    assert statement.vat == (statement.net * 16 / 100).quantize(CENT)


def test_every_print_shows_the_rates(database: Database) -> None:
    statement = adjusted(database, SIXTEEN, NINETEEN)
    text = PdfReader(BytesIO(statement_pdf(statement))).pages[0].extract_text()
    book = month_book(database, APRIL, ZONE, after(APRIL), unwatched)
    sheet = CalamineWorkbook.from_filelike(BytesIO(month_workbook(book))).get_sheet_by_name("Alpha")
    cells = {cell: row for row in sheet.to_python() for cell in row[:1]}
    for name, (base, tax) in taxes(statement).items():
        assert name in text
        assert f"{base:,}" in text
        assert f"{tax:,}" in text
        assert {float(base or 0), float(tax)} <= set(cells[name])
    assert float(statement.vat) in cells["VAT"]
    assert "Adjustment of 2026-03, VAT 16 %" in text.replace("\n", " ")
    exported = export_bundle(database, client_id(database, "Alpha"), APRIL, None)
    assert check_bundle(exported).findings == ()
