"""A subscription: the events of a channel for one stream, from where it broke off or from now."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

from wattledger.domain.caller import Caller
from wattledger.domain.permission import Permission
from wattledger.web.live.channel import Channel
from wattledger.web.live.feed import LiveFeed

CHECK_SECONDS = 60
"""So often a stream asks whether its caller may still listen."""

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
        caller = await self.ask_again()
        return (
            caller is not None
            and caller.may(Permission.SEE_OWN)
            and caller.client_id == self.channel.client_id
        )


def _now() -> float:
    return asyncio.get_running_loop().time()
