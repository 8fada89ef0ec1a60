"""/modules: what jobs can run."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Path, Response

from wattledger.domain.permission import Permission
from wattledger.services.keep_modules import module_page, show_module
from wattledger.web.answer import answer
from wattledger.web.api.module_schemas import ModuleOutput, module_output
from wattledger.web.api.parameters import Cursor, Limit
from wattledger.web.cursor import Number, from_cursor, to_cursor
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Page
from wattledger.web.system import TheSystem

modules = Resource("/modules", "modules", read=Permission.SEE_ALL, write=Permission.RUN)

ModuleId: TypeAlias = Annotated[str, Path(max_length=200, description="Id or name of a module.")]


@modules.get("", response_model=Page[ModuleOutput], summary="List modules")
def page(system: TheSystem, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List the job modules: what ships with Wattledger, and folders in the data folder.

    One that is broken, or that others could write, is listed with its problem and is not run.
    """
    after = from_cursor(cursor, tuple[Number])
    part = module_page(system.database, 0 if after is None else after[0], limit)
    following = None if part.following is None else to_cursor((part.following,))
    return answer(Page(data=[module_output(each) for each in part.modules], next_cursor=following))


@modules.get(
    "/{module}",
    response_model=Answer[ModuleOutput],
    responses=documented(HTTPStatus.NOT_FOUND),
    summary="Show a module",
)
def show(system: TheSystem, module: ModuleId) -> Response:
    """Show a module: its jobs with the JSON Schemas of their configs, and what is wrong with it."""
    return answer(Answer(data=module_output(show_module(system.database, module))))
