"""Addresses of devices: read as people type them, allowed by policy, resolved once (SOURCES 11)."""

import asyncio
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

from wattledger.collect.errors import AttemptError
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.outcome import Outcome
from wattledger.domain.reachable import PRIVATE, IPAddress, Network, unmapped, why_never

DEFAULT_PORTS = {"http": 80, "https": 443}
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*")
_NAME_SECONDS = 5
_REMEMBERED = 10_000

# A name server that hangs must not take the threads of the rest of the program.
_RESOLVERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="resolve")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a device answers: ``host`` without brackets, ``path`` with its query, never empty."""

    scheme: str
    host: str
    port: int
    path: str = "/"

    @property
    def host_port(self) -> str:
        """Return ``host:port``, the key under which the device is leased."""
        return f"{bracketed(self.host)}:{self.port}"

    @property
    def url(self) -> str:
        """Return the address as a URL; the usual port of the scheme is left out."""
        usual = self.port == DEFAULT_PORTS[self.scheme]
        place = bracketed(self.host) if usual else self.host_port
        return f"{self.scheme}://{place}{self.path}"


@lru_cache(maxsize=_REMEMBERED)
def parse_address(text: str) -> Address:
    """Read an address as people type it: host, host:port or a URL; InvalidInputError otherwise.

    >>> parse_address("pdu-3.example:8080").url
    'http://pdu-3.example:8080/'
    >>> parse_address("https://[fd00::7]/energy").host_port
    '[fd00::7]:443'
    """
    text = text.strip()
    if _ip(text) is not None:
        text = bracketed(text)
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
        host = _host(parts.hostname or "")
    except ValueError:
        raise _unusable(
            text, "write it like 10.0.0.5, pdu-3.example:8080 or https://pdu-3"
        ) from None
    if parts.scheme not in DEFAULT_PORTS:
        raise _unusable(text, "only http:// and https:// can be read")
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError(
            "The address holds a username or password; put them into authConfig.", field="address"
        )
    if port == 0:
        raise _unusable(text, "port 0 does not exist")
    return Address(parts.scheme, host, port or DEFAULT_PORTS[parts.scheme], _path(parts))


def host_port(address: str) -> str:
    """Return the key under which the device at an address is leased."""
    return parse_address(address).host_port


def bracketed(host: str) -> str:
    """Return a host as it stands in a URL: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def ascii_url(url: str) -> str:
    """Return a URL with all but URL characters percent-encoded, as browsers send it."""
    return quote(url, safe=_URL_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Device:
    """A device at its pinned address: whatever is read is read from this IP alone."""

    address: Address
    ip: str

    def owns(self, url: str) -> bool:
        """Tell whether a URL leads to this device: by its name or by its very IP address."""
        try:
            host = urlsplit(url).hostname
        except ValueError:
            return False
        return host is not None and host.rstrip(".") in {self.address.host, self.ip}

    @property
    def verifies_tls(self) -> bool:
        """Tell whether its certificate must be valid: only on the internet (SOURCES 3)."""
        address = _ip(self.ip)
        return address is not None and address.is_global


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Which addresses devices may have: private ranges, and what the settings add to them.

    Loopback needs ``allow_loopback``. Link-local, multicast and the like never pass, nor do
    ``own_ports``, where this machine itself listens.
    """

    allowed_networks: tuple[Network, ...] = ()
    allow_loopback: bool = False
    own_ports: frozenset[int] = frozenset()

    async def resolve(self, host: str, port: int) -> str:
        """Return the IP address to use for a host from now on.

        The first permitted one counts; AttemptError when there is none (``refused``), or when
        the name is not known (``unreachable``) or not answered for within 5 s (``timeout``).
        """
        refusal: AttemptError | None = None
        for ip in await _addresses(host):
            try:
                self.permit(ip, port)
            except AttemptError as error:
                refusal = refusal or error
            else:
                return ip
        raise refusal or _unknown_name(host)

    def permit(self, ip: str, port: int) -> None:
        """Pass if this IP address and port may be read; AttemptError ``refused`` if not."""
        address = _unmapped(ip)
        kind = why_never(address)
        if kind is not None:
            raise _refused(f"{address} is {kind}; such addresses are never read.")
        if address.is_loopback:
            self._permit_loopback(address)
        elif not any(address in network for network in (*PRIVATE, *self.allowed_networks)):
            raise _refused(
                f"{address} is outside the private ranges; "
                "to read it add its network to WATTLEDGER_ALLOWED_NETWORKS."
            )
        if port in self.own_ports and _is_ours(address):
            raise _refused(f"{address} port {port} is Wattledger itself; give the meter's address.")

    def _permit_loopback(self, address: IPAddress) -> None:
        if not self.allow_loopback:
            raise _refused(
                f"{address} is this machine itself; to read it set WATTLEDGER_ALLOW_LOOPBACK=true."
            )


async def _addresses(host: str) -> list[str]:
    if _ip(host) is not None:
        return [host]
    loop = asyncio.get_running_loop()
    lookup = loop.run_in_executor(
        _RESOLVERS, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    )
    try:
        found = await asyncio.wait_for(lookup, _NAME_SECONDS)
    except TimeoutError:
        raise AttemptError(
            Outcome.TIMEOUT,
            f"The name '{host}' was not answered for within {_NAME_SECONDS} s; "
            "check the name server, or give the IP address.",
        ) from None
    except (OSError, UnicodeError):
        raise _unknown_name(host) from None
    return [str(place[0]) for *_, place in found]


def _host(host: str) -> str:
    """Return a host in its one spelling; ValueError if it is none.

    A name that ends in a number would be taken for an IP address by some resolvers (``127.1``,
    ``0x7f000001``), so it must be a proper one (WHATWG URL, "ends in a number").
    """
    address = _ip(host)
    if address is not None:
        return str(address)
    name = host.rstrip(".").encode("idna").decode("ascii").lower()
    labels = name.split(".")
    if _NUMERIC.fullmatch(labels[-1]) or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(host)
    return name


def _path(parts: SplitResult) -> str:
    path = parts.path or "/"
    return ascii_url(f"{path}?{parts.query}" if parts.query else path)


@lru_cache(maxsize=_REMEMBERED)
def _ip(text: str) -> IPAddress | None:
    """Return the IP address a text is, if it is one; asked for on every request."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def _unmapped(ip: str) -> IPAddress:
    """Return an IP address; ``::ffff:10.0.0.1`` as 10.0.0.1, where it leads."""
    address = _ip(ip)
    if address is None:
        raise _refused(f"'{ip}' is not an IP address.")
    return unmapped(address)


def _is_ours(address: IPAddress) -> bool:
    """Tell whether an address is one of this machine: only those can be bound."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - IPv6
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
    return True


def _unusable(text: str, advice: str) -> InvalidInputError:
    return InvalidInputError(f"'{text}' is not a device's address; {advice}.", field="address")


def _refused(message: str) -> AttemptError:
    return AttemptError(Outcome.REFUSED, message)


def _unknown_name(host: str) -> AttemptError:
    return AttemptError(
        Outcome.UNREACHABLE,
        f"The name '{host}' is not known; check its spelling and the name server, "
        "or give the IP address.",
    )
