"""What waits for a person: meters with held readings, and what the last failures said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, literal_column, select

from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Status
from wattledger.store.slices import slices
from wattledger.store.tables import attempt, client, endpoint, meter, meter_state, reading


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
    return dict(rows.tuples().all())
