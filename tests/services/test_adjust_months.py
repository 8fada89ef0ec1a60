"""What changes after a close: the statement is frozen, and the next close sets it right."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    KWH,
    MARCH,
    MAY,
    STEP,
    ZONE,
    add_meter,
    after,
    book_all,
    client_id,
    close,
    declare,
    edge,
    forget,
    give_tariff,
    kept,
    outcomes,
    price,
    steady,
)

from wattledger.domain.charge import ChargeKind
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.period import next_month
from wattledger.domain.statement import Statement
from wattledger.reports.archive import month_archive
from wattledger.reports.bundle_check import check_bundle
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.xlsx import month_workbook
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.services.closed_statement import statement_of
from wattledger.services.export_bundle import export_bundle
from wattledger.services.keep_site import change_zone
from wattledger.services.month_changes import MeterChange, month_changes
from wattledger.services.progress import unwatched
from wattledger.services.report_month import month_book
from wattledger.store.assignments import assign, cut_from, replace_assignments
from wattledger.store.clients import find_client, find_or_create_client, set_client_tariff
from wattledger.store.database import Database
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import find_endpoint
from wattledger.store.months import month_tallies
from wattledger.store.readings import NewReading


def one_client(database: Database, *prices: dict[str, object]) -> int:
    """Give a client one meter, read from January to May, and prices."""
    with database.begin() as connection:
        number = add_meter(connection, "Rack A1", "Alpha")
    book_all(database, number, steady(edge(JANUARY), edge(MAY)))
    if prices:
        give_tariff(database, "Alpha", *prices)
    return number


def changes(database: Database, month: date, client: str = "Alpha") -> list[MeterChange]:
    return list(month_changes(database, client_id(database, client), month).meters)


def truth(database: Database, meter_id: int, month: date) -> int:
    with database.connect() as connection:
        return month_tallies(connection, month)[meter_id].energy_milliwh


def closed(database: Database, month: date, client: str = "Alpha") -> Statement:
    return statement_of(kept(database, client, month))


def late_reading(month: date) -> NewReading:
    """Return a reading at the end of a month that was cut out of an interval of six hours.

    All of the interval's 12 kWh were used before the month's end, not 6 h evenly.
    """
    end = edge(next_month(month))
    start = max(each.at for each in steady(edge(month), end) if each.at < end)
    shown = next(each for each in steady(edge(JANUARY), edge(MAY)) if each.at == start)
    return NewReading(end - HOUR, shown.total_milliwh + 12 * KWH, STEP)


def test_a_late_reading_changes_the_rollups_and_not_the_statement(database: Database) -> None:
    meter_id = one_client(database)
    close(database, MARCH)
    before = kept(database, "Alpha", MARCH)
    billed = truth(database, meter_id, MARCH)
    (none,) = changes(database, MARCH)
    assert (none.billed_milliwh, none.adjusted_milliwh, none.truth_milliwh) == (billed, 0, billed)
    book_all(database, meter_id, [late_reading(MARCH)])
    now = truth(database, meter_id, MARCH)
    assert now > billed
    assert kept(database, "Alpha", MARCH) == before
    (changed,) = changes(database, MARCH)
    assert changed.would_change_milliwh == now - billed
    assert (changed.endpoint, changed.meter, changed.meter_id) == ("Rack A1", "total", meter_id)


def test_the_next_close_books_the_difference_at_the_old_months_price(database: Database) -> None:
    prices = (
        price("2020-01-01", energyPrice="0.20", vatPercent="19"),
        price("2026-04-01", energyPrice="0.50", vatPercent="19"),
    )
    meter_id = one_client(database, *prices)
    close(database, MARCH)
    frozen = closed(database, MARCH)
    book_all(database, meter_id, [late_reading(MARCH)])
    difference = truth(database, meter_id, MARCH) - (frozen.lines[0].energy_milliwh or 0)
    close(database, APRIL)
    statement = closed(database, APRIL)
    (adjustment,) = statement.adjustments
    assert (adjustment.month, adjustment.endpoint, adjustment.meter) == (MARCH, "Rack A1", "total")
    assert adjustment.energy_milliwh == difference
    billed, now = frozen.lines[0].energy_milliwh, truth(database, meter_id, MARCH)
    assert (adjustment.before_milliwh, adjustment.after_milliwh) == (billed, now)
    assert adjustment.reason.startswith("Readings of the month came late")
    kwh = Decimal(truth(database, meter_id, MARCH)).scaleb(-6).quantize(Decimal("0.001"))
    anew = (kwh * Decimal("0.20")).quantize(Decimal("0.01"))
    assert adjustment.amount == anew - frozen.charges[0].amount
    assert adjustment.amount > 0
    [booked] = [each for each in statement.charges if each.kind is ChargeKind.ADJUSTMENT]
    assert (booked.amount, booked.description) == (adjustment.amount, "Adjustment of 2026-03")
    # The VAT is that of all that the statement charges.
    assert statement.vat == (statement.net * Decimal("0.19")).quantize(Decimal("0.01"))
    assert [each.would_change_milliwh for each in changes(database, MARCH)] == [0]
    assert closed(database, MARCH) == frozen


def test_a_second_correction_adjusts_only_the_rest(database: Database) -> None:
    meter_id = one_client(database, price())
    close(database, FEBRUARY)
    first = truth(database, meter_id, FEBRUARY)
    book_all(database, meter_id, [late_reading(FEBRUARY)])
    second = truth(database, meter_id, FEBRUARY)
    close(database, MARCH)
    declare(database, meter_id, late_reading(FEBRUARY).at, EventKind.REJECT)
    assert truth(database, meter_id, FEBRUARY) == first
    (change,) = changes(database, FEBRUARY)
    assert change.adjusted_milliwh == second - first
    assert change.would_change_milliwh == first - second
    close(database, APRIL)
    booked = [*closed(database, MARCH).adjustments, *closed(database, APRIL).adjustments]
    february = [each for each in booked if each.month == FEBRUARY]
    assert [each.energy_milliwh for each in february] == [second - first, first - second]
    assert sum(each.amount or Decimal(0) for each in february) == 0
    # What moved over the edge was March's, which was closed with the late reading in it.
    march = [each for each in booked if each.month == MARCH]
    assert [each.energy_milliwh for each in march] == [second - first]


def test_the_adjustment_is_priced_by_the_tariff_of_the_close_whatever_is_agreed_later(
    database: Database,
) -> None:
    meter_id = one_client(database, price(energyPrice="0.10"))
    close(database, MARCH)
    frozen = closed(database, MARCH)
    book_all(database, meter_id, [late_reading(MARCH)])
    give_tariff(database, "Alpha", price(energyPrice="9"))
    close(database, APRIL)
    (adjustment,) = closed(database, APRIL).adjustments
    kwh = Decimal(truth(database, meter_id, MARCH)).scaleb(-6).quantize(Decimal("0.001"))
    anew = (kwh * Decimal("0.10")).quantize(Decimal("0.01"))
    assert adjustment.amount == anew - frozen.net


def test_a_client_without_tariff_is_adjusted_in_energy_alone(database: Database) -> None:
    meter_id = one_client(database)
    close(database, MARCH)
    book_all(database, meter_id, [late_reading(MARCH)])
    give_tariff(database, "Alpha", price())
    close(database, APRIL)
    (adjustment,) = closed(database, APRIL).adjustments
    assert adjustment.amount is None
    assert adjustment.energy_milliwh > 0
    kinds = [each.kind for each in closed(database, APRIL).charges]
    assert kinds == [ChargeKind.ENERGY]


def test_a_client_that_lost_its_tariff_is_charged_by_the_old_one(database: Database) -> None:
    meter_id = one_client(database, price(energyPrice="1", vatPercent="19"))
    close(database, MARCH)
    book_all(database, meter_id, [late_reading(MARCH)])
    with database.begin() as connection:
        set_client_tariff(connection, find_client(connection, "Alpha").id, None)
    close(database, APRIL)
    statement = closed(database, APRIL)
    assert [each.kind for each in statement.charges] == [ChargeKind.ADJUSTMENT, ChargeKind.VAT]
    assert statement.currency == "EUR"
    assert statement.net > 0


def test_an_adjustment_in_another_currency_is_told_and_not_charged(database: Database) -> None:
    prices = price(), price("2026-04-01", currency="CHF")
    meter_id = one_client(database, *prices)
    close(database, MARCH)
    book_all(database, meter_id, [late_reading(MARCH)])
    close(database, APRIL)
    statement = closed(database, APRIL)
    assert [each.kind for each in statement.charges] == [ChargeKind.ENERGY]
    assert "The adjustment of 2026-03 is 0.56" in statement.notes[0]
    assert "EUR, which is not the currency" in statement.notes[0]
    assert statement.adjustments[0].amount is None


def test_a_client_that_has_left_still_gets_its_adjustment(database: Database) -> None:
    meter_id = one_client(database, price(energyPrice="1", vatPercent="19", minimum="50"))
    close(database, MARCH)
    frozen = closed(database, MARCH)
    with database.begin() as connection:
        cut_from(connection, [meter_id], edge(APRIL))
    assert close(database, APRIL) == {}
    book_all(database, meter_id, [late_reading(MARCH)])
    assert outcomes(close(database, APRIL)) == {"Alpha": "closed"}
    statement = closed(database, APRIL)
    assert statement.lines == ()
    assert statement.total_kwh is None
    assert statement.notes == (
        "No meter served the client in this month; closed months changed after their close.",
    )
    kinds = [each.kind for each in statement.charges]
    assert kinds == [ChargeKind.ADJUSTMENT, ChargeKind.VAT]
    added = truth(database, meter_id, MARCH) - (frozen.lines[0].energy_milliwh or 0)
    assert statement.adjustments[0].energy_milliwh == added
    # It is in the month's book, can be printed and proven, and the month is closed for it.
    book = month_book(database, APRIL, ZONE, after(APRIL), unwatched)
    assert [each.client for each in book.statements] == ["Alpha"]
    text = PdfReader(BytesIO(statement_pdf(book.statements[0]))).pages[0].extract_text()
    assert "2026-03" in text
    assert f"{statement.gross:,}" in text
    sheets = CalamineWorkbook.from_filelike(BytesIO(month_workbook(book))).sheet_names
    assert sheets == ["Summary", "Alpha", "(no client)"]
    assert month_archive(book) == month_archive(book)
    exported = export_bundle(database, client_id(database, "Alpha"), APRIL, None)
    assert check_bundle(exported).findings == ()
    assert outcomes(close(database, APRIL)) == {"Alpha": "already"}
    assert outcomes(close(database, MAY.replace(month=4), "Alpha")) == {"Alpha": "already"}
    assert close(database, MAY, now=after(MAY)) == {}


def test_a_meter_that_was_never_the_clients_is_credited(database: Database) -> None:
    meter_id = one_client(database, price(energyPrice="1"))
    close(database, MARCH)
    frozen = closed(database, MARCH)
    with database.begin() as connection:
        replace_assignments(connection, meter_id, [])
        assign(connection, meter_id, find_or_create_client(connection, "Beta"), 0)
    assert outcomes(close(database, APRIL)) == {"Alpha": "closed", "Beta": "closed"}
    statement = closed(database, APRIL)
    assert statement.net == -frozen.net
    assert statement.adjustments[0].energy_milliwh == -(frozen.lines[0].energy_milliwh or 0)
    assert statement.adjustments[0].after_milliwh == 0
    assert statement.adjustments[0].reason == (
        "The assignment changed: the meter did not serve the client in the month."
    )
    # Whom it served is billed for it, though April is the first month that it closed.
    (taken,) = closed(database, APRIL, "Beta").adjustments
    assert (taken.month, taken.energy_milliwh) == (MARCH, -statement.adjustments[0].energy_milliwh)
    # And back again: a meter that the closed statement of the adjustment never named.
    with database.begin() as connection:
        replace_assignments(connection, meter_id, [])
        assign(connection, meter_id, find_or_create_client(connection, "Alpha"), 0)
    close(database, MAY, accept_estimates=True, reason="the last month that is read")
    assert sum(each.energy_milliwh for each in closed(database, MAY).adjustments) == sum(
        truth(database, meter_id, month) for month in (MARCH, APRIL)
    )
    beta = closed(database, MAY, "Beta")
    assert sum(each.energy_milliwh for each in beta.adjustments) == -sum(
        truth(database, meter_id, month) for month in (MARCH, APRIL)
    )


def test_a_deleted_endpoint_is_still_adjusted(database: Database) -> None:
    meter_id = one_client(database, price())
    close(database, MARCH)
    with database.begin() as connection:
        delete_endpoint(connection, find_endpoint(connection, "Rack A1").id, edge(APRIL))
    book_all(database, meter_id, [late_reading(MARCH)])
    closes = close(database, APRIL)
    assert outcomes(closes)["Alpha"] == "closed"
    assert [each.month for each in closed(database, APRIL).adjustments] == [MARCH]


def test_a_month_that_was_nobodys_is_billed_with_the_next_close(database: Database) -> None:
    """The client was away in March, came back, and then March turns out to be its own."""
    meter_id = one_client(database, price(energyPrice="1"))
    close(database, FEBRUARY)
    with database.begin() as connection:
        client = find_client(connection, "Alpha").id
        replace_assignments(connection, meter_id, [])
        assign(connection, meter_id, client, 0, edge(MARCH))
        assign(connection, meter_id, client, edge(APRIL))
    assert close(database, MARCH) == {}
    assert outcomes(close(database, APRIL)) == {"Alpha": "closed"}
    with database.begin() as connection:
        replace_assignments(connection, meter_id, [])
        assign(connection, meter_id, find_or_create_client(connection, "Alpha"), 0)
    assert outcomes(close(database, MARCH)) == {"Alpha": "blocked"}
    close(database, MAY, accept_estimates=True, reason="the last month that is read")
    (adjustment,) = closed(database, MAY).adjustments
    assert (adjustment.month, adjustment.energy_milliwh) == (
        MARCH,
        truth(database, meter_id, MARCH),
    )
    assert adjustment.amount == Decimal(truth(database, meter_id, MARCH)).scaleb(-6)
    assert adjustment.before_milliwh == 0
    assert adjustment.reason.endswith("the meter served the client, and was not billed for it.")
    with database.connect() as connection:
        assert not MonthAdjuster(connection).has_changed(client_id(database, "Alpha"))


def test_what_is_not_known_any_more_is_not_taken_back(database: Database) -> None:
    number = one_client(database)
    close(database, JANUARY)
    forget(database, number)
    with database.connect() as connection:
        assert month_tallies(connection, JANUARY) == {}
        assert MonthAdjuster(connection).changes(client_id(database, "Alpha"), JANUARY) == {}
    (change,) = changes(database, JANUARY)
    assert (change.truth_milliwh, change.would_change_milliwh) == (None, 0)
    assert change.billed_milliwh > 0


def test_what_is_not_known_any_more_is_not_refunded_with_what_else_changed(
    database: Database,
) -> None:
    meter_id = one_client(database, price(fixedFee="50"))
    with database.begin() as connection:
        forgotten = add_meter(connection, "Rack A2", "Alpha")
    book_all(database, forgotten, steady(edge(JANUARY), edge(MAY)))
    close(database, JANUARY)
    forget(database, forgotten)
    book_all(database, meter_id, [late_reading(JANUARY)])
    close(database, FEBRUARY, accept_estimates=True, reason="nobody reads it")
    (adjustment,) = closed(database, FEBRUARY).adjustments
    assert adjustment.meter_id == meter_id
    assert adjustment.amount is not None
    assert abs(adjustment.amount - Decimal(adjustment.energy_milliwh).scaleb(-6) / 4) < 1
    assert adjustment.amount > 0


def test_what_is_not_known_any_more_is_not_refunded_where_prices_changed_inside(
    database: Database,
) -> None:
    number = one_client(database, price(), price("2026-01-16", energyPrice="0.50"))
    close(database, JANUARY)
    forget(database, number)
    close(database, FEBRUARY, accept_estimates=True, reason="nobody reads it")
    assert closed(database, FEBRUARY).adjustments == ()


def test_an_adjustment_says_whether_assignment_settings_or_readings_changed(
    database: Database,
) -> None:
    meter_id = one_client(database)
    close(database, JANUARY)
    close(database, FEBRUARY)
    close(database, MARCH)
    with database.begin() as connection:
        client = find_client(connection, "Alpha").id
        replace_assignments(connection, meter_id, [])
        assign(connection, meter_id, client, 0, edge(FEBRUARY), 500_000)
        assign(connection, meter_id, client, edge(FEBRUARY) + DAY)
    declare(database, meter_id, edge(MARCH), EventKind.SETTINGS, settings={"multiplier": "2"})
    close(database, APRIL)
    reasons = {each.month: each.reason for each in closed(database, APRIL).adjustments}
    assert reasons == {
        JANUARY: "The assignment changed: the client has another share of the meter.",
        FEBRUARY: (
            "The assignment changed: the meter served the client in another part of the month."
        ),
        MARCH: "The register's settings changed: its multiplier is 2 and was 1.",
    }


def test_a_month_that_ends_elsewhen_by_its_sites_new_zone_says_so(database: Database) -> None:
    one_client(database, price())
    for month in (JANUARY, FEBRUARY):
        close(database, month)
    change_zone(database, "1", "Asia/Tokyo", MARCH, unwatched)
    close(database, MARCH)
    [adjustment] = closed(database, MARCH).adjustments
    assert adjustment.month == FEBRUARY
    assert adjustment.energy_milliwh == -8 * 2 * KWH, "Tokyo's March begins eight hours sooner"
    assert adjustment.reason == (
        "The time zone of the site changed: the month begins or ends at another instant."
    )
