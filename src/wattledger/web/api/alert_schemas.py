"""Alerts as JSON."""

from pydantic import ConfigDict, Field

from wattledger.domain.alert import Alert, AlertKind, Severity
from wattledger.domain.instant import format_instant
from wattledger.services.show_alerts import AlertPage
from wattledger.web.api.system_examples import ALERT, ALERT_COUNTS
from wattledger.web.cursor import to_cursor
from wattledger.web.schema import Page, Schema, Timestamp


class AlertOutput(Schema):
    """An open condition: it lasts until somebody or something ends it."""

    model_config = ConfigDict(json_schema_extra={"examples": [ALERT]})

    id: str = Field(description="The same while it lasts.")
    kind: AlertKind = Field(
        description="`failing`, `stale`, `never`, `busy`, `high`: see `status` of an endpoint. "
        "`held`: readings of a meter wait for a person. `billAtRisk`: what stands between a month "
        "and its close, as GET /reports/{year}/{month}/findings tells. `jobFailed`: the newest run "
        "of a job failed, and none has ended well since; of paused jobs it is not told."
    )
    severity: Severity
    endpoint_id: str | None
    endpoint_name: str | None
    meter: str | None = Field(description="Which meter of the endpoint; null for all of it.")
    client_id: str | None
    client_name: str | None
    since: Timestamp | None = Field(description="Null where nobody knows when it began.")
    job_name: str | None = Field(description="Of a job that failed.")
    run_id: int | None = Field(description="Its newest run, which failed.")
    month: str | None = Field(description="Of a bill at risk: which month, as 2026-03.")
    sentence: str = Field(description="What is the matter.")
    advice: str = Field(description="What to do.")


class AlertCounts(Schema):
    """How many there are of each kind, of those that pass the filters but `kind`."""

    model_config = ConfigDict(json_schema_extra={"examples": [ALERT_COUNTS]})

    failing: int
    stale: int
    never: int
    held: int
    busy: int
    high: int
    bill_at_risk: int
    job_failed: int


class AlertPageOutput(Page[AlertOutput]):
    """A part of the list, and how many there are in all."""

    counts: AlertCounts


def alert_page_output(page: AlertPage) -> AlertPageOutput:
    """Return a page of alerts."""
    return AlertPageOutput(
        data=[_alert(alert, page) for alert in page.alerts],
        next_cursor=None if page.following is None else to_cursor(page.following),
        counts=AlertCounts.model_validate(dict(page.counts)),
    )


def _alert(alert: Alert, page: AlertPage) -> AlertOutput:
    return AlertOutput(
        id=alert.id,
        kind=alert.kind,
        severity=alert.severity,
        endpoint_id=alert.endpoint_id,
        endpoint_name=alert.endpoint,
        meter=alert.meter,
        client_id=None if alert.client is None else page.client_ids.get(alert.client),
        client_name=alert.client,
        since=None if alert.since is None else format_instant(alert.since),
        job_name=alert.job,
        run_id=alert.run_id,
        month=alert.month,
        sentence=alert.sentence,
        advice=alert.advice,
    )
