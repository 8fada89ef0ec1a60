"""What waits for a person: meters with held readings, and what the last failures said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, exists, func, literal_column, or_, select

from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Status
from wattledger.store.billing_tables import assignment
from wattledger.store.slices import slices
from wattledger.store.tables import (
    attempt,
    client,
    endpoint,
    energy_month,
    meter,
    meter_state,
    reading,
    site,
)


@dataclass(frozen=True, slots=True)
class HeldMeter:
    """A meter at the end of whose history readings are held: how many, the first one when."""

    meter_id: int
    key: str
    endpoint_number: int
    count: int
    since: Instant | None


def held_meters(connection: Connection) -> list[HeldMeter]:
    """Return the meters with held readings; a look at a row a meter, and at what is held."""
    rows = (
        select(meter.c.id, meter.c.key, meter.c.endpoint_id, meter_state.c.held_count)
        .join_from(meter_state, meter)
        .where(meter_state.c.held_count > 0)
        .order_by(meter.c.id)
    )
    found = connection.execute(rows).all()
    since = dict(_first_held(connection, [row.id for row in found]))
    return [HeldMeter(*row, since.get(row.id)) for row in found]


def _first_held(connection: Connection, meter_ids: Sequence[int]) -> Iterator[tuple[int, Instant]]:
    """Yield since when readings behind the last good one are held, by meter id."""
    first = (
        select(reading.c.meter_id, func.min(reading.c.ts))
        .join(meter_state, meter_state.c.meter_id == reading.c.meter_id)
        # As the partial index has it: bound parameters would not find it.
        .where(literal_column("reading.status IN (2, 3, 4)"), reading.c.status == Status.HELD)
        .where(reading.c.ts > func.coalesce(meter_state.c.base_at, 0))
        .group_by(reading.c.meter_id)
    )
    for ids in slices(meter_ids):
        for row in connection.execute(first.where(reading.c.meter_id.in_(ids))):
            yield row[0], row[1]


def doubtful_meters(
    connection: Connection, zone: str, month: date, span: tuple[Instant, Instant] | None
) -> Sequence[int]:
    """Return the meters in a zone that serve somebody and of whose month not all is measured.

    Of a month that is over, which is ``span``, also those that it does not know from its first
    instant to its last. One look at a row a meter.
    """
    columns = energy_month.c
    rows = (
        select(meter.c.id)
        .select_from(meter.join(endpoint).join(site, endpoint.c.site_id == site.c.id))
        .outerjoin(energy_month, and_(columns.meter_id == meter.c.id, columns.month == month))
        .where(site.c.zone == zone, exists().where(assignment.c.meter_id == meter.c.id))
    )
    parts = (
        columns.held_reads,
        columns.estimated_milliwh,
        columns.questionable_milliwh,
        columns.gaps,
    )
    doubts = [part > 0 for part in parts]
    if span is not None:
        doubts += [columns.covered.is_(None), columns.covered == 0]
        doubts += [columns.start_at > span[0], columns.end_at < span[1]]
    return connection.scalars(rows.where(or_(*doubts))).all()


def first_reads(connection: Connection, meter_ids: Iterable[int]) -> dict[int, Instant]:
    """Return when meters were read first, by meter id; one look a meter, however long ago."""
    earliest = (
        select(reading.c.ts)
        .where(reading.c.meter_id == meter.c.id)
        .order_by(reading.c.ts)
        .limit(1)
        .correlate(meter)
        .scalar_subquery()
    )
    return {
        meter_id: at
        for ids in slices(meter_ids)
        for meter_id, at in connection.execute(
            select(meter.c.id, earliest).where(meter.c.id.in_(ids))
        )
        if at is not None
    }


def last_words(
    connection: Connection, public_ids: Iterable[str]
) -> dict[str, tuple[Outcome, str | None]]:
    """Return how the newest attempt at endpoints ended and what it said, by public id."""
    same = attempt.alias("same")
    newest = (
        select(same.c.id)
        .where(same.c.endpoint_id == endpoint.c.id)
        .order_by(same.c.started_at.desc(), same.c.id.desc())
        .limit(1)
        .correlate(endpoint)
        .scalar_subquery()
    )
    rows = select(endpoint.c.public_id, attempt.c.outcome, attempt.c.message).join_from(
        endpoint, attempt, attempt.c.id == newest
    )
    return {
        public_id: (Outcome(outcome), message)
        for ids in slices(public_ids)
        for public_id, outcome, message in connection.execute(
            rows.where(endpoint.c.public_id.in_(ids))
        )
    }


def client_ids(connection: Connection) -> dict[str, str]:
    """Return the public ids of all clients by their names."""
    rows = connection.execute(select(client.c.name, client.c.public_id))
    return {row.name: row.public_id for row in rows}
