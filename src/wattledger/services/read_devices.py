"""Read endpoints, devices beside each other, those at one device after each other, in limited time.

What was read by the end of the time is there, whatever the others do: a device that does not
answer, or a queue for the browser, costs no other endpoint its reading.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wattledger.collect.attempt import Attempt
from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.services.read_endpoint import read_endpoint
from wattledger.services.refused_lately import lately, not_tried
from wattledger.services.system import System
from wattledger.services.unanswered import unanswered
from wattledger.store.endpoints import EndpointRow


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """For how many seconds reads begin, but for the first at each device, and when all end.

    ``is_asked_for`` tells that a person named the endpoints: then also logins are tried that were
    refused before.
    """

    begin_seconds: float = math.inf
    end_seconds: float = math.inf
    is_asked_for: bool = False


UNHURRIED = ReadingTime()


class DeviceReads:
    """Reads of some endpoints: ``attempts``, and the ids ``unread`` for which there was no time.

    ``begun`` is called with an endpoint and when its read began, ``ends`` as one has ended.
    """

    def __init__(
        self,
        system: System,
        time: ReadingTime,
        begun: Callable[[EndpointRow, Instant], None],
        ends: Callable[[], None],
    ) -> None:
        self.attempts: list[tuple[EndpointRow, Attempt]] = []
        self.unread: list[int] = []
        self._system = system
        self._time = time
        self._begun = begun
        self._ends = ends
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()
        self._under_way: dict[int, Instant] = {}
        now = system.clock.now()
        self._refused_since = now if time.is_asked_for else lately(now)

    async def run(self, rows: Sequence[EndpointRow]) -> None:
        """Read all of them; what is not over at the end of the time has failed."""
        devices: defaultdict[str, list[EndpointRow]] = defaultdict(list)
        for row in rows:
            devices[row.host_port].append(row)
        try:
            async with asyncio.timeout_at(self._until(self._time.end_seconds)):
                async with asyncio.TaskGroup() as tasks:
                    for at_device in devices.values():
                        tasks.create_task(self._read_device(at_device))
        except TimeoutError:
            self._give_up(rows)

    def _until(self, seconds: float) -> float | None:
        return None if math.isinf(seconds) else self._started + seconds

    async def _read_device(self, at_device: Sequence[EndpointRow]) -> None:
        for place, row in enumerate(at_device):
            async with self._system.refused.turn(row):
                await self._read_next(row, place)

    async def _read_next(self, row: EndpointRow, place: int) -> None:
        tried_for = self._system.refused.tried_for(row, self._system.vault, self._refused_since)
        if tried_for is not None:
            self._note(row, not_tried(row, tried_for, self._system.clock.now()))
        elif place and self._clock() - self._started > self._time.begin_seconds:
            self.unread.append(row.id)
        else:
            await self._read(row)

    async def _read(self, row: EndpointRow) -> None:
        self._under_way[row.id] = began = self._system.clock.now()
        attempt = await read_endpoint(self._system, row, self._until(self._time.begin_seconds))
        del self._under_way[row.id]
        if not attempt.had_turn:
            self.unread.append(row.id)
            return
        self._begun(row, began)
        self._system.refused.learn(row, attempt, self._system.vault)
        self._note(row, attempt)

    def _note(self, row: EndpointRow, attempt: Attempt) -> None:
        self.attempts.append((row, attempt))
        self._ends()

    def _give_up(self, rows: Sequence[EndpointRow]) -> None:
        """Let what was under way have failed, and what was not begun be unread."""
        settled = {row.id for row, _ in self.attempts} | set(self.unread)
        for row in rows:
            if row.id in self._under_way:
                self._note(row, self._given_up(row))
            elif row.id not in settled:
                self.unread.append(row.id)

    def _given_up(self, row: EndpointRow) -> Attempt:
        message = (
            f"The read was not over {self._time.end_seconds:g} s after the reads of its chunk "
            "began, and was given up; look whether the device or the browser is overloaded."
        )
        began = self._under_way[row.id]
        return unanswered(row, Outcome.TIMEOUT, message, began, self._system.clock.now())
