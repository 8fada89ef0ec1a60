"""Logins that devices refuse: tried once, then their endpoints rest (SOURCES 6).

Devices lock accounts after a few wrong passwords, and with the account the people. So a login that
never worked is tried once, over all endpoints at the device that have the same one; one that has
worked is tried once more, an hour later, as devices also refuse while they start. Then it rests
until a person corrects it, enables the endpoint anew, or sees it work in a test.
"""

from collections.abc import Sequence

from wattledger.collect.attempt import Attempt
from wattledger.domain.instant import HOUR, Instant
from wattledger.secrets.vault import Vault
from wattledger.services.login_at import login_at
from wattledger.services.login_fate import LoginFate, login_fate
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import TRIES_ONCE_WORKED, EndpointRow
from wattledger.store.login_tries import (
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
    fates = [(row, login_fate(row, attempt, vault)) for row, attempt in ends]
    _note_worked(connection, vault, [row for row, fate in fates if fate is LoginFate.WORKED])
    told: dict[int, str] = {}
    for row, fate in fates:
        if row.id in told:
            continue
        if fate is LoginFate.REFUSED:
            told |= _refuse(connection, vault, row, now)
        elif fate is LoginFate.UNCLEAR:
            told |= _rest(connection, vault, row)
    return told


def _note_worked(connection: Connection, vault: Vault, rows: Sequence[EndpointRow]) -> None:
    """Let logins that worked be tried again and again, and wake who rests with the same one."""
    news = [row for row in rows if not row.login_has_worked]
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
    same = _sharing(connection, vault, row)
    waiting = [each.id for each in same if (each.login_again_at or now) > now]
    again = [each.id for each in same if each.login_has_worked]
    lasting = [each.id for each in same if each.id not in {*waiting, *again}]
    set_tries(connection, lasting, 0)
    set_tries(connection, again, 1, again_at=now + HOUR)
    return dict.fromkeys(lasting, RESTS) | dict.fromkeys([*again, *waiting], ONCE_MORE)


def _rest(connection: Connection, vault: Vault, row: EndpointRow) -> dict[int, str]:
    """Let an endpoint rest, and those at the device that have the same unproved login."""
    same = _sharing(connection, vault, row)
    unproved = [each.id for each in same if not each.login_has_worked]
    set_tries(connection, unproved, 0)
    return dict.fromkeys(unproved, UNCLEAR)


def _sharing(connection: Connection, vault: Vault, row: EndpointRow) -> list[EndpointRow]:
    """Return the endpoints at the device that have the login of this one.

    There are none where this one was set up anew since it was loaded.
    """
    login = login_at(row, vault)
    if login is None:
        return []
    there = endpoints_at(connection, row.host_port)
    same = [each for each in there if login_at(each, vault) == login]
    is_as_it_was = any(each.id == row.id and each.recipe == row.recipe for each in same)
    return same if is_as_it_was else []


def said(message: str | None, more: str | None) -> str | None:
    """Return what an attempt says, with what it means for the endpoint behind it."""
    return " ".join(filter(None, (message, more))) or None
