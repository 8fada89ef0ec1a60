"""/sites: where endpoints stand, and in which time zone their energy is counted."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Response

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.period import parse_month
from wattledger.domain.permission import Permission
from wattledger.services.keep_site import (
    change_zone,
    create_site,
    show_site,
    site_page,
)
from wattledger.services.progress import unwatched
from wattledger.web.answer import answer
from wattledger.web.api.parameters import Cursor, Limit, Search
from wattledger.web.api.site_schemas import SiteChange, SiteInput, SiteOutput, site_output
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

sites = Resource("/sites", "sites", read=Permission.SEE_ALL, write=Permission.SET_UP)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

SiteId: TypeAlias = Annotated[str, Path(max_length=200, description="Id or name of a site.")]


@sites.get("", response_model=Page[SiteOutput], summary="List sites")
def page(
    system: TheSystem, search: Search = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List sites in the order in which they were created."""
    after = from_cursor(cursor, tuple[Number])
    part = site_page(system.database, 0 if after is None else after[0], limit, search)
    following = None if part.following is None else to_cursor((part.following,))
    now = system.clock.now()
    listed = [site_output(row, now) for row in part.sites]
    return answer(Page(data=listed, next_cursor=following))


@sites.post(
    "",
    response_model=Answer[SiteOutput],
    status_code=HTTPStatus.CREATED,
    responses=_BODY,
    summary="Create a site",
)
def create(system: TheSystem, setup: SiteInput) -> Response:
    """Create a site; endpoints stand there when they name it as their `siteId`."""
    first = system.settings.time_zone
    row = create_site(system.database, setup.name, setup.time_zone, first)
    return answer(Answer(data=site_output(row, system.clock.now())), HTTPStatus.CREATED)


@sites.get(
    "/{site}",
    response_model=Answer[SiteOutput],
    responses=_NOT_FOUND | SHOWN,
    summary="Show a site",
)
def show(system: TheSystem, site: SiteId, seen: IfNoneMatch = None) -> Response:
    """Show a site and its time zones, past and to come."""
    row = show_site(system.database, site)
    return shown(Answer(data=site_output(row, system.clock.now())), seen)


@sites.patch(
    "/{site}",
    response_model=Answer[SiteOutput],
    responses=_NOT_FOUND | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Change a site's time zone",
)
def change(system: TheSystem, site: SiteId, changes: SiteChange, precondition: IfMatch) -> Response:
    """Let a site be in another time zone from a month on that is closed for none of its clients.

    Its days and months are counted anew before the answer comes, which takes a while for many
    meters. A change that was interrupted is finished by asking for it again.
    """
    try:
        month = parse_month(changes.month)
    except InvalidInputError as error:
        raise InvalidInputError(str(error), field="from") from None
    now = system.clock.now()
    check = precondition.of(partial(site_output, now=now))
    changed = change_zone(system.database, site, changes.time_zone, month, unwatched, check)
    return shown(Answer(data=site_output(changed.row, now, changed.notices)))
