"""Closed months and their adjustments are the truth, whatever is corrected between (LEDGER 7)."""

import itertools
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date
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
    DAYS,
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

from wattledger.domain.assignment import WHOLE_PPM
from wattledger.domain.charge import ChargeKind
from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.domain.month_report import MonthLine
from wattledger.domain.statement import ServedPart, Statement
from wattledger.domain.tariff_form import parse_tariff
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.services.closed_statement import statement_of
from wattledger.services.month_lines import lines_of
from wattledger.services.month_portions import Portion, between, known_energy
from wattledger.services.month_statements import draft_month
from wattledger.services.month_truth import MonthTruth, month_truth
from wattledger.services.price_month import price_month
from wattledger.store.assignments import assign, move_meter, replace_assignments
from wattledger.store.clients import find_client
from wattledger.store.closes import ClosedMonth, billed_so_far, closes_of_client
from wattledger.store.database import Connection, Database
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading

pytestmark = [pytest.mark.long, pytest.mark.no_cover, pytest.mark.timeout(900 * FACTOR)]


Correction: TypeAlias = tuple[str, int, int]
Serving: TypeAlias = tuple[Instant, Instant | None, int]
"""From when, until when, with which share."""

PAIRS = 16
"""How many histories an example has: two clients with a meter each, that touch no other's."""

IDLE = 5
"""Of so many pairs one has a first meter that uses nothing, and another one a second."""

_AT = edge(JANUARY) + 15 * DAY
SHARED: tuple[tuple[Serving, Serving | None], ...] = (
    ((0, None, WHOLE_PPM), None),
    ((0, _AT, WHOLE_PPM), (_AT, None, WHOLE_PPM)),
    ((0, None, 400_000), (0, None, 600_000)),
)
"""What the first client of a pair and the second, if that is late, have of the first one's meter:
nothing in common, one after the other, or both at once.
"""
CENT = Decimal("0.01")
PRICES = (
    price(minimum="120", includedKwh="300", fixedFee="31"),
    price(energyPrice="0.50", minimum="90", includedKwh="100", committedKw="2", committedPrice="7"),
    price(energyPrice="0.75", currency="USD"),
)
"""What a client pays by at first, and what it may pay by later."""

HOURS = st.integers(0, 23)
KINDS = ("late", "reject", "swap", "check", "move", "back", "prices")
CORRECTIONS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 110), HOURS), max_size=2)
# What late clients are billed lies in January, and is billed twice only if most rounds change it.
OF_LATE = st.lists(
    st.tuples(st.sampled_from((*KINDS[:-1], "back", "back")), st.integers(0, 34), HOURS),
    min_size=1,
    max_size=2,
)
ROUND = st.tuples(*(OF_LATE if number % 2 else CORRECTIONS for number in range(PAIRS)))
CLOSED = (JANUARY, FEBRUARY, MARCH) if FACTOR > 1 else (JANUARY, FEBRUARY)
"""The months that are closed, with a round of corrections after each."""
AFTER = (APRIL,) if FACTOR > 1 else (MARCH,)


@dataclass(frozen=True)
class Pair:
    """Two clients and their meters.

    Where it is late the second client's first month is February, and its meter stays its own; what
    it has of the other one's meter before was billed elsewhere.
    """

    names: tuple[str, str]
    meters: tuple[int, int]
    is_late: bool
    shared: tuple[Serving, Serving | None]


@pytest.fixture
def pairs(database: Database) -> list[Pair]:
    """Give clients with meters that were read all the time, and with tariffs of their own."""
    every = [(f"Alpha {number}", f"Beta {number}") for number in range(PAIRS)]
    made = []
    with database.begin() as connection:
        for number, names in enumerate(every):
            one, other = (add_meter(connection, f"Rack {name}", name) for name in names)
            pair = Pair(names, (one, other), number % 2 == 1, SHARED[number // 2 % len(SHARED)])
            made.append(pair)
            if pair.is_late:
                early, late = (find_client(connection, name).id for name in names)
                replace_assignments(connection, other, [])
                assign(connection, other, late, edge(FEBRUARY))
                replace_assignments(connection, one, [])
                assign(connection, one, early, *pair.shared[0])
        readings = steady(edge(JANUARY), edge(MAY) + 3 * DAY, every=12 * HOUR)
        idle = [replace(each, total_milliwh=KWH, power_mw=None) for each in readings]
        for number, pair in enumerate(made):
            for which, meter in enumerate(pair.meters):
                is_idle = number % IDLE == which
                book(connection, {meter: idle if is_idle else readings})
    for name in itertools.chain.from_iterable(every):
        give_tariff(database, name, PRICES[0])
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


@examples(63)
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
            if month == JANUARY:
                let_late_ones_in(database, pairs)
            else:
                let_late_ones_pay(database, pairs)
            for pair, of_pair in zip(pairs, corrections, strict=True):
                for correction in of_pair:
                    correct(database, pair, correction)
        # A month that a move made a client's after all is closed before those behind it.
        for month in (*CLOSED, *AFTER):
            close(database, month, accept_estimates=True, reason="as it is")
        are_settled(database, [name for pair in pairs for name in pair.names])
        is_all_billed(database, pairs)


def let_late_ones_in(database: Database, pairs: list[Pair]) -> None:
    """Let late clients have had their part of a meter, without a January of theirs to close."""
    with database.begin() as connection:
        for pair in pairs:
            terms = pair.shared[1]
            if pair.is_late and terms is not None:
                late = find_client(connection, pair.names[1]).id
                assign(connection, pair.meters[0], late, *terms)


def let_late_ones_pay(database: Database, pairs: list[Pair]) -> None:
    """Let late clients pay by other prices than those that January was adjusted by."""
    for number, pair in enumerate(pairs):
        if pair.is_late:
            give_tariff(database, pair.names[1], PRICES[number % len(PRICES)])


def correct(database: Database, pair: Pair, correction: Correction) -> None:
    """Change what a meter showed, whom it serves, or what is paid, from some instant on."""
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
    elif kind == "prices":
        give_tariff(database, pair.names[day % 2], PRICES[hour % len(PRICES)])
    else:
        with database.begin() as connection:
            to = find_client(connection, pair.names[kind == "back"]).id
            move_meter(connection, meter_id, to, at)


def all_closes(database: Database, client: str) -> list[ClosedMonth]:
    with database.connect() as connection:
        return closes_of_client(connection, find_client(connection, client).public_id)


def are_settled(database: Database, clients: Sequence[str]) -> None:
    """Check that what was billed and adjusted is the truth, in energy and in money."""
    closes = {name: all_closes(database, name) for name in clients}
    months = {closed.month for kept in closes.values() for closed in kept}
    with database.connect() as connection:
        adjuster = MonthAdjuster(connection)
        drafts = {month: draft_month(connection, month) for month in months}
        for name, kept in closes.items():
            public_id = find_client(connection, name).public_id
            assert not adjuster.has_changed(public_id)
            statements = [statement_of(closed) for closed in kept]
            for closed, statement in zip(kept, statements, strict=True):
                energies = adjuster.truth_of(public_id, statement.month).values()
                truth = sum(energy or 0 for energy in energies)
                lines = drafts[statement.month].lines.get(public_id, ())
                due = price_of(closed, statement.month, lines)
                assert_is_settled(statement, statements, truth, due)


def is_all_billed(database: Database, pairs: list[Pair]) -> None:
    """Check that each client was billed what meters used for it, also before its first close."""
    with database.connect() as connection:
        for month in (*CLOSED, *AFTER):
            truth = month_truth(connection, month)
            due = {
                (client_id, meter): energy
                for client_id in truth.portions
                for meter, energy in truth.energies(client_id).items()
            }
            for pair in pairs:
                if pair.is_late and month == JANUARY:
                    late = find_client(connection, pair.names[1]).public_id
                    due[late, pair.meters[0]] = given_back(connection, pair, truth)
            billed = billed_so_far(connection, month)
            assert some(billed) == some(due)


def some(energies: Mapping[tuple[str, int], int | None]) -> dict[tuple[str, int], int]:
    return {key: energy for key, energy in energies.items() if energy}


def given_back(connection: Connection, pair: Pair, truth: MonthTruth) -> int:
    """Check what a late client pays for January; returns its energy.

    It is, hour by hour, what the other was ever billed and gives back, as far as the late one has
    it now. The money is what January costs with that energy less what it costs without.
    """
    meter, (early, late) = pair.meters[0], (find_client(connection, each) for each in pair.names)
    ever = [
        part
        for closed in closes_of_client(connection, early.public_id)
        for part in parts_in(closed, meter)
    ]
    still = [*parts_of(truth.of(early.public_id).get(meter, ()))]
    here: list[Portion] = []
    elsewhere: list[Portion] = []
    for portion in truth.of(late.public_id).get(meter, ()):
        hours = range(portion.start_at, portion.end_at, HOUR)

        def share(at: Instant, portion: Portion = portion) -> int:
            most = max([0, *(part.share_at(at) for part in ever)])
            free = most - sum(part.share_at(at) for part in still)
            return max(0, min(portion.share_ppm, free))

        for part_share, of_run in itertools.groupby(hours, key=share):
            run = list(of_run)
            part = between(connection, portion, run[0], run[-1] + HOUR)
            one, rest = part.parted(part_share)
            here += [one] if one.share_ppm else []
            elsewhere += [rest] if rest.share_ppm else []
    closes = closes_of_client(connection, late.public_id)
    told = [
        (closed, each)
        for closed in closes
        for each in statement_of(closed).adjustments
        if each.month == JANUARY
    ]
    lines, others = (lines_of(connection, each, JANUARY) for each in (here + elsewhere, elsewhere))
    due = (
        price_of(told[0][0], JANUARY, lines) - price_of(told[0][0], JANUARY, others) if told else 0
    )
    assert abs(sum((each.comes_to for _, each in told), Decimal(0)) - due) <= CENT
    return known_energy(here) or 0


def parts_in(closed: ClosedMonth, meter: int) -> Iterator[ServedPart]:
    """Yield the parts of January that a statement bills of a meter, or adjusts it to."""
    statement = statement_of(closed)
    if statement.month == JANUARY:
        yield from parts_of(line for line in statement.lines if line.meter_id == meter)
    for each in statement.adjustments:
        if (each.month, each.meter_id) == (JANUARY, meter):
            yield from each.parts or ()


def parts_of(those: Iterable[MonthLine | Portion]) -> Iterator[ServedPart]:
    for each in those:
        yield ServedPart(each.start_at, each.end_at, each.share_ppm)


def price_of(closed: ClosedMonth, month: date, lines: Sequence[MonthLine]) -> Decimal:
    """Return what lines of a month cost by what a client paid by when it closed another."""
    if not lines:
        return Decimal(0)
    priced = price_month(parse_tariff(closed.tariff), month, DAYS, lines, None)
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
    assert money + sum((each.comes_to for each in later), Decimal(0)) == due
