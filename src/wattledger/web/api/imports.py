"""/imports: lists of endpoints and of readings, as files."""

from contextlib import AsyncExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, TypeAlias

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from wattledger.domain.permission import Permission
from wattledger.services.csv_lines import BadLines
from wattledger.services.import_endpoints import import_endpoints
from wattledger.services.import_readings import ImportedReadings, import_readings
from wattledger.services.progress import Progress, unwatched
from wattledger.services.refused_import import RefusedImportError
from wattledger.services.system import System
from wattledger.web.answer import answer
from wattledger.web.api.import_schemas import (
    ImportedEndpointsOutput,
    ImportedReadingsOutput,
    imported_endpoints,
    imported_readings,
)
from wattledger.web.errors import documented
from wattledger.web.permit import needs
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.system import TheSystem
from wattledger.web.upload import UPLOAD_ERRORS, upload_in_document, uploaded
from wattledger.web.watched import watched

imports = Resource("/imports", "imports", read=Permission.SEE_ALL, write=Permission.SET_UP)

DryRun: TypeAlias = Annotated[
    bool, Query(alias="dryRun", description="Tell what would be; keep nothing.")
]
SkipBad: TypeAlias = Annotated[
    bool, Query(alias="skipBad", description="Book the good lines even where others are bad.")
]
Sheet: TypeAlias = Annotated[
    str | None,
    Query(
        max_length=200,
        description="The sheet of a spreadsheet; left out, the first with the columns.",
    ),
]
_ENDPOINTS = upload_in_document(
    "endpoint,client,location,multiplier,p_max_kw\nRack A3,Client XYZ,Row 3,40,22\n",
    [{"endpoint": "Rack A3", "client": "Client XYZ", "multiplier": 40, "pollInterval": 30}],
)
_READINGS = upload_in_document(
    "endpoint,timestamp,total_kwh\nRack A3,2026-03-01T00:00:00+01:00,12000.5\n",
    [{"endpoint": "Rack A3", "timestamp": "2026-03-01T00:00:00+01:00", "totalKwh": 12000.5}],
)


@imports.post(
    "/endpoints",
    response_model=Answer[ImportedEndpointsOutput],
    responses=UPLOAD_ERRORS | documented(HTTPStatus.CONFLICT),
    summary="Import endpoints",
    openapi_extra=_ENDPOINTS,
)
async def endpoints(
    request: Request,
    system: TheSystem,
    sheet: Sheet = None,
    *,
    dry_run: DryRun = False,
    skip_bad: SkipBad = False,
) -> Response:
    """Create or change endpoints and their meters from a file, up to 50 MB.

    What GET /endpoints/export gives is read back. What exists is changed, what is empty leaves what
    is there. Bad lines are named in `fields`, and nothing is booked, unless they are skipped.
    A long file is applied in portions: one that was interrupted is finished by importing it again.
    Who accepts `application/x-ndjson` is told how far it is, line by line, then the answer.
    """
    until_done = AsyncExitStack()
    path = await until_done.enter_async_context(uploaded(request))

    def book(progress: Progress) -> Response:
        zone, now = system.settings.time_zone, system.clock.now()
        result = import_endpoints(
            *(system.database, path, zone, now, system.vault),
            skip_bad=skip_bad,
            sheet=sheet,
            dry_run=dry_run,
            progress=progress,
        )
        _refuse(result.bad, keeps_out=not (skip_bad or dry_run))
        return answer(Answer(data=imported_endpoints(result, dry_run=dry_run)))

    return await watched(request, book, until_done)


@imports.post(
    "/readings",
    response_model=Answer[ImportedReadingsOutput],
    responses=UPLOAD_ERRORS,
    dependencies=[needs(Permission.CORRECT)],
    summary="Import readings",
    openapi_extra=_READINGS,
)
async def readings(
    request: Request,
    system: TheSystem,
    sheet: Sheet = None,
    *,
    dry_run: DryRun = False,
    skip_bad: SkipBad = False,
    create_missing: Annotated[
        bool, Query(alias="createMissing", description="Create endpoints that are not known yet.")
    ] = False,
) -> Response:
    """Book readings from a file, up to 50 MB, through the same ledger as collected ones.

    Booking the same file again changes nothing. Bad lines are named in `fields`, and nothing is
    booked, unless they are skipped.
    """

    def book(path: Path) -> ImportedReadings:
        return _readings(
            system,
            path,
            sheet,
            skip_bad=skip_bad,
            create_missing=create_missing,
            dry_run=dry_run,
        )

    async with uploaded(request) as path:
        result = await run_in_threadpool(book, path)
    _refuse(result.bad, keeps_out=not (skip_bad or dry_run))
    return answer(Answer(data=imported_readings(result, dry_run=dry_run)))


def _readings(
    system: System,
    path: Path,
    sheet: str | None,
    *,
    skip_bad: bool,
    create_missing: bool,
    dry_run: bool,
) -> ImportedReadings:
    return import_readings(
        *(system.database, path, system.settings.time_zone, system.clock.now()),
        skip_bad=skip_bad,
        create_missing=create_missing,
        progress=unwatched,
        sheet=sheet,
        dry_run=dry_run,
    )


def _refuse(bad: BadLines, *, keeps_out: bool) -> None:
    if bad.count and keeps_out:
        raise RefusedImportError(bad)
