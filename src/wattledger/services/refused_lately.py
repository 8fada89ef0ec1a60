"""The logins that devices refused lately, known before the attempts are booked."""

import asyncio
from dataclasses import dataclass
from weakref import WeakValueDictionary

from wattledger.collect.attempt import Attempt
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.outcome import Outcome
from wattledger.secrets.vault import Vault
from wattledger.services.login_at import Login, login_at
from wattledger.services.login_fate import LoginFate, login_fate
from wattledger.services.unanswered import unanswered
from wattledger.store.endpoints import EndpointRow

_REMEMBERED = 30 * MINUTE
"""Shorter than until a login is tried once more."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    at: Instant
    name: str
    is_sure: bool


class RefusedLogins:
    """The logins that devices refused lately, each with the endpoint it was tried for."""

    def __init__(self) -> None:
        self._refusals: dict[Login, _Refusal] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn(self, row: EndpointRow) -> asyncio.Lock:
        """Return what to hold from asking until learning about an endpoint's login.

        Jobs that come to a device at the same time would else each send it the same wrong one.
        """
        return self._turns.setdefault(row.host_port, asyncio.Lock())

    def learn(self, row: EndpointRow, attempt: Attempt, vault: Vault) -> None:
        """Note a login that was refused, or may have been; forget one that works."""
        fate = login_fate(row, attempt, vault)
        if fate is LoginFate.UNKNOWN or (fate is LoginFate.WORKED and not self._refusals):
            return
        login = login_at(row, vault)
        if login is None:
            return
        if fate is LoginFate.WORKED:
            self._refusals.pop(login, None)
        else:
            is_sure = fate is LoginFate.REFUSED
            self._refusals[login] = _Refusal(attempt.read_at, row.name, is_sure)

    def tried_for(self, row: EndpointRow, vault: Vault, since: Instant) -> str | None:
        """Return for which endpoint the login of this one was tried since; None if it was not.

        What was set up anew since then is tried anew, and so is a login that has worked, unless it
        was refused for sure.
        """
        self._forget(since - _REMEMBERED)
        login = login_at(row, vault) if self._refusals else None
        refusal = None if login is None else self._refusals.get(login)
        if refusal is None or refusal.at < since or refusal.at <= row.updated_at:
            return None
        return None if row.login_has_worked and not refusal.is_sure else refusal.name

    def _forget(self, before: Instant) -> None:
        if any(each.at < before for each in self._refusals.values()):
            self._refusals = {k: each for k, each in self._refusals.items() if each.at >= before}


def lately(now: Instant) -> Instant:
    """Return since when a refusal counts for who reads by himself and not for a person."""
    return now - _REMEMBERED


def not_tried(row: EndpointRow, tried_for: str, now: Instant) -> Attempt:
    """Return the attempt at an endpoint whose login was just refused for another at its device."""
    message = (
        f"The device just refused the same login for '{tried_for}', so it was not tried again: "
        "devices lock accounts. Correct authConfig of both."
    )
    return unanswered(row, Outcome.AUTH_FAILED, message, now, now)
