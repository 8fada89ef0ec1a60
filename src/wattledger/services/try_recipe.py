"""Try to read an endpoint once and show how it went, a failure in a picture; nothing is booked.

How its login fared is noted all the same: one that works is polled again.
"""

import asyncio
from dataclasses import replace

from wattledger.collect.attempt import Attempt, Target
from wattledger.domain.errors import ConflictError
from wattledger.domain.outcome import Outcome
from wattledger.logs import hiding, telling
from wattledger.secrets.redaction import login_secrets
from wattledger.services.device_target import device_target
from wattledger.services.refused_login import note_logins, said
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.store.endpoints import EndpointRow, find_endpoint

PATIENCE_SECONDS = 30


async def try_recipe(system: System, name_or_id: str) -> Attempt:
    """Read an endpoint with its recipe; a failure is an Attempt too.

    NotFoundError when there is no such endpoint, ConflictError when it has no recipe yet.
    """
    row = await asyncio.to_thread(_find, system.database, name_or_id)
    if row.recipe is None:
        raise ConflictError(
            f"'{row.name}' has no scrapingConfig yet, so there is nothing to try; set it first."
        )
    target = in_time(device_target(row, system.vault))
    with telling(endpoint=row.public_id), hiding(login_secrets(target.recipe.auth_config)):
        attempt = await system.reader.read(target)
    rests = await _note_login(system, row, attempt)
    attempt = replace(attempt, message=said(attempt.message, rests))
    return attempt if attempt.outcome is Outcome.OK else await system.reader.picture(attempt)


def in_time(target: Target) -> Target:
    """Return a target for whose read somebody waits: not for long for a place in the browser."""
    return replace(target, begin_by=asyncio.get_running_loop().time() + PATIENCE_SECONDS)


async def _note_login(system: System, row: EndpointRow, attempt: Attempt) -> str | None:
    """Note how the login fared, where that is news; what is not clear, a person looks at now."""
    rests = not row.login_tries or row.login_again_at is not None
    if not (attempt.login_refused or (attempt.outcome is Outcome.OK and rests)):
        return None
    system.refused.learn(row, attempt, system.vault)
    return await asyncio.to_thread(_booked_login, system, row, attempt)


def _booked_login(system: System, row: EndpointRow, attempt: Attempt) -> str | None:
    with system.database.begin() as connection:
        ends = [(row, attempt)]
        return note_logins(connection, system.vault, ends, system.clock.now()).get(row.id)


def _find(database: Database, name_or_id: str) -> EndpointRow:
    with database.connect() as connection:
        return find_endpoint(connection, name_or_id)
