"""Closed statements are proven: one that was changed in the database is found, and not followed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    MARCH,
    MAY,
    add_meter,
    book_all,
    client_id,
    close,
    edge,
    give_tariff,
    kept,
    outcomes,
    price,
    steady,
)
from tests.services.test_adjust_months import late_reading

from wattledger.domain.errors import ConflictError, NotAsSealedError
from wattledger.domain.tariff_form import parse_tariff, tariff_document
from wattledger.services.progress import Advance, unwatched
from wattledger.services.report_month import month_book, report_month
from wattledger.services.verify_seals import verify_seals
from wattledger.store.billing_tables import month_close, statement_line
from wattledger.store.database import Database
from wattledger.store.tables import meter


@pytest.fixture
def closed(database: Database) -> Database:
    """Give three closed months of Alpha and of Beta."""
    for name in ("Alpha", "Beta"):
        with database.begin() as connection:
            meter_id = add_meter(connection, f"Rack {name}", name)
        book_all(database, meter_id, steady(edge(JANUARY), edge(MAY)))
    for month in (JANUARY, FEBRUARY, MARCH):
        assert set(outcomes(close(database, month)).values()) == {"closed"}
    return database


def row_of(database: Database, client: str, month: object) -> int:
    sha256 = kept(database, client, month).seal.sha256  # type: ignore[arg-type] # a month
    with database.connect() as connection:
        rows = select(month_close.c.id).where(month_close.c.sha256 == sha256)
        return int(connection.execute(rows).scalar_one())


def change(database: Database, month: object, **columns: Any) -> None:  # noqa: ANN401 - any
    """Change a statement of Alpha behind our back."""
    number = row_of(database, "Alpha", month)
    with database.begin() as connection:
        connection.execute(update(month_close).where(month_close.c.id == number).values(**columns))


def found(database: Database) -> dict[str, list[str]]:
    """Return what does not fit, by the client and number of the statement."""
    broken = verify_seals(database, unwatched).broken
    return {f"{each.closed.client} {each.number}": list(each.sentences) for each in broken}


UNFIT = (
    "its seal does not fit: what it says, its number, its predecessor, when or by whom it was "
    "closed was changed"
)
NOT_THEIRS = "the readings that are kept with it are not those that it seals"


def test_statements_that_nobody_touched_fit(closed: Database) -> None:
    told: list[tuple[str, int]] = []
    counted: list[int] = []

    @contextmanager
    def watched(label: str, total: int) -> Iterator[Advance]:
        told.append((label, total))

        def advance(count: int = 1) -> None:
            counted.append(count)

        yield advance

    verified = verify_seals(closed, watched)
    assert (verified.statements, verified.broken, verified.is_right) == (6, [], True)
    assert (told, sum(counted)) == ([("verifying closed statements", 6)], 6)


def test_where_nothing_is_closed_there_is_nothing_to_prove(database: Database) -> None:
    verified = verify_seals(database, unwatched)
    assert (verified.statements, verified.is_right) == (0, True)


def test_a_figure_that_is_changed_in_the_database_is_found(closed: Database) -> None:
    document = kept(closed, "Alpha", JANUARY).document
    change(closed, JANUARY, document=document.replace(b"1488", b"9488"))
    assert found(closed) == {"Alpha 2026-01/1": [UNFIT]}
    assert not verify_seals(closed, unwatched).is_right


@pytest.mark.parametrize(
    "columns", [{"closed_by": "Nobody"}, {"closed_at": 1}, {"document": b"{}"}]
)
def test_whatever_the_seal_is_over_is_found(closed: Database, columns: dict[str, Any]) -> None:
    change(closed, FEBRUARY, **columns)
    assert found(closed)["Alpha 2026-02/2"][0] == UNFIT


def test_a_statement_that_was_sealed_anew_does_not_lead_to_the_next(closed: Database) -> None:
    change(closed, FEBRUARY, sha256="ab" * 32)
    follows = kept(closed, "Alpha", MARCH).seal.previous_sha256
    assert found(closed) == {
        "Alpha 2026-02/2": [UNFIT],
        "Alpha 2026-03/3": [
            f"it follows the seal {follows}, and the statement before it has {'ab' * 32}"
        ],
    }


def test_a_statement_that_was_taken_out_is_missed(closed: Database) -> None:
    number = row_of(closed, "Alpha", JANUARY)
    with closed.begin() as connection:
        connection.execute(delete(statement_line).where(statement_line.c.close_id == number))
        connection.execute(delete(month_close).where(month_close.c.id == number))
    ((which, sentences),) = found(closed).items()
    assert which == "Alpha 2026-02/2"
    assert sentences[0] == "its number is 2 and not 1: one before it is missing"
    assert sentences[1].endswith("and the statement before it has -")


def test_a_reading_that_is_kept_otherwise_than_sealed_is_found(closed: Database) -> None:
    with closed.connect() as connection:
        others = connection.execute(
            select(month_close.c.readings).where(month_close.c.id == row_of(closed, "Alpha", MARCH))
        ).scalar_one()
    change(closed, FEBRUARY, readings=others)
    assert found(closed) == {"Alpha 2026-02/2": [NOT_THEIRS]}
    change(closed, FEBRUARY, readings=b"nothing")
    assert found(closed) == {"Alpha 2026-02/2": [NOT_THEIRS]}


def test_a_statement_of_another_client_is_found(closed: Database) -> None:
    theirs = kept(closed, "Beta", MARCH)
    change(closed, MARCH, document=theirs.document)
    assert f"it is that of 2026-03 of client {theirs.client_id}" in found(closed)["Alpha 2026-03/3"]


def test_nothing_is_chained_to_a_statement_that_was_changed(closed: Database) -> None:
    document = kept(closed, "Alpha", MARCH).document
    change(closed, MARCH, document=document.replace(b'"notes":[]', b'"notes":["Paid."]'))
    closes = close(closed, APRIL)
    assert outcomes(closes) == {"Alpha": "blocked", "Beta": "closed"}
    reason = "2026-03 is not kept as it was sealed, and nothing is chained to it; "
    assert str(closes["Alpha"].reason).startswith(reason)
    with pytest.raises(ConflictError, match=f"Alpha: {reason}"):
        close(closed, APRIL, "Alpha")
    change(closed, MARCH, document=document)
    assert outcomes(close(closed, APRIL)) == {"Alpha": "closed", "Beta": "already"}
    assert kept(closed, "Alpha", APRIL).client_id == client_id(closed, "Alpha")
    assert found(closed) == {}


def test_nothing_is_made_of_a_statement_that_was_changed(closed: Database) -> None:
    document = kept(closed, "Alpha", MARCH).document
    change(closed, MARCH, document=document.replace(b'"notes":[]', b'"notes":["Paid."]'))
    now = edge(MAY)
    told = "The statement 2026-03/3 of Alpha is not kept as it was sealed"
    with pytest.raises(NotAsSealedError, match=told):
        report_month(closed, MARCH, "UTC", now)
    with pytest.raises(NotAsSealedError, match=told):
        month_book(closed, MARCH, "UTC", now, unwatched)
    (line,) = report_month(closed, MARCH, "UTC", now, client_id(closed, "Beta")).lines
    assert line.client == "Beta"
    change(closed, MARCH, document=document)
    assert len(report_month(closed, MARCH, "UTC", now).lines) == 2


def test_an_adjustment_of_a_statement_that_was_changed_blocks_its_client_alone(
    closed: Database,
) -> None:
    document = kept(closed, "Alpha", JANUARY).document
    change(closed, JANUARY, document=document.replace(b'"notes":[]', b'"notes":["Paid."]'))
    with closed.connect() as connection:
        meter_ids = connection.scalars(select(meter.c.id)).all()
    for meter_id in meter_ids:
        book_all(closed, meter_id, [late_reading(JANUARY)])
    closes = close(closed, APRIL)
    assert outcomes(closes) == {"Alpha": "blocked", "Beta": "closed"}
    assert "The statement 2026-01/1 of Alpha is not kept" in str(closes["Alpha"].reason)
    with pytest.raises(NotAsSealedError, match="2026-01/1 of Alpha"):
        close(closed, APRIL, "Alpha")


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"energy_milliwh": statement_line.c.energy_milliwh - 100_000_000}, "energy"),
        ({"parts": [[0, 1, 1_000_000]]}, "energy"),
        ({"meter_id": 2}, "energy"),
        (None, "energy"),
    ],
)
def test_a_row_that_the_next_close_adjusts_by_is_found(
    closed: Database, columns: dict[str, Any] | None, told: str
) -> None:
    here = statement_line.c.close_id == row_of(closed, "Alpha", FEBRUARY)
    with closed.begin() as connection:
        changed = delete(statement_line) if columns is None else update(statement_line)
        if columns is not None:
            changed = changed.values(**columns)  # type: ignore[union-attr] # an update
        connection.execute(changed.where(here))
    [broken] = verify_seals(closed, unwatched).broken
    assert (broken.closed.client, broken.closed.month) == ("Alpha", FEBRUARY)
    assert [each for each in broken.sentences if told in each] == [*broken.sentences]


def test_prices_that_the_next_close_adjusts_by_are_found(database: Database) -> None:
    with database.begin() as connection:
        meter_id = add_meter(connection, "Rack", "Alpha")
    book_all(database, meter_id, steady(edge(JANUARY), edge(MAY)))
    give_tariff(database, "Alpha", price(fixedFee="10", minimum="20", vatPercent="19"))
    close(database, JANUARY)
    book_all(database, meter_id, [late_reading(JANUARY)])
    close(database, FEBRUARY)
    assert verify_seals(database, unwatched).is_right
    dearer = tariff_document(parse_tariff({"name": "T", "prices": [price(energyPrice="0.50")]}))
    change(database, FEBRUARY, tariff=dearer)
    [broken] = verify_seals(database, unwatched).broken
    assert "the prices that are kept with it" in broken.sentences[0]
