"""Sends messages to addresses of channels, each by a process of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from threading import BoundedSemaphore

import msgspec
import structlog

from wattledger.domain.errors import InvalidInputError
from wattledger.notify.carrying import Order, Told
from wattledger.notify.message import Message
from wattledger.notify.reach import Reach
from wattledger.notify.services import NOT_OFFERED, may_be_address

AT_ONCE = 4
LONGEST_SECONDS = 20
"""So long a message may take; stopping the server waits for it."""

_log = structlog.get_logger(__name__)

_OURS = "WATTLEDGER_"
_LATE = f"It took longer than {LONGEST_SECONDS} s; check the address and the network."
_FULL = "Other messages are under way; try again in a moment."
_BROKEN = "The program that sends messages ended without an answer; the address may be damaged."


@dataclass(frozen=True, slots=True)
class Destination:
    """Which service an address is of, and what may be shown of it."""

    service: str
    address: str


class Sender:
    """Looks at addresses and sends to them, a few at once; others wait."""

    def __init__(self) -> None:
        self._places = BoundedSemaphore(AT_ONCE)

    def look_at(self, url: str) -> Destination:
        """Return what an address is; InvalidInputError says why it is none. Nothing is sent."""
        if not may_be_address(url):
            raise InvalidInputError(NOT_OFFERED, field="url")
        told = self._run(Order(url, Reach()))
        if told.problem is not None or told.service is None or told.destination is None:
            raise InvalidInputError(told.problem or _BROKEN, field="url")
        return Destination(told.service, told.destination)

    def send(self, url: str, message: Message, reach: Reach) -> str | None:
        """Send a message; returns why it was not taken, or None. No secret is in that."""
        return self._run(Order(url, reach, message)).problem

    def _run(self, order: Order) -> Told:
        if not self._places.acquire(timeout=LONGEST_SECONDS):
            return Told(problem=_FULL)
        try:
            return _ask_program(order)
        finally:
            self._places.release()


def _ask_program(order: Order) -> Told:
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "wattledger.notify.apprise_program"],
            input=msgspec.json.encode(order),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=LONGEST_SECONDS,
            check=False,
            start_new_session=True,  # Ctrl-C ends the server, which waits for it
        )
        return msgspec.json.decode(ran.stdout, type=Told)
    except subprocess.TimeoutExpired:
        return Told(problem=_LATE)
    except (OSError, msgspec.DecodeError) as error:
        # Neither what it was sent nor what it wrote is logged: both may hold the address.
        _log.warning("message_program_failed", error=type(error).__name__)
        return Told(problem=_BROKEN)


def _environment() -> dict[str, str]:
    """Return the environment without our settings: a key may be among them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return kept | {"NETRC": os.devnull}  # no logins but those of the address
