"""``/healthz``: the server answers. ``/readyz``: it can do its work, or which part cannot."""

import asyncio
import time
from http import HTTPStatus

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict, Field

from wattledger.services.readiness import readiness
from wattledger.services.system import System
from wattledger.version import __version__
from wattledger.web.answer import answer
from wattledger.web.errors import documented, error_answer
from wattledger.web.schema import Answer, Schema

_FRESH_SECONDS = 1


class Health(Schema):
    """A server that answers, and its version."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ok", "version": __version__}]}
    )

    status: str = "ok"
    version: str = __version__


class Readiness(Schema):
    """What was checked; true where it holds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"database": True, "scheduler": True, "key": True, "disk": True}]
        }
    )

    database: bool = Field(description="Reachable, and of this version's schema.")
    scheduler: bool = Field(description="Jobs are being fired.")
    key: bool = Field(description="Stored device passwords can be decrypted.")
    disk: bool = Field(description="There is room for the next readings.")


def health(system: System) -> APIRouter:
    """Return the routes for who watches the server; neither needs a token."""
    router = APIRouter(tags=["operation"])
    checked = _Checked(system)

    # Balancers and monitors ask by HEAD, too; the server leaves the body out.
    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", response_model=Answer[Health], summary="Is the server alive?")
    async def healthz() -> Response:
        """Answer without a token and without asking the database."""
        return answer(Answer(data=Health()))

    @router.head("/readyz", include_in_schema=False)
    @router.get(
        "/readyz",
        response_model=Answer[Readiness],
        summary="Can the server do its work?",
        responses=documented(HTTPStatus.SERVICE_UNAVAILABLE),
    )
    async def readyz() -> Response:
        """Answer 503 with the names of what is not well; `wattledger doctor` says more.

        Needs no token. It is looked at most once a second, however often this is asked.
        """
        checks = await checked.checks()
        failed = [name for name, holds in checks.items() if not holds]
        if failed:
            return error_answer(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"Not ready: {', '.join(failed)}; 'wattledger doctor' says more.",
                dict.fromkeys(failed, "does not hold"),
            )
        return answer(Answer(data=Readiness(**checks)))

    return router


class _Checked:
    """The readiness of the last second; whoever asks meanwhile waits for the same look."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._looking = asyncio.Lock()
        self._checks: dict[str, bool] = {}
        self._until = 0.0

    async def checks(self) -> dict[str, bool]:
        """Return each check by name."""
        async with self._looking:
            if time.monotonic() >= self._until:
                self._checks = await run_in_threadpool(readiness, self._system)
                self._until = time.monotonic() + _FRESH_SECONDS
        return self._checks
