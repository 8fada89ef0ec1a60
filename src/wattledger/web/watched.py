"""How far a long piece of work is, told while it goes on to who asks for it.

Who accepts lines of JSON (``Accept: application/x-ndjson``) gets some lines a second of the form
``{"progress": {"label": ..., "done": 12, "total": 200}}``, and a last one with what would have been
the answer: ``{"status": 200, "body": {...}}``. Where the caller goes away, the work ends at its
next step; what was finished by then stays.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TypeAlias

import structlog
from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from wattledger.services.progress import Advance, Progress, unwatched
from wattledger.web.errors import answer_of

NDJSON = "application/x-ndjson"
_EVERY_SECONDS = 0.2

Work: TypeAlias = Callable[[Progress], Response]
_Running: TypeAlias = "asyncio.Task[Response]"

_log = structlog.get_logger(__name__)
_unheard: set[_Running] = set()
"""Work whose caller went away, until it has ended."""


class _GoneError(Exception):
    """Nobody waits for the work any more."""


async def watched(request: Request, work: Work, until_done: AsyncExitStack) -> Response:
    """Return what ``work`` answers, or what tells how far it is and then that.

    What ``until_done`` holds is let go when the work is done.
    """
    if NDJSON not in request.headers.get("accept", ""):
        return await _done(work, unwatched, until_done)
    headers = {"X-Accel-Buffering": "no"}
    return StreamingResponse(_lines(work, until_done), media_type=NDJSON, headers=headers)


async def _done(work: Work, progress: Progress, until_done: AsyncExitStack) -> Response:
    async with until_done:
        return await run_in_threadpool(work, progress)


async def _lines(work: Work, until_done: AsyncExitStack) -> AsyncIterator[bytes]:
    teller = _Teller()
    # A task of its own: the caller's going away does not break it off in the middle of a step.
    running = asyncio.create_task(_done(work, teller.progress, until_done))
    try:
        while not running.done():
            await asyncio.wait((running,), timeout=_EVERY_SECONDS)
            if not running.done() and (told := teller.told()) is not None:
                yield _line({"progress": told})
    finally:
        teller.is_heard = False
        if not running.done():
            _unheard.add(running)
            running.add_done_callback(_ended)
    answered = _answered(running)
    yield _line({"status": answered.status_code, "body": json.loads(bytes(answered.body))})


def _ended(running: _Running) -> None:
    _unheard.discard(running)
    error = running.exception()
    if error is not None and not isinstance(error, _GoneError):
        _log.error("what nobody waits for any more failed", exc_info=error)


def _answered(running: _Running) -> Response:
    error = running.exception()
    if error is None:
        return running.result()
    return answer_of(error)


def _line(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


class _Teller:
    """What a working thread says of how far it is, for the loop that tells it."""

    def __init__(self) -> None:
        self.is_heard = True
        self._label, self._done, self._total = "", 0, 0

    def told(self) -> dict[str, object] | None:
        """Return how far it is; None before it began to count."""
        if not self._total:
            return None
        return {"label": self._label, "done": self._done, "total": self._total}

    @contextmanager
    def progress(self, label: str, total: int) -> Iterator[Advance]:
        """Count what is done of a part of the work; _GoneError where nobody hears of it."""
        self._label, self._done, self._total = label, 0, total

        def advance(count: int = 1) -> None:
            if not self.is_heard:
                raise _GoneError
            self._done += count

        yield advance
