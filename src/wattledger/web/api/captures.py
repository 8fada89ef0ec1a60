"""/captures: what devices answered, as it is kept; shown as text, never as a page."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response

from wattledger.domain.permission import Permission
from wattledger.domain.register import INT64_MAX
from wattledger.services.show_evidence import show_capture
from wattledger.web.resource import Resource
from wattledger.web.system import TheSystem

captures = Resource(
    "/captures",
    "evidence",
    read=Permission.SEE_ALL,
    write=Permission.SET_UP,
    errors=[HTTPStatus.NOT_FOUND],
)


@captures.get(
    "/{capture}",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="What a device answered",
)
def raw(
    system: TheSystem,
    capture: Annotated[
        int, Path(ge=1, le=INT64_MAX, description="Number of the capture, as an attempt tells.")
    ],
) -> Response:
    """Give the page as it is kept, byte for byte: its SHA-256 is the capture's, and the ETag."""
    kept = show_capture(system.database, capture)
    # A device's page is foreign: no browser may take it for one of ours.
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="capture-{kept.id}.txt"',
        "ETag": f'"{kept.sha256}"',
    }
    return Response(kept.body, headers=headers, media_type="text/plain; charset=utf-8")
