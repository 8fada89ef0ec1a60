"""What happened to registers in a history: where another epoch began, and settings changed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wattledger.domain.instant import Instant
from wattledger.domain.own_view import OwnSpan
from wattledger.domain.reading import Join
from wattledger.services.history_uses import Use
from wattledger.store.database import Connection
from wattledger.store.history_meters import HistoryMeter, breaks_between, settings_between

MOST_MARKS = 1_000
"""So many are told at most: the newest."""


class MarkKind(StrEnum):
    """What happened to a register."""

    RESET = "reset"
    ROLLOVER = "rollover"
    RESTORED = "restored"
    REPLACEMENT = "replacement"
    SETTINGS = "settings"


_BREAKS = {
    Join.ROLLOVER: (MarkKind.ROLLOVER, "The register ran over and went on from 0."),
    Join.ROLLOVER_QUESTIONABLE: (
        MarkKind.ROLLOVER,
        "The register seems to have run over; the energy across that is questionable.",
    ),
    Join.RESET: (MarkKind.RESET, "The register began again at about 0."),
    Join.RESTORED: (MarkKind.RESTORED, "The register went on from an older, lower value."),
    Join.REPLACEMENT: (MarkKind.REPLACEMENT, "Another register counts from here on."),
    Join.DECLARED: (MarkKind.REPLACEMENT, "The register was exchanged, as somebody declared."),
}
_SETTINGS = {
    "multiplier": "multiplier",
    "resolution_milliwh": "resolution",
    "p_max_mw": "breaker",
    "modulus_milliwh": "where it runs over",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened at an instant to one meter of an endpoint, in one sentence."""

    endpoint_id: str
    meter: str
    at: Instant
    kind: MarkKind
    text: str


def marks_between(
    connection: Connection, uses: Sequence[Use], start: Instant, end: Instant
) -> list[Mark]:
    """Return what happened in ``[start, end)`` to meters while they counted, in order of time."""
    meters: dict[int, HistoryMeter] = {}
    spans: defaultdict[int, list[OwnSpan]] = defaultdict(list)
    for use in uses:
        meters[use.meter.id] = use.meter
        spans[use.meter.id] += use.spans
    found = [
        Mark(meters[number].endpoint_id, meters[number].key, at, kind, text)
        for number, at, kind, text in _happened(connection, meters, start, end)
        if any(each.holds(at) for each in spans[number])
    ]
    found.sort(key=lambda each: (each.at, each.endpoint_id, each.meter, each.kind))
    return found[-MOST_MARKS:]


def _happened(
    connection: Connection, meters: Mapping[int, HistoryMeter], start: Instant, end: Instant
) -> Iterator[tuple[int, Instant, MarkKind, str]]:
    for number, at, join in breaks_between(connection, meters, start, end):
        yield number, at, *_BREAKS[join]
    for change in settings_between(connection, meters, start, end):
        yield change.meter_id, change.at, MarkKind.SETTINGS, _told(change.settings)


def _told(settings: Mapping[str, Any]) -> str:
    """Return what is set anew, in one sentence.

    >>> _told({"multiplier": "40", "p_max_mw": 1})
    'From here on other settings hold: multiplier 40, breaker.'
    """
    names = (
        f"{word} {settings[name]}" if name == "multiplier" else word
        for name, word in _SETTINGS.items()
        if name in settings
    )
    return f"From here on other settings hold: {', '.join(names)}."
