"""The login of an endpoint as its device sees it: endpoints at one device often share one."""

from dataclasses import dataclass, field

import structlog
from pydantic import ValidationError

from wattledger.domain.errors import WattledgerError
from wattledger.domain.recipe import AuthConfig
from wattledger.secrets.vault import Vault
from wattledger.services.stored_login import stored_login
from wattledger.store.endpoints import EndpointRow

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Login:
    """What a device sees of a login."""

    host_port: str
    kind: str
    form: tuple[str | None, ...]
    username: str | None
    password: str = field(repr=False)


def login_at(row: EndpointRow, vault: Vault) -> Login | None:
    """Return the login of an endpoint; None where no password is sent, or none can be read."""
    login = readable_login(row, vault)
    if login is None or login.password is None:
        return None
    password = login.password.get_secret_value()
    fields = (login.username_field, login.password_field, login.submit_selector)
    form = (login.login_url, *fields)
    return Login(row.host_port, login_kind(row), form, login.username, password)


def login_kind(row: EndpointRow) -> str:
    """Return the kind of login that the recipe of an endpoint asks for."""
    return str((row.recipe or {}).get("authType"))


def readable_login(row: EndpointRow, vault: Vault) -> AuthConfig | None:
    """Return what is stored; None where that cannot be read, which its own attempt tells of."""
    try:
        return stored_login(row, vault)
    except (WattledgerError, ValidationError):
        _log.warning("login_not_readable", endpoint=row.public_id)
        return None
