"""Attempts at endpoints that brought nothing of the device: it was not asked, or not to the end."""

from wattledger.collect.attempt import Attempt
from wattledger.domain.instant import MILLISECOND, Instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine
from wattledger.store.endpoints import EndpointRow


def unanswered(
    row: EndpointRow, outcome: Outcome, message: str, began: Instant, now: Instant
) -> Attempt:
    """Return an attempt that ended now with an outcome of our own and what to say of it."""
    return Attempt(
        outcome=outcome,
        message=message,
        transport=row.preferred_engine or Engine.HTTP,
        started_at=began,
        read_at=began,
        milliseconds=max(0, now - began) // MILLISECOND,
    )
