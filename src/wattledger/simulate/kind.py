"""What a kind of simulated meter is: how it answers, how it is read, and how that ends."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from wattledger.clock import Clock
from wattledger.domain.outcome import Outcome
from wattledger.simulate.face import Face, face_of
from wattledger.simulate.load import HEAVIEST_W, LIGHTEST_W
from wattledger.simulate.spec import MeterSpec

RecipeJson: TypeAlias = dict[str, object]
"""A recipe as a person writes it, with the API's keys ``authType``, ``authConfig`` ..."""


@dataclass(frozen=True, slots=True)
class Expected:
    """How a read must end; ``phrase`` stands in its message, whatever the case of letters."""

    outcome: Outcome
    phrase: str = ""


HEALTHY = Expected(Outcome.OK)


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter being served: its pages show its face."""

    spec: MeterSpec
    clock: Clock

    def face(self) -> Face:
        """Return what the display shows now."""
        return face_of(self.spec, self.clock.now())


Pages: TypeAlias = Callable[[Meter], Sequence[Route]]
Conversation: TypeAlias = Callable[[Meter, StreamReader, StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of meter. Either it has ``pages``, or it speaks for itself on the bare connection.

    The load of those in a line-up lies between ``lightest_w`` and ``heaviest_w``.
    """

    name: str
    summary: str
    recipe: Callable[[MeterSpec], RecipeJson]
    pages: Pages | None = None
    conversation: Conversation | None = None
    expected: Expected = HEALTHY
    needs_browser: bool = False
    lightest_w: int = LIGHTEST_W
    heaviest_w: int = HEAVIEST_W


def one_page(body: Callable[[Meter], str]) -> Pages:
    """Return the pages of a meter that has but one, at ``/``."""

    def routes(meter: Meter) -> Sequence[Route]:
        async def show(_request: Request) -> HTMLResponse:
            return HTMLResponse(body(meter))

        return [Route("/", show)]

    return routes


def credentials(spec: MeterSpec) -> dict[str, object]:
    """Return the login of a meter as ``authConfig`` has it."""
    return {"username": spec.username, "password": spec.password}
