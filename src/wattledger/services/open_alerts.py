"""The conditions that are open now, from what the system knows anyway."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wattledger.domain.alert import Alert, AlertKind, Severity
from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.domain.finding import FindingKind
from wattledger.domain.outcome import Outcome
from wattledger.domain.scaled import percent
from wattledger.services.live_consumption import LiveEndpoint
from wattledger.services.month_risks import Risk
from wattledger.services.outcome_words import fault
from wattledger.store.database import Connection
from wattledger.store.doubts import HeldMeter, held_meters, last_words
from wattledger.store.failed_jobs import FailedJob, failed_jobs


@dataclass(frozen=True, slots=True)
class _Words:
    """How an endpoint in a status is told of."""

    kind: AlertKind
    severity: Severity
    sentence: str
    advice: str


_STATUSES = {
    EndpointStatus.FAILING: _Words(
        AlertKind.FAILING,
        Severity.CRITICAL,
        "It cannot be read.",
        "Test the endpoint to see where it fails.",
    ),
    EndpointStatus.STALE: _Words(
        AlertKind.STALE,
        Severity.CRITICAL,
        "No good reading came for more than 3 poll intervals, though no read failed.",
        "Look whether jobs run, and whether its readings are held or rejected.",
    ),
    EndpointStatus.NEVER: _Words(
        AlertKind.NEVER,
        Severity.WARNING,
        "It was never read.",
        "Test the endpoint; if that is fine, look whether jobs run.",
    ),
    EndpointStatus.BUSY: _Words(
        AlertKind.BUSY,
        Severity.WARNING,
        "Somebody else is logged in to the device, which allows one session.",
        "Log out there; it is read again by itself.",
    ),
}
_HIGH_ADVICE = (
    "Move load elsewhere before the breaker trips, or correct what the meter says its breaker "
    "lets through."
)
_HELD_ADVICE = (
    "Look at what is held, and accept or reject it, or enter the swap that explains it: until "
    "then its energy is in no figure."
)
_JOB_ADVICE = (
    "See in the log of the run what was given up, correct that, and run the job again: this ends "
    "when a run ends well."
)
_RISK_ADVICE = {
    True: "Mend it, or accept it with a reason when the month is closed.",
    False: "Mend it before the month ends, so that its close is not held up.",
}


def open_alerts(
    connection: Connection, live: Mapping[int, LiveEndpoint], risks: Sequence[Risk]
) -> list[Alert]:
    """Return the open conditions of endpoints, of their meters, of bills, and of jobs.

    Of endpoints that fail they do not say yet why: see ``with_last_words``.
    """
    held = held_meters(connection)
    return [
        *_of_endpoints(live.values()),
        *_of_held(held, live),
        *_of_bills(risks, held, live),
        *map(_of_job, failed_jobs(connection)),
    ]


def with_last_words(connection: Connection, alerts: Iterable[Alert]) -> list[Alert]:
    """Return alerts, those of endpoints that fail with what their newest attempts say."""
    listed = list(alerts)
    failing = [
        alert.endpoint_id
        for alert in listed
        if alert.kind is AlertKind.FAILING and alert.endpoint_id is not None
    ]
    words = last_words(connection, failing)
    return [_with_words(alert, words) for alert in listed]


def _of_endpoints(live: Iterable[LiveEndpoint]) -> Iterator[Alert]:
    for endpoint in live:
        words = _words(endpoint)
        if words is not None:
            yield Alert(
                id=f"{words.kind}:{endpoint.id}",
                kind=words.kind,
                severity=words.severity,
                endpoint_id=endpoint.id,
                endpoint=endpoint.name,
                meter=None,
                client=endpoint.client,
                since=endpoint.since,
                sentence=words.sentence,
                advice=words.advice,
                site_id=endpoint.site_id,
                zone=endpoint.zone,
            )


def _words(endpoint: LiveEndpoint) -> _Words | None:
    if endpoint.status is EndpointStatus.HIGH:
        return _high(endpoint)
    return _STATUSES.get(endpoint.status)


def _high(endpoint: LiveEndpoint) -> _Words | None:
    latest = endpoint.latest
    if latest is None or latest.power_mw is None or not latest.p_max_mw:
        return None
    load = percent(latest.power_mw, latest.p_max_mw)
    severity = Severity.CRITICAL if latest.power_mw >= latest.p_max_mw else Severity.WARNING
    sentence = f"It draws {load} % of what its breaker lets through."
    return _Words(AlertKind.HIGH, severity, sentence, _HIGH_ADVICE)


def _of_held(held: Iterable[HeldMeter], live: Mapping[int, LiveEndpoint]) -> Iterator[Alert]:
    for meter in held:
        endpoint = live.get(meter.endpoint_number)
        if endpoint is not None:  # else it is out of use
            count = "1 reading is" if meter.count == 1 else f"{meter.count} readings are"
            yield Alert(
                id=f"{AlertKind.HELD}:{meter.meter_id}",
                kind=AlertKind.HELD,
                severity=Severity.CRITICAL,
                endpoint_id=endpoint.id,
                endpoint=endpoint.name,
                meter=meter.key,
                client=endpoint.client,
                since=meter.since,
                sentence=f"{count} held: the register cannot have gone there.",
                advice=_HELD_ADVICE,
                site_id=endpoint.site_id,
                zone=endpoint.zone,
            )


def _of_bills(
    risks: Sequence[Risk], held: Iterable[HeldMeter], live: Mapping[int, LiveEndpoint]
) -> Iterator[Alert]:
    told = {meter.meter_id for meter in held}
    seen: Counter[str] = Counter()
    places = {each.id: each for each in live.values()} if risks else {}
    for risk in risks:
        finding = risk.finding
        if finding.kind is FindingKind.HELD and finding.meter_id in told:
            continue
        month = f"{risk.month:%Y-%m}"
        name = f"{AlertKind.BILL_AT_RISK}:{month}:{finding.meter_id}:{finding.kind}"
        seen[name] += 1  # one a client, where a meter serves several
        place = places.get(finding.endpoint_id or "")
        blocks = risk.is_over and finding.kind.blocks
        yield Alert(
            id=name if seen[name] == 1 else f"{name}:{seen[name]}",
            kind=AlertKind.BILL_AT_RISK,
            severity=Severity.CRITICAL if blocks else Severity.WARNING,
            endpoint_id=finding.endpoint_id,
            endpoint=finding.endpoint,
            meter=finding.meter,
            client=finding.client,
            since=None,
            sentence=finding.sentence,
            advice=_RISK_ADVICE[risk.is_over],
            month=month,
            site_id=None if place is None else place.site_id,
            zone=None if place is None else place.zone,
        )


def _of_job(failed: FailedJob) -> Alert:
    said = "" if failed.message is None else f" {failed.message}"
    return Alert(
        id=f"{AlertKind.JOB_FAILED}:{failed.id}",
        kind=AlertKind.JOB_FAILED,
        severity=Severity.CRITICAL,
        endpoint_id=None,
        endpoint=None,
        meter=None,
        client=None,
        since=failed.since,
        sentence=f"Its run {failed.run_id} failed.{said}",
        advice=_JOB_ADVICE,
        job=failed.name,
        run_id=failed.run_id,
    )


def _with_words(alert: Alert, words: Mapping[str, tuple[Outcome, str | None]]) -> Alert:
    """Return an alert of an endpoint that fails with what its newest attempt says."""
    said = words.get(alert.endpoint_id or "")
    if alert.kind is not AlertKind.FAILING or said is None:
        return alert
    outcome, message = said
    return replace(alert, sentence=fault(outcome), advice=message or alert.advice)
