"""The services that carry messages: those of Apprise that need no program or file of this machine.

Each is known by the beginning of its address. What stands behind it is secret but for the host of
services that have one: of the others the first part is a key already.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A service by the name people know, and the beginnings of its addresses.

    ``shows_host`` tells that the first part of its address is a server and no secret.
    """

    name: str
    schemes: tuple[str, ...]
    shows_host: bool = False


SERVICES = (
    Service("Mail", ("mailtos", "mailto"), shows_host=True),
    Service("Slack", ("slack",)),
    Service("Microsoft Teams", ("workflows", "workflow"), shows_host=True),
    Service("Telegram", ("tgram",)),
    Service("Webhook (JSON)", ("jsons", "json"), shows_host=True),
    Service("Webhook (form)", ("forms", "form"), shows_host=True),
    Service("Webhook (XML)", ("xmls", "xml"), shows_host=True),
    Service("ntfy", ("ntfys", "ntfy"), shows_host=True),
    Service("Gotify", ("gotifys", "gotify"), shows_host=True),
    Service("Discord", ("discord",)),
    Service("Google Chat", ("gchat",)),
    Service("Mattermost", ("mmosts", "mmost"), shows_host=True),
    Service("Rocket.Chat", ("rockets", "rocket"), shows_host=True),
    Service("Pushover", ("pover",)),
)

NOT_OFFERED = (
    "Messages cannot be sent there; give an address of one of these: "
    + ", ".join(service.name for service in SERVICES)
    + "."
)

_BY_SCHEME = {scheme: service for service in SERVICES for scheme in service.schemes}


def may_be_address(url: str) -> bool:
    """Tell whether a text begins like an address; those that services give out begin with https.

    >>> may_be_address("tgram://bot/chat"), may_be_address("night@example.com")
    (True, False)
    """
    scheme, separator, _ = url.lower().partition("://")
    return bool(separator) and (scheme == "https" or scheme in _BY_SCHEME)


def service_of(scheme: str) -> Service | None:
    """Return the service whose addresses begin with a scheme; None for one that is not offered.

    >>> service_of("mailtos").name
    'Mail'
    """
    return _BY_SCHEME.get(scheme)


def shown_address(scheme: str, host: str | None) -> str:
    """Return what may be shown of an address: how it begins, and the host where that is one.

    >>> shown_address("jsons", "hooks.example.com"), shown_address("slack", "T0000")
    ('jsons://hooks.example.com', 'slack://…')
    """
    service = service_of(scheme)
    if service is None or not service.shows_host or not host:
        return f"{scheme}://…"
    return f"{scheme}://{host}"
