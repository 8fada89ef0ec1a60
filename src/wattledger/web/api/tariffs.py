"""/tariffs: what energy and power cost, from which date on."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Response

from wattledger.domain.permission import Permission
from wattledger.services.keep_tariff import (
    KeptTariff,
    change_tariff,
    create_tariff,
    show_tariff,
    tariff_page,
)
from wattledger.store.tariffs import TariffRow
from wattledger.web.answer import answer
from wattledger.web.api.parameters import Cursor, Limit, Search
from wattledger.web.api.tariff_schemas import TariffInput, TariffOutput, tariff_output
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.etag import CHANGED_MEANWHILE, SHOWN, TAGGED, IfMatch, IfNoneMatch, shown
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

tariffs = Resource("/tariffs", "tariffs", read=Permission.SEE_ALL, write=Permission.BILL)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

TariffId: TypeAlias = Annotated[str, Path(max_length=200, description="Id or name of a tariff.")]


@tariffs.get("", response_model=Page[TariffOutput], summary="List tariffs")
def page(
    system: TheSystem, search: Search = None, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List tariffs by name."""
    after = from_cursor(cursor, tuple[str, Number])
    part = tariff_page(system.database, after, limit, search)
    following = None if part.following is None else to_cursor(part.following)
    listed = [_as_kept(row) for row in part.tariffs]
    return answer(Page(data=listed, next_cursor=following))


@tariffs.post(
    "",
    response_model=Answer[TariffOutput],
    status_code=HTTPStatus.CREATED,
    responses=_BODY,
    summary="Create a tariff",
)
def create(system: TheSystem, setup: TariffInput) -> Response:
    """Create a tariff; clients pay by it once it is their `tariffId`."""
    kept = create_tariff(system.database, setup.as_tariff(), system.clock.now())
    created = tariff_output(kept)
    place = {"Location": f"/api/v1/tariffs/{created.id}"}
    return answer(Answer(data=created), HTTPStatus.CREATED, place)


@tariffs.get(
    "/{tariff}",
    response_model=Answer[TariffOutput],
    responses=_NOT_FOUND | SHOWN,
    summary="Show a tariff",
)
def show(system: TheSystem, tariff: TariffId, seen: IfNoneMatch = None) -> Response:
    """Show a tariff with all its prices, past and to come."""
    return shown(Answer(data=_as_kept(show_tariff(system.database, tariff))), seen)


def _as_kept(row: TariffRow) -> TariffOutput:
    return tariff_output(KeptTariff(row))


@tariffs.put(
    "/{tariff}",
    response_model=Answer[TariffOutput],
    responses=_NOT_FOUND | _BODY | TAGGED | CHANGED_MEANWHILE,
    summary="Change a tariff",
)
def replace(
    system: TheSystem, tariff: TariffId, setup: TariffInput, precondition: IfMatch
) -> Response:
    """Replace a tariff's name and prices; a change of price is a further period of prices.

    Closed months keep the prices they were billed with: `notices` says where that matters.
    """
    check = precondition.of(_as_kept)
    kept = change_tariff(system.database, tariff, setup.as_tariff(), system.clock.now(), check)
    return shown(Answer(data=tariff_output(kept)))
