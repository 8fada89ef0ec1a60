"""Closed months and their adjustments are the truth, whatever is corrected between (LEDGER 7)."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from tests.services.billing import (
    APRIL,
    FEBRUARY,
    JANUARY,
    KWH,
    MARCH,
    MAY,
    STEP,
    add_meter,
    book_all,
    client_id,
    close,
    declare,
    edge,
    give_tariff,
    kept,
    price,
    steady,
)

from wattledger.domain.charge import ChargeKind
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.statement import Statement
from wattledger.services.adjust_months import MonthAdjuster, statement_of
from wattledger.services.month_statements import draft_month
from wattledger.services.price_month import price_month
from wattledger.store.assignments import move_meter
from wattledger.store.clients import find_client
from wattledger.store.closes import ClosedMonth, closes_of_client
from wattledger.store.database import Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading

pytestmark = [pytest.mark.long, pytest.mark.no_cover]


def closed(database: Database, month: date, client: str = "Alpha") -> Statement:
    return statement_of(kept(database, client, month))


CORRECTIONS = st.lists(
    st.tuples(
        st.sampled_from(("late", "reject", "swap", "check", "move", "back")),
        st.integers(0, 110),
        st.integers(0, 23),
    ),
    max_size=2,
)


@pytest.fixture
def fresh(database: Database, tmp_path: Path) -> Callable[[], AbstractContextManager[Database]]:
    """Give a new database for each example: meters of others would be reckoned with it."""
    database.close()
    places = (tmp_path / f"example-{number}.db" for number in itertools.count())

    @contextmanager
    def opened() -> Iterator[Database]:
        path = next(places)
        shutil.copy(database.path, path)
        example = Database(f"sqlite:///{path}")
        # A power cut is not what these examples are about.
        event.listen(
            example.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF")
        )
        yield example
        example.close()
        path.unlink()

    return opened


@settings(max_examples=100)
@given(rounds=st.tuples(CORRECTIONS, CORRECTIONS, CORRECTIONS))
def test_closed_months_and_their_adjustments_are_the_truth(
    fresh: Callable[[], AbstractContextManager[Database]],
    rounds: Sequence[list[tuple[str, int, int]]],
) -> None:
    """Over three closes with corrections after each, and a last one that sets all right."""
    names = "Alpha", "Beta"
    with fresh() as database:
        with database.begin() as connection:
            meters = [add_meter(connection, f"Rack {name}", name) for name in names]
            readings = steady(edge(JANUARY), edge(MAY) + 3 * DAY, every=12 * HOUR)
            book(connection, dict.fromkeys(meters, readings))
        for name in names:
            give_tariff(database, name, price(minimum="120", includedKwh="300"))
        for month, corrections in zip((JANUARY, FEBRUARY, MARCH), rounds, strict=True):
            close(database, month, accept_estimates=True, reason="as it is")
            for correction in corrections:
                correct(database, meters, names, correction)
        # A month that a move made a client's after all is closed before those behind it.
        for month in (JANUARY, FEBRUARY, MARCH, APRIL):
            close(database, month, accept_estimates=True, reason="as it is")
        for client in names:
            is_settled(database, client)


def correct(
    database: Database,
    meters: Sequence[int],
    names: Sequence[str],
    correction: tuple[str, int, int],
) -> None:
    """Change what a meter showed, or whom it serves, at some instant of the months."""
    kind, day, hour = correction
    meter_id, at = meters[hour % 2], edge(JANUARY) + day * DAY + hour * HOUR
    if kind in {"late", "check"}:
        shown = 1_000 * KWH + (at - edge(JANUARY)) * KWH // HOUR + hour * STEP
        book_all(database, meter_id, [NewReading(at, shown, STEP)])
    elif kind == "reject":
        stands = steady(edge(JANUARY), edge(MAY), every=12 * HOUR)
        nearest = min((each.at for each in stands), key=lambda each: abs(each - at))
        declare(database, meter_id, nearest, EventKind.REJECT)
    elif kind == "swap":
        declare(database, meter_id, at, EventKind.SWAP)
    else:
        with database.begin() as connection:
            to = find_client(connection, names[kind == "back"]).id
            move_meter(connection, meter_id, to, at)


def all_closes(database: Database, client: str) -> list[ClosedMonth]:
    with database.connect() as connection:
        return closes_of_client(connection, find_client(connection, client).public_id)


def is_settled(database: Database, client: str) -> None:
    """Check that what was billed and adjusted is the truth, in energy and in money."""
    public_id = client_id(database, client)
    statements = [statement_of(each) for each in all_closes(database, client)]
    with database.connect() as connection:
        adjuster = MonthAdjuster(connection)
        assert not adjuster.has_changed(public_id)
        for statement in statements:
            draft = draft_month(connection, statement.month)
            truth_of_month = sum(adjuster.truth_of(public_id, statement.month).values())
            billed = sum(line.energy_milliwh or 0 for line in statement.lines)
            money = sum(
                (c.amount for c in statement.charges if c.kind is not ChargeKind.ADJUSTMENT),
                Decimal(0),
            )
            later = [
                each
                for other in statements
                for each in other.adjustments
                if each.month == statement.month
            ]
            assert billed + sum(each.energy_milliwh for each in later) == truth_of_month
            lines, now = draft.lines.get(public_id, ()), Decimal(0)
            if lines:
                tariff, days = draft.tariffs[public_id], draft.calendar(public_id)
                priced = price_month(tariff, statement.month, days, lines, None)
                now = sum((each.amount for each in priced.charges), Decimal(0))
            assert money + sum((each.amount or Decimal(0) for each in later), Decimal(0)) == now
