"""Read one endpoint so that nothing about it can harm the others of its chunk."""

import asyncio
import logging
from dataclasses import replace

import structlog

from wattledger.collect.attempt import Attempt
from wattledger.domain.errors import WattledgerError
from wattledger.domain.outcome import Outcome
from wattledger.logs import hiding, telling
from wattledger.secrets.redaction import login_secrets
from wattledger.services.device_target import device_target
from wattledger.services.system import System
from wattledger.services.unanswered import unanswered
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
    is_known = isinstance(result, WattledgerError)
    outcome = Outcome.REFUSED if is_known else Outcome.INTERNAL_ERROR
    return unanswered(row, outcome, _explain(result, row), started, system.clock.now())


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
