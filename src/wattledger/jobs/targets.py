"""Which endpoints a run takes, and how they are cut into chunks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from wattledger.domain.instant import MINUTE, Instant
from wattledger.jobs.config_check import ALL, DUE, ENDPOINTS
from wattledger.jobs.month_edges import WINDOW_MINUTES, edges_near, is_read_between
from wattledger.jobs.under_way import under_way
from wattledger.store.database import Connection
from wattledger.store.endpoints import AnyRow, advance_due, due_endpoints
from wattledger.store.sites import list_sites
from wattledger.store.targets import readable_at, readable_endpoints, readable_named

CHUNK_SIZE = 50
_DUE_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Targets:
    """What a run takes: chunks of endpoint ids, and what to know of those left out."""

    chunks: list[list[int]]
    note: str | None = None


def targets_of(
    connection: Connection, config: Mapping[str, Any], now: Instant, *, rested: bool
) -> Targets:
    """Return what a job's config names; due endpoints become due at their next slot.

    ``rested`` leaves out, of ``all``, those that were read less than half their interval ago. A
    config that names no endpoints makes one chunk without any: the handler knows what to read.
    """
    chosen = config.get(ENDPOINTS)
    if chosen is None:
        return Targets([[]])
    if chosen == DUE:
        rows = due_endpoints(connection, now, _DUE_AT_ONCE)
        advance_due(connection, rows, now)
        return Targets(chunks_of(rows, config), None if rows else "No endpoint was due.")
    if chosen == ALL:
        return _all(connection, config, now, rested=rested)
    rows = readable_named(connection, chosen, now)
    missing = len(set(chosen)) - len(rows)
    gone = (
        f"{missing} of the endpoints it names are not polled: disabled, deleted, without recipe, "
        "or their device refused their login."
    )
    return Targets(chunks_of(rows, config), gone if missing else None)


def _all(
    connection: Connection, config: Mapping[str, Any], now: Instant, *, rested: bool
) -> Targets:
    rows = readable_endpoints(connection, now)
    taken = [row for row in rows if not (rested and _was_just_read(row, now))]
    left_out = len(rows) - len(taken)
    note = f"{left_out} endpoints were read less than half their interval ago and are left out."
    if not rows:
        note = "There is no endpoint to read: none is enabled, has a recipe, and no refused login."
    return Targets(chunks_of(taken, config), note if left_out or not rows else None)


def _was_just_read(row: AnyRow, now: Instant) -> bool:
    if row.last_at is None:
        return False
    return bool(0 <= now - row.last_at < row.poll_minutes * MINUTE // 2)


def polled(
    connection: Connection, config: Mapping[str, Any], start: Instant, end: Instant, now: Instant
) -> list[list[int]]:
    """Return chunks of what the poller reads at its firing for [start, end).

    That is what is due, and what is read once more because a month begins or ends. What is at a
    device that is still being read for an earlier firing stays due: else the reads of a device that
    cannot keep up would pile up before those of all others.
    """
    kept = under_way(connection, now)
    due = [row for row in due_endpoints(connection, now, _DUE_AT_ONCE) if not kept.has(row)]
    advance_due(connection, due, now)
    known = {row.id for row in due}
    return chunks_of([*due, *_at_month_edges(connection, known, start, end, now)], config)


def _at_month_edges(
    connection: Connection, known: Collection[int], start: Instant, end: Instant, now: Instant
) -> list[AnyRow]:
    found: dict[int, AnyRow] = {}
    for site in list_sites(connection):
        for edge in edges_near(site.zone, start, end):
            found |= {
                row.id: row
                for row in readable_at(connection, site.id, WINDOW_MINUTES, now)
                if row.id not in known and is_read_between(row.id, edge, start, end)
            }
    return list(found.values())


class Placed(Protocol):
    """An endpoint, its site and its device."""

    @property
    def id(self) -> int:
        """Return its number."""
        ...

    @property
    def site_id(self) -> int:
        """Return the number of its site."""
        ...

    @property
    def host_port(self) -> str:
        """Return where its device is."""
        ...


def chunks_of(rows: Iterable[Placed], config: Mapping[str, Any]) -> list[list[int]]:
    """Cut endpoints into chunks per site; those at one device stay together."""
    size = config.get("batchSize")
    # A whole number may have come as 10.0.
    largest = max(1, int(size)) if isinstance(size, int | float) else CHUNK_SIZE
    by_device: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for row in rows:
        by_device[row.site_id, row.host_port].append(row.id)
    chunks: list[list[int]] = []
    last_site: int | None = None
    for (site_id, _), endpoint_ids in sorted(by_device.items(), key=lambda pair: pair[0][0]):
        if site_id != last_site or len(chunks[-1]) >= largest:
            chunks.append([])
            last_site = site_id
        chunks[-1].extend(endpoint_ids)
    return chunks
