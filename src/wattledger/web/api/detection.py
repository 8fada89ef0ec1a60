"""/endpoints/detect: which number on a device's page is its register."""

from http import HTTPStatus

from fastapi import Response

from wattledger.domain.permission import Permission
from wattledger.services.detect_register import detect_register
from wattledger.web.answer import answer
from wattledger.web.api.detect_schemas import Detected, DetectInput, detected
from wattledger.web.errors import documented
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.system import TheSystem

detection = Resource("/endpoints", "endpoints", read=Permission.SEE_ALL, write=Permission.SET_UP)


@detection.post(
    "/detect",
    response_model=Answer[Detected],
    responses=documented(
        HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    ),
    summary="Find the register on a device's page",
)
async def detect(system: TheSystem, wanted: DetectInput) -> Response:
    """Read the device's page once, and tell its numbers and which may be the register.

    It proposes and does not decide; nothing is stored. Each of `registers` has a `scrapingConfig`
    that was tried on the page. The answer is 200 also when the reading failed: `data.success`
    tells. Numbers that no selector tells from others are left out.
    """
    found = await detect_register(system, wanted.as_order())
    return answer(Answer(data=detected(found)))
