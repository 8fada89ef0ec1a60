"""A caller is looked up once in a while, and at once after anything was written."""

import httpx
import pytest

from wattledger.domain.caller import Caller
from wattledger.domain.permission import Role
from wattledger.services.issue_token import issue_token, revoke_token
from wattledger.services.system import System
from wattledger.web.known_callers import KnownCallers

ADMIN = Caller("tests", Role.ADMIN, Role.ADMIN.permissions, token_id=1)


class Door:
    """Counts how often somebody is looked up."""

    def __init__(self, found: Caller | None = ADMIN) -> None:
        self.asked = 0
        self.found = found

    async def look_up(self) -> Caller | None:
        """Return who it is."""
        self.asked += 1
        return self.found


async def test_a_caller_is_looked_up_once() -> None:
    known, door = KnownCallers(), Door()
    for _ in range(3):
        assert await known.caller("a", door.look_up) is ADMIN
    assert door.asked == 1
    await known.caller("b", door.look_up)
    assert door.asked == 2


async def test_after_something_was_written_it_is_looked_up_again() -> None:
    known, door = KnownCallers(), Door()
    await known.caller("a", door.look_up)
    known.forget()
    door.found = None
    assert await known.caller("a", door.look_up) is None


async def test_what_was_looked_up_while_something_was_written_is_not_kept() -> None:
    known, door = KnownCallers(), Door()

    async def slowly() -> Caller | None:
        known.forget()
        return await door.look_up()

    await known.caller("a", slowly)
    await known.caller("a", door.look_up)
    assert door.asked == 2


async def test_a_stranger_is_looked_up_each_time() -> None:
    known, door = KnownCallers(), Door(None)
    for _ in range(2):
        assert await known.caller("a", door.look_up) is None
    assert door.asked == 2


async def test_a_token_revoked_through_the_api_is_good_no_more(
    client: httpx.AsyncClient, system: System
) -> None:
    other = {"Authorization": f"Bearer {issue_token(system.database, 'other', 0)}"}
    assert (await client.get("/api/v1/sites", headers=other)).status_code == 200
    assert (await client.delete("/api/v1/tokens/2")).status_code == 200
    assert (await client.get("/api/v1/sites", headers=other)).status_code == 401


async def test_a_token_revoked_by_a_command_is_good_for_seconds_at_most(
    client: httpx.AsyncClient, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wattledger.web.known_callers.KNOWN_SECONDS", 0)
    assert (await client.get("/api/v1/sites")).status_code == 200
    revoke_token(system.database, 1, system.clock.now())
    assert (await client.get("/api/v1/sites")).status_code == 401
