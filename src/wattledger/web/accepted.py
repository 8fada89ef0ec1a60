"""What a caller takes: the header Accept-Encoding, read as RFC 9110 (12.5.3) has it."""

import re

_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_NAMED_SO, _OF_NO_WEIGHT = 1.0, 0.0


def takes(coding: str, header: str) -> bool:
    """Tell whether a caller takes answers in a coding, and likes nothing less than plain ones.

    >>> takes("gzip", "br, gzip;q=0.5")
    True
    >>> takes("gzip", "gzip;q=0, identity")
    False
    >>> takes("gzip", "identity, *;q=0.1")
    False
    """
    weights = dict(map(_weighed, header.lower().split(",")))
    others = weights.get("*", 0)
    weight = weights.get(coding, others)
    return weight > 0 and weight >= weights.get("identity", 0)


def _weighed(part: str) -> tuple[str, float]:
    """Return a coding and its weight; 0 where that cannot be read, as plain is never wrong."""
    coding, _, weight = part.partition(";")
    if not weight.strip():
        return coding.strip(), _NAMED_SO
    found = _WEIGHT.fullmatch(weight.strip())
    return coding.strip(), float(found[1]) if found else _OF_NO_WEIGHT
