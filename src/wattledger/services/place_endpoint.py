"""Let endpoints stand at sites: there their days and months begin."""

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.store.database import Connection
from wattledger.store.endpoints import EndpointRow, meters_of
from wattledger.store.recompute import rebuild
from wattledger.store.sites import SiteRow, find_site, move_endpoint, was_billed, zone_of


def site_named(connection: Connection, name_or_id: str) -> SiteRow:
    """Return a site; InvalidInputError with the field ``siteId`` when there is none."""
    try:
        return find_site(connection, name_or_id)
    except NotFoundError as error:
        raise InvalidInputError(str(error), field="siteId") from None


def place_endpoint(connection: Connection, row: EndpointRow, site: str) -> bool:
    """Let an endpoint stand at a site; tells whether it stood elsewhere before.

    Its days and months are counted anew where they begin at other instants there. ConflictError
    where months that are closed would change.
    """
    there = site_named(connection, site)
    if there.id == row.site_id:
        return False
    meters = meters_of(connection, [row.id]).values()
    begins_elsewhen = there.zone != zone_of(connection, row.site_id)
    if begins_elsewhen and was_billed(connection, meters):
        raise ConflictError(
            f"Closed months rest on '{row.name}', and at {there.name} they would begin at another "
            "time. Create a new endpoint there and delete this one."
        )
    move_endpoint(connection, row.id, there.id)
    if begins_elsewhen:
        rebuild(connection, meters)
    return True
