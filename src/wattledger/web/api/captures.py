"""/captures: what devices answered, as it is kept; shown as text, never as a page."""

from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response
from pydantic import ConfigDict, Field

from wattledger.domain.permission import Permission
from wattledger.domain.recipe import ScrapingConfig
from wattledger.domain.register import INT64_MAX
from wattledger.services.show_evidence import show_capture, show_picture
from wattledger.services.try_capture import try_capture
from wattledger.web.answer import answer
from wattledger.web.api.meter_examples import CAPTURE_TRIAL
from wattledger.web.api.trial_schemas import Trial, trial
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer, Schema
from wattledger.web.system import TheSystem

captures = Resource(
    "/captures",
    "evidence",
    read=Permission.SEE_ALL,
    write=Permission.SET_UP,
    errors=[HTTPStatus.NOT_FOUND],
)

CaptureId = Annotated[
    int, Path(ge=1, le=INT64_MAX, description="Number of the capture, as an attempt tells.")
]
_NOSNIFF = {"X-Content-Type-Options": "nosniff"}


class CaptureTrial(Schema):
    """What to look for on a kept page."""

    model_config = ConfigDict(json_schema_extra={"examples": [CAPTURE_TRIAL]})

    scraping_config: ScrapingConfig = Field(
        description="Where the register stands; its steps are not taken."
    )


@captures.get(
    "/{capture}",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="What a device answered",
)
def raw(system: TheSystem, capture: CaptureId) -> Response:
    """Give the page as it is kept, byte for byte: its SHA-256 is the capture's, and the ETag."""
    kept = show_capture(system.database, capture)
    # A device's page is foreign: no browser may take it for one of ours.
    headers = _NOSNIFF | {
        "Content-Disposition": f'attachment; filename="capture-{kept.id}.txt"',
        "ETag": f'"{kept.sha256}"',
    }
    return Response(kept.page, headers=headers, media_type="text/plain; charset=utf-8")


@captures.get(
    "/{capture}/picture",
    response_class=Response,
    responses={200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}},
    summary="A picture of what a device answered",
)
def picture(system: TheSystem, capture: CaptureId) -> Response:
    """Give the picture of the page as a PNG; its SHA-256 is the ETag. 404 where none is kept."""
    kept, png = show_picture(system.database, system.settings, capture)
    headers = _NOSNIFF | {
        "Content-Disposition": f'inline; filename="capture-{kept.id}.png"',
        "ETag": f'"{sha256(png).hexdigest()}"',
    }
    return Response(png, headers=headers, media_type="image/png")


@captures.post(
    "/{capture}/try",
    response_model=Answer[Trial],
    responses=documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    summary="Try a recipe on what a device answered",
)
def try_on(system: TheSystem, capture: CaptureId, wanted: CaptureTrial) -> Response:
    """Read the page as it is kept with another recipe. No device is asked, nothing is stored.

    The answer is 200 also when nothing could be read: `data.success` tells. `steps` is empty, for
    none are taken.
    """
    attempt = try_capture(system, capture, wanted.scraping_config)
    return answer(Answer(data=trial(attempt)))
