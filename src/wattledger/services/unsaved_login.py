"""The login of an endpoint that is not saved: as given, else as stored of one that is changed."""

from wattledger.collect.address import Address
from wattledger.domain.recipe import AuthConfig
from wattledger.services.set_up_endpoint import EndpointSetup, login_of
from wattledger.services.stored_login import login_to_change
from wattledger.services.system import System
from wattledger.store.endpoints import find_endpoint


def unsaved_login(
    system: System, setup: EndpointSetup, endpoint: str | None, address: Address
) -> AuthConfig:
    """Return the login to use: as given, with what is stored of ``endpoint`` where nothing is.

    NotFoundError when there is no such endpoint; InvalidInputError where its stored password would
    go elsewhere than it was given for.
    """
    if endpoint is None:
        return setup.auth_config or AuthConfig()
    with system.database.connect() as connection:
        row = find_endpoint(connection, endpoint)
    stored = login_to_change(row, system.vault, setup.auth_config)
    return login_of(setup, row, stored, address)
