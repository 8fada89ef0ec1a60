"""A month is closed once, client by client, and what is closed never changes (LEDGER 6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import update
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    KWH,
    MARCH,
    MAY,
    ZONE,
    add_meter,
    after,
    book_all,
    client_id,
    close,
    counts,
    edge,
    give_tariff,
    kept,
    outcomes,
    price,
    steady,
)

from wattledger.domain.errors import ConflictError, InvalidInputError
from wattledger.domain.finding import FindingKind
from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.month_report import MonthState
from wattledger.domain.seal import seal_of
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.statement_json import statement_json
from wattledger.reports.xlsx import month_workbook, statement_workbook
from wattledger.services.close_month import (
    CloseOrder,
    CloseOutcome,
    close_month,
    risks_of_month,
)
from wattledger.services.closed_statement import statement_of
from wattledger.services.keep_site import change_zone
from wattledger.services.progress import Advance, unwatched
from wattledger.services.report_month import month_book, report_month
from wattledger.store.assignments import assign, move_meter, replace_assignments
from wattledger.store.billing_tables import month_close, statement_line
from wattledger.store.clients import find_or_create_client
from wattledger.store.closes import insert_close
from wattledger.store.database import Database
from wattledger.store.readings import NewReading
from wattledger.store.tables import client


def two_clients(database: Database) -> tuple[int, int]:
    """Give two clients a meter each, read from February to May."""
    with database.begin() as connection:
        first = add_meter(connection, "Rack A1", "Alpha")
        second = add_meter(connection, "Rack B1", "Beta")
    for meter_id in (first, second):
        book_all(database, meter_id, steady(edge(FEBRUARY), edge(MAY)))
    return first, second


def test_a_month_is_open_then_provisional_then_closed_client_by_client(database: Database) -> None:
    two_clients(database)

    def states(now: int) -> tuple[str, dict[str, str]]:
        book = month_book(database, MARCH, ZONE, now, unwatched)
        return book.state, {each.client: each.state.value for each in book.statements}

    assert states(edge(APRIL) - 1) == ("open", {"Alpha": "open", "Beta": "open"})
    provisional = {"Alpha": "provisional", "Beta": "provisional"}
    assert states(edge(APRIL)) == ("provisional", provisional)
    assert outcomes(close(database, MARCH, "Alpha")) == {"Alpha": "closed"}
    assert states(after(MARCH)) == ("provisional", provisional | {"Alpha": "closed"})
    assert outcomes(close(database, MARCH)) == {"Alpha": "already", "Beta": "closed"}
    assert states(after(MARCH))[0] == MonthState.CLOSED
    assert report_month(database, MARCH, ZONE, after(MARCH)).state is MonthState.CLOSED


def test_closing_twice_changes_nothing(database: Database) -> None:
    two_clients(database)
    close(database, MARCH)
    before = kept(database, "Alpha", MARCH), counts(database, month_close, statement_line)
    again = close(database, MARCH, by="Somebody else", now=after(MARCH) + DAY)
    assert outcomes(again) == {"Alpha": "already", "Beta": "already"}
    assert outcomes(close(database, MARCH, "Alpha")) == {"Alpha": "already"}
    assert (kept(database, "Alpha", MARCH), counts(database, month_close, statement_line)) == before


def test_the_energy_of_a_closed_month_is_that_between_its_edges(database: Database) -> None:
    two_clients(database)
    statement = close(database, MARCH)["Alpha"].statement
    assert statement is not None
    (line,) = statement.lines
    # 12 kWh in six hours, evenly: the cut at the edges is exact to the mWh.
    assert line.energy_milliwh == (edge(APRIL) - edge(MARCH)) * 2 * KWH // HOUR
    assert line.previous_milliwh == (edge(MARCH) - edge(FEBRUARY)) * 2 * KWH // HOUR


def test_the_months_of_a_client_are_a_chain_of_hashes(database: Database) -> None:
    two_clients(database)
    for month in (FEBRUARY, MARCH, APRIL):
        assert outcomes(close(database, month)) == {"Alpha": "closed", "Beta": "closed"}
    previous = None
    for sequence, month in enumerate((FEBRUARY, MARCH, APRIL), 1):
        closed = kept(database, "Alpha", month)
        assert closed.seal.sequence == sequence
        assert closed.seal.previous_sha256 == previous
        assert closed.seal.sha256 == seal_of(
            previous, sequence, closed.seal.closed_at, closed.seal.closed_by, closed.document
        )
        previous = closed.seal.sha256
    assert kept(database, "Beta", APRIL).seal.sha256 != previous


def test_a_dead_meter_and_a_held_one_block_only_their_clients(database: Database) -> None:
    two_clients(database)
    with database.begin() as connection:
        dead = add_meter(connection, "Rack C1", "Gamma")
        add_meter(connection, "Rack D1", "Delta")
        held = add_meter(connection, "Rack E1", "Epsilon")
    book_all(database, dead, steady(edge(FEBRUARY), edge(MARCH) + 10 * DAY))
    jump = NewReading(edge(MARCH) + 20 * DAY, 900_000 * KWH, KWH // 10)
    rest = steady(edge(FEBRUARY), edge(MARCH) + 19 * DAY)
    book_all(database, held, [*rest, jump])
    closes = close(database, MARCH)
    assert outcomes(closes) == {
        "Alpha": "closed",
        "Beta": "closed",
        "Delta": "blocked",
        "Epsilon": "blocked",
        "Gamma": "blocked",
    }
    assert [each.kind for each in closes["Gamma"].findings] == [FindingKind.SILENT]
    assert "last read at 2026-03-11" in closes["Gamma"].findings[0].sentence
    assert [each.kind for each in closes["Delta"].findings] == [FindingKind.MISSING]
    assert FindingKind.HELD in {each.kind for each in closes["Epsilon"].findings}
    risks = risks_of_month(database, MARCH, after(MARCH))
    assert {each.client for each in risks if each.kind.blocks} == {"Gamma", "Delta", "Epsilon"}
    gamma = risks_of_month(database, MARCH, after(MARCH), client_id(database, "Gamma"))
    assert {each.client for each in gamma} == {"Gamma"}


def test_estimates_are_accepted_only_with_a_reason_and_that_stands_in_the_notes(
    database: Database,
) -> None:
    two_clients(database)
    with database.begin() as connection:
        dead = add_meter(connection, "Rack C1", "Gamma")
    book_all(database, dead, steady(edge(FEBRUARY), edge(MARCH) + 10 * DAY))
    with pytest.raises(InvalidInputError, match="Say why"):
        close(database, MARCH, accept_estimates=True, reason=" \n ")
    assert counts(database, month_close) == [0]
    closes = close(
        database, MARCH, accept_estimates=True, reason="burnt;\nagreed  with the client", by="Eva"
    )
    notes = {name: each.statement.notes for name, each in closes.items() if each.statement}
    assert notes == {
        "Alpha": (),
        "Beta": (),
        "Gamma": ("Estimates were accepted by Eva: burnt; agreed with the client",),
    }
    assert "agreed with the client" in kept(database, "Gamma", MARCH).document.decode()


def test_a_month_that_is_not_over_is_not_closed(database: Database) -> None:
    two_clients(database)
    with pytest.raises(InvalidInputError, match="2026-03 is not over yet"):
        close(database, MARCH, now=edge(APRIL) - 1)
    assert outcomes(close(database, MARCH, now=edge(APRIL)))["Alpha"] == "closed"


def test_months_are_closed_in_order(database: Database) -> None:
    two_clients(database)
    close(database, FEBRUARY, "Alpha")
    closes = close(database, APRIL)
    assert outcomes(closes) == {"Alpha": "blocked", "Beta": "closed"}
    assert "2026-03 is not closed yet; close it first" in (closes["Alpha"].reason or "")
    with pytest.raises(ConflictError, match="Alpha: 2026-03 is not closed yet"):
        close(database, APRIL, "Alpha")
    closes = close(database, MARCH)
    assert outcomes(closes) == {"Alpha": "closed", "Beta": "blocked"}
    assert "2026-04 is closed already" in (closes["Beta"].reason or "")
    with pytest.raises(ConflictError, match="Beta: 2026-04 is closed already"):
        close(database, MARCH, "Beta")


def test_a_client_without_meters_has_nothing_to_close(database: Database) -> None:
    two_clients(database)
    with database.begin() as connection:
        find_or_create_client(connection, "Nobody")
    with pytest.raises(InvalidInputError, match="No meter serves this client in 2026-03"):
        close(database, MARCH, "Nobody")
    assert close(database, MARCH.replace(year=2031), now=after(MARCH.replace(year=2031)))


def test_a_meter_that_moves_in_mid_month_is_cut_between_its_clients(database: Database) -> None:
    first, _ = two_clients(database)
    moved = edge(MARCH) + 10 * DAY + 5 * HOUR
    with database.begin() as connection:
        move_meter(connection, first, find_or_create_client(connection, "Beta"), moved)
    closes = close(database, MARCH)
    alpha, beta = closes["Alpha"].statement, closes["Beta"].statement
    assert alpha is not None
    assert beta is not None
    assert [(each.start_at, each.end_at) for each in alpha.lines] == [(edge(MARCH), moved)]
    part = alpha.lines[0].energy_milliwh or 0
    rest = next(each for each in beta.lines if each.endpoint == "Rack A1").energy_milliwh or 0
    assert part == (moved - edge(MARCH)) * 2 * KWH // HOUR
    assert part + rest == (edge(APRIL) - edge(MARCH)) * 2 * KWH // HOUR


def test_shares_of_a_meter_add_up_to_it(database: Database) -> None:
    first, _ = two_clients(database)
    with database.begin() as connection:
        replace_assignments(connection, first, [])
        for name, share in (("Alpha", 333_333), ("Gamma", 333_333), ("Zeta", 333_334)):
            number = find_or_create_client(connection, name)
            assign(connection, first, number, 0, share_ppm=share)
    closes = close(database, MARCH)
    parts = [
        line.energy_milliwh or 0
        for name in ("Alpha", "Gamma", "Zeta")
        if (statement := closes[name].statement) is not None
        for line in statement.lines
    ]
    assert sum(parts) == (edge(APRIL) - edge(MARCH)) * 2 * KWH // HOUR
    assert max(parts) - min(parts) <= 1_500


def test_prices_that_change_inside_the_month_price_the_days_before_and_after(
    database: Database,
) -> None:
    two_clients(database)
    cheap, dear = price(energyPrice="0.20", vatPercent="19"), price("2026-03-11", vatPercent="19")
    give_tariff(database, "Alpha", cheap, dear)
    statement = close(database, MARCH, "Alpha")["Alpha"].statement
    assert statement is not None
    amounts = [(charge.kind.value, charge.quantity, charge.amount) for charge in statement.charges]
    # 48 kWh a day; ten days of 24 hours, then twenty-one of which one has 23.
    assert [(kind, str(quantity), str(amount)) for kind, quantity, amount in amounts] == [
        ("energy", "480.000", "96.00"),
        ("energy", "1006.000", "251.50"),
        ("vat", "347.50", "66.03"),
    ]
    assert statement.total_kwh == sum(each.quantity or 0 for each in statement.charges[:2])


def test_a_closed_month_is_printed_with_the_same_bytes_whatever_happens(
    database: Database,
) -> None:
    first, _ = two_clients(database)
    give_tariff(database, "Alpha", price(vatPercent="19", fixedFee="10"))
    close(database, MARCH)

    def printed(now: int) -> list[bytes]:
        book = month_book(database, MARCH, ZONE, now, unwatched)
        alpha = book.statements[0]
        each = [statement_json(alpha), statement_workbook(alpha), statement_pdf(alpha)]
        return [*each, month_workbook(book)]

    before = printed(after(MARCH))
    book_all(database, first, [NewReading(edge(MARCH) + 10 * DAY, 1_300 * KWH, KWH // 10)])
    with database.begin() as connection:
        connection.execute(update(client).where(client.c.name == "Alpha").values(name="Omega"))
        move_meter(connection, first, find_or_create_client(connection, "Beta"), edge(MARCH) + DAY)
    assert printed(after(MARCH) + 100 * DAY) == before


def test_of_two_closes_of_one_client_at_once_one_wins(database: Database) -> None:
    two_clients(database)
    close(database, FEBRUARY, "Alpha")
    winner = close(database, MARCH, "Alpha", by="Erika")["Alpha"].statement
    assert winner is not None
    # What a close that read the database before had still to write.
    closed = kept(database, "Alpha", MARCH)
    february = kept(database, "Alpha", FEBRUARY).seal
    late = replace(closed, seal=replace(closed.seal, previous_sha256=february.sha256))
    message = "2026-03 was closed by Erika at the same time"
    with pytest.raises(ConflictError, match=message), database.begin() as connection:
        insert_close(connection, late, b"", ())
    assert statement_of(kept(database, "Alpha", MARCH)) == winner


@pytest.mark.parametrize("client", [None, "Alpha"])
def test_a_zone_that_changes_while_a_month_is_closed_closes_nothing(
    database: Database, client: str | None
) -> None:
    with database.begin() as connection:
        number = add_meter(connection, "Rack A", "Alpha")
    book_all(database, number, steady(edge(JANUARY), edge(MARCH)))

    @contextmanager
    def meanwhile(label: str, total: int) -> Iterator[Advance]:
        change_zone(database, "1", "Asia/Tokyo", FEBRUARY, unwatched)
        with unwatched(label, total) as advance:
            yield advance

    wanted = None if client is None else client_id(database, client)
    order = CloseOrder(JANUARY, "Erika", client_id=wanted)
    if client is None:
        (blocked,) = close_month(database, order, after(JANUARY), meanwhile).clients
        assert blocked.outcome is CloseOutcome.BLOCKED
        assert "time zone of a site was changed" in (blocked.reason or "")
    else:
        with pytest.raises(ConflictError, match="time zone of a site was changed"):
            close_month(database, order, after(JANUARY), meanwhile)
    assert counts(database, month_close) == [0]
    assert outcomes(close(database, JANUARY)) == {"Alpha": "closed"}
