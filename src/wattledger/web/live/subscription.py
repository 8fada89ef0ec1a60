"""A subscription: the events of a channel for one stream, from where it broke off or from now."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import structlog

from wattledger.domain.caller import Caller
from wattledger.domain.errors import WattledgerError
from wattledger.domain.permission import Permission
from wattledger.web.live.channel import Channel
from wattledger.web.live.feed import LiveFeed

CHECK_SECONDS = 45
"""So often a stream asks whether its caller may still listen, at the next sign of life at the
latest: within a minute together."""

_log = structlog.get_logger(__name__)

_RETRY = b"retry: 2000\n\n"
_SIGN_OF_LIFE = b": here\n\n"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one stream sends; ``since`` is the event after which it goes on, if it broke off.

    ``ask_again`` tells who the caller is by now, None when the credentials are good no more.
    """

    feed: LiveFeed
    channel: Channel
    since: str | None
    ask_again: Callable[[], Awaitable[Caller | None]]

    async def events(self) -> AsyncGenerator[bytes, None]:
        """Yield events until the server stops or the caller may not listen any more."""
        self.channel.subscribers += 1
        try:
            self.feed.listen(self.channel)
            count = self.channel.count
            yield _RETRY + self._first()
            checked_at = _now()
            while not self.feed.is_closed:
                if self.channel.count == count:
                    await self.channel.turn()
                if _now() - checked_at >= CHECK_SECONDS:
                    if not await self._may_listen():
                        return
                    checked_at = _now()
                events, count = self.channel.events_after(count), self.channel.count
                # Who reads so slowly that what follows is forgotten begins anew.
                yield _SIGN_OF_LIFE if events == b"" else events or self.channel.reset()
        finally:
            self.channel.subscribers -= 1

    def _first(self) -> bytes:
        if self.since is None:
            return self.channel.hello()
        count = self.channel.place(self.since)
        missed = None if count is None else self.channel.events_after(count)
        if missed is None:
            return self.channel.reset()
        return missed or _SIGN_OF_LIFE

    async def _may_listen(self) -> bool:
        """Tell whether the caller may still listen; who cannot be asked for may not."""
        [caller] = await asyncio.gather(self.ask_again(), return_exceptions=True)
        if isinstance(caller, Exception):
            is_known = isinstance(caller, WattledgerError)
            _log.warning(
                "stream_unchecked", error=str(caller), exc_info=None if is_known else caller
            )
            return False
        return (
            isinstance(caller, Caller)
            and caller.may(Permission.SEE_OWN)
            and caller.client_id == self.channel.client_id
        )


def _now() -> float:
    return asyncio.get_running_loop().time()
