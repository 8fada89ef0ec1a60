"""/endpoints/export: all that is set of endpoints, as a file."""

from enum import StrEnum
from typing import Annotated

from fastapi import Query, Response

from wattledger.domain.permission import Permission
from wattledger.services.export_endpoints import endpoints_csv, export_endpoints
from wattledger.store.endpoints import EndpointFilter
from wattledger.web.answer import printed
from wattledger.web.api.export_schemas import Export, export
from wattledger.web.download import download
from wattledger.web.recording import exported
from wattledger.web.resource import Resource
from wattledger.web.system import TheSystem
from wattledger.web.upload import CSV, JSON

endpoint_export = Resource(
    "/endpoints", "endpoints", read=Permission.SEE_ALL, write=Permission.SET_UP
)
_NAME = "endpoints"


class ExportFormat(StrEnum):
    """As which kind of file."""

    CSV = "csv"
    JSON = "json"


@endpoint_export.get(
    "/export",
    response_model=Export,
    responses={
        200: {
            "description": "The endpoints, as POST /imports/endpoints reads them.",
            "content": {
                CSV: {"schema": {"type": "string"}, "example": "endpoint,meter\nRack A3,total\n"}
            },
        }
    },
    dependencies=[exported("endpoint")],
    summary="Export endpoints",
)
def as_file(
    system: TheSystem,
    form: Annotated[
        ExportFormat, Query(alias="format", description="As which kind of file.")
    ] = ExportFormat.JSON,
    client: Annotated[
        str | None, Query(max_length=200, description="Id or name of the client.")
    ] = None,
    site: Annotated[
        str | None, Query(max_length=200, description="Id or name of the site.")
    ] = None,
    location: Annotated[
        str | None, Query(max_length=200, description="Location, all of it; capitals do not count.")
    ] = None,
    search: Annotated[
        str | None, Query(description="A part of name, address or location.", max_length=200)
    ] = None,
    enabled: Annotated[bool | None, Query(description="Whether it is polled.")] = None,
) -> Response:
    """Give all that is set of the endpoints that pass all filters, by name, but no password.

    `POST /imports/endpoints` and `wattledger import endpoints` read both formats.
    """
    wanted = EndpointFilter(client, site, location, enabled, search)
    found = export_endpoints(system, wanted)
    if form is ExportFormat.CSV:
        return download(endpoints_csv(found), CSV, _NAME, form)
    return download(printed(export(found)), JSON, _NAME, form)
