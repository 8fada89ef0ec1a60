"""Logins that devices refuse: tried once, then their endpoints rest (SOURCES 6).

Devices lock accounts after a few wrong passwords, and with the account the people. So a login that
never worked is tried once, over all endpoints at the device that have the same one; one that has
worked is tried once more, an hour later, as devices also refuse while they start. Then it rests
until a person corrects it, enables the endpoint anew, or sees it work in a test.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wattledger.collect.attempt import Attempt
from wattledger.domain.instant import HOUR, Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine
from wattledger.secrets.vault import Vault
from wattledger.services.stored_login import stored_login
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import EndpointRow, load_endpoints
from wattledger.store.login_tries import (
    TRIES_ONCE_WORKED,
    count_resting,
    endpoints_at,
    postpone,
    set_tries,
)

RESTS = "It is not read again until its login is corrected or works in a test."
_ONCE_MORE = "As this login has worked before, it is tried once more in an hour, then no more."


@dataclass(frozen=True, slots=True)
class Login:
    """What a device sees of a login; endpoints at one device often share one."""

    kind: str
    username: str | None
    password: str


def login_at(row: EndpointRow, vault: Vault) -> Login | None:
    """Return the login of an endpoint; None where no password is sent."""
    login = stored_login(row, vault)
    if login.password is None:
        return None
    kind = str((row.recipe or {}).get("authType"))
    return Login(kind, login.username, login.password.get_secret_value())


class RefusedHere:
    """The logins that one device refused just now, each with the endpoint it was tried for."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._names: dict[Login, str] = {}

    def add(self, row: EndpointRow) -> None:
        """Note that the login of an endpoint was refused."""
        login = login_at(row, self._vault)
        if login is not None:
            self._names[login] = row.name

    def tried_for(self, row: EndpointRow) -> str | None:
        """Return for which endpoint the login of this one was tried; None if it was not."""
        login = login_at(row, self._vault) if self._names else None
        return None if login is None else self._names.get(login)


def not_tried(row: EndpointRow, tried_for: str, now: Instant) -> Attempt:
    """Return the attempt at an endpoint whose login was just refused for another at its device."""
    return Attempt(
        outcome=Outcome.AUTH_FAILED,
        message=(
            f"The device just refused the same login for '{tried_for}', so it was not tried "
            "again: devices lock accounts. Correct authConfig of both."
        ),
        transport=row.preferred_engine or Engine.HTTP,
        started_at=now,
        read_at=now,
        milliseconds=0,
    )


def resting_endpoints(database: Database) -> int:
    """Return how many enabled endpoints are not polled because their login was refused."""
    with database.connect() as connection:
        return count_resting(connection)


def note_logins(
    connection: Connection, vault: Vault, ends: Iterable[tuple[EndpointRow, Outcome]]
) -> dict[int, str]:
    """Note how logins fared; returns what that means by the id of endpoints that were refused."""
    told: dict[int, str] = {}
    worked: list[int] = []
    for row, outcome in ends:
        if outcome is Outcome.OK and row.login_tries < TRIES_ONCE_WORKED:
            worked += _all_with(connection, vault, row) if row.login_tries == 0 else [row.id]
        elif outcome is Outcome.AUTH_FAILED and row.id not in told:
            told |= _refuse(connection, vault, row)
    set_tries(connection, worked, TRIES_ONCE_WORKED)
    return told


def _all_with(connection: Connection, vault: Vault, row: EndpointRow) -> list[int]:
    """Return an endpoint and those that rest with the same login at its device."""
    login = login_at(row, vault)
    there = endpoints_at(connection, row.host_port)
    resting = [each.id for each in there if not each.login_tries and login_at(each, vault) == login]
    return [row.id, *resting]


def _refuse(connection: Connection, vault: Vault, row: EndpointRow) -> dict[int, str]:
    login = login_at(row, vault)
    now = load_endpoints(connection, [row.id])
    if login is None or not now or now[0].auth != row.auth:
        return {}  # nothing was sent, or it was corrected meanwhile
    left = max(0, now[0].login_tries - 1)
    there = endpoints_at(connection, row.host_port)
    same = [each for each in there if login_at(each, vault) == login]
    set_tries(connection, [each.id for each in same], left)
    if left:
        postpone(connection, same, HOUR)
    return {each.id: _ONCE_MORE if left else RESTS for each in same}
