"""Writes that another site makes a browser send are refused (CSRF).

What browsers say of a request is asked first: ``Sec-Fetch-Site``, or ``Origin`` from older ones.
No script can change either. Programs send neither, and have no cookie that could be abused.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from wattledger.config import Settings

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


def is_write(method: str) -> bool:
    """Tell whether a request may change something."""
    return method not in _SAFE


def is_cross_site(headers: Headers, settings: Settings) -> bool:
    """Tell whether a page that is not ours had the browser send a request."""
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site not in _OURS
    origin = headers.get("origin")
    if origin is None:
        return False
    ours = {headers.get("host")}
    if settings.public_url is not None:
        ours.add(urlsplit(settings.public_url).netloc)
    # "null" is the origin of pages that hide theirs, and has no host.
    return origin.partition("://")[2] not in ours
