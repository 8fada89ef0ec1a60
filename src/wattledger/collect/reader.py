"""Reading a device once: hold it, fetch its page, extract its values, say how it went."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from wattledger.clock import Clock
from wattledger.collect.address import host_port
from wattledger.collect.attempt import (
    Attempt,
    Document,
    Fetched,
    Lease,
    Painter,
    Ready,
    Target,
    Transport,
)
from wattledger.collect.errors import (
    AttemptError,
    LoginRefusedError,
    NeedsBrowserError,
    NoTurnError,
)
from wattledger.collect.extract import extract, is_ready
from wattledger.collect.ladder import rungs
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import MILLISECOND, Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample
from wattledger.domain.recipe import Engine
from wattledger.secrets.redaction import login_secrets, redact


class Reader:
    """Reads devices over the transports it is given; every read ends as an Attempt."""

    def __init__(
        self,
        transports: Mapping[Engine, Transport],
        lease: Lease,
        clock: Clock,
        painter: Painter | None = None,
    ) -> None:
        self._transports = transports
        self._painter = painter
        self._lease = lease
        self._clock = clock

    async def read(self, target: Target) -> Attempt:
        """Read a device once; a failure is an Attempt too, never an exception."""
        scraping = target.recipe.scraping_config

        def sample(documents: Sequence[Document]) -> tuple[Sample, ...]:
            return (_without_secrets(extract(documents, scraping), target),)

        wanted = _Wanted(lambda documents: is_ready(documents, scraping), sample)
        return await self._attempt(target, wanted)

    async def look(self, target: Target, ready: Ready) -> Attempt:
        """Fetch a device's page once as for a read, and extract nothing.

        ``ready`` tells that more need not be waited for. A failure is an Attempt too; it and the
        documents are without secrets.
        """
        return await self._attempt(target, _Wanted(ready, lambda _documents: ()))

    async def _attempt(self, target: Target, wanted: "_Wanted") -> Attempt:
        started = self._clock.now()
        ladder = rungs(target)
        try:
            async with self._lease.hold(host_port(target.address), target.begin_by):
                return await self._climb(ladder, target, wanted, started)
        except AttemptError as error:
            return self._failed(error, ladder[0], target, started)
        except InvalidInputError as error:
            refused = AttemptError(Outcome.REFUSED, str(error))
            return self._failed(refused, ladder[0], target, started)

    async def picture(self, attempt: Attempt) -> Attempt:
        """Return the attempt with a picture of its page, drawn if the transport brought none.

        The device is not asked again. Without a page, or a browser, it is returned as it is.
        """
        fetched = attempt.fetched
        if self._painter is None or not fetched.documents or fetched.screenshot is not None:
            return attempt
        drawn = await self._painter.draw(fetched.documents)
        return replace(attempt, fetched=replace(fetched, screenshot=drawn))

    async def close(self) -> None:
        """Let go of the transports."""
        for transport in self._transports.values():
            await transport.close()

    async def _climb(
        self, ladder: Sequence[Engine], target: Target, wanted: "_Wanted", started: Instant
    ) -> Attempt:
        why, sent = "", False
        for engine in ladder[:-1]:
            try:
                return await self._read_over(engine, target, wanted, started)
            except NeedsBrowserError as error:
                why, sent = f"{error.message} ", sent or error.fetched.login_sent
            except AttemptError as error:
                return self._failed(error, engine, target, started)
        if sent:  # not to be sent once more for want of a place
            target = replace(target, begin_by=None)
        try:
            return await self._read_over(ladder[-1], target, wanted, started)
        except AttemptError as error:
            sent = sent or error.fetched.login_sent
            error.fetched = replace(error.fetched, login_sent=sent)
            if error.outcome is Outcome.BROWSER_MISSING:
                error.message = why + error.message
            return self._failed(error, ladder[-1], target, started)

    async def _read_over(
        self, engine: Engine, target: Target, wanted: "_Wanted", started: Instant
    ) -> Attempt:
        """Fetch over one transport and extract; AttemptError carries what was fetched."""
        seen = _Seen(wanted.ready, self._clock)
        fetched = await self._transports[engine].fetch(target, seen)
        try:
            samples = wanted.samples(fetched.documents)
        except AttemptError as error:
            error.fetched = fetched
            raise
        return Attempt(
            outcome=Outcome.OK,
            message=None,
            transport=engine,
            started_at=started,
            read_at=seen.at or self._clock.now(),
            milliseconds=self._since(started),
            samples=samples,
            fetched=_redacted(fetched, target),
        )

    def _failed(
        self, error: AttemptError, engine: Engine, target: Target, started: Instant
    ) -> Attempt:
        return Attempt(
            outcome=error.outcome,
            message=redact(error.message, _secrets(target)),
            transport=engine,
            started_at=started,
            read_at=self._clock.now(),
            milliseconds=self._since(started),
            fetched=_redacted(error.fetched, target),
            had_turn=not isinstance(error, NoTurnError),
            login_refused=isinstance(error, LoginRefusedError),
        )

    def _since(self, started: Instant) -> int:
        return max(0, self._clock.now() - started) // MILLISECOND


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an attempt is made for: when the page shows it, and what is taken from it."""

    ready: Ready
    samples: Callable[[Sequence[Document]], tuple[Sample, ...]]


class _Seen:
    """A ``ready`` that notes when it was last asked: when the device had answered."""

    def __init__(self, ready: Ready, clock: Clock) -> None:
        self._ready = ready
        self._clock = clock
        self.at: Instant | None = None

    def __call__(self, documents: Sequence[Document]) -> bool:
        self.at = self._clock.now()
        return self._ready(documents)


def _secrets(target: Target) -> tuple[str, ...]:
    return login_secrets(target.recipe.auth_config)


def _without_secrets(sample: Sample, target: Target) -> Sample:
    """Leave out what a device tells of itself where that is its password, as with some it is."""
    secrets = _secrets(target)

    def shown(text: str | None) -> str | None:
        return None if text is None or redact(text, secrets) != text else text

    return replace(sample, serial=shown(sample.serial), reset_stamp=shown(sample.reset_stamp))


def _redacted(fetched: Fetched, target: Target) -> Fetched:
    """Return what was fetched without secrets.

    A picture of a page that shows one is not kept: it can be drawn from the text that is.
    """
    secrets = _secrets(target)
    if not secrets:
        return fetched
    documents = tuple(
        replace(document, text=redact(document.text, secrets), url=redact(document.url, secrets))
        for document in fetched.documents
    )
    headers = tuple((name, redact(value, secrets)) for name, value in fetched.headers)
    picture = fetched.screenshot if documents == fetched.documents else None
    return replace(fetched, documents=documents, headers=headers, screenshot=picture)
