"""/reports: a month of all clients, what puts it at risk, and its close."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, TypeAlias

from fastapi import Path, Query, Request, Response

from wattledger.domain.errors import InvalidInputError, NotFoundError
from wattledger.domain.instant import FIRST_YEAR, LAST_YEAR
from wattledger.domain.own_view import OwnView
from wattledger.domain.permission import Permission
from wattledger.domain.statement import MonthBook
from wattledger.reports.archive import month_archive
from wattledger.reports.csv import month_csv
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.xlsx import month_workbook, statement_workbook
from wattledger.services.close_month import CloseOrder, close_month, risks_of_month
from wattledger.services.own_view import client_in_view
from wattledger.services.progress import Progress, unwatched
from wattledger.services.report_month import month_book
from wattledger.services.system import System
from wattledger.web.answer import answer
from wattledger.web.api.report_schemas import (
    ClientCloseOutput,
    CloseInput,
    FindingOutput,
    ReportOutput,
)
from wattledger.web.download import download
from wattledger.web.errors import documented
from wattledger.web.permit import needs
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.system import TheCaller, TheSystem
from wattledger.web.view import TheView
from wattledger.web.watched import watched

reports = Resource(
    "/reports/{year}/{month}",
    "reports",
    read=Permission.SEE_OWN,
    write=Permission.BILL,
    errors=[HTTPStatus.NOT_FOUND],
)
_BODY = documented(HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

Year: TypeAlias = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR, description="As 2026.")]
Month: TypeAlias = Annotated[int, Path(ge=1, le=12, description="1 to 12.")]
OfClient: TypeAlias = Annotated[
    str | None,
    Query(alias="clientId", max_length=200, description="One client alone, by id or name."),
]


class Format(StrEnum):
    """How a month is sent."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    ZIP = "zip"


_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
    Format.ZIP: "application/zip",
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            media_type.partition(";")[0]: {"schema": {"type": "string"}}
            if form is Format.CSV
            else _BINARY
            for form, media_type in _TYPES.items()
        }
    }
}


@reports.get(
    "", response_model=Answer[ReportOutput], responses=_FILES, summary="A month of all clients"
)
def month_report(
    system: TheSystem,
    view: TheView,
    year: Year,
    month: Month,
    form: Annotated[
        Format,
        Query(
            alias="format",
            description="`pdf` is of one client; `zip` has all formats of all clients.",
        ),
    ] = Format.JSON,
    client: OfClient = None,
    *,
    demand: Annotated[
        bool,
        Query(
            description="`false` leaves out, of what is not closed, peaks and charges: JSON of "
            "thousands of meters comes in a second, for a peak follows from every read of a month."
        ),
    ] = True,
) -> Response:
    """Show the lines of a month by client: as sealed where it is closed, else as they are now.

    A client sees its own.
    """
    first = date(year, month, 1)
    if client is None and view is not None:
        client = view.client_id
    if form is Format.PDF and client is None:
        raise InvalidInputError(
            "A PDF is the statement of one client: name it with clientId, or take format=zip.",
            field="clientId",
        )
    wanted = _client_id(system, client, view)
    book = _book(system, first, wanted, with_demand=demand or form is not Format.JSON)
    if form is Format.JSON:
        return answer(Answer(data=ReportOutput.of(book)))
    stem = f"{first:%Y-%m}"
    if client is not None:
        stem = f"{stem} {book.statements[0].client if book.statements else client}"
    content = _file(form, book, system.settings.issuer, is_of_client=client is not None)
    return download(content, _TYPES[form], stem, form.value)


def _book(system: System, month: date, client: str | None, *, with_demand: bool) -> MonthBook:
    zone, now = system.settings.time_zone, system.clock.now()
    return month_book(system.database, month, zone, now, unwatched, client, with_demand=with_demand)


def _client_id(system: System, client: str | None, view: OwnView | None) -> str | None:
    return None if client is None else client_in_view(system.database, client, view).public_id


def _file(form: Format, book: MonthBook, issuer: Sequence[str], *, is_of_client: bool) -> bytes:
    if form is Format.CSV:
        return month_csv(book.report).encode("utf-8")
    if form is Format.ZIP:
        return month_archive(book, issuer)
    if not is_of_client:
        return month_workbook(book)
    if not book.statements:
        raise NotFoundError(f"No meter serves this client in {book.month:%Y-%m}.")
    statement = book.statements[0]
    if form is Format.PDF:
        return statement_pdf(statement, issuer)
    return statement_workbook(statement)


@reports.get(
    "/findings",
    response_model=Answer[list[FindingOutput]],
    dependencies=[needs(Permission.SEE_ALL)],
    summary="What puts bills at risk",
)
def findings(system: TheSystem, year: Year, month: Month, client: OfClient = None) -> Response:
    """List what to look at before the month is closed: of all clients, and what serves nobody."""
    wanted = _client_id(system, client, None)
    first, now = date(year, month, 1), system.clock.now()
    found = risks_of_month(system.database, first, now, wanted)
    return answer(Answer(data=[FindingOutput.of(finding) for finding in found]))


@reports.post(
    "/close",
    response_model=Answer[list[ClientCloseOutput]],
    responses=_BODY,
    summary="Close a month",
)
async def close(
    request: Request,
    system: TheSystem,
    caller: TheCaller,
    year: Year,
    month: Month,
    order: CloseInput,
) -> Response:
    """Freeze and seal the statement of each client that can be closed.

    The answer is 200 also where clients are blocked: each says why. Statements closed before stay
    as they are. Who closes is the token's name. Who accepts `application/x-ndjson` is told how far
    it is, line by line, then the answer.
    """

    def seal(progress: Progress) -> Response:
        closing = CloseOrder(
            date(year, month, 1),
            caller.name,
            _client_id(system, order.client_id, None),
            order.accept_estimates,
            order.reason,
        )
        closed = close_month(system.database, closing, system.clock.now(), progress)
        return answer(Answer(data=[ClientCloseOutput.of(each) for each in closed.clients]))

    return await watched(request, seal, AsyncExitStack())
