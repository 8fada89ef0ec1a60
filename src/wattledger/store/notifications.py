"""What channels know of conditions: seen, told, gone."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from wattledger.domain.alert import Alert, AlertKind, Severity
from wattledger.domain.notification import Notification
from wattledger.store.channel_tables import notification
from wattledger.store.slices import slices


def notifications_of(connection: Connection, channel_id: int) -> dict[str, Notification]:
    """Return what a channel knows, by subject."""
    columns = notification.c
    rows = select(
        columns.subject,
        columns.alert,
        columns.seen_at,
        columns.told_at,
        columns.gone_at,
    ).where(columns.channel_id == channel_id)
    return {
        row.subject: Notification(_alert(row.alert), row.seen_at, row.told_at, row.gone_at)
        for row in connection.execute(rows)
    }


def keep_notifications(
    connection: Connection, channel_id: int, changed: Mapping[str, Notification | None]
) -> None:
    """Store what a channel knows of some subjects; None: nothing any more."""
    forget_notifications(connection, channel_id, changed)
    rows = [
        {
            "channel_id": channel_id,
            "subject": subject,
            "alert": asdict(known.alert),
            "seen_at": known.seen_at,
            "told_at": known.told_at,
            "gone_at": known.gone_at,
        }
        for subject, known in changed.items()
        if known is not None
    ]
    if rows:
        connection.execute(insert(notification), rows)


def forget_notifications(connection: Connection, channel_id: int, subjects: Iterable[str]) -> None:
    """Forget what a channel knows of some subjects."""
    for some in slices(subjects):
        connection.execute(
            delete(notification).where(
                notification.c.channel_id == channel_id, notification.c.subject.in_(some)
            )
        )


def _alert(document: Mapping[str, Any]) -> Alert:
    known = dict(document)
    known["kind"], known["severity"] = AlertKind(known["kind"]), Severity(known["severity"])
    return Alert(**known)
