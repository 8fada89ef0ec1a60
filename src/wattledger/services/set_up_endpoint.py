"""Set up the devices that are polled: create, show, change and delete endpoints."""

import re
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from wattledger.collect.address import Address, parse_address
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.recipe import (
    AuthConfig,
    AuthType,
    NavigateStep,
    Recipe,
    ScrapingConfig,
    TypeStep,
)
from wattledger.services.device_target import sealed_recipe
from wattledger.services.place_endpoint import place_endpoint, site_named
from wattledger.services.precondition import Check, unconditional
from wattledger.services.show_endpoint import ShownEndpoint, show_endpoints
from wattledger.services.stored_login import changed_login, login_to_change
from wattledger.services.system import System
from wattledger.store.billed_meters import assign_endpoint
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Connection
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import (
    EndpointRow,
    NewEndpoint,
    find_endpoint,
    first_due,
    insert_endpoint,
    load_endpoints,
    meters_of,
    update_endpoint,
)
from wattledger.store.login_tries import WOKEN
from wattledger.store.recompute import rebuild
from wattledger.store.sites import first_site

LONGEST_POLL_MINUTES = 1440
_PASSWORD = "{password}"  # noqa: S105 - what stands for it
_NOT_INTO_STEPS = (
    "Passwords do not belong into steps, which everybody sees: put it into authConfig.password "
    "and type {password} here."
)
_TELLING = 8
"""A password of so many characters stands in no text by chance."""
_PASSWORD_FIELD = re.compile("passw|pwd|kennwort", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EndpointSetup:
    """All that a person says of an endpoint.

    ``address`` is as typed: host, host:port or URL. ``site`` is a name or an id; without one it is
    the first site, or that where the endpoint is already. Without ``auth_config`` the stored one
    stays; without its password the stored password stays, for the device it was given for.
    """

    name: str
    address: str
    scraping_config: ScrapingConfig
    type: str = "PDU"
    vendor: str | None = None
    location: str | None = None
    client: str | None = None
    site: str | None = None
    auth_type: AuthType = AuthType.NONE
    auth_config: AuthConfig | None = None
    enabled: bool = True
    poll_minutes: int = 15

    @property
    def uses_password(self) -> bool:
        """Tell whether reading the device takes a password: to log in, or to type in a step."""
        typed = (step for step in self.scraping_config.steps if isinstance(step, TypeStep))
        return self.auth_type is not AuthType.NONE or any(_PASSWORD in step.text for step in typed)


def create_endpoint(system: System, setup: EndpointSetup) -> ShownEndpoint:
    """Create an endpoint, and its client when new; ConflictError when the name is taken.

    It serves the client from the beginning, so that history imported later is billed too.
    """
    address = address_of(setup)
    recipe = recipe_of(setup, setup.auth_config or AuthConfig())
    with system.database.begin() as connection:
        first = first_site(connection, system.settings.time_zone)
        new = NewEndpoint(
            site_id=first if setup.site is None else site_named(connection, setup.site).id,
            **_columns(system, connection, setup, address, recipe),
        )
        number = insert_endpoint(connection, new, system.clock.now())
        return _shown(system, connection, number)


def replace_endpoint(
    system: System,
    name_or_id: str,
    setup: EndpointSetup,
    check: Check[ShownEndpoint] = unconditional,
) -> ShownEndpoint:
    """Change all of an endpoint but its secrets where none are given.

    Another client than before is served from now on; what was used up to now stays with the one
    before.

    InvalidInputError when a stored password would go to another device than it was given for;
    ``check`` may refuse, too.
    """
    now, address = system.clock.now(), address_of(setup)
    with system.database.begin() as connection:
        before = find_endpoint(connection, name_or_id)
        check(_shown(system, connection, before.id))
        stored = login_to_change(before, system.vault, setup.auth_config)
        login = login_of(setup, before, stored, address)
        columns = _columns(system, connection, setup, address, recipe_of(setup, login))
        if (columns["address"], columns["recipe"]) != (before.address, before.recipe):
            columns["preferred_engine"] = None
        read_how = (columns["address"], columns["recipe"], setup.enabled, setup.poll_minutes)
        is_read_so = (before.address, before.recipe, before.enabled, before.poll_minutes)
        if login != stored or read_how != is_read_so:
            columns["next_due_at"] = first_due(before.id, setup.poll_minutes, now)
        if login != stored or read_how[:-1] != is_read_so[:-1]:
            columns |= WOKEN
        client_id = columns.pop("client_id")
        update_endpoint(connection, before.id, now, **columns)
        if client_id != before.client_id:
            assign_endpoint(connection, before.id, client_id, now)
        if setup.site is not None:
            place_endpoint(connection, before, setup.site)
        if setup.poll_minutes != before.poll_minutes:
            # Which parts of intervals are estimates depends on the poll interval (LEDGER 4).
            rebuild(connection, meters_of(connection, [before.id]).values())
        return _shown(system, connection, before.id)


def remove_endpoint(
    system: System, name_or_id: str, check: Check[ShownEndpoint] = unconditional
) -> EndpointRow:
    """Take an endpoint out of use, unless ``check`` refuses; its readings and months stay."""
    now = system.clock.now()
    with system.database.begin() as connection:
        row = find_endpoint(connection, name_or_id)
        check(_shown(system, connection, row.id))
        delete_endpoint(connection, row.id, now)
    return replace(row, deleted_at=now)


def _shown(system: System, connection: Connection, number: int) -> ShownEndpoint:
    rows = load_endpoints(connection, [number])
    return show_endpoints(connection, rows, system.vault, system.clock.now())[0]


def _columns(
    system: System, connection: Connection, setup: EndpointSetup, address: Address, recipe: Recipe
) -> dict[str, Any]:
    open_part, auth = sealed_recipe(recipe, system.vault)
    client = setup.client
    return {
        "name": setup.name,
        "address": address.url,
        "host_port": address.host_port,
        "type": setup.type,
        "vendor": setup.vendor,
        "location": setup.location,
        "client_id": None if client is None else find_or_create_client(connection, client),
        "auth": auth,
        "recipe": open_part,
        "enabled": setup.enabled,
        "poll_minutes": setup.poll_minutes,
    }


def address_of(setup: EndpointSetup) -> Address:
    """Return the address that a person gave; InvalidInputError when it is none."""
    try:
        return parse_address(setup.address)
    except InvalidInputError as error:
        raise InvalidInputError(str(error), field="ipAddress") from None


def login_of(
    setup: EndpointSetup, before: EndpointRow, stored: AuthConfig, address: Address
) -> AuthConfig:
    """Return the login of an endpoint that is set up otherwise: as told, else as ``stored``.

    InvalidInputError when a stored password would go to another device than it was given for.
    """
    return changed_login(
        before,
        stored,
        address,
        setup.auth_config,
        uses_password=setup.uses_password,
        steps=setup.scraping_config.steps,
    )


def recipe_of(setup: EndpointSetup, login: AuthConfig) -> Recipe:
    """Return the recipe that a person gave; InvalidInputError when it is not whole."""
    refuse_literal_passwords(setup.scraping_config, login)
    try:
        return Recipe(
            auth_type=setup.auth_type, auth_config=login, scraping_config=setup.scraping_config
        )
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InvalidInputError(reason, field="authConfig") from None


def refuse_literal_passwords(scraping: ScrapingConfig, login: AuthConfig) -> None:
    """Keep passwords out of steps: steps are shown, authConfig.password never is."""
    password = "" if login.password is None else login.password.get_secret_value()
    for number, step in enumerate(scraping.steps):
        place = f"scrapingConfig.steps.{number}"
        if isinstance(step, NavigateStep) and _gives_away(step.url, password):
            raise InvalidInputError(_NOT_INTO_STEPS, field=f"{place}.url")
        if isinstance(step, TypeStep) and _is_password(step, login, password):
            raise InvalidInputError(_NOT_INTO_STEPS, field=f"{place}.text")


def _is_password(step: TypeStep, login: AuthConfig, password: str) -> bool:
    if (password and step.text == password) or _gives_away(step.text, password):
        return True
    is_its_field = step.selector == login.password_field or _PASSWORD_FIELD.search(step.selector)
    return _PASSWORD not in step.text and bool(is_its_field)


def _gives_away(text: str, password: str) -> bool:
    """Tell whether a text has the password in it; a short one may be a word of it."""
    return len(password) >= _TELLING and password in text
