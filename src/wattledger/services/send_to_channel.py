"""Send a message to a channel and note how that went. Nothing here shows its address."""

from wattledger.config import Settings
from wattledger.domain.instant import MINUTE
from wattledger.domain.notification import wait_after
from wattledger.notify.alert_message import trial_message
from wattledger.notify.message import Message
from wattledger.notify.reach import Reach
from wattledger.secrets.vault import VaultError
from wattledger.services.keep_channel import show_channel
from wattledger.services.make_link import base_address
from wattledger.services.system import System
from wattledger.store.channels import ChannelRow, record_failure, record_sent

PAUSE = 5 * MINUTE
"""So long a channel is left alone after a message: what comes meanwhile goes into one."""


def send_to_channel(system: System, row: ChannelRow, message: Message) -> str | None:
    """Send a message; returns why it was not taken, or None. Nothing is stored."""
    try:
        url = str(system.vault.decrypt(row.address)["url"])
    except VaultError:
        return "Its address cannot be decrypted: put back the key file, or enter the address anew."
    return system.sender.send(url, message, _reach(system.settings))


def try_channel(system: System, channel: str) -> str | None:
    """Send a test message; returns why it was not taken, or None. How it went is noted.

    Where it was taken, what waited for the channel to work again is sent soon.
    """
    row = show_channel(system.database, channel)
    problem = send_to_channel(system, row, trial_message(row.name, base_address(system.settings)))
    now = system.clock.now()
    with system.database.begin() as connection:
        if problem is None:
            record_sent(connection, row.id, now, now)
        else:
            record_failure(connection, row, problem, now, now + wait_after(row.failures + 1))
    return problem


def _reach(settings: Settings) -> Reach:
    return Reach(
        allowed_networks=tuple(map(str, settings.allowed_networks)),
        allow_loopback=settings.allow_loopback,
        own_port=settings.port,
    )
