"""Where messages may go: to the internet and to private networks, never into the machine itself."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from wattledger.domain.reachable import PRIVATE, IPAddress, unmapped, why_never


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses messages may be sent to.

    ``allowed_networks`` are beside the private ranges and the internet, written as 100.64.0.0/24.
    Loopback needs ``allow_loopback``; ``own_port`` is where Wattledger itself answers.
    """

    allowed_networks: tuple[str, ...] = ()
    allow_loopback: bool = False
    own_port: int | None = None

    def refusal(self, host: str, port: int) -> str | None:
        """Return why nothing is sent to an IP address and port; None where it may be."""
        try:
            # An interface may stand behind it: fe80::1%eth0.
            address = unmapped(ip_address(host.partition("%")[0]))
        except ValueError:
            return f"'{host}' is not an IP address."
        kind = why_never(address)
        if kind is not None:
            return f"{address} is {kind}; nothing is sent to such addresses."
        if address.is_loopback:
            return self._refusal_of_loopback(address, port)
        if not (address.is_global or self._is_inside(address)):
            return (
                f"{address} is neither private nor of the internet; to send there add its network "
                "to WATTLEDGER_ALLOWED_NETWORKS."
            )
        return None

    def _refusal_of_loopback(self, address: IPAddress, port: int) -> str | None:
        if port == self.own_port:
            return f"{address} port {port} is Wattledger itself; give the address of a receiver."
        if not self.allow_loopback:
            return (
                f"{address} is this machine itself; to send there set "
                "WATTLEDGER_ALLOW_LOOPBACK=true."
            )
        return None

    def _is_inside(self, address: IPAddress) -> bool:
        networks = (*PRIVATE, *map(ip_network, self.allowed_networks))
        return any(address in network for network in networks)
