"""Who calls, looked up again only when something was written since, or when time is up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from fastapi.concurrency import run_in_threadpool

from wattledger.domain.caller import Caller
from wattledger.domain.instant import Instant
from wattledger.secrets.tokens import hash_token
from wattledger.services.check_session import checked_session
from wattledger.services.check_token import checked_token
from wattledger.services.checked import Checked
from wattledger.services.system import System
from wattledger.store.commit_version import Version
from wattledger.store.database import Database

MOST_KNOWN = 1000
"""So many callers are remembered; who was looked up longest ago goes first."""

_Look: TypeAlias = Callable[[Database, str, Instant], Checked | None]
_Key: TypeAlias = tuple[_Look, str]
_Looking: TypeAlias = "asyncio.Task[Checked | None]"


@dataclass(frozen=True, slots=True)
class _Known:
    version: Version
    checked: Checked


class KnownCallers:
    """Tells who calls, as the database has it at that moment.

    What was looked up stands while the version of the database is the same, so a token that is
    revoked, a role that is changed, a session that ends hold at the next call, whichever process
    wrote it. Who is refused is looked up each time. Lives on one event loop.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._known: dict[_Key, _Known] = {}
        self._looking: dict[tuple[_Key, Version], _Looking] = {}

    async def by_token(self, secret: str, version: Version | None) -> Caller | None:
        """Return who shows a token; ``version`` is that of the database, asked just now."""
        return await self._caller(checked_token, secret, version)

    async def by_session(self, secret: str, version: Version | None) -> Caller | None:
        """Return whose session it is; ``version`` is that of the database, asked just now."""
        return await self._caller(checked_session, secret, version)

    async def _caller(self, look: _Look, secret: str, version: Version | None) -> Caller | None:
        if version is None:
            checked = await self._looked_up(look, secret)
            return None if checked is None else checked.caller
        key = (look, hash_token(secret))
        known = self._known.get(key)
        if (
            known is not None
            and known.version == version
            and self._system.clock.now() < known.checked.until
        ):
            return known.checked.caller
        checked = await self._looked_up_once(key, secret, version)
        self._known.pop(key, None)
        if checked is None:
            return None
        self._remember(key, _Known(version, checked))
        return checked.caller

    async def _looked_up_once(self, key: _Key, secret: str, version: Version) -> Checked | None:
        """Look up, or wait for who looks up the same in the same state already."""
        same = (key, version)
        looking = self._looking.get(same)
        if looking is None:
            looking = asyncio.create_task(self._looked_up(key[0], secret))
            self._looking[same] = looking
            looking.add_done_callback(lambda _: self._looking.pop(same))
        return await asyncio.shield(looking)

    async def _looked_up(self, look: _Look, secret: str) -> Checked | None:
        system = self._system
        return await run_in_threadpool(look, system.database, secret, system.clock.now())

    def _remember(self, key: _Key, known: _Known) -> None:
        self._known[key] = known
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
