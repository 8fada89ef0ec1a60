"""Messages about conditions: which endpoint, what is the matter, what to do, and where to look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from wattledger.domain.alert import Alert, AlertKind, Severity
from wattledger.domain.instant import Instant, to_datetime
from wattledger.domain.period import calendar
from wattledger.notify.message import Message, Tone

MOST_TOLD = 10
"""So many conditions stand in one message; of more it tells how many, so that it is read."""

_SHORT = {
    AlertKind.FAILING: "cannot be read",
    AlertKind.STALE: "brings no readings",
    AlertKind.NEVER: "was never read",
    AlertKind.HELD: "has readings that wait for you",
    AlertKind.BUSY: "is in use by somebody else",
    AlertKind.HIGH: "draws much power",
    AlertKind.BILL_AT_RISK: "puts a bill at risk",
    AlertKind.JOB_FAILED: "failed",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """A condition to be told, and since when it is there or gone."""

    alert: Alert
    at: Instant


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server is, and the zone of its first site."""

    base: str
    zone: str


def alert_message(opened: Sequence[Telling], over: Sequence[Telling], place: Place) -> Message:
    """Return one message about all conditions, the worst first."""
    worst_first = sorted(opened, key=lambda telling: telling.alert.key)
    blocks = [*_blocks("Now", worst_first, place), *_blocks("Over", over, place)]
    blocks.append(f"All alerts: {place.base}/alerts")
    return Message(_title(worst_first, over), "\n\n".join(blocks), _tone(worst_first))


def trial_message(channel: str, base: str) -> Message:
    """Return the message that shows that a channel works."""
    return Message(
        "Wattledger: this is a test",
        f"The channel '{channel}' works: alerts will arrive here.\n\nAll alerts: {base}/alerts",
    )


def _title(opened: Sequence[Telling], over: Sequence[Telling]) -> str:
    if len(opened) + len(over) == 1:
        [telling] = [*opened, *over]
        what = _SHORT[telling.alert.kind] if opened else f"over: {_SHORT[telling.alert.kind]}"
        return f"Wattledger: {_subject(telling.alert)} {what}"
    counts = [(len(opened), "alert" if len(opened) == 1 else "alerts"), (len(over), "over")]
    return "Wattledger: " + ", ".join(f"{count} {what}" for count, what in counts if count)


def _tone(opened: Sequence[Telling]) -> Tone:
    if not opened:
        return "success"
    return "failure" if opened[0].alert.severity is Severity.CRITICAL else "warning"


def _blocks(heading: str, tellings: Sequence[Telling], place: Place) -> Iterator[str]:
    for telling in tellings[:MOST_TOLD]:
        yield "\n".join(_lines(heading, telling, place))
    if len(tellings) > MOST_TOLD:
        yield f"{heading}: and {len(tellings) - MOST_TOLD} more."


def _lines(heading: str, telling: Telling, place: Place) -> Iterator[str]:
    alert, is_over = telling.alert, heading == "Over"
    client = "" if alert.client is None else f" ({alert.client})"
    since = _local(telling.at, alert.zone or place.zone)
    yield f"{heading}, since {since}: {_subject(alert)}{client}"
    yield f"{'It was: ' if is_over else ''}{alert.sentence}"
    if not is_over:
        yield f"What to do: {alert.advice}"
    if alert.endpoint_id is not None:
        yield f"{place.base}/endpoints/{alert.endpoint_id}"
    if alert.run_id is not None:
        yield f"{place.base}/jobs/runs/{alert.run_id}"


def _subject(alert: Alert) -> str:
    """Return what an alert is about, by the name people gave it."""
    parts = [alert.endpoint or alert.client or alert.job or "Wattledger"]
    if alert.meter is not None:
        parts.append(f"meter {alert.meter}")
    if alert.month is not None:
        parts.append(alert.month)
    return ", ".join(parts)


def _local(at: Instant, zone: str) -> str:
    """Return an instant in the days of a site.

    >>> _local(0, "Europe/Berlin")
    '1970-01-01 01:00 Europe/Berlin'
    """
    days = calendar(zone)
    name = days.zone_on(days.day_of(at))
    return f"{to_datetime(at).astimezone(ZoneInfo(name)):%Y-%m-%d %H:%M} {name}"
