"""Read one endpoint so that nothing about it can harm the others of its chunk."""

import asyncio
import logging
from dataclasses import replace

import structlog

from wattledger.collect.attempt import Attempt
from wattledger.domain.errors import WattledgerError
from wattledger.domain.instant import MILLISECOND
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine
from wattledger.logs import hiding, telling
from wattledger.secrets.redaction import login_secrets
from wattledger.services.device_target import device_target
from wattledger.services.system import System
from wattledger.store.endpoints import EndpointRow

_log = structlog.get_logger(__name__)


async def read_endpoint(system: System, row: EndpointRow, begin_by: float | None = None) -> Attempt:
    """Read an endpoint once; whatever goes wrong, also within Wattledger, is an Attempt.

    Until ``begin_by``, by the event loop's clock, a place in the browser is waited for.
    """
    with telling(endpoint=row.public_id):
        attempt = await _attempt(system, row, begin_by)
        if not attempt.had_turn:
            return attempt
        system.metrics.attempted(attempt.outcome, attempt.transport.value, attempt.milliseconds)
        _log.log(
            logging.DEBUG if attempt.outcome is Outcome.OK else logging.INFO,
            "attempt",
            outcome=attempt.outcome.value,
            transport=attempt.transport.value,
            ms=attempt.milliseconds,
            message=attempt.message,
        )
    return attempt


async def _attempt(system: System, row: EndpointRow, begin_by: float | None) -> Attempt:
    started = system.clock.now()
    [result] = await asyncio.gather(_read(system, row, begin_by), return_exceptions=True)
    if isinstance(result, Attempt):
        return result
    if not isinstance(result, Exception):
        raise result  # told to stop
    return Attempt(
        outcome=Outcome.REFUSED if isinstance(result, WattledgerError) else Outcome.INTERNAL_ERROR,
        message=_explain(result, row),
        transport=row.preferred_engine or Engine.HTTP,
        started_at=started,
        read_at=started,
        milliseconds=max(0, system.clock.now() - started) // MILLISECOND,
    )


async def _read(system: System, row: EndpointRow, begin_by: float | None) -> Attempt:
    target = replace(device_target(row, system.vault), begin_by=begin_by)
    with hiding(login_secrets(target.recipe.auth_config)):
        return await system.reader.read(target)


def _explain(error: Exception, row: EndpointRow) -> str:
    """Return what to say of an error; of a defect its kind alone: its text may hold a secret."""
    if isinstance(error, WattledgerError):
        return str(error)
    _log.error("defect_while_reading", endpoint=row.public_id, exc_info=error)
    return (
        f"Wattledger itself failed at this endpoint ({type(error).__name__}); the other endpoints "
        "go on. The log says more; please report it."
    )
