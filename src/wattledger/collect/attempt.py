"""What goes into an attempt to read a device and what comes out of it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from wattledger.domain.instant import Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample
from wattledger.domain.recipe import Engine, Recipe


@dataclass(frozen=True, slots=True)
class Target:
    """A device and how to read it. ``address`` is a URL: scheme, host, port, perhaps a path.

    ``preferred`` is the rung of the ladder that served the last read under engine ``auto``. With
    ``picture`` a browser takes one also of a page that shows the value. ``begin_by``, by the event
    loop's clock, is until when other reads are waited for that keep the device or the browser.
    """

    address: str
    recipe: Recipe
    preferred: Engine | None = None
    picture: bool = False
    begin_by: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text a device answered: the page, or a frame of it, decoded."""

    url: str
    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class StepTiming:
    """How long one step took; ``label`` never holds a secret."""

    label: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a transport brought: the page first, then its frames; on failure, as far as it got.

    ``login_sent`` tells that a form was sent with the password in it.
    """

    documents: tuple[Document, ...] = ()
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    steps: tuple[StepTiming, ...] = ()
    screenshot: bytes | None = None
    login_sent: bool = False


NOTHING_FETCHED = Fetched()

Ready: TypeAlias = Callable[[Sequence[Document]], bool]
"""Tells a transport that the value asked for stands in these documents, so it can stop waiting."""


class Transport(Protocol):
    """A way to a device's page: ``http`` or ``browser``."""

    async def fetch(self, target: Target, ready: Ready) -> Fetched:
        """Log in, go the steps, bring the documents, log out; raise AttemptError when it fails."""
        ...

    async def close(self) -> None:
        """Let go of everything held."""
        ...


class Painter(Protocol):
    """Makes pictures of what devices answered."""

    async def draw(self, documents: Sequence[Document]) -> bytes | None:
        """Return a PNG of a page with its frames; None when none can be had."""
        ...


class Lease(Protocol):
    """The right to talk to a device, one holder at a time over all jobs and tests."""

    def hold(
        self, host_port: str, begin_by: float | None = None
    ) -> AbstractAsyncContextManager[None]:
        """Hold the device while inside.

        NoTurnError when another keeps it until ``begin_by`` on the loop's clock; without that,
        AttemptError ``busy`` when another keeps it too long.
        """
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at reading an endpoint. ``read_at`` is when the device answered.

    ``had_turn`` is False where other reads kept the device or the browser until the target's
    ``begin_by``: it says nothing of the device, which is to be read at another time.
    ``login_refused`` tells that the device said no to the password.
    """

    outcome: Outcome
    message: str | None
    transport: Engine
    started_at: Instant
    read_at: Instant
    milliseconds: int
    samples: tuple[Sample, ...] = ()
    fetched: Fetched = field(default=NOTHING_FETCHED)
    had_turn: bool = True
    login_refused: bool = False
