"""Why a message was not taken, in sentences of ours.

What Apprise says of it may hold parts of the address, which are secret, and none of it is for
people.
"""

import re
from collections.abc import Iterable

_CAUSES = (
    ("error=40[13]|authenticat|535", "The service refused the login or the key; check it."),
    ("error=4(?:04|10)", "The service does not know this address; check it, or make a new one."),
    ("error=429", "The service takes no more messages for now."),
    ("error=3..", "The service sends on to another address; give that one."),
    ("error=5..", "The service itself failed."),
    ("error=4..", "The service did not accept the message; check the address."),
    (
        "name or service not known|name resolution|no address associated|getaddrinfo",
        "The name of the server is not known; check its spelling and the name server.",
    ),
    ("connection refused", "Nothing answers at this address and port; check both."),
    ("timed out|timeout", "The server did not answer in time; check the address and the network."),
    (
        "certificate|ssl|tls",
        "No encrypted connection was made: the server's certificate is not valid for its name.",
    ),
    ("unreachable|no route", "The server cannot be reached from here; check the network."),
    ("recipient", "The mail server refused a recipient; check the addresses."),
)
"""Of several that fit, the first is told."""

_PATTERNS = [(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), told) for words, told in _CAUSES]
_UNKNOWN = "The service did not take the message, and did not say why; check the address."


def cause_of(told: Iterable[str]) -> str:
    """Return a sentence on a failure by what a library told of it.

    >>> cause_of(["Failed to send JSON notification: Not Found, error=404."])
    'The service does not know this address; check it, or make a new one.'
    """
    text = "\n".join(told)
    return next((sentence for pattern, sentence in _PATTERNS if pattern.search(text)), _UNKNOWN)
