"""/endpoints/bulk: many endpoints changed by one order."""

from http import HTTPStatus

from fastapi import Response

from wattledger.domain.permission import Permission
from wattledger.services.bulk_endpoints import change_endpoints
from wattledger.web.answer import answer
from wattledger.web.api.bulk_schemas import BulkInput, BulkOutput, bulk_output
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.system import TheSystem

bulk = Resource("/endpoints", "endpoints", read=Permission.SEE_ALL, write=Permission.SET_UP)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@bulk.post(
    "/bulk",
    response_model=Answer[BulkOutput],
    responses=_BODY,
    summary="Change many endpoints",
)
def change_many(system: TheSystem, change: BulkInput) -> Response:
    """Enable, disable, assign, delete or restore up to 5,000 endpoints.

    Each is changed, or says in `results` why not, and keeps no other from being changed. They are
    taken in portions of half a second, each one transaction.
    """
    order = change.as_order()
    return answer(Answer(data=bulk_output(order, change_endpoints(system, order))))
