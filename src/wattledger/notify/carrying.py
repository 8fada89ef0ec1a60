"""What goes to the program that carries messages, and what comes back."""

import msgspec

from wattledger.notify.message import Message
from wattledger.notify.reach import Reach


class Order(msgspec.Struct, frozen=True):
    """An address and the message to send there; without one, the address is only looked at."""

    url: str
    reach: Reach
    message: Message | None = None


class Told(msgspec.Struct, frozen=True):
    """Which service an address is of, what of it may be shown, and what went wrong."""

    service: str | None = None
    destination: str | None = None
    problem: str | None = None
