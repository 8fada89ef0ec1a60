"""Logins that devices refuse: tried once, then their endpoints rest (SOURCES 6).

Devices lock accounts after a few wrong passwords, and with the account the people. So a login that
never worked is tried once, over all endpoints at the device that have the same one; one that has
worked is tried once more, an hour later, as devices also refuse while they start. Then it rests
until a person corrects it, enables the endpoint anew, or sees it work in a test.
"""

from collections.abc import Sequence

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
    resting_rows,
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
    ends: Sequence[tuple[EndpointRow, Attempt]],
    now: Instant,
) -> dict[int, str]:
    """Note how logins fared; returns what that means by the id of endpoints not read for now."""
    fates = [(row, fate_of(row, attempt, vault)) for row, attempt in ends]
    _note_worked(connection, vault, [row for row, fate in fates if fate is LoginFate.WORKED])
    told: dict[int, str] = {}
    for row, fate in fates:
        if row.id in told:
            continue
        if fate is LoginFate.REFUSED:
            told |= _refuse(connection, vault, row, now)
        elif fate is LoginFate.UNCLEAR and row.login_tries < TRIES_ONCE_WORKED:
            told |= _rest(connection, vault, row)
    return told


def fate_of(row: EndpointRow, attempt: Attempt, vault: Vault) -> LoginFate:
    """Return how the login of an endpoint fared in an attempt."""
    if attempt.outcome is Outcome.OK:
        return LoginFate.WORKED
    kind = str((row.recipe or {}).get("authType"))
    return login_fate(attempt, readable_login(row, vault) or AuthConfig(), kind)


def _note_worked(connection: Connection, vault: Vault, rows: Sequence[EndpointRow]) -> None:
    """Let logins that worked be tried again and again, and wake who rests with the same one."""
    news = [row for row in rows if row.login_tries < TRIES_ONCE_WORKED or row.login_again_at]
    if not news:
        return
    resting = resting_rows(connection)
    logins = {login_at(row, vault) for row in news} - {None} if resting else set()
    woken = [row.id for row in resting if login_at(row, vault) in logins]
    set_tries(connection, [*(row.id for row in news), *woken], TRIES_ONCE_WORKED)


def _refuse(connection: Connection, vault: Vault, row: EndpointRow, now: Instant) -> dict[int, str]:
    """Take a try from all endpoints at the device that have the same login.

    Who waits for a second try keeps it: what was refused meanwhile is the same refusal.
    """
    login = _still(connection, vault, row)
    if login is None:
        return {}
    there = endpoints_at(connection, row.host_port)
    same = [each for each in there if login_at(each, vault) == login]
    waiting = [each.id for each in same if (each.login_again_at or now) > now]
    lasting = [each.id for each in same if each.login_tries <= 1 and each.id not in waiting]
    again = [each.id for each in same if each.login_tries > 1]
    set_tries(connection, lasting, 0)
    set_tries(connection, again, 1, again_at=now + HOUR)
    return dict.fromkeys(lasting, RESTS) | dict.fromkeys([*again, *waiting], ONCE_MORE)


def _rest(connection: Connection, vault: Vault, row: EndpointRow) -> dict[int, str]:
    """Let an endpoint rest, and those at the device that have the same unproved login."""
    login = _still(connection, vault, row)
    if login is None:
        return {}
    there = endpoints_at(connection, row.host_port)
    unproved = [each for each in there if each.login_tries < TRIES_ONCE_WORKED]
    same = [each.id for each in unproved if login_at(each, vault) == login]
    set_tries(connection, same, 0)
    return dict.fromkeys(same, UNCLEAR)


def _still(connection: Connection, vault: Vault, row: EndpointRow) -> Login | None:
    """Return the login of an endpoint unless it was set up anew since it was loaded."""
    login = login_at(row, vault)
    current = load_endpoints(connection, [row.id])
    if not current or current[0].recipe != row.recipe:
        return None
    return login if login_at(current[0], vault) == login else None
