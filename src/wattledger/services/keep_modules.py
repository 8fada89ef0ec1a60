"""Show the job modules: what they are, which jobs they bring, what is wrong with broken ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.jobs.manifest import JobManifest, Manifest
from wattledger.store.database import Connection, Database
from wattledger.store.modules import ModuleRow, find_module, list_modules


@dataclass(frozen=True, slots=True)
class ShownModule:
    """A module as stored, and its manifest; None where that could never be read."""

    row: ModuleRow
    manifest: Manifest | None


@dataclass(frozen=True, slots=True)
class ModulePage:
    """Modules in the order in which they were found, and the number the next page goes on from."""

    modules: Sequence[ShownModule]
    following: int | None


def module_page(database: Database, after: int, limit: int) -> ModulePage:
    """Return a page of modules."""
    with database.connect() as connection:
        rows = list_modules(connection, after, limit + 1)
    page = rows[:limit]
    shown = [_shown(row) for row in page]
    return ModulePage(shown, page[-1].id if len(rows) > limit else None)


def show_module(database: Database, module: str) -> ShownModule:
    """Return the module of an id or a name; NotFoundError when there is none."""
    with database.connect() as connection:
        return _shown(find_module(connection, module))


def _shown(row: ModuleRow) -> ShownModule:
    """Return a module as stored; one that is broken may have a manifest that is taken no more."""
    try:
        manifest = None if row.manifest is None else Manifest.model_validate(row.manifest)
    except ValidationError:
        manifest = None
    return ShownModule(row, manifest)


def handler_of(connection: Connection, module: str, handler: str) -> tuple[str, JobManifest]:
    """Return the name of a module, by its id or name, and its job of a handler.

    InvalidInputError when there is none of these, ConflictError when the module is broken.
    """
    try:
        shown = _shown(find_module(connection, module))
    except NotFoundError as error:
        raise InvalidInputError(str(error), field="moduleId") from None
    if shown.row.problem is not None or shown.manifest is None:
        raise ConflictError(f"The module {shown.row.name} cannot be used: {shown.row.problem}")
    return shown.row.name, shown.manifest.job(handler)
