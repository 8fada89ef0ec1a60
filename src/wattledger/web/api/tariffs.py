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
from wattledger.web.answer import answer
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.api.tariff_schemas import TariffInput, TariffOutput, tariff_output
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

tariffs = Resource("/tariffs", "tariffs", read=Permission.SEE_ALL, write=Permission.BILL)
_NOT_FOUND = documented(HTTPStatus.NOT_FOUND)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

TariffId: TypeAlias = Annotated[str, Path(max_length=200, description="Id or name of a tariff.")]


@tariffs.get("", response_model=Page[TariffOutput], summary="List tariffs")
def page(system: TheSystem, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List tariffs by name."""
    part = tariff_page(system.database, from_cursor(cursor, tuple[str, Number]), limit)
    following = None if part.following is None else to_cursor(part.following)
    shown = [tariff_output(KeptTariff(row)) for row in part.tariffs]
    return answer(Page(data=shown, next_cursor=following))


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
    responses=_NOT_FOUND,
    summary="Show a tariff",
)
def show(system: TheSystem, tariff: TariffId) -> Response:
    """Show a tariff with all its prices, past and to come."""
    return answer(Answer(data=tariff_output(KeptTariff(show_tariff(system.database, tariff)))))


@tariffs.put(
    "/{tariff}",
    response_model=Answer[TariffOutput],
    responses=_NOT_FOUND | _BODY,
    summary="Change a tariff",
)
def replace(system: TheSystem, tariff: TariffId, setup: TariffInput) -> Response:
    """Replace a tariff's name and prices; a change of price is a further period of prices.

    Closed months keep the prices they were billed with: `notices` says where that matters.
    """
    kept = change_tariff(system.database, tariff, setup.as_tariff(), system.clock.now())
    return answer(Answer(data=tariff_output(kept)))
