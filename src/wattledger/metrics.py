"""What this process counts of its own work, in the form that Prometheus scrapes.

Counters count since the process started: Prometheus takes a fall to zero as what it is. What all
processes share (queues, runs, meters) is looked up in the database when it is asked for, see
``Observed``.
"""

import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from wattledger.domain.instant import SECOND
from wattledger.domain.outcome import Outcome
from wattledger.version import __version__

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_MILLIWH_A_KWH = 1_000_000
_READ_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45, 90)
_LATE_SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 900, 3600)
_ANSWER_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

# When a counter began is a second series for each that nobody asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """Counts what one process does."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        built = {"version": __version__, "python": platform.python_version()}
        Info("wattledger_build", "What runs.", registry=registry).info(built)
        self._attempts = Counter(
            "wattledger_attempts",
            "Attempts to read an endpoint, by how they ended.",
            ("outcome", "transport"),
            registry=registry,
        )
        self._attempt_seconds = Histogram(
            "wattledger_attempt_duration_seconds",
            "How long attempts took.",
            ("transport",),
            buckets=_READ_SECONDS,
            registry=registry,
        )
        self._late_seconds = Histogram(
            "wattledger_poll_lateness_seconds",
            "How long after its due time an endpoint was polled, retries too.",
            buckets=_LATE_SECONDS,
            registry=registry,
        )
        self._readings = Counter(
            "wattledger_readings",
            "Readings booked, by what the ledger thought of them.",
            ("status",),
            registry=registry,
        )
        self._requests = Counter(
            "wattledger_http_requests",
            "Requests answered, by the template of the route.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "wattledger_http_request_duration_seconds",
            "How long answers took; streams are not counted here.",
            ("method", "route"),
            buckets=_ANSWER_SECONDS,
            registry=registry,
        )
        self._notifications = Counter(
            "wattledger_notifications",
            "Messages sent to channels, by whether they were taken.",
            ("result",),
            registry=registry,
        )
        self.subscribers = Gauge(
            "wattledger_stream_subscribers", "Open live streams.", registry=registry
        )

    def attempted(self, outcome: Outcome, transport: str, milliseconds: int) -> None:
        """Count an attempt."""
        self._attempts.labels(outcome.value, transport).inc()
        self._attempt_seconds.labels(transport).observe(milliseconds / 1000)

    def polled(self, late: int) -> None:
        """Count a poll that began ``late`` microseconds after it was due."""
        self._late_seconds.observe(late / SECOND)

    def booked(self, status: str) -> None:
        """Count a reading by its status."""
        self._readings.labels(status).inc()

    def notified(self, *, is_sent: bool) -> None:
        """Count a message to a channel."""
        self._notifications.labels("sent" if is_sent else "failed").inc()

    def answered(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """Count an answer; ``seconds`` is None for a stream, which lasts as long as its reader."""
        known = method if method in _METHODS else "OTHER"
        self._requests.labels(known, route, str(status)).inc()
        if seconds is not None:
            self._request_seconds.labels(known, route).observe(seconds)

    def exposition(self, observed: "Observed") -> bytes:
        """Return all there is to scrape, in Prometheus' text format."""
        looked_up = CollectorRegistry()
        looked_up.register(_LookedUp(observed))
        return generate_latest(self._registry) + generate_latest(looked_up)


@dataclass(frozen=True, slots=True)
class MeterEnergy:
    """The energy a meter counted since its first reading."""

    endpoint: str
    meter: str
    client: str
    location: str
    milliwh: int


@dataclass(frozen=True, slots=True)
class Observed:
    """What the database tells at one moment. Ages are in microseconds.

    ``oldest_waiting`` is None where nothing waits, ``last_tick`` where no scheduler ever ran.
    """

    open_runs: int
    ended_runs: dict[str, int]
    waiting_chunks: int
    claimed_chunks: int
    oldest_waiting: int | None
    held_readings: int
    last_tick: int | None
    energies: Sequence[MeterEnergy] | None = field(default=None)


class _LookedUp(Collector):
    """Shows what was looked up as metrics."""

    def __init__(self, observed: Observed) -> None:
        self._observed = observed

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; what is not known is left out, never 0."""
        seen = self._observed
        yield _gauge("wattledger_runs_open", "Runs that are not finished.", seen.open_runs)
        ended = CounterMetricFamily(
            "wattledger_runs", "Runs that ended since the first scrape.", labels=["state"]
        )
        for state, count in sorted(seen.ended_runs.items()):
            ended.add_metric([state], count)
        yield ended
        chunks = GaugeMetricFamily(
            "wattledger_chunks", "Chunks of runs to be worked off.", labels=["state"]
        )
        chunks.add_metric(["waiting"], seen.waiting_chunks)
        chunks.add_metric(["claimed"], seen.claimed_chunks)
        yield chunks
        if seen.oldest_waiting is not None:
            yield _gauge(
                "wattledger_chunk_oldest_waiting_seconds",
                "How long the oldest chunk has waited for a worker.",
                seen.oldest_waiting / SECOND,
            )
        yield _gauge(
            "wattledger_held_readings",
            "Readings the ledger doubts, held at the ends of the meters' histories.",
            seen.held_readings,
        )
        if seen.last_tick is not None:
            yield _gauge(
                "wattledger_scheduler_last_tick_timestamp_seconds",
                "When the scheduler last said that it works.",
                seen.last_tick / SECOND,
            )
        if seen.energies is not None:
            yield _energies(seen.energies)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _energies(energies: Sequence[MeterEnergy]) -> Metric:
    counters = CounterMetricFamily(
        "wattledger_meter_energy_kwh",
        "Energy booked of a meter since its first reading; corrections change it.",
        labels=["endpoint", "meter", "client", "location"],
    )
    for each in energies:
        counters.add_metric(
            [each.endpoint, each.meter, each.client, each.location], each.milliwh / _MILLIWH_A_KWH
        )
    return counters
