"""An earlier month as a later one is compared with it: by meter and client, and by client."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date

from wattledger.domain.earlier import Earlier
from wattledger.domain.month_report import printed_sum
from wattledger.domain.period import calendar
from wattledger.services.month_portions import Portion, energies

MeterOf = tuple[int, str | None]
"""A meter and the client that it served, None for nobody."""


@dataclass(frozen=True, slots=True)
class EarlierMonth:
    """``energies`` are taken by the first line of a meter and client: a share may have changed.

    ``in_part`` are those of which less than the whole month is known; ``clients`` what each
    client's month came to, of all that served it then.
    """

    energies: MutableMapping[MeterOf, int] = field(default_factory=dict)
    in_part: frozenset[MeterOf] = frozenset()
    clients: Mapping[str | None, Earlier] = field(default_factory=dict)


def earlier_month(portions: Iterable[Portion], month: date) -> EarlierMonth:
    """Return the month that begins on ``month``, of its portions."""
    every = list(portions)
    by_client: dict[str | None, list[Portion]] = {}
    known: dict[MeterOf, int] = {}
    lengths: dict[MeterOf, int] = {}
    for portion in every:
        by_client.setdefault(portion.client_id, []).append(portion)
        key = (portion.meter.id, portion.client_id)
        start, end = calendar(portion.meter.zone).month_span(month)
        known[key], lengths[key] = known.get(key, 0) + _known(portion), end - start
    return EarlierMonth(
        energies(every),
        frozenset(key for key, length in lengths.items() if known[key] < length),
        {client: _of_client(its) for client, its in by_client.items()},
    )


def _of_client(portions: list[Portion]) -> Earlier:
    unknown = sum(each.energy_milliwh is None for each in portions)
    in_part = any(_known(each) < each.end_at - each.start_at for each in portions)
    return Earlier(printed_sum(each.energy_milliwh for each in portions), in_part, unknown)


def _known(portion: Portion) -> int:
    """Return the microseconds of a portion of which the energy is known."""
    tally = portion.tally
    if tally is None or tally.start_at is None or tally.end_at is None:
        return 0
    return tally.end_at - tally.start_at
