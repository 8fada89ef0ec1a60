"""From an endpoint as stored to a device that can be read, and back."""

from typing import Any

from pydantic import ValidationError

from wattledger.collect.attempt import Target
from wattledger.domain.errors import ConflictError
from wattledger.domain.recipe import Recipe
from wattledger.secrets.vault import Vault
from wattledger.store.endpoints import EndpointRow


def device_target(row: EndpointRow, vault: Vault) -> Target:
    """Return what to read and how, with its credentials decrypted."""
    return Target(row.address, stored_recipe(row, vault), row.preferred_engine)


def stored_recipe(row: EndpointRow, vault: Vault) -> Recipe:
    """Return the recipe of an endpoint that has one.

    ConflictError when it has none, or when its login lacks the password: lists of endpoints may
    come without.
    """
    if row.recipe is None:
        raise ConflictError(
            f"'{row.name}' has no scrapingConfig yet, so there is nothing to read; set it first."
        )
    auth = vault.decrypt(row.auth) if row.auth else {}
    try:
        return Recipe.model_validate({**(row.recipe or {}), "authConfig": auth})
    except ValidationError as error:
        if any(problem["loc"] for problem in error.errors()):
            raise  # a field of no known form: a defect, and no password that lacks
        raise ConflictError(
            f"'{row.name}' asks for a login, and no password is stored for it; give "
            "authConfig.password."
        ) from None


def sealed_recipe(recipe: Recipe, vault: Vault) -> tuple[dict[str, Any], bytes]:
    """Return a recipe as it is stored: the open part, and ``authConfig`` encrypted."""
    open_part = recipe.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude={"auth_config"}
    )
    auth = recipe.auth_config.model_dump(mode="json", by_alias=True, exclude_none=True)
    if recipe.auth_config.password is not None:
        auth["password"] = recipe.auth_config.password.get_secret_value()
    return open_part, vault.encrypt(auth)
