"""The seal of a closed statement: one hash over what it says, its number and the one before it."""

from hashlib import sha256

from wattledger.domain.instant import Instant, format_instant
from wattledger.domain.statement import Seal

_FORM = "wattledger seal 1"


def seal_of(
    previous_sha256: str | None, sequence: int, closed_at: Instant, closed_by: str, document: bytes
) -> str:
    r"""Return the SHA-256 that seals a statement's document, in hexadecimal.

    It is taken over five lines, each ended by ``\n``, and the document's bytes behind them:
    ``wattledger seal 1``, the sequence number, the hash of the statement closed before it (or ``-``
    for the first), when it was closed (ISO 8601, UTC), and by whom (on one line). Changing a closed
    statement therefore changes all that follow.

    >>> seal_of(None, 1, 0, "Ann", b"{}")[:16]
    '977364fa302ece1f'
    """
    by = " ".join(closed_by.split())
    head = (_FORM, str(sequence), previous_sha256 or "-", format_instant(closed_at), by, "")
    return sha256("\n".join(head).encode("utf-8") + document).hexdigest()


def fits(seal: Seal, document: bytes) -> bool:
    """Tell whether a seal is that of a document with its number, predecessor, time and name."""
    told = (seal.previous_sha256, seal.sequence, seal.closed_at, seal.closed_by)
    return seal_of(*told, document) == seal.sha256
