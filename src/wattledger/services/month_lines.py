"""The lines of a month: each meter's figures for each client it served, and what they rest on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wattledger.domain.instant import Instant
from wattledger.domain.month_report import Flag, MonthLine, flags_of
from wattledger.domain.period import calendar, next_month, previous_month
from wattledger.domain.quality import Quality
from wattledger.domain.reading import Join
from wattledger.domain.segments import INSTALL, EpochBreak, breaks_of, flag_of, kind_of, segments_of
from wattledger.domain.settings_timeline import SettingsTimeline
from wattledger.domain.span_tally import tally_between
from wattledger.domain.tally import Tally
from wattledger.services.month_portions import Portion, energies, month_portions
from wattledger.store.assignments import clients_by_id
from wattledger.store.clients import ClientRow
from wattledger.store.database import Connection
from wattledger.store.epochs import Epoch, ends_of_epoch, epochs_of
from wattledger.store.months import DayEnergy, billed_meters, day_energies
from wattledger.store.readings import load_around

_ONE_DAY = timedelta(days=1)
_Energies = Mapping[tuple[int, str | None], int]


def month_lines(connection: Connection, month: date) -> list[MonthLine]:
    """Return the lines of the month that begins on ``month``: by client, endpoint and meter.

    What serves no client stands last, under the client None.
    """
    meters = billed_meters(connection)
    portions = list(month_portions(connection, meters, month))
    ids = sorted({each.meter.id for each in portions})
    sources = _Sources(
        connection,
        epochs=epochs_of(connection, ids),
        days=day_energies(connection, month, next_month(month)),
        clients=clients_by_id(connection),
        previous=energies(month_portions(connection, meters, previous_month(month))),
        year_ago=energies(month_portions(connection, meters, month.replace(year=month.year - 1))),
    )
    lines = [sources.line(portion, month) for portion in portions]
    return sorted(lines, key=lambda line: (line.client is None, (line.client or "").casefold()))


@dataclass(frozen=True, slots=True)
class _Sources:
    """What the lines of a month are made of, loaded once."""

    connection: Connection
    epochs: Mapping[int, Sequence[Epoch]]
    days: Mapping[int, Mapping[date, DayEnergy]]
    clients: Mapping[str, ClientRow]
    previous: _Energies
    year_ago: _Energies

    def line(self, portion: Portion, month: date) -> MonthLine:
        """Return the line of a portion."""
        meter, tally = portion.meter, portion.tally or Tally()
        breaks = self._breaks(portion, tally)
        span = (portion.start_at, portion.end_at)
        client = self.clients.get(portion.client_id or "")
        key = (meter.id, portion.client_id)
        days = list(self._days(portion, month))
        return MonthLine(
            endpoint_id=meter.endpoint_id,
            endpoint=meter.endpoint,
            meter_id=meter.id,
            meter=meter.key,
            client_id=client.public_id if client else None,
            client=client.name if client else None,
            location=meter.location,
            start_at=portion.start_at,
            end_at=portion.end_at,
            share_ppm=portion.share_ppm,
            opening_milliwh=tally.start_milliwh,
            closing_milliwh=tally.end_milliwh,
            energy_milliwh=portion.energy_milliwh,
            previous_milliwh=self.previous.get(key),
            year_ago_milliwh=self.year_ago.get(key),
            quality=_quality(portion, tally),
            uncertainty_milliwh=_uncertainty(portion, tally),
            flags=_flags(portion, breaks),
            segments=segments_of(
                tally,
                self._kind_at(portion),
                breaks,
                portion.register.settings,
                self._changes(portion),
            ),
            breaks=breaks_of(breaks, *span),
            days=tuple((day, energy) for day, energy, _ in days),
            estimated_days=tuple((day, part) for day, _, part in days if part),
        )

    def _breaks(self, portion: Portion, tally: Tally) -> list[EpochBreak]:
        """Return the breaks that reach into a portion."""
        if not tally.breaks:
            return []
        found: list[EpochBreak] = []
        for epoch in self.epochs.get(portion.meter.id, ()):
            if epoch.join is Join.FIRST or epoch.at <= portion.start_at:
                continue
            ends = ends_of_epoch(self.connection, portion.meter.id, epoch)
            if ends is None or ends[0].at >= portion.end_at:
                break
            found.append(EpochBreak(*ends))
        return found

    def _kind_at(self, portion: Portion) -> str:
        """Return how the epoch began that a portion begins in."""
        kind = INSTALL
        for epoch in self.epochs.get(portion.meter.id, ()):
            if epoch.at <= portion.start_at:
                kind = kind_of(epoch.join)
        return kind

    def _changes(self, portion: Portion) -> list[tuple[Instant, int]]:
        """Return where the register's settings change inside a portion, and the register there."""
        settings = portion.register.settings
        if not isinstance(settings, SettingsTimeline):
            return []
        changes: list[tuple[Instant, int]] = []
        for at in settings.changes_between(portion.start_at, portion.end_at):
            readings = load_around(self.connection, portion.meter.id, at, at)
            register = tally_between(readings, settings, at, at + 1).start_milliwh
            if register is not None:
                changes.append((at, register))
        return changes

    def _days(self, portion: Portion, month: date) -> Iterator[tuple[date, int | None, int]]:
        """Yield a portion's local days, their energy (None if unknown) and what is estimated."""
        days = calendar(portion.meter.zone)
        known = self.days.get(portion.meter.id, {})
        counted, day = 0, month
        while day < next_month(month):
            start, end = days.start_of(day), days.start_of(day + _ONE_DAY)
            first, last = max(start, portion.start_at), min(end, portion.end_at)
            whole = known.get(day)
            if (first, last) != (start, end):
                whole = self._part_of_day(portion, first, last) if first < last else None
            if whole is None:
                yield day, None, 0
            else:
                energy = portion.share(whole.energy_milliwh, counted)
                yield day, energy, portion.share(whole.estimated_milliwh)
                counted += whole.energy_milliwh
            day += _ONE_DAY

    def _part_of_day(self, portion: Portion, start: Instant, end: Instant) -> DayEnergy | None:
        readings = load_around(self.connection, portion.meter.id, start, end)
        tally = tally_between(readings, portion.register.settings, start, end)
        if not tally.covered:
            return None
        return DayEnergy(tally.energy_milliwh, tally.estimated_milliwh)


def _quality(portion: Portion, tally: Tally) -> tuple[tuple[Quality, int], ...]:
    """Return a portion's energy by code: the client's parts add up to the client's energy."""
    parts: list[tuple[Quality, int]] = []
    counted = 0
    for code, energy in tally.quality if tally.covered else ():
        parts.append((code, portion.share(energy, counted)))
        counted += energy
    return tuple((code, energy) for code, energy in parts if energy)


def _uncertainty(portion: Portion, tally: Tally) -> int | None:
    """Return the uncertainty of cuts and breaks, plus the resolution at each end (LEDGER 4)."""
    if portion.energy_milliwh is None or tally.end_at is None:
        return None
    register = portion.register.settings.at(tally.end_at)
    step = register.scaled(register.resolution_milliwh or tally.end_resolution_milliwh or 0)
    whole = tally.uncertainty_milliwh + 2 * step * (1 + tally.breaks)
    return -(-whole * portion.share_ppm // 1_000_000)


def _flags(portion: Portion, breaks: Sequence[EpochBreak]) -> tuple[Flag, ...]:
    ended_at = portion.register.declared.ended_at
    is_ended = portion.meter.is_deleted or (ended_at is not None and ended_at < portion.end_at)
    span = (portion.start_at, portion.end_at)
    told = set(flags_of(portion.tally, span, is_ended=is_ended))
    told |= {flag for each in breaks if (flag := flag_of(each.join)) is not None}
    if any(each.join.is_estimated for each in breaks):
        told.add(Flag.ESTIMATED)
    return tuple(flag for flag in Flag if flag in told)
