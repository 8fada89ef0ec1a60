"""A statement's sums, and the seal that holds it to the one before."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.reports.statements import built, month_book, priced, sealed, statement, without_value

from wattledger.domain.earlier import Earlier
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
    assert summed.before == Earlier(Decimal("3.000"))
    assert summed.year_before.kwh is None
    assert statement([without_value(5)]).total_kwh is None


def test_a_month_is_compared_with_the_clients_own_month_before_whatever_meters_it_has_now() -> None:
    line = replace(built(0).line, energy_milliwh=110_000_000, previous_milliwh=60_000_000)
    whole = Earlier(Decimal("100.000"))
    compared = replace(statement([line]), previous=whole, year_ago=Earlier())
    assert (compared.before, compared.change_percent) == (whole, Decimal("10.0"))
    assert compared.year_change_percent is None
    in_part = replace(compared, previous=Earlier(Decimal("100.000"), in_part=True))
    assert in_part.change_percent is None, "a month in part is less than the client used"
    silent = replace(compared, previous=Earlier(Decimal("100.000"), True, 1))
    assert silent.change_percent is None
    lacking = replace(compared, lines=(*compared.lines, without_value(5)))
    assert lacking.change_percent is None


def test_a_statement_sealed_without_its_month_before_knows_that_of_its_lines() -> None:
    line = replace(built(0).line, energy_milliwh=110_000_000, previous_milliwh=100_000_000)
    assert statement([line]).change_percent == Decimal("10.0")
    assert statement([line, without_value(5)]).change_percent == Decimal("10.0")
    new = replace(line, previous_milliwh=None)
    assert statement([line, new]).change_percent is None


def test_the_months_before_of_a_book_are_those_of_clients_and_of_nobody() -> None:
    line = replace(built(0).line, energy_milliwh=110_000_000, previous_milliwh=60_000_000)
    book = replace(
        month_book(statement([line]), unassigned=[line]),
        unassigned_before=Earlier(Decimal("40.000"), in_part=True),
    )
    assert book.before == Earlier(Decimal("100.000"), in_part=True)
    assert book.change_percent is None
    whole = replace(book, unassigned_before=Earlier(Decimal("40.000")))
    previous = replace(line, previous_in_part=False)
    whole = replace(
        whole, statements=(replace(statement([previous]), previous=Earlier(Decimal("60.000"))),)
    )
    assert whole.change_percent == Decimal("120.0")
    assert replace(book, unassigned=(without_value(5),)).change_percent is None


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
