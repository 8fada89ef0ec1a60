"""What a caller who is limited to one client may see: asked once, before anything is looked up."""

from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnView, own_spans
from wattledger.store.assignments import meters_ever_of, stored_assignments
from wattledger.store.clients import ClientRow, find_client, no_client
from wattledger.store.database import Connection, Database
from wattledger.store.deleted_endpoints import find_kept
from wattledger.store.endpoints import EndpointRow, find_endpoint, no_endpoint
from wattledger.store.meter_rows import MeterRow, find_meter, meter_ids_of, no_meter


def own_view(database: Database, client_id: str | None, now: Instant) -> OwnView | None:
    """Return what the client of a public id may see; None, which is everything, without one.

    It is what serves or served the client until now: what is only planned is not there yet.
    """
    if client_id is None:
        return None
    with database.connect() as connection:
        row = find_client(connection, client_id)
        stored = stored_assignments(connection, meters_ever_of(connection, row.id))
    meters = {
        meter_id: tuple(
            each
            for each in own_spans((one.terms for one in of_meter), str(row.id))
            if each.start_at <= now
        )
        for meter_id, of_meter in stored.items()
    }
    begun = {meter_id: own for meter_id, own in meters.items() if own}
    return OwnView(row.public_id, row.name, begun)


def client_in_view(database: Database, client: str, view: OwnView | None) -> ClientRow:
    """Return the client of a name or id; NotFoundError when there is none, or another's view."""
    with database.connect() as connection:
        row = find_client(connection, client)
    if view is not None and row.public_id != view.client_id:
        raise no_client(client)
    return row


def endpoint_in_view(
    connection: Connection, endpoint: str, view: OwnView | None, *, kept: bool = False
) -> EndpointRow:
    """Return the endpoint of a name or id; NotFoundError when there is none in view.

    An endpoint is in view when one of its meters is. ``kept`` looks among the deleted ones, too,
    by id: what was read of them stays to be seen.
    """
    row = find_kept(connection, endpoint) if kept else find_endpoint(connection, endpoint)
    if view is not None and view.meters.keys().isdisjoint(meter_ids_of(connection, row.id)):
        raise no_endpoint(endpoint)
    return row


def meter_in_view(connection: Connection, meter_id: int, view: OwnView | None) -> MeterRow:
    """Return a meter; NotFoundError when there is none in view."""
    row = find_meter(connection, meter_id)
    if view is not None and meter_id not in view.meters:
        raise no_meter(meter_id)
    return row
