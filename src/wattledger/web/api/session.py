"""/session: who one is, signing out, and one's own password. Signing in: session_doors.py."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from wattledger.domain.errors import ConflictError
from wattledger.domain.permission import Permission
from wattledger.secrets.tokens import csrf_token
from wattledger.services.change_password import change_password
from wattledger.services.check_session import show_session
from wattledger.services.sign_in import sign_out as end
from wattledger.web.answer import answer
from wattledger.web.api.session_doors import in_turn, signed_in
from wattledger.web.api.session_schemas import (
    PasswordChange,
    SessionOutput,
    SignedOut,
    session_output,
)
from wattledger.web.errors import documented
from wattledger.web.recording import address_of
from wattledger.web.resource import Resource
from wattledger.web.schema import Answer
from wattledger.web.session_cookie import take_session
from wattledger.web.system import TheCaller, TheSession, TheSystem

session = Resource("/session", "session", read=Permission.SEE_OWN, write=Permission.SEE_OWN)
_CONFLICT = documented(HTTPStatus.CONFLICT)


@session.get("", response_model=Answer[SessionOutput], summary="Who am I?")
def show(system: TheSystem, caller: TheCaller, secret: TheSession) -> Response:
    """Tell who calls, what it may do, and the CSRF token that its writes have to send."""
    if secret is None:
        return answer(Answer(data=session_output(caller, None, None)))
    row = show_session(system.database, secret, system.clock.now())
    return answer(Answer(data=session_output(caller, row, csrf_token(secret))))


@session.delete("", response_model=Answer[SignedOut], responses=_CONFLICT, summary="Sign out")
def sign_out(request: Request, system: TheSystem, secret: TheSession) -> Response:
    """End the session. A token has none: revoke it with DELETE /tokens/{token}."""
    end(system.database, _of_person(secret))
    response = answer(Answer(data=SignedOut()))
    take_session(response, request)
    return response


@session.post(
    "/password",
    response_model=Answer[SessionOutput],
    responses=_CONFLICT | documented(HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    summary="Change one's own password",
)
async def choose_password(
    request: Request,
    system: TheSystem,
    caller: TheCaller,
    secret: TheSession,
    change: PasswordChange,
) -> Response:
    """Change the password of who signed in; all its other sessions end."""
    _of_person(secret)
    opened = await in_turn(
        request,
        change_password,
        system.database,
        caller.user_id or "",
        change.current_password.get_secret_value(),
        change.new_password.get_secret_value(),
        address_of(request),
        system.clock.now(),
    )
    return await run_in_threadpool(signed_in, request, system, opened, HTTPStatus.OK)


def _of_person(secret: str | None) -> str:
    if secret is None:
        raise ConflictError("A token has no session and no password; sign in with a browser.")
    return secret
