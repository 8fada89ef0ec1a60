"""``/metrics``: for Prometheus, which sends a token unless the setting opens it to all."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from wattledger.domain.errors import ForbiddenError
from wattledger.domain.permission import MEANING, Permission
from wattledger.metrics import CONTENT_TYPE
from wattledger.services.check_token import check_token
from wattledger.services.observe import Observer
from wattledger.services.system import System
from wattledger.web.errors import documented, error_answer
from wattledger.web.security import bearer

_EXAMPLE = """\
# HELP wattledger_attempts_total Attempts to read an endpoint, by how they ended.
# TYPE wattledger_attempts_total counter
wattledger_attempts_total{outcome="ok",transport="http"} 1250.0
"""
_ERRORS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def metrics(system: System) -> APIRouter:
    """Return the route for the numbers of this process and of the database."""
    router = APIRouter(tags=["operation"], responses=documented(*_ERRORS))
    observer = Observer(system)

    @router.get(
        "/metrics",
        summary="Numbers for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"example": _EXAMPLE}}}},
    )
    async def scrape(request: Request) -> Response:
        """Answer in Prometheus' text format. The token must be one that may see all.

        Without a token where `WATTLEDGER_METRICS_OPEN` is set. Counters count since the process
        started.
        """
        if not system.settings.metrics_open:
            refusal = await run_in_threadpool(_refusal, system, request)
            if refusal is not None:
                return refusal
        observed = await run_in_threadpool(observer.observe)
        body = await run_in_threadpool(system.metrics.exposition, observed)
        return Response(body, media_type=CONTENT_TYPE)

    return router


def _refusal(system: System, request: Request) -> Response | None:
    """Return the answer to who shows no token; ForbiddenError when it may not see all."""
    secret = bearer(request.headers.get("authorization", ""))
    caller = check_token(system.database, secret, system.clock.now()) if secret else None
    if caller is None:
        return error_answer(
            HTTPStatus.UNAUTHORIZED,
            "This needs a token: 'authorization: {credentials: wl_...}' in Prometheus' scrape "
            "configuration; or set WATTLEDGER_METRICS_OPEN=true.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if not caller.may(Permission.SEE_ALL) or caller.client_id is not None:
        raise ForbiddenError(
            f"'{caller.name}' may not {MEANING[Permission.SEE_ALL]}, as /metrics does."
        )
    return None
