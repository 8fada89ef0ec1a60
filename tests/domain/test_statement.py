"""A statement's sums, and the seal that holds it to the one before."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.reports.statements import built, month_book, priced, sealed, statement, without_value

from wattledger.domain.seal import seal_of


def test_sums_are_of_printed_lines_and_none_where_nothing_is_known() -> None:
    thirds = [
        replace(
            built(n).line,
            energy_milliwh=333_333_500,
            previous_milliwh=1_000_400,
            year_ago_milliwh=None,
        )
        for n in range(3)
    ]
    summed = statement([*thirds, without_value(5)])
    assert summed.total_kwh == Decimal("1000.002")
    assert summed.previous_kwh == Decimal("3.000")
    assert summed.year_ago_kwh is None
    assert statement([without_value(5)]).total_kwh is None


def test_net_and_vat_are_the_gross_sum() -> None:
    bill = priced(statement([built(1).line]))
    assert bill.net + bill.vat == bill.gross
    assert bill.vat == next(charge.amount for charge in bill.charges if charge.unit == "%")
    assert statement().gross == 0


def test_only_a_closed_statement_has_a_number() -> None:
    assert statement().number is None
    assert sealed(statement(), sequence=17).number == "2026-03/17"


def test_a_month_of_statements_is_a_report_of_all_lines() -> None:
    book = month_book(
        statement([built(0).line]), statement([built(1).line]), unassigned=[built(2).line]
    )
    report = book.report
    assert (report.month, report.zone, report.state) == (date(2026, 3, 1), book.zone, book.state)
    assert [line.meter_id for line in report.lines] == [1, 2, 3]
    assert report.total_kwh == sum(line.printed_kwh or 0 for line in report.lines)


def test_a_seal_depends_on_the_document_its_close_its_number_and_the_seal_before() -> None:
    seals = {
        seal_of(None, 1, 0, "Ann", b"{}"),
        seal_of(None, 2, 0, "Ann", b"{}"),
        seal_of(None, 1, 1, "Ann", b"{}"),
        seal_of(None, 1, 0, "Bob", b"{}"),
        seal_of(None, 1, 0, "Ann", b"{ }"),
        seal_of("ab" * 32, 1, 0, "Ann", b"{}"),
    }
    assert len(seals) == 6
    assert all(len(seal) == 64 for seal in seals)
