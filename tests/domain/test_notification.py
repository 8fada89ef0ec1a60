"""A channel is told of a condition once it has lasted, and once more when it is over."""

from dataclasses import replace

from wattledger.domain.alert import Alert, AlertKind, Severity
from wattledger.domain.instant import MINUTE, Instant
from wattledger.domain.notification import News, Notification, follow, news_of

GRACE = 5 * MINUTE
ALERT = Alert(
    id="high:7",
    kind=AlertKind.HIGH,
    severity=Severity.WARNING,
    endpoint_id="7",
    endpoint="Rack A3",
    meter=None,
    client=None,
    since=None,
    sentence="It draws 85 % of what its breaker lets through.",
    advice="Move load elsewhere.",
)
WORSE = replace(ALERT, severity=Severity.CRITICAL)


class Channel:
    """A channel that takes all it is told, and what it was told when."""

    def __init__(self, *, works: bool = True) -> None:
        self.known: Notification | None = None
        self.told: list[tuple[int, News]] = []
        self.works = works

    def see(self, minute: int, alert: Alert | None, begun: Instant = 0) -> None:
        """Look at the condition at a minute."""
        now = minute * MINUTE
        self.known = follow(self.known, alert, GRACE, now)
        if self.known is None:
            return
        news = news_of(self.known, alert, GRACE, begun, now)
        if news is None or not self.works:
            return
        self.told.append((minute, news))
        opened = alert is not None
        self.known = replace(self.known, alert=alert, told_at=now) if opened and alert else None


def test_it_is_told_once_when_it_lasted() -> None:
    channel = Channel()
    for minute in range(60):
        channel.see(minute, ALERT)
    assert channel.told == [(5, News.OPEN)]


def test_what_comes_and_goes_is_not_told() -> None:
    channel = Channel()
    for minute in range(60):
        channel.see(minute, ALERT if minute % 5 < 4 else None)
    assert channel.told == []


def test_its_end_is_told_when_that_lasted_too() -> None:
    channel = Channel()
    for minute in range(60):
        channel.see(minute, ALERT if minute < 20 or minute in {23, 24} else None)
    assert channel.told == [(5, News.OPEN), (30, News.OVER)]
    assert channel.known is None


def test_what_gets_worse_is_told_again_and_not_each_time() -> None:
    channel = Channel()
    for minute in range(60):
        channel.see(minute, WORSE if minute > 10 and minute % 2 else ALERT)
    assert channel.told == [(5, News.OPEN), (11, News.OPEN)]


def test_what_a_channel_did_not_take_is_told_with_its_end_when_it_works_again() -> None:
    channel = Channel(works=False)
    for minute in range(60):
        channel.works = minute >= 40
        channel.see(minute, ALERT if minute < 20 else None)
    assert channel.told == [(40, News.OVER)]


def test_after_a_stop_it_waits_until_endpoints_were_read_again() -> None:
    channel = Channel()
    channel.see(0, ALERT)
    begun = 600 * MINUTE
    channel.see(600, ALERT, begun)
    channel.see(602, None, begun)
    channel.see(603, ALERT, begun)
    assert channel.told == []
    channel.see(606, ALERT, begun)
    assert channel.told == [(606, News.OPEN)]


def test_one_that_is_not_read_is_one_trouble_in_whatever_form() -> None:
    stale = replace(ALERT, id="stale:7", kind=AlertKind.STALE)
    failing = replace(ALERT, id="failing:7", kind=AlertKind.FAILING)
    other = replace(failing, id="failing:8", endpoint_id="8")
    assert stale.subject == failing.subject
    assert failing.subject not in {other.subject, ALERT.subject}
