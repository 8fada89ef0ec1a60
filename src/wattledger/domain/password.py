"""What a password must be: long, and not the name it belongs to (NIST SP 800-63B, 3.1.1.2).

No rule about digits and signs: those make people choose worse ones.
"""

import unicodedata

from wattledger.domain.errors import InvalidInputError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 500


def parse_password(text: str, name: str, field: str = "password") -> str:
    """Return a password in the one spelling that is hashed; InvalidInputError says what it lacks.

    >>> parse_password("correct horse battery", "anna")
    'correct horse battery'
    """
    password = spelled_password(text)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInputError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; "
            "a few words that belong to nobody else are good.",
            field=field,
        )
    if password.casefold() == name.casefold() or len(set(password)) == 1:
        raise InvalidInputError(
            "A password is not the name, and not one character again and again.", field=field
        )
    return password


def spelled_password(text: str) -> str:
    """Return a password as it is hashed: keyboards write the same letter in different ways."""
    return unicodedata.normalize("NFKC", text)
