"""The program that lets Apprise carry one message, in a process of its own.

Whatever library connects, and wherever a name or a redirect leads: each address is looked at as the
connection is made, by a hook of the interpreter that nothing in this process can take out again. It
has bounded memory and time, and what it says of a failure is one of the sentences here: Apprise's
own may hold parts of addresses, which are secret.

Reads an ``Order`` in JSON from standard input and writes a ``Told``.
"""

import logging
import resource
import sys
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit

import apprise
import msgspec

from wattledger.notify.carrying import Order, Told
from wattledger.notify.causes import cause_of
from wattledger.notify.message import Message
from wattledger.notify.reach import Reach
from wattledger.notify.services import NOT_OFFERED, service_of, shown_address

_MEMORY = 1 << 30
_CPU_SECONDS = 20
_REFUSED_PARAMETERS = frozenset(
    # They read files of this machine, or load keys from elsewhere ...
    {"template", "attach", "filename", "pgp", "pgppub", "pgpprv", "pgpkey", "wkd"}
    # ... or pass the message on to where its address does not say.
    | {"redirect"}
)

_UNREADABLE = (
    "It is not an address that messages can be sent to; write it as the service's page of "
    "https://github.com/caronc/apprise/wiki says."
)
_NOBODYS_HOOK = (
    "None of the services gives out such an address; for a program of yours write jsons:// in "
    "place of https://."
)
_DROPPED = "Dropped invalid"
_NO_RECIPIENT = "It names a recipient that is none; check each of them."


class _RefusedError(Exception):
    """An address that is not sent to; the message says why."""


def main() -> None:
    """Carry out the order on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(_carry_out(order)))


def _carry_out(order: Order) -> Told:
    said = _listen()
    try:
        channel = _channel(order.url)
        known = _known(order.url, channel)
        _refuse_dropped(said)
    except _RefusedError as error:
        return Told(problem=str(error))
    if order.message is None:
        return known
    refusals = _guard(order.reach)
    if _is_sent(channel, order.message):
        return known
    return msgspec.structs.replace(known, problem=next(iter(refusals), None) or cause_of(said))


def _known(url: str, channel: apprise.NotifyBase) -> Told:
    scheme = _scheme(url, channel)
    service = service_of(scheme)
    if service is None:
        raise _RefusedError(NOT_OFFERED)
    parameters = {name.lower() for name, _ in parse_qsl(urlsplit(url).query)}
    for refused in sorted(parameters & _REFUSED_PARAMETERS):
        raise _RefusedError(f"The parameter '{refused}' is not taken here; leave it out.")
    return Told(service=service.name, destination=shown_address(scheme, channel.host))


def _refuse_dropped(said: Sequence[str]) -> None:
    """Refuse what would reach only some of those it names."""
    if any(_DROPPED in each for each in said):
        raise _RefusedError(_NO_RECIPIENT)


def _channel(url: str) -> apprise.NotifyBase:
    """Return what sends to an address."""
    asset = apprise.AppriseAsset(
        async_mode=False,
        storage_mode="memory",
        allow_templates=False,
        app_id="Wattledger",
        app_desc="Wattledger",
        app_url="",
        image_url_mask="",
        image_url_logo="",
    )
    asset.http_redirects = False
    try:
        channel = apprise.Apprise.instantiate(url, asset=asset)
    except (TypeError, ValueError, LookupError, AttributeError):
        channel = None  # an address its parser stumbles over
    if channel is None:
        raise _RefusedError(_NOBODYS_HOOK if url.startswith("https://") else _UNREADABLE)
    return channel


def _scheme(url: str, channel: apprise.NotifyBase) -> str:
    """Return how addresses of a service begin; those that services give out begin with https."""
    given = url.partition("://")[0].strip().lower()
    offered = (each for each in (given, *_schemes(channel)) if service_of(each) is not None)
    return next(offered, given)


def _schemes(channel: apprise.NotifyBase) -> Iterator[str]:
    # Typed as what the base class has, which is None; each service has a text, or several.
    known: tuple[object, ...] = (channel.secure_protocol, channel.protocol)
    for each in known:
        yield from (each,) if isinstance(each, str) else each if isinstance(each, tuple) else ()


def _is_sent(channel: apprise.NotifyBase, message: Message) -> bool:
    return channel.notify(
        body=message.body,
        title=message.title,
        notify_type=apprise.NotifyType(message.tone),
        body_format=apprise.NotifyFormat.TEXT,
    )


def _guard(reach: Reach) -> Sequence[str]:
    """Refuse connections out of reach from now on; returns why, as far as any were refused."""
    refusals: list[str] = []

    def look(event: str, given: tuple[object, ...]) -> None:
        if event not in {"socket.connect", "socket.sendto"}:
            return
        place = given[1]
        if not isinstance(place, tuple):
            raise ConnectionRefusedError("No sockets of this machine.")
        refusal = reach.refusal(str(place[0]), int(place[1]))
        if refusal is not None:
            refusals.append(refusal)
            raise ConnectionRefusedError(refusal)

    sys.addaudithook(look)
    return refusals


def _listen() -> list[str]:
    """Collect what Apprise says, instead of showing it."""
    told: list[str] = []

    class _Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())

    logger = logging.getLogger("apprise")
    logger.handlers, logger.propagate = [_Listener()], False
    logger.setLevel(logging.DEBUG)
    return told


if __name__ == "__main__":
    main()
