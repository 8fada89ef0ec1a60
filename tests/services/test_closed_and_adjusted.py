"""Closed months and their adjustments are the truth, whatever is corrected between (LEDGER 7)."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from tests.examples import FACTOR, examples
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
    close,
    declare,
    edge,
    give_tariff,
    price,
    steady,
)

from wattledger.domain.charge import ChargeKind
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.statement import Statement
from wattledger.services.adjust_months import MonthAdjuster, statement_of
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.month_truth import month_truth
from wattledger.services.price_month import price_month
from wattledger.store.assignments import assign, move_meter, replace_assignments
from wattledger.store.clients import find_client
from wattledger.store.closes import ClosedMonth, billed_so_far, closes_of_client
from wattledger.store.database import Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading

pytestmark = [pytest.mark.long, pytest.mark.no_cover, pytest.mark.timeout(900 * FACTOR)]


Correction: TypeAlias = tuple[str, int, int]


PAIRS = 10
"""How many histories an example has: two clients with a meter each, that touch no other's."""

CORRECTIONS = st.lists(
    st.tuples(
        st.sampled_from(("late", "reject", "swap", "check", "move", "back")),
        st.integers(0, 110),
        st.integers(0, 23),
    ),
    max_size=2,
)
ROUND = st.tuples(*[CORRECTIONS] * PAIRS)
CLOSED = (JANUARY, FEBRUARY, MARCH) if FACTOR > 1 else (JANUARY, FEBRUARY)
"""The months that are closed, with a round of corrections after each."""
AFTER = (APRIL,) if FACTOR > 1 else (MARCH,)


@dataclass(frozen=True)
class Pair:
    """Two clients and their meters.

    Where it is late the second client's first month is February, and its meter stays its own.
    """

    names: tuple[str, str]
    meters: tuple[int, int]
    is_late: bool


@pytest.fixture
def pairs(database: Database) -> list[Pair]:
    """Give clients with meters that were read all the time, and with tariffs of their own."""
    every = [(f"Alpha {number}", f"Beta {number}") for number in range(PAIRS)]
    made = []
    with database.begin() as connection:
        for number, names in enumerate(every):
            one, other = (add_meter(connection, f"Rack {name}", name) for name in names)
            made.append(Pair(names, (one, other), is_late=number % 2 == 1))
            if number % 2:
                late = find_client(connection, names[1]).id
                replace_assignments(connection, other, [])
                assign(connection, other, late, edge(FEBRUARY))
        readings = steady(edge(JANUARY), edge(MAY) + 3 * DAY, every=12 * HOUR)
        book(connection, {meter: readings for pair in made for meter in pair.meters})
    for name in itertools.chain.from_iterable(every):
        give_tariff(database, name, price(minimum="120", includedKwh="300"))
    return made


@pytest.fixture
def fresh(
    database: Database,
    pairs: list[Pair],  # noqa: ARG001 - are in the database that is copied
    tmp_path: Path,
) -> Callable[[], AbstractContextManager[Database]]:
    """Give a new database for each example: what others closed would be reckoned with it."""
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


@examples(100)
@given(rounds=st.tuples(*[ROUND] * len(CLOSED)))
def test_closed_months_and_their_adjustments_are_the_truth(
    fresh: Callable[[], AbstractContextManager[Database]],
    pairs: list[Pair],
    rounds: Sequence[Sequence[list[Correction]]],
) -> None:
    """Over closes with corrections after each, and a last one that sets all right."""
    with fresh() as database:
        for month, corrections in zip(CLOSED, rounds, strict=True):
            close(database, month, accept_estimates=True, reason="as it is")
            for pair, of_pair in zip(pairs, corrections, strict=True):
                for correction in of_pair:
                    correct(database, pair, correction)
        # A month that a move made a client's after all is closed before those behind it.
        for month in (*CLOSED, *AFTER):
            close(database, month, accept_estimates=True, reason="as it is")
        are_settled(database, [name for pair in pairs for name in pair.names])
        is_all_billed(database)


def correct(
    database: Database,
    pair: Pair,
    correction: Correction,
) -> None:
    """Change what a meter showed, or whom it serves, at some instant of the months."""
    kind, day, hour = correction
    meter_id = pair.meters[0 if pair.is_late else hour % 2]
    at = edge(JANUARY) + day * DAY + hour * HOUR
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
            to = find_client(connection, pair.names[kind == "back"]).id
            move_meter(connection, meter_id, to, at)


def all_closes(database: Database, client: str) -> list[ClosedMonth]:
    with database.connect() as connection:
        return closes_of_client(connection, find_client(connection, client).public_id)


def are_settled(database: Database, clients: Sequence[str]) -> None:
    """Check that what was billed and adjusted is the truth, in energy and in money."""
    closes = {name: [statement_of(each) for each in all_closes(database, name)] for name in clients}
    months = {statement.month for kept in closes.values() for statement in kept}
    with database.connect() as connection:
        adjuster = MonthAdjuster(connection)
        drafts = {month: draft_month(connection, month) for month in months}
        for name, statements in closes.items():
            public_id = find_client(connection, name).public_id
            assert not adjuster.has_changed(public_id)
            for statement in statements:
                truth = sum(adjuster.truth_of(public_id, statement.month).values())
                draft = drafts[statement.month]
                assert_is_settled(statement, statements, truth, price_now(draft, public_id))


def is_all_billed(database: Database) -> None:
    """Check that each client was billed what meters used for it, also before its first close."""
    with database.connect() as connection:
        for month in (*CLOSED, *AFTER):
            billed = {key: kwh for key, kwh in billed_so_far(connection, month).items() if kwh}
            known = month_truth(connection, month).energies
            assert billed == {key: energy for key, energy in known.items() if energy}


def price_now(draft: MonthDraft, public_id: str) -> Decimal:
    """Return what a client would have to pay for a month that is closed only now."""
    lines = draft.lines.get(public_id, ())
    if not lines:
        return Decimal(0)
    tariff, days = draft.tariffs[public_id], draft.calendar(public_id)
    priced = price_month(tariff, draft.month, days, lines, None)
    return sum((each.amount for each in priced.charges), Decimal(0))


def assert_is_settled(
    statement: Statement, all_of_client: Sequence[Statement], truth: int, due: Decimal
) -> None:
    """Check a month: what was billed for it then and adjusted later is what is known now."""
    billed = sum(line.energy_milliwh or 0 for line in statement.lines)
    money = sum(
        (each.amount for each in statement.charges if each.kind is not ChargeKind.ADJUSTMENT),
        Decimal(0),
    )
    later = [
        each
        for other in all_of_client
        for each in other.adjustments
        if each.month == statement.month
    ]
    assert billed + sum(each.energy_milliwh for each in later) == truth
    assert money + sum((each.amount or Decimal(0) for each in later), Decimal(0)) == due
