"""Where an answer sends us next: redirects and refreshing pages, never to another host."""

import re

from wattledger.collect.address import Device
from wattledger.collect.errors import AttemptError
from wattledger.collect.page import Page
from wattledger.collect.request import Request, Response, join
from wattledger.domain.outcome import Outcome

MAX_REFRESH_SECONDS = 5

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})
_REFRESH = re.compile(r"\s*(\d+)(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", re.IGNORECASE)
_HEAD = 10_000


def redirected(request: Request, response: Response, device: Device) -> Request | None:
    """Return the request a redirect asks for, as browsers make it; None when it is none.

    AttemptError ``refused`` when it leads to another host.
    """
    location = response.header("location")
    if response.status not in _REDIRECTS or not location:
        return None
    url = join(request.url, location)
    keep_to(device, url)
    if response.status in _KEEPS_METHOD:
        return Request(url, request.method, request.headers, request.body, request.secret)
    return Request(url)


def keep_to(device: Device, url: str) -> None:
    """Pass if a URL leads to the device itself over HTTP; AttemptError ``refused`` if not."""
    if not url.startswith(("http://", "https://")):
        raise AttemptError(
            Outcome.REFUSED, f"'{url[:80]}' is not an http address; only those are read."
        )
    if not device.owns(url):
        raise AttemptError(
            Outcome.REFUSED,
            f"The device {device.address.host} sends us to another host ({url[:80]}), "
            "which is refused; set its address to that one if it is right.",
        )


def refreshed(page: Page) -> str | None:
    """Return the URL a ``<meta refresh>`` soon moves to; None when it only reloads itself."""
    if "refresh" not in page.document.text[:_HEAD].lower():
        return None  # spares most pages the parsing
    for node in page.tree.css("meta[http-equiv]"):
        attributes = node.attributes
        if (attributes.get("http-equiv") or "").lower() != "refresh":
            continue
        found = _REFRESH.match(attributes.get("content") or "")
        if found is None or int(found[1]) > MAX_REFRESH_SECONDS:
            continue
        url = join(page.base_url, found[2].strip())
        return url if url != page.url else None
    return None
