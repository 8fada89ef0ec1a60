"""The same asked again at the same moment is worked out once.

Many screens show the same pages and ask for them at the same time. An answer is given again to who
may see the same, while nothing was written since it was begun: for a quarter of a second, longer
where it is known until when time alone does not change it. Who asks while it is being worked out
waits for it. See decision 0028.

What is left to work out is worked out by few at a time: many stand in each other's way.
"""

import asyncio
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattledger.domain.caller import Caller
from wattledger.services.system import System
from wattledger.web.access import route_of
from wattledger.web.answer import JSON
from wattledger.web.kept_answers import (
    KEPT_FOR,
    LARGEST_KEPT,
    KeptAnswer,
    KeptAnswers,
    Moment,
    lasting,
)
from wattledger.web.noted_clock import TimeLook, noting_looks
from wattledger.web.place import Place
from wattledger.web.repeated_routes import HEADERS, RepeatedRoute, RepeatedRoutes

_JSON = (b"content-type", JSON.encode())
_KEPT = {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
_NEVER = {b"set-cookie", b"content-disposition"}
_AT_ONCE = 2
"""Answers of one route that are worked out at once. Each row that is read lets go of the
interpreter's lock: of forty threads that want it, each waits for the others row by row. Each route
has places of its own, so that a long history keeps no list waiting."""


@dataclass(slots=True, eq=False)
class _Flight:
    """An answer that is worked out; none, where it is not one to be given again.

    One that waits for its place has looked at nothing yet, so it will do for all who ask meanwhile.
    """

    begun: Moment
    is_waiting: bool = True
    done: asyncio.Event = field(default_factory=asyncio.Event)
    answer: KeptAnswer | None = None

    def serves(self, asked: Moment) -> bool:
        """Tell whether its answer is one to who asks then."""
        return self.is_waiting or self.begun.serves(asked)

    def begin(self, now: Moment | None) -> None:
        """Begin to work it out; where the state of the database is not known, as of old."""
        self.is_waiting = False
        self.begun = now or self.begun

    def end(self, answer: KeptAnswer | None = None) -> None:
        """Let those that wait have the answer, or find their own."""
        if not self.done.is_set():
            self.answer = answer
            self.done.set()


def _places() -> asyncio.Semaphore:
    return asyncio.Semaphore(_AT_ONCE)


class Repeated:
    """Gives answers again. It stands behind the guard, and before all that works answers out."""

    def __init__(self, app: ASGIApp, routes: RepeatedRoutes, system: System) -> None:
        self._app = app
        self._system = system
        self._routes = routes
        self._kept = KeptAnswers()
        self._flights: dict[Hashable, _Flight] = {}
        self._places: dict[str, asyncio.Semaphore] = defaultdict(_places)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by what is there, or pass it on."""
        asked, route = self._asked(scope)
        if asked is None or route is None:
            await self._app(scope, receive, send)
            return
        key = _key(scope, route)
        answer = self._kept.find(key, asked)
        flight = self._flights.get(key)
        if flight is not None and not flight.serves(asked):
            flight = None
        if answer is None and flight is not None:
            await flight.done.wait()
            answer = flight.answer
        if answer is None:
            recorder = _Recorder(scope, send, route, asked, Place(self._places[route.path]))
            if flight is None:
                await self._lead(recorder, key, receive)
            else:
                await self._work_out(recorder, receive)
            return
        scope["route"] = answer.route
        for message in answer.messages():
            await send(message)

    def _asked(self, scope: Scope) -> tuple[Moment | None, RepeatedRoute | None]:
        """Return when something was asked that may be given again, and of which route."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None, None
        version = scope["state"].get("commit_version")
        if version is None:
            return None, None
        return Moment(self._system.clock.now(), version), self._routes.fitting(scope["path"])

    def _now(self) -> Moment | None:
        version = self._system.database.version.now()
        return None if version is None else Moment(self._system.clock.now(), version)

    async def _lead(self, recorder: "_Recorder", key: Hashable, receive: Receive) -> None:
        """Work out an answer for all who ask the same meanwhile."""
        flight = self._flights[key] = recorder.flight
        try:
            await self._work_out(recorder, receive)
        finally:
            flight.end()
            if self._flights.get(key) is flight:
                del self._flights[key]
            now = self._now()
            # One that took long serves nobody any more.
            if flight.answer is not None and now is not None and flight.answer.serves(now):
                self._kept.keep(key, flight.answer)

    async def _work_out(self, recorder: "_Recorder", receive: Receive) -> None:
        place = recorder.place
        try:
            await place.enter()
            recorder.flight.begin(self._now())
            place.give(recorder.scope["state"])
            with noting_looks() as recorder.look:
                await self._app(recorder.scope, receive, recorder.send)
        finally:
            place.leave()


class _Recorder:
    """Sends an answer on, and hands it to who waits for the same before it is sent.

    It has its ``place`` while the answer is worked out, not while the caller takes it.
    """

    def __init__(
        self,
        scope: Scope,
        send: Send,
        route: RepeatedRoute,
        asked: Moment,
        place: Place,
    ) -> None:
        self.scope = scope
        self.flight = _Flight(asked)
        self.place = place
        self.look = TimeLook()
        self._send = send
        self._route = route
        self._held: Message | None = None

    async def send(self, message: Message) -> None:
        """Send a part of the answer; its head goes with the first part of its body."""
        self.place.leave()
        if message["type"] == "http.response.start" and self._is_kept(message):
            self._held = message
            return
        held, self._held = self._held, None
        self.flight.end(None if held is None else self._answer(held, message))
        if held is not None:
            await self._send(held)
        await self._send(message)

    def _is_kept(self, start: Message) -> bool:
        if start["status"] not in _KEPT or route_of(self.scope) != self._route.path:
            return False
        if not _NEVER.isdisjoint(name for name, _ in start["headers"]):
            return False
        return start["status"] == HTTPStatus.NOT_MODIFIED or _JSON in start["headers"]

    def _answer(self, start: Message, body: Message) -> KeptAnswer | None:
        content = body.get("body", b"")
        if body.get("more_body", False) or len(content) > LARGEST_KEPT:
            return None
        headers = tuple(map(tuple, start["headers"]))
        begun, route, status = self.flight.begun, self.scope["route"], start["status"]
        lasts = KEPT_FOR if self._route.is_live else lasting(begun.at, self.look.holds_until)
        return KeptAnswer(begun, route, status, headers, content, lasts)


def _key(scope: Scope, route: RepeatedRoute) -> Hashable:
    """Return all that an answer depends on, but the state of the database and the time."""
    caller: Caller = scope["state"]["caller"]
    if not route.is_personal:
        # Who it is stays out; each other field of a caller, also a future one, is in.
        caller = replace(caller, name="", user_id=None, token_id=None)
    headers = tuple(pair for pair in scope["headers"] if pair[0] in HEADERS)
    return caller, scope["path"], scope["query_string"], headers
