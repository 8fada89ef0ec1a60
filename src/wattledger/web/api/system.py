"""/system: how the installation is doing."""

from fastapi import Response

from wattledger.domain.permission import Permission
from wattledger.web.answer import answer
from wattledger.web.api.system_schemas import SystemOutput, system_output
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.system import TheSystemWatch

installation = Resource(
    "/system", "operation", read=Permission.ADMINISTER, write=Permission.ADMINISTER
)


@installation.get("", response_model=Answer[SystemOutput], summary="How the installation is doing")
def show(watch: TheSystemWatch) -> Response:
    """Show versions, room, browser, queue, backups, the settings in force, and what is not well.

    The checks are those of `wattledger doctor`, at most a minute old; `doctor` also opens a page in
    the browser.
    """
    return answer(Answer(data=system_output(watch.state())))
