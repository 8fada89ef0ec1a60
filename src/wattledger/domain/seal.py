"""The seal of a closed statement: one hash over what it says, its number and the one before it."""

from hashlib import sha256

_FORM = "wattledger seal 1"


def seal_of(previous_sha256: str | None, sequence: int, document: bytes) -> str:
    r"""Return the SHA-256 that seals a statement's document, in hexadecimal.

    It is taken over three lines of ASCII, each ended by ``\n``, and the document's bytes behind
    them: ``wattledger seal 1``, the sequence number, the hash of the statement closed before it (or
    ``-`` for the first). Changing a closed statement therefore changes all that follow.

    >>> seal_of(None, 1, b"{}")[:16]
    'f057b63f413b20a6'
    """
    head = f"{_FORM}\n{sequence}\n{previous_sha256 or '-'}\n"
    return sha256(head.encode("ascii") + document).hexdigest()
