"""The doors of /session: how people get in. They stand in web/open_routes.py."""

from collections.abc import Callable
from http import HTTPStatus
from typing import ParamSpec

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from wattledger.domain.errors import UnauthorizedError
from wattledger.secrets.tokens import csrf_token
from wattledger.services.check_session import check_session, show_session
from wattledger.services.sign_in import Credentials, sign_in
from wattledger.services.system import System
from wattledger.services.use_link import FirstUser, Shown, set_up_account, sign_in_by_link
from wattledger.web.answer import answer
from wattledger.web.api.session_schemas import (
    LinkInput,
    SessionOutput,
    SetUpInput,
    SignInInput,
    session_output,
)
from wattledger.web.errors import documented
from wattledger.web.recording import address_of
from wattledger.web.resource import PREFIX, operation_id
from wattledger.web.schema import Answer
from wattledger.web.session_cookie import give_session
from wattledger.web.strict_route import StrictRoute
from wattledger.web.system import TheSession, TheSystem

_P = ParamSpec("_P")

doors = APIRouter(
    prefix=f"{PREFIX}/session",
    tags=["session"],
    responses=documented(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
    generate_unique_id_function=operation_id,
    route_class=StrictRoute,
)


@doors.post(
    "",
    response_model=Answer[SessionOutput],
    status_code=HTTPStatus.CREATED,
    responses=documented(HTTPStatus.TOO_MANY_REQUESTS),
    summary="Sign in",
)
async def enter(
    request: Request, system: TheSystem, session: TheSession, shown: SignInInput
) -> Response:
    """Sign in with name and password; the answer sets the cookie of a new session.

    The answer is the same for an unknown name and a wrong password. After 5 wrong passwords a name
    is closed for 30 seconds, then for longer, up to 15 minutes.
    """
    credentials = Credentials(
        shown.name, shown.password.get_secret_value(), address_of(request), session
    )
    opened = await in_turn(request, sign_in, system.database, credentials, system.clock.now())
    return await run_in_threadpool(signed_in, request, system, opened, HTTPStatus.CREATED)


@doors.post(
    "/set-up",
    response_model=Answer[SessionOutput],
    status_code=HTTPStatus.CREATED,
    responses=documented(HTTPStatus.CONFLICT),
    summary="Create the first administrator",
)
async def set_up(
    request: Request, system: TheSystem, session: TheSession, setup: SetUpInput
) -> Response:
    """Create the first administrator with the link that `wattledger serve` prints, and sign in."""
    first = FirstUser(setup.name, setup.display_name, setup.password.get_secret_value())
    shown = Shown(setup.token.get_secret_value(), address_of(request), session)
    now = system.clock.now()
    opened = await in_turn(request, set_up_account, system.database, shown, first, now)
    return await run_in_threadpool(signed_in, request, system, opened, HTTPStatus.CREATED)


@doors.post(
    "/link",
    response_model=Answer[SessionOutput],
    status_code=HTTPStatus.CREATED,
    summary="Sign in with a one-time link",
)
async def link(
    request: Request, system: TheSystem, session: TheSession, given: LinkInput
) -> Response:
    """Sign in with a link that works once, and choose a password where the link is for that."""
    shown = Shown(given.token.get_secret_value(), address_of(request), session)
    password = None if given.password is None else given.password.get_secret_value()
    now = system.clock.now()
    opened = await in_turn(request, sign_in_by_link, system.database, shown, password, now)
    return await run_in_threadpool(signed_in, request, system, opened, HTTPStatus.CREATED)


async def in_turn(
    request: Request, work: Callable[_P, str], *arguments: _P.args, **more: _P.kwargs
) -> str:
    """Do what checks or makes a password; who waits for that waits without a thread."""
    async with request.app.state.sign_ins:
        return await run_in_threadpool(work, *arguments, **more)


def signed_in(request: Request, system: System, secret: str, status: HTTPStatus) -> Response:
    """Answer with who signed in, and give the browser the session."""
    now = system.clock.now()
    caller = check_session(system.database, secret, now)
    if caller is None:
        raise UnauthorizedError("The session ended at once: the user was disabled meanwhile.")
    row = show_session(system.database, secret, now)
    output = session_output(caller, row, csrf_token(secret))
    response = answer(Answer(data=output), status)
    give_session(response, request, secret)
    return response
