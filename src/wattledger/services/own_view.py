"""What a caller who is limited to one client may see: asked once, before anything is looked up."""

from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnView, own_spans
from wattledger.store.assignments import meters_ever_of, stored_assignments
from wattledger.store.clients import find_client
from wattledger.store.database import Database


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
