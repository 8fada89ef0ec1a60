"""/statements: closed months as they were sealed, with what proves them and what changed since."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Query, Response

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.period import parse_month
from wattledger.domain.permission import Permission
from wattledger.reports.statement_json import statement_json
from wattledger.services.export_bundle import export_bundle
from wattledger.services.month_changes import month_changes
from wattledger.services.own_view import client_in_view
from wattledger.services.show_statement import show_statement
from wattledger.services.statement_list import statement_page
from wattledger.store.close_list import ListedKey
from wattledger.web.answer import answer
from wattledger.web.api.clients import ClientId
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.api.reports import OfClient
from wattledger.web.api.statement_schemas import ChangesOutput, ListedStatement, StatementOutput
from wattledger.web.cursor import from_cursor, to_cursor
from wattledger.web.download import download
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem
from wattledger.web.view import TheView

statements = Resource(
    "/statements",
    "reports",
    read=Permission.SEE_OWN,
    write=Permission.BILL,
    errors=[HTTPStatus.NOT_FOUND],
)

MonthText: TypeAlias = Annotated[str, Path(max_length=7, description="As 2026-03.")]


@statements.get("", response_model=Page[ListedStatement], summary="List closed statements")
def page(
    system: TheSystem,
    view: TheView,
    client: OfClient = None,
    month: Annotated[str | None, Query(max_length=7, description="As 2026-03.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List closed statements, the newest month first; a client sees its own."""
    if client is None and view is not None:
        client = view.client_id
    wanted = None if client is None else client_in_view(system.database, client, view).public_id
    first = None if month is None else _month(month)
    part = statement_page(system.database, wanted, first, _key(cursor), limit)
    listed = [ListedStatement.of(closed) for closed in part.statements]
    following = None
    if part.following is not None:
        following = to_cursor((part.following[0].isoformat(), part.following[1]))
    return answer(Page(data=listed, next_cursor=following))


def _month(text: str) -> date:
    try:
        return parse_month(text)
    except InvalidInputError as error:
        raise InvalidInputError(str(error), field="month") from None


def _key(cursor: str | None) -> ListedKey | None:
    return from_cursor(cursor, tuple[date, str])


@statements.get(
    "/{client}/{month}", response_model=Answer[StatementOutput], summary="A client's statement"
)
def show(system: TheSystem, view: TheView, client: ClientId, month: MonthText) -> Response:
    """Show a statement: closed as it was sealed, else as it is now, without a seal."""
    wanted = client_in_view(system.database, client, view).public_id
    statement = show_statement(system.database, wanted, _month(month), system.clock.now())
    # The sealed bytes themselves: written anew, their hash might be another.
    body = b'{"success":true,"data":' + statement_json(statement) + b"}"
    return Response(body, media_type="application/json")


@statements.get(
    "/{client}/{month}/bundle",
    response_class=Response,
    responses={
        200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
    },
    summary="A closed statement with its proof",
)
def bundle(system: TheSystem, view: TheView, client: ClientId, month: MonthText) -> Response:
    """Give a ZIP of the sealed statement and the readings it was closed with.

    `wattledger verify-bundle FILE` checks it anywhere, without a server.
    """
    row, first = client_in_view(system.database, client, view), _month(month)
    content = export_bundle(system.database, row.public_id, first, view)
    return download(content, "application/zip", f"{first:%Y-%m} {row.name} bundle", "zip")


@statements.get(
    "/{client}/{month}/changes",
    response_model=Answer[ChangesOutput],
    summary="What a closed month would change by",
)
def changes(system: TheSystem, view: TheView, client: ClientId, month: MonthText) -> Response:
    """Compare a closed month, as billed and adjusted, with what the ledger says now."""
    wanted = client_in_view(system.database, client, view).public_id
    found = month_changes(system.database, wanted, _month(month))
    return answer(Answer(data=ChangesOutput.of(found)))
