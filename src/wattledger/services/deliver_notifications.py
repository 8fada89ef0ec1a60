"""Tell channels of the conditions that are open and of those that are over.

What a channel knows is in the database before anything is sent, and that it was told right after:
a restart tells nothing twice, and what a channel did not take is sent again. Only where the process
is killed between a message and its note is that message sent once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from wattledger.domain.alert import Alert, AlertKind
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.notification import News, Notification, follow, news_of, wait_after
from wattledger.notify.alert_message import Place, Telling, alert_message
from wattledger.notify.message import Message
from wattledger.services.live_watch import LiveWatch
from wattledger.services.make_link import base_address
from wattledger.services.month_risks import MonthRisks
from wattledger.services.open_alerts import open_alerts, with_last_words
from wattledger.services.send_to_channel import PAUSE, send_to_channel
from wattledger.services.system import System
from wattledger.store.channels import (
    ChannelRow,
    enabled_channels,
    is_unchanged,
    record_failure,
    record_sent,
)
from wattledger.store.database import Connection
from wattledger.store.notifications import keep_notifications, notifications_of

_log = structlog.get_logger(__name__)

_Known = Mapping[str, Notification]
"""What a channel knows of conditions, by what they are about."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A message for a channel, and what the channel knows once it is taken; None: no more."""

    channel: ChannelRow
    message: Message
    then_known: Mapping[str, Notification | None]


class Notifier:
    """Follows the open conditions for all channels."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._watch = LiveWatch()
        self._risks = MonthRisks(system)
        self._begun_at = system.clock.now()

    def look(self) -> list[Errand]:
        """Keep what channels know of the conditions, and return the messages that are due.

        It is not for several threads at once.
        """
        database, now = self._system.database, self._system.clock.now()
        with database.connect() as connection:
            channels = enabled_channels(connection)
        if not channels:
            return []
        looks_at_bills = any(row.choice.includes(AlertKind.BILL_AT_RISK) for row in channels)
        risks = self._risks.now() if looks_at_bills else []
        with database.connect() as connection:
            self._watch.look(connection, now)
            alerts = open_alerts(connection, self._watch.live, risks)
            errands = [self._errand(connection, row, alerts, now) for row in channels]
        return [errand for errand in errands if errand is not None]

    def deliver(self, errand: Errand) -> None:
        """Send a message and note how that went; several threads may, for different channels."""
        system, row = self._system, errand.channel
        problem = send_to_channel(system, row, errand.message)
        now = system.clock.now()
        system.metrics.notified(is_sent=problem is None)
        with system.database.begin() as connection:
            if problem is not None:
                record_failure(connection, row, problem, now, now + wait_after(row.failures + 1))
            else:
                record_sent(connection, row.id, now, now + PAUSE)
                # What it was to be told no more was forgotten meanwhile.
                still = notifications_of(connection, row.id).keys() & errand.then_known.keys()
                told = {subject: errand.then_known[subject] for subject in still}
                keep_notifications(connection, row.id, told)
        if problem is None:
            _log.info("notified", channel=row.name, conditions=len(errand.then_known))
        else:
            _log.warning("notification_failed", channel=row.name, error=problem)

    def _errand(
        self, connection: Connection, row: ChannelRow, alerts: Sequence[Alert], now: Instant
    ) -> Errand | None:
        grace = row.after_minutes * MINUTE
        wanted = {alert.subject: alert for alert in alerts if row.choice.takes(alert)}
        before = notifications_of(connection, row.id)
        after = {
            subject: follow(before.get(subject), wanted.get(subject), grace, now)
            for subject in before.keys() | wanted.keys()
        }
        if not self._keep(row, before, after) or now < row.not_before:
            return None
        known = {subject: each for subject, each in after.items() if each is not None}
        news = {
            subject: news_of(each, wanted.get(subject), grace, self._begun_at, now)
            for subject, each in known.items()
        }
        opened = [wanted[subject] for subject in news if news[subject] is News.OPEN]
        over = [known[subject] for subject in news if news[subject] is News.OVER]
        if not opened and not over:
            return None
        return self._told(row, with_last_words(connection, opened), over, known, now)

    def _keep(
        self, row: ChannelRow, before: _Known, after: Mapping[str, Notification | None]
    ) -> bool:
        """Store what changed; False where the channel was changed meanwhile: then nothing is."""
        changed = {
            subject: known for subject, known in after.items() if before.get(subject) != known
        }
        if not changed:
            return True
        with self._system.database.begin() as connection:
            if not is_unchanged(connection, row):
                return False
            keep_notifications(connection, row.id, changed)
        return True

    def _told(
        self,
        row: ChannelRow,
        opened: Sequence[Alert],
        over: Sequence[Notification],
        known: _Known,
        now: Instant,
    ) -> Errand:
        settings = self._system.settings
        message = alert_message(
            [
                Telling(each, known[each.subject].seen_at if each.since is None else each.since)
                for each in opened
            ],
            [Telling(each.alert, now if each.gone_at is None else each.gone_at) for each in over],
            Place(base_address(settings), settings.time_zone),
        )
        told: dict[str, Notification | None] = {
            each.subject: replace(known[each.subject], alert=each, told_at=now) for each in opened
        }
        return Errand(row, message, told | dict.fromkeys(each.subject for each in over))
