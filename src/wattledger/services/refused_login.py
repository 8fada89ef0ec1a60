"""Logins that devices refuse: tried once, then their endpoints rest (SOURCES 6).

Devices lock accounts after a few wrong passwords, and with the account the people. So a login that
never worked is tried once, over all endpoints at the device that have the same one; one that has
worked is tried once more, an hour later, as devices also refuse while they start. Then it rests
until a person corrects it, enables the endpoint anew, or sees it work in a test.
"""

from collections.abc import Iterable

from wattledger.collect.attempt import Attempt
from wattledger.domain.instant import HOUR, Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig
from wattledger.secrets.vault import Vault
from wattledger.services.login_at import Login, login_at, readable_login
from wattledger.services.login_fate import LoginFate, login_fate
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import EndpointRow, load_endpoints
from wattledger.store.login_tries import (
    TRIES_ONCE_WORKED,
    count_resting,
    endpoints_at,
    set_tries,
)

RESTS = "It is not read again until its login is corrected or works in a test."
ONCE_MORE = "As this login has worked before, it is tried once more in an hour, then no more."
UNCLEAR = (
    "Whether the device took the login cannot be told from its page. As devices lock accounts, it "
    "is not sent again by itself: look at the page that came, correct the login or the recipe, or "
    "name in authConfig.loggedInWhen what is shown only inside; a test that works wakes it, too."
)


def resting_endpoints(database: Database) -> int:
    """Return how many enabled endpoints are not polled because their login was refused."""
    with database.connect() as connection:
        return count_resting(connection)


def note_logins(
    connection: Connection,
    vault: Vault,
    ends: Iterable[tuple[EndpointRow, Attempt]],
    now: Instant,
) -> dict[int, str]:
    """Note how logins fared; returns what that means by the id of endpoints not read for now."""
    told: dict[int, str] = {}
    worked: list[int] = []
    for row, attempt in ends:
        match _fate(row, attempt, vault):
            case LoginFate.WORKED if row.login_tries < TRIES_ONCE_WORKED or row.login_again_at:
                worked += [row.id] if row.login_tries else _all_with(connection, vault, row)
            case LoginFate.REFUSED if row.id not in told:
                told |= _refuse(connection, vault, row, now)
            case LoginFate.UNCLEAR if row.login_tries < TRIES_ONCE_WORKED:
                told |= _rest(connection, vault, row)
            case _:
                pass
    set_tries(connection, worked, TRIES_ONCE_WORKED)
    return told


def _fate(row: EndpointRow, attempt: Attempt, vault: Vault) -> LoginFate:
    if attempt.outcome is Outcome.OK:
        return LoginFate.WORKED
    return login_fate(attempt, readable_login(row, vault) or AuthConfig())


def _all_with(connection: Connection, vault: Vault, row: EndpointRow) -> list[int]:
    """Return an endpoint and those that rest with the same login at its device."""
    login = login_at(row, vault)
    there = endpoints_at(connection, row.host_port)
    resting = [each.id for each in there if not each.login_tries and login_at(each, vault) == login]
    return [row.id, *resting] if login is not None else [row.id]


def _refuse(connection: Connection, vault: Vault, row: EndpointRow, now: Instant) -> dict[int, str]:
    """Take a try from all endpoints at the device that have the same login."""
    login = _still(connection, vault, row)
    if login is None:
        return {}
    there = endpoints_at(connection, row.host_port)
    same = [each for each in there if login_at(each, vault) == login]
    lasting = [each.id for each in same if each.login_tries <= 1]
    again = [each.id for each in same if each.login_tries > 1]
    set_tries(connection, lasting, 0)
    set_tries(connection, again, 1, again_at=now + HOUR)
    return dict.fromkeys(lasting, RESTS) | dict.fromkeys(again, ONCE_MORE)


def _rest(connection: Connection, vault: Vault, row: EndpointRow) -> dict[int, str]:
    if _still(connection, vault, row) is None:
        return {}
    set_tries(connection, [row.id], 0)
    return {row.id: UNCLEAR}


def _still(connection: Connection, vault: Vault, row: EndpointRow) -> Login | None:
    """Return the login of an endpoint unless it was corrected since the endpoint was loaded."""
    login = login_at(row, vault)
    current = load_endpoints(connection, [row.id])
    return login if current and login_at(current[0], vault) == login else None
