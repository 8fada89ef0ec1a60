"""/attempts: how reading a device went."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response

from wattledger.domain.permission import Permission
from wattledger.domain.register import INT64_MAX
from wattledger.services.show_evidence import show_attempt
from wattledger.web.answer import answer
from wattledger.web.api.evidence_schemas import AttemptOutput, attempt_output
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.system import TheSystem

attempts = Resource(
    "/attempts",
    "evidence",
    read=Permission.SEE_ALL,
    write=Permission.SET_UP,
    errors=[HTTPStatus.NOT_FOUND],
)


@attempts.get("/{attempt}", response_model=Answer[AttemptOutput], summary="Show an attempt")
def show(
    system: TheSystem,
    attempt: Annotated[
        int, Path(ge=1, le=INT64_MAX, description="Number of the attempt, as a reading tells.")
    ],
) -> Response:
    """Show one try at reading an endpoint: how it ended, how long it took, what was answered."""
    return answer(Answer(data=attempt_output(show_attempt(system.database, attempt))))
