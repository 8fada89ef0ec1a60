"""The open conditions that somebody should look at, from what the system knows anyway."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wattledger.domain.alert import Alert, AlertKey, AlertKind
from wattledger.services.live_consumption import LiveEndpoint
from wattledger.services.month_risks import Risk
from wattledger.services.open_alerts import open_alerts, with_last_words
from wattledger.store.database import Database
from wattledger.store.doubts import client_ids
from wattledger.store.folded import same_name


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts are wanted.

    ``client`` is a name or an id, ``search`` a part of endpoint, meter, client, job or sentence.
    """

    kind: AlertKind | None = None
    client: str | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Alerts, the worst and oldest first, the ids of their clients by name, and how many there are.

    ``counts`` are those of each kind that pass the filter but for its kind.
    """

    alerts: Sequence[Alert]
    client_ids: Mapping[str, str]
    following: AlertKey | None
    counts: Mapping[AlertKind, int]


def show_alerts(
    database: Database,
    live: Mapping[int, LiveEndpoint],
    risks: Sequence[Risk],
    wanted: AlertFilter,
    after: AlertKey | None,
    limit: int,
) -> AlertPage:
    """Return a page of the open conditions of endpoints, of their meters, of bills, and of jobs."""
    with database.connect() as connection:
        ids = client_ids(connection)
        every = open_alerts(connection, live, risks)
        passing = [alert for alert in every if _passes(alert, wanted, ids)]
        shown = sorted(
            (
                alert
                for alert in passing
                if wanted.kind in {None, alert.kind} and (after is None or alert.key > after)
            ),
            key=lambda alert: alert.key,
        )
        page = with_last_words(connection, shown[:limit])
    counts = Counter(alert.kind for alert in passing)
    return AlertPage(
        page,
        ids,
        page[-1].key if len(shown) > limit else None,
        {kind: counts[kind] for kind in AlertKind},
    )


def _passes(alert: Alert, wanted: AlertFilter, ids: Mapping[str, str]) -> bool:
    if wanted.client is not None:
        if alert.client is None:
            return False
        is_named = same_name(wanted.client) == same_name(alert.client)
        if not is_named and wanted.client != ids.get(alert.client):
            return False
    if wanted.search is None:
        return True
    parts = (alert.endpoint, alert.meter, alert.client, alert.job, alert.sentence)
    return wanted.search.casefold() in "\n".join(filter(None, parts)).casefold()
