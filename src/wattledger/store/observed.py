"""What is to be watched of the whole system: queues, runs, held readings, energy by meter.

Each is one look by an index, or one pass over a table with a row a meter; nothing counts history.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, case, func, or_, select

from wattledger.domain.instant import Instant
from wattledger.store.job_tables import job_run, run_chunk
from wattledger.store.tables import client, endpoint, energy_month, meter, meter_state


@dataclass(frozen=True, slots=True)
class Queue:
    """The chunks to be worked off; ``oldest_at`` is since when the longest waiting one waits."""

    waiting: int
    claimed: int
    oldest_at: Instant | None


def queue(connection: Connection, now: Instant) -> Queue:
    """Return the queue; a retry whose time has not come waits for nobody."""
    is_claimed = (run_chunk.c.state == "claimed") & (run_chunk.c.claimed_until > now)
    waits = ~is_claimed & (run_chunk.c.not_before <= now)
    row = connection.execute(
        select(
            func.count(case((waits, 1))),
            func.count(case((is_claimed, 1))),
            func.min(case((waits, run_chunk.c.not_before))),
        ).where(run_chunk.c.state != "done")
    ).one()
    return Queue(*row)


def open_runs(connection: Connection) -> list[int]:
    """Return the ids of the runs that are not finished."""
    rows = select(job_run.c.id).where(job_run.c.finished_at.is_(None))
    return list(connection.scalars(rows))


def last_run(connection: Connection) -> int:
    """Return the greatest id of a run; 0 where there is none."""
    return connection.scalar(select(func.max(job_run.c.id))) or 0


def ended_runs(connection: Connection, ids: Iterable[int], after: int) -> dict[str, int]:
    """Count by state the runs that ended, of these ids and of all behind ``after``."""
    mine = or_(job_run.c.id > after, job_run.c.id.in_(list(ids)))
    rows = select(job_run.c.state, func.count().label("ended")).where(
        mine, job_run.c.finished_at.is_not(None)
    )
    return {row.state: row.ended for row in connection.execute(rows.group_by(job_run.c.state))}


def held_readings(connection: Connection) -> int:
    """Return how many readings are held at the ends of the meters' histories."""
    return connection.scalar(select(func.sum(meter_state.c.held_count))) or 0


def energies(connection: Connection) -> Iterable[tuple[Any, ...]]:
    """Return (endpoint, meter, client, location, energy) of every meter whose energy is known.

    The ledger's months, not the display: a register that is exchanged does not make it fall.
    """
    known = (
        select(energy_month.c.meter_id, func.sum(energy_month.c.energy_milliwh).label("milliwh"))
        .group_by(energy_month.c.meter_id)
        .subquery()
    )
    rows = (
        select(
            endpoint.c.name,
            meter.c.key,
            func.coalesce(client.c.name, ""),
            func.coalesce(endpoint.c.location, ""),
            known.c.milliwh,
        )
        .select_from(known)
        .join(meter, meter.c.id == known.c.meter_id)
        .join(endpoint, endpoint.c.id == meter.c.endpoint_id)
        .outerjoin(client, client.c.id == endpoint.c.client_id)
        .where(endpoint.c.deleted_at.is_(None))
    )
    return [tuple(row) for row in connection.execute(rows.order_by(endpoint.c.name, meter.c.id))]
