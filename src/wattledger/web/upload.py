"""Files that people send: written to the disk as they come in, gone when they are read.

A file is the body itself, or the part ``file`` of a form. What it is its content tells, not its
name or type.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from wattledger.domain.errors import InvalidInputError
from wattledger.web.errors import documented

_FORM = "multipart/form-data"
_PART = "file"
_BLOCK = 1 << 20
CSV = "text/csv"
JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTES = "application/octet-stream"
_PLAIN = frozenset(
    {
        *(CSV, JSON, XLSX, _BYTES, "text/plain"),
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)

UPLOAD_ERRORS = documented(
    HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE
)
"""The errors of a route that takes a file, for its documentation."""


def upload_in_document(csv: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the body of a route that takes a file, for its documentation."""
    binary = {"type": "string", "contentMediaType": _BYTES}
    objects = {"type": "array", "items": {"type": "object"}}
    form = {"type": "object", "properties": {_PART: binary}, "required": [_PART]}
    return {
        "requestBody": {
            "required": True,
            "description": "A CSV file, a spreadsheet or JSON, as the body or as the part `file` "
            "of a form; its content tells what it is.",
            "content": {
                CSV: {"schema": {"type": "string"}, "example": csv},
                JSON: {"schema": objects, "example": rows},
                XLSX: {"schema": binary},
                _FORM: {"schema": form, "example": {_PART: csv}},
            },
        }
    }


@asynccontextmanager
async def uploaded(request: Request) -> AsyncIterator[Path]:
    """Give the file of a request; it is gone afterwards.

    HTTPException 415 for a body that is neither a file nor a form, InvalidInputError for a form
    without the part.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM and kind not in _PLAIN:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    with _temporary() as (path, file):
        if kind == _FORM:
            await _copy_part(request, file)
        else:
            async for block in request.stream():
                await run_in_threadpool(file.write, block)
        file.close()
        try:
            yield path
        except InvalidInputError as error:
            if str(path) not in str(error):
                raise
            # The sender knows the file, not where we keep it.
            raise InvalidInputError(
                str(error).replace(str(path), "The file"), field=error.field
            ) from None


@contextmanager
def _temporary() -> Iterator[tuple[Path, BinaryIO]]:
    with TemporaryDirectory(prefix="wattledger-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            yield path, file


async def _copy_part(request: Request, file: BinaryIO) -> None:
    async with request.form(max_files=1, max_fields=10) as form:
        part = form.get(_PART)
        if not isinstance(part, UploadFile):
            raise InvalidInputError(
                "The form has no file; send it as the part 'file'.", field=_PART
            )
        while block := await part.read(_BLOCK):
            await run_in_threadpool(file.write, block)
