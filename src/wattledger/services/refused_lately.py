"""The logins that devices refused lately, known before the attempts are booked."""

from dataclasses import dataclass

from wattledger.collect.attempt import Attempt
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine
from wattledger.secrets.vault import Vault
from wattledger.services.login_at import Login, login_at
from wattledger.store.endpoints import EndpointRow
from wattledger.store.login_tries import TRIES_ONCE_WORKED

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

    def add(self, row: EndpointRow, vault: Vault, now: Instant, *, is_sure: bool = True) -> None:
        """Note that the login of an endpoint was refused, or may have been."""
        login = login_at(row, vault)
        if login is not None:
            self._refusals[login] = _Refusal(now, row.name, is_sure)

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
        is_proved = row.login_tries >= TRIES_ONCE_WORKED
        return None if is_proved and not refusal.is_sure else refusal.name

    def forget(self, row: EndpointRow, vault: Vault) -> None:
        """Forget the login of an endpoint: it works."""
        login = login_at(row, vault) if self._refusals else None
        if login is not None:
            self._refusals.pop(login, None)

    def _forget(self, before: Instant) -> None:
        if any(each.at < before for each in self._refusals.values()):
            self._refusals = {k: each for k, each in self._refusals.items() if each.at >= before}


def lately(now: Instant) -> Instant:
    """Return since when a refusal counts for who reads by himself and not for a person."""
    return now - _REMEMBERED


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
