"""Try to read an endpoint once and show how it went, a failure in a picture; nothing is booked."""

import asyncio

from wattledger.collect.attempt import Attempt
from wattledger.domain.errors import ConflictError
from wattledger.domain.outcome import Outcome
from wattledger.logs import hiding, telling
from wattledger.secrets.redaction import login_secrets
from wattledger.services.device_target import device_target
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.endpoints import EndpointRow, find_endpoint


async def try_recipe(system: System, name_or_id: str) -> Attempt:
    """Read an endpoint with its recipe; a failure is an Attempt too.

    NotFoundError when there is no such endpoint, ConflictError when it has no recipe yet.
    """
    row = await asyncio.to_thread(_find, system.database, name_or_id)
    if row.recipe is None:
        raise ConflictError(
            f"'{row.name}' has no scrapingConfig yet, so there is nothing to try; set it first."
        )
    target = device_target(row, system.vault)
    with telling(endpoint=row.public_id), hiding(login_secrets(target.recipe.auth_config)):
        attempt = await system.reader.read(target)
    return attempt if attempt.outcome is Outcome.OK else await system.reader.picture(attempt)


def _find(database: Database, name_or_id: str) -> EndpointRow:
    with database.connect() as connection:
        return find_endpoint(connection, name_or_id)
