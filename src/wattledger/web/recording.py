"""What requests write into the audit log: each change, and each look at credentials.

Every route of a resource that is not a GET gets ``recorded`` (web/resource.py); the change itself
and its entry are one transaction (store/act.py). A GET of what holds credentials names ``look``.
"""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import Request, params
from fastapi.concurrency import run_in_threadpool

from wattledger.domain.caller import Caller
from wattledger.domain.instant import MINUTE, Instant
from wattledger.services.read_audit import record_export, record_list_look, record_look
from wattledger.services.system import System
from wattledger.store.act import Act, acting
from wattledger.store.audit import Actor
from wattledger.web.body_limit import FILES
from wattledger.web.noted_clock import unnoted_now
from wattledger.web.place import without_place

_MOST_FIELDS = 50
_MOST_REMEMBERED = 10_000


def address_of(request: Request) -> str | None:
    """Return where a request came from, as far as a trusted proxy tells."""
    return None if request.client is None else request.client.host


class Recorded:
    """Lets the change that a request makes be recorded, as one to something of a kind."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    async def __call__(self, request: Request) -> AsyncIterator[None]:
        """Tell what is being done while the route does it."""
        given = await _given(request)
        reference, named = _reference(request), given.get("name")
        act = Act(
            at=_system(request).clock.now(),
            actor=_actor(request),
            action=request.scope["route"].name.replace("_", "-"),
            kind=self._kind,
            reference=reference or (named if isinstance(named, str) else None),
            creates=not reference,
            fields=list(_fields(given))[:_MOST_FIELDS],
        )
        with acting(act):
            yield


class Look:
    """Records a look at something of a kind before it is shown."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    async def __call__(self, request: Request) -> None:
        """Record it, unless the same was recorded shortly before."""
        system, actor = _system(request), _actor(request)
        reference, now = _reference(request), system.clock.now()
        await run_in_threadpool(record_look, system.database, actor, self._kind, reference, now)


class ListLook:
    """Records that things of a kind are listed before they are."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    async def __call__(self, request: Request) -> None:
        """Record it, unless the same was recorded shortly before.

        Lists are asked for often: who asked within a minute is not looked up again.
        """
        system, actor = _system(request), _actor(request)
        now, asked = unnoted_now(system.clock), _asked(request)
        last = asked.get((self._kind, actor))
        if last is not None and 0 <= now - last < MINUTE:
            return
        async with without_place(request):  # a write may have to wait long for another
            await run_in_threadpool(record_list_look, system.database, actor, self._kind, now)
        if len(asked) >= _MOST_REMEMBERED:
            asked.clear()
        asked[self._kind, actor] = now


class Exported:
    """Records that all of a kind is exported before it is, each time."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    async def __call__(self, request: Request) -> None:
        """Record it."""
        system, actor = _system(request), _actor(request)
        now = system.clock.now()
        await run_in_threadpool(record_export, system.database, actor, self._kind, now)


def recorded(kind: str) -> params.Depends:
    """Return the dependency of a route that changes something of a kind."""
    return params.Depends(Recorded(kind))


def look(kind: str) -> params.Depends:
    """Return the dependency of a route that shows something of a kind that holds credentials."""
    return params.Depends(Look(kind))


def list_look(kind: str) -> params.Depends:
    """Return the dependency of a route that lists things of a kind that holds credentials."""
    return params.Depends(ListLook(kind))


def exported(kind: str) -> params.Depends:
    """Return the dependency of a route that exports things of a kind that holds credentials."""
    return params.Depends(Exported(kind))


def _asked(request: Request) -> dict[tuple[str, Actor], Instant]:
    """Return when whom a list was last looked up for in the audit log, by this application."""
    state = request.app.state
    if not hasattr(state, "lists_asked"):
        state.lists_asked = {}
    asked: dict[tuple[str, Actor], Instant] = state.lists_asked
    return asked


def _reference(request: Request) -> str:
    """Return the id or name that the path gives; empty where it gives none."""
    return "/".join(map(str, request.path_params.values()))


def _system(request: Request) -> System:
    system: System = request.app.state.system
    return system


def _actor(request: Request) -> Actor:
    caller: Caller = request.state.caller
    address = address_of(request)
    if caller.token_id is not None:
        return Actor("token", caller.name, str(caller.token_id), address)
    return Actor("user", caller.name, caller.user_id, address)


async def _given(request: Request) -> dict[str, Any]:
    """Return the body where it is a JSON object, whatever it calls itself. Its values stay here."""
    if request.scope["path"].startswith(FILES):
        return {}  # a file is not read into memory for the names of what it holds
    try:
        given = json.loads(await request.body())
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _fields(given: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in given.items():
        if isinstance(value, dict) and not before:
            yield from _fields(value, f"{name}.")
        else:
            yield before + name
