"""Months, days and readings of many spans of many meters, each in one query."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    Table,
    and_,
    column,
    func,
    select,
    values,
)

from wattledger.domain.instant import Instant
from wattledger.domain.reading import Status
from wattledger.domain.spread import GoodReading
from wattledger.store.slices import slices
from wattledger.store.tables import energy_day, energy_month, reading
from wattledger.store.uncounted import refuse_uncounted


class DateSpan(NamedTuple):
    """The dates from ``first`` to ``last``, both included, of a meter."""

    meter_id: int
    first: date
    last: date


class ReadSpan(NamedTuple):
    """A part of time ``[start, end)`` of a meter."""

    meter_id: int
    start: Instant
    end: Instant


class DatedEnergy(NamedTuple):
    """The energy of a day or a month of the span of a number, and how much is an estimate."""

    span: int
    date: date
    energy_milliwh: int
    estimated_milliwh: int
    covered: int


def months_within(connection: Connection, spans: Sequence[DateSpan]) -> Iterator[DatedEnergy]:
    """Yield the known months whose first date lies in a span."""
    return _dated(connection, energy_month, energy_month.c.month, spans)


def days_within(connection: Connection, spans: Sequence[DateSpan]) -> Iterator[DatedEnergy]:
    """Yield the known days that lie in a span."""
    return _dated(connection, energy_day, energy_day.c.day, spans)


def _dated(
    connection: Connection, table: Table, day: ColumnElement[date], spans: Sequence[DateSpan]
) -> Iterator[DatedEnergy]:
    refuse_uncounted(connection, [span.meter_id for span in spans])
    for numbers in slices(range(len(spans))):
        asked = _asked(Date(), [(number, *spans[number]) for number in numbers])
        rows = select(
            asked.c.n,
            day,
            table.c.energy_milliwh,
            table.c.estimated_milliwh,
            table.c.covered,
        ).join_from(
            asked,
            table,
            and_(
                table.c.meter_id == asked.c.meter,
                day.between(asked.c.first, asked.c.last),
                table.c.covered > 0,
            ),
        )
        for row in connection.execute(rows):
            yield DatedEnergy(*row)


def _asked(kind: Any, rows: Iterable[tuple[Any, ...]]) -> FromClause:  # noqa: ANN401 - a type's
    """Return rows of a number, a meter and two ends as a table to be joined."""
    columns = (
        column("n", Integer),
        column("meter", Integer),
        column("first", kind),
        column("last", kind),
    )
    return values(*columns, name="asked").data(list(rows)).cte()


def good_readings(connection: Connection, spans: Sequence[ReadSpan]) -> Iterator[GoodReading]:
    """Yield the good readings of each span, ascending, span after span.

    They reach from the last one up to the start to the first one from the end on, where there are
    such.
    """
    for numbers in slices(range(len(spans))):
        asked = _asked(BigInteger(), [(number, *spans[number]) for number in numbers])
        # All at once: one by one takes twice as long.
        yield from connection.execute(_readings(asked)).all()


def _readings(asked: FromClause) -> Select[int, int, int | None, int | None, int | None]:
    near = reading.alias("near")
    before = _nearest(asked, near, near.c.ts <= asked.c.first, near.c.ts.desc())
    after = _nearest(asked, near, near.c.ts >= asked.c.last, near.c.ts.asc())
    return (
        select(
            asked.c.n,
            reading.c.ts,
            reading.c.energy_milliwh,
            reading.c.join_kind,
            reading.c.power_mw,
        )
        .join_from(
            asked,
            reading,
            and_(
                reading.c.meter_id == asked.c.meter,
                reading.c.status == int(Status.GOOD),
                reading.c.ts >= func.coalesce(before, asked.c.first),
                reading.c.ts <= func.coalesce(after, asked.c.last),
            ),
        )
        .order_by(asked.c.n, reading.c.ts)
    )


def _nearest(
    asked: FromClause, near: FromClause, side: ColumnElement[bool], order: ColumnElement[Any]
) -> ScalarSelect[Any]:
    """Return the instant of the good reading nearest to an end of a span: a seek."""
    good = near.c.meter_id == asked.c.meter, near.c.status == int(Status.GOOD)
    nearest = select(near.c.ts).where(*good, side).order_by(order).limit(1)
    return nearest.correlate(asked).scalar_subquery()
