"""How a device is read, as a line of a list says: what it leaves out stays as it is.

A list may leave passwords out, as every export does. Such a login is kept without one: the device
is shown as failing, with what to do, until somebody gives the password.
"""

from collections.abc import Mapping
from typing import Any

from wattledger.collect.address import parse_address
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.recipe import AuthConfig, AuthType, Recipe, ScrapingConfig
from wattledger.secrets.vault import Vault
from wattledger.services.device_target import sealed_recipe
from wattledger.services.endpoint_line import EndpointLine, checked
from wattledger.services.set_up_endpoint import EndpointSetup, login_of, refuse_literal_passwords
from wattledger.services.stored_login import stored_login
from wattledger.store.endpoints import EndpointRow

_NO_LOGIN = AuthConfig()


def recipe_columns(line: EndpointLine, before: EndpointRow | None, vault: Vault) -> dict[str, Any]:
    """Return the columns ``recipe`` and ``auth`` where the line changes them; else none.

    InvalidInputError when a stored password would go to another device than it was given for.
    """
    address = line.columns.get("address", before.address if before else "")
    says_nothing = line.login.says_nothing and not line.scraping
    moved = before is not None and address != before.address
    if says_nothing and not moved:
        return {}
    stored = stored_login(before, vault) if before else _NO_LOGIN
    if says_nothing and stored.password is None:
        return {}
    scraping, auth_type = _scraping(line, before), _auth_type(line, before)
    if scraping is None or not address:
        raise InvalidInputError(
            "a login or recipe is of use only with an address and a valueSelector; give the "
            "columns 'address' and 'recipe', too."
        )
    login = _login(line, stored)
    if before is not None and before.address:
        setup = EndpointSetup(
            line.endpoint, address, scraping, auth_type=auth_type, auth_config=login
        )
        login = login_of(setup, before, stored, parse_address(address))
    if auth_type is not AuthType.NONE and login.username is None:
        raise InvalidInputError(f"auth_type '{auth_type}' needs a username.")
    refuse_literal_passwords(scraping, login)
    recipe = Recipe(auth_config=login, scraping_config=scraping)
    open_part, auth = sealed_recipe(recipe, vault)
    return _differing(before, open_part | {"authType": auth_type.value}, login, stored, auth)


def _differing(
    before: EndpointRow | None,
    recipe: dict[str, Any],
    login: AuthConfig,
    stored: AuthConfig,
    auth: bytes,
) -> dict[str, Any]:
    # What is encrypted anew differs each time, so that the logins themselves are compared.
    if before is not None and before.recipe == recipe and login == stored:
        return {}
    return {"recipe": recipe, "auth": auth, "preferred_engine": None}


def _scraping(line: EndpointLine, before: EndpointRow | None) -> ScrapingConfig | None:
    known: Mapping[str, Any] = (before.recipe or {}).get("scrapingConfig", {}) if before else {}
    # A recipe is one thing; only its steps stand in a column of their own.
    found = line.scraping if "valueSelector" in line.scraping else {**known, **line.scraping}
    return checked("recipe", ScrapingConfig, found) if "valueSelector" in found else None


def _auth_type(line: EndpointLine, before: EndpointRow | None) -> AuthType:
    if line.login.auth_type is not None:
        return line.login.auth_type
    known = (before.recipe or {}).get("authType") if before else None
    return AuthType(known) if known else AuthType.NONE


def _login(line: EndpointLine, stored: AuthConfig) -> AuthConfig:
    kept = stored.model_dump(by_alias=True, exclude_none=True, exclude={"password"})
    return checked("login", AuthConfig, {**kept, **line.login.config})
