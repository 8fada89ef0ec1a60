"""Show meters: how their registers are set up, where they stand, whom they serve."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnView
from wattledger.services.own_view import endpoint_in_view, meter_in_view
from wattledger.store.database import Connection, Database
from wattledger.store.meter_rows import MeterFilter, MeterRow, list_meters
from wattledger.store.serving import Served, next_service_change, served_at


@dataclass(frozen=True, slots=True)
class ShownMeter:
    """A meter, and whom it serves now."""

    row: MeterRow
    serves: Sequence[Served]


@dataclass(frozen=True, slots=True)
class MeterPage:
    """Meters by number, and the number the next page goes on from.

    Time alone may change the page from ``holds_until`` on; None: never.
    """

    meters: Sequence[ShownMeter]
    following: int | None
    holds_until: Instant | None


def show_meters(
    database: Database,
    endpoint: str | None,
    after: int | None,
    limit: int,
    now: Instant,
    view: OwnView | None,
) -> MeterPage:
    """Return a page of the meters in use; NotFoundError when there is no such endpoint.

    A client sees those that serve or served it, and beside whom else they serve nothing.
    """
    with database.connect() as connection:
        endpoint_id = None
        if endpoint is not None:
            endpoint_id = endpoint_in_view(connection, endpoint, view).id
        wanted = MeterFilter(endpoint_id, None if view is None else view.meters.keys())
        rows = list_meters(connection, wanted, after, limit + 1)
        page = rows[:limit]
        shown = [_own(each, view) for each in _shown(connection, page, now)]
        change = next_service_change(connection, (row.id for row in page), now)
    return MeterPage(shown, page[-1].id if len(rows) > limit else None, change)


def _own(shown: ShownMeter, view: OwnView | None) -> ShownMeter:
    if view is None:
        return shown
    row = shown.row
    if row.parent_id not in view.meters:
        row = replace(row, parent_id=None)
    return ShownMeter(row, [each for each in shown.serves if each.client == view.client])


def show_meter(
    connection: Connection, meter_id: int, now: Instant, view: OwnView | None = None
) -> ShownMeter:
    """Return a meter; NotFoundError when there is none in view."""
    row = meter_in_view(connection, meter_id, view)
    return _own(_shown(connection, [row], now)[0], view)


def _shown(connection: Connection, rows: Sequence[MeterRow], now: Instant) -> list[ShownMeter]:
    served = served_at(connection, (row.id for row in rows), now)
    return [ShownMeter(row, served.get(row.id, ())) for row in rows]
