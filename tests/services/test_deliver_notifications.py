"""Channels are told of what lasts, in few messages, through restarts and failures."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.notify.receivers import Webhook, receiving

from wattledger.clock import SetClock
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.config import load_settings
from wattledger.domain.alert import AlertKind
from wattledger.domain.errors import NotFoundError
from wattledger.domain.instant import HOUR, MINUTE, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.secrets.vault import Vault
from wattledger.services.deliver_notifications import Notifier
from wattledger.services.keep_channel import (
    ChannelSetup,
    create_channel,
    remove_channel,
    replace_channel,
    show_channel,
)
from wattledger.services.observe import Observer
from wattledger.services.send_to_channel import PAUSE, try_channel
from wattledger.services.system import System
from wattledger.store.clients import find_or_create_client
from wattledger.store.database import Database
from wattledger.store.endpoints import (
    NewEndpoint,
    find_endpoint,
    find_or_create_meter,
    insert_endpoint,
)
from wattledger.store.evidence import AttemptRecord, record_attempts
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.sites import first_site

NOW = parse_instant("2026-03-15T12:00:00+01:00")
KWH = 1_000_000
HOOK = ChannelSetup("Hook", kinds=[AlertKind.NEVER, AlertKind.FAILING, AlertKind.STALE])


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Give a web server that takes messages."""
    server = Webhook()
    with receiving(server):
        yield server


@pytest.fixture
async def system(tmp_path: Path, database: Database) -> AsyncIterator[System]:
    """Give a system in Berlin that may send to this machine."""
    settings = load_settings(data_dir=tmp_path, time_zone="Europe/Berlin", allow_loopback=True)
    reader = Reader({}, Undivided(), SetClock(NOW))
    yield System(settings, SetClock(NOW), database, Vault(tmp_path / "key"), reader)
    await reader.close()


@pytest.fixture
def hooked(system: System, webhook: Webhook) -> System:
    """Give the system with a channel that leads to the webhook."""
    create_channel(system, replace(HOOK, url=webhook.url))
    return system


def add(system: System, *names: str, client: str = "Client XYZ") -> None:
    """Add endpoints that were never read."""
    with system.database.begin() as connection:
        for name in names:
            new = NewEndpoint(
                name=name,
                site_id=first_site(connection, "Europe/Berlin"),
                address="http://10.0.0.5/",
                host_port="10.0.0.5:80",
                client_id=find_or_create_client(connection, client),
                recipe={"authType": "none", "scrapingConfig": {"valueSelector": "#kwh"}},
                poll_minutes=15,
            )
            insert_endpoint(connection, new, NOW - HOUR)


def read(system: System, name: str) -> None:
    """Read an endpoint well, now."""
    now = system.clock.now()
    with system.database.begin() as connection:
        meter = find_or_create_meter(connection, find_endpoint(connection, name).id, "total")
        book(connection, {meter: [NewReading(now, now // MINUTE * KWH // 60, KWH)]})


def fail(system: System, name: str, outcome: Outcome, message: str) -> None:
    """Let an attempt at an endpoint fail."""
    with system.database.begin() as connection:
        number = find_endpoint(connection, name).id
        now = system.clock.now()
        told = AttemptRecord(number, None, now, 40, "http", outcome, message, None)
        record_attempts(connection, system.settings.evidence_dir, [told])


def tell(notifier: Notifier) -> int:
    """Look once and send what is due; returns how many messages that were."""
    errands = notifier.look()
    for errand in errands:
        notifier.deliver(errand)
    return len(errands)


def later(system: System, minutes: int) -> None:
    """Let time pass."""
    assert isinstance(system.clock, SetClock)
    system.clock.at += minutes * MINUTE


def test_a_condition_is_told_when_it_lasted_and_when_it_is_over(
    hooked: System, webhook: Webhook
) -> None:
    add(hooked, "Rack A3")
    notifier = Notifier(hooked)
    assert tell(notifier) == 0
    fail(hooked, "Rack A3", Outcome.TIMEOUT, "It did not answer within 10 s.")
    later(hooked, 5)
    assert tell(notifier) == 1
    [told] = webhook.bodies
    assert told["title"] == "Wattledger: Rack A3 cannot be read"
    assert "What to do: It did not answer within 10 s." in told["message"]
    assert "http://127.0.0.1:4000/endpoints/" in told["message"]
    read(hooked, "Rack A3")
    later(hooked, 1)
    assert tell(notifier) == 0, "a moment of silence is not its end"
    later(hooked, 5)
    assert tell(notifier) == 1
    assert webhook.bodies[1]["title"] == "Wattledger: Rack A3 over: cannot be read"
    later(hooked, 10)
    assert tell(notifier) == 0
    shown = show_channel(hooked.database, "Hook")
    assert (shown.last_sent_at, shown.last_error) == (NOW + 11 * MINUTE, None)


def test_a_restart_tells_nothing_twice_and_forgets_nothing(
    hooked: System, webhook: Webhook
) -> None:
    add(hooked, "Rack A3")
    first = Notifier(hooked)
    tell(first)
    later(hooked, 5)
    assert tell(first) == 1
    later(hooked, 30)
    second = Notifier(hooked)
    assert tell(second) == 0
    later(hooked, 30)
    assert tell(second) == 0
    read(hooked, "Rack A3")
    tell(second)
    later(hooked, 5)
    assert tell(Notifier(hooked)) == 0, "it waits until endpoints were read again"
    assert tell(second) == 1
    assert len(webhook.bodies) == 2


def test_many_are_told_in_one_message_and_what_follows_in_the_next(
    hooked: System, webhook: Webhook
) -> None:
    add(hooked, *(f"Rack {number}" for number in range(30)))
    notifier = Notifier(hooked)
    tell(notifier)
    later(hooked, 4)
    add(hooked, *(f"Late {number}" for number in range(5)))
    tell(notifier)
    later(hooked, 1)
    assert tell(notifier) == 1
    assert webhook.bodies[0]["title"] == "Wattledger: 30 alerts"
    assert "Now: and 20 more." in webhook.bodies[0]["message"]
    later(hooked, 4)
    assert tell(notifier) == 0, "the channel is left alone for a while"
    later(hooked, 1)
    assert tell(notifier) == 1
    assert webhook.bodies[1]["title"] == "Wattledger: 5 alerts"


def test_what_is_not_taken_is_sent_again_more_and_more_slowly(
    hooked: System, webhook: Webhook
) -> None:
    add(hooked, "Rack A3")
    notifier = Notifier(hooked)
    tell(notifier)
    later(hooked, 5)
    webhook.status = 503
    tried = []
    for minute in range(8):
        if tell(notifier):
            tried.append(minute)
        later(hooked, 1)
    assert tried == [0, 1, 3, 7]
    shown = show_channel(hooked.database, "Hook")
    assert (shown.last_error, shown.last_sent_at) == ("The service itself failed.", None)
    webhook.status = 200
    assert try_channel(hooked, "Hook") is None
    assert tell(notifier) == 1, "who tries it by hand need not wait"
    assert [body["title"] for body in webhook.taken] == [
        "Wattledger: this is a test",
        "Wattledger: Rack A3 was never read",
    ]
    assert show_channel(hooked.database, "Hook").last_error is None
    seen = hooked.metrics.exposition(Observer(hooked).observe()).decode()
    assert 'wattledger_notifications_total{result="failed"} 4.0' in seen
    assert 'wattledger_notifications_total{result="sent"} 1.0' in seen


def test_each_channel_is_told_what_it_was_chosen_for(system: System, webhook: Webhook) -> None:
    add(system, "Ours")
    add(system, "Theirs", client="Client ABC")
    create_channel(system, replace(HOOK, name="All", url=webhook.url, after_minutes=0))
    create_channel(
        system,
        replace(HOOK, name="One", url=webhook.url, client="Client ABC", after_minutes=0),
    )
    create_channel(
        system, replace(HOOK, name="Held", url=webhook.url, kinds=[AlertKind.HELD], after_minutes=0)
    )
    create_channel(system, replace(HOOK, name="Off", url=webhook.url, enabled=False))
    assert tell(Notifier(system)) == 2
    assert [body["title"] for body in webhook.bodies] == [
        "Wattledger: 2 alerts",
        "Wattledger: Theirs was never read",
    ]


def test_of_what_it_is_told_no_more_a_channel_is_not_told_the_end(
    hooked: System, webhook: Webhook
) -> None:
    add(hooked, "Rack A3")
    notifier = Notifier(hooked)
    tell(notifier)
    later(hooked, 5)
    assert tell(notifier) == 1
    replace_channel(hooked, "Hook", replace(HOOK, kinds=[AlertKind.HELD]))
    later(hooked, 30)
    assert tell(notifier) == 0
    replace_channel(hooked, "Hook", HOOK)
    tell(notifier)
    later(hooked, 5)
    assert tell(notifier) == 1, "it begins anew"
    assert len(webhook.bodies) == 2


def test_a_channel_that_is_deleted_while_it_is_told_leaves_nothing(
    hooked: System, webhook: Webhook
) -> None:
    add(hooked, "Rack A3")
    notifier = Notifier(hooked)
    tell(notifier)
    later(hooked, 5)
    [errand] = notifier.look()
    remove_channel(hooked, "Hook")
    notifier.deliver(errand)
    assert len(webhook.bodies) == 1
    assert notifier.look() == []
    with pytest.raises(NotFoundError):
        show_channel(hooked.database, "Hook")


def test_a_change_while_it_is_told_is_not_undone(hooked: System, webhook: Webhook) -> None:
    add(hooked, "Rack A3")
    notifier = Notifier(hooked)
    tell(notifier)
    later(hooked, 5)
    [errand] = notifier.look()
    replace_channel(hooked, "Hook", replace(HOOK, name="Renamed"))
    notifier.deliver(errand)
    later(hooked, PAUSE // MINUTE)
    assert tell(notifier) == 0, "it was told under its old name"
    assert len(webhook.bodies) == 1


def test_an_address_that_no_key_opens_is_told_of(hooked: System, tmp_path: Path) -> None:
    other = replace(hooked, vault=Vault(tmp_path / "other"))
    problem = try_channel(other, "Hook")
    assert problem is not None
    assert "put back the key file" in problem
    assert show_channel(hooked.database, "Hook").last_error == problem
