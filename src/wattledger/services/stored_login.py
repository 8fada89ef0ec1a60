"""Logins as stored, and when a stored password stays with an endpoint that changes."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin

from wattledger.collect.address import Address, parse_address
from wattledger.collect.password_places import Place, place_of, places_of
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.recipe import AuthConfig, NavigateStep, Step
from wattledger.secrets.vault import Vault, VaultError
from wattledger.store.endpoints import EndpointRow

_LOGINS_KEPT = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class KnownLogin:
    """What may be shown of a login: all but the password, and whether there is one.

    The same login is the same object for a while, by which what was made of it can be kept.
    """

    config: AuthConfig
    has_password: bool


def known_login(row: EndpointRow, vault: Vault, keys: Hashable) -> KnownLogin:
    """Return what may be shown of an endpoint's login; ``keys`` is the vault's stamp.

    Remembered by what is encrypted, which is other bytes whenever it is stored anew: a list shows
    hundreds of logins, and to decrypt one costs as much as the rest of its row together.
    """
    if row.auth is None:
        return _NO_LOGIN
    try:
        return _known(row.auth, vault, keys)
    except VaultError:
        return _UNREADABLE


@lru_cache(maxsize=_LOGINS_KEPT)
def _known(auth: bytes, vault: Vault, _keys: Hashable) -> KnownLogin:
    login = AuthConfig.model_validate(vault.decrypt(auth))
    return KnownLogin(login.model_copy(update={"password": None}), login.password is not None)


_NO_LOGIN = KnownLogin(AuthConfig(), has_password=False)
_UNREADABLE = KnownLogin(AuthConfig(), has_password=True)
"""What no key opens any more: attempts say so, and a new login can take its place."""


def stored_login(row: EndpointRow, vault: Vault) -> AuthConfig:
    """Return the login of an endpoint, decrypted."""
    return AuthConfig.model_validate(vault.decrypt(row.auth) if row.auth else {})


def login_to_change(row: EndpointRow, vault: Vault, told: AuthConfig | None) -> AuthConfig:
    """Return the login of an endpoint, decrypted; an empty one where a new password replaces it.

    VaultError when no key opens it, and it would have to be.
    """
    try:
        return stored_login(row, vault)
    except VaultError:
        if told is None or told.password is None:
            raise
        return AuthConfig()


def changed_login(
    before: EndpointRow,
    stored: AuthConfig,
    address: Address,
    told: AuthConfig | None,
    *,
    uses_password: bool,
    steps: Iterable[Step],
) -> AuthConfig:
    """Return the login of an endpoint that moves to ``address``: as told, else as stored.

    A stored password stays when none is told, and is forgotten when nothing uses it any more.
    InvalidInputError when it would be sent elsewhere than where it was given for, also by one of
    the ``steps`` of now: whoever may change an address must not learn a password that way.
    """
    if told is not None and told.password is not None:
        return told
    login = stored if told is None else told
    if stored.password is None or not uses_password:
        return login.model_copy(update={"password": None})
    before_at = parse_address(before.address)
    known, now = _places(before_at, stored), _places(address, login)
    led_to = places_of(address, map(_url_of, steps))
    if known != now or not led_to <= known | places_of(before_at, _urls_before(before)):
        raise InvalidInputError(
            "The address, port or login host changed, or a step leads to another, so the stored "
            "password is not sent there; give authConfig.password again.",
            field="authConfig.password",
        )
    return login.model_copy(update={"password": stored.password})


def _places(address: Address, login: AuthConfig) -> set[Place]:
    """Return where a login would take the password."""
    places = {place_of(address)}
    for name, url in (("loginUrl", login.login_url), ("logoutUrl", login.logout_url)):
        if url is not None:
            try:
                places.add(place_of(parse_address(urljoin(address.url, url))))
            except (InvalidInputError, ValueError) as error:
                raise InvalidInputError(str(error), field=f"authConfig.{name}") from None
    return places


def _url_of(step: Step) -> str | None:
    return step.url if isinstance(step, NavigateStep) else None


def _urls_before(row: EndpointRow) -> list[str | None]:
    steps = (row.recipe or {}).get("scrapingConfig", {}).get("steps", ())
    return [step.get("url") for step in steps]
