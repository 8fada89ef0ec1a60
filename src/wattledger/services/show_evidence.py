"""Show the evidence of a figure: the attempt that brought it, and what the device answered."""

from wattledger.store.database import Database
from wattledger.store.evidence import StoredAttempt, StoredCapture, find_attempt, find_capture


def show_attempt(database: Database, attempt_id: int) -> StoredAttempt:
    """Return an attempt; NotFoundError when it is not, or no longer, kept."""
    with database.connect() as connection:
        return find_attempt(connection, attempt_id)


def show_capture(database: Database, capture_id: int) -> StoredCapture:
    """Return what a device answered; NotFoundError when it is not, or no longer, kept."""
    with database.connect() as connection:
        return find_capture(connection, capture_id)
