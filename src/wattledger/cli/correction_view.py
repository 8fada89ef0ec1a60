"""Register events, and what they changed, as people and programs see them in a terminal."""

import json
from collections.abc import Mapping
from typing import Any

import typer

from wattledger.cli import console
from wattledger.domain.instant import format_instant
from wattledger.domain.scaled import KW, KWH, to_text
from wattledger.services.check_settings import NAMES
from wattledger.services.correction import Correction
from wattledger.store.events import StoredEvent
from wattledger.store.register_history import Standing

_SHOWN_READINGS = 20
_PLACES = {"resolution_milliwh": KWH, "p_max_mw": KW, "modulus_milliwh": KWH}


def event_fields(stored: StoredEvent, *, is_kept: bool = True) -> dict[str, Any]:
    """Return an event in the form scripts rely on (docs/reference/commands.md)."""
    event, withdrawn_at = stored.event, stored.withdrawn_at
    return {
        "id": stored.id if is_kept else None,
        "kind": event.kind.value,
        "at": format_instant(event.at),
        "by": event.declared_by,
        "why": event.why,
        "declaredAt": format_instant(stored.declared_at),
        "totalKwh": to_text(event.total_milliwh, KWH),
        "finalKwh": to_text(event.final_milliwh, KWH),
        "initialKwh": to_text(event.initial_milliwh, KWH),
        "settings": None if event.settings is None else _settings(event.settings),
        "withdrawnBy": stored.withdrawn_by,
        "withdrawnAt": None if withdrawn_at is None else format_instant(withdrawn_at),
        "withdrawnWhy": stored.withdrawn_why,
    }


def _settings(columns: Mapping[str, Any]) -> dict[str, str | None]:
    return {
        NAMES[name]: to_text(value, _PLACES[name]) if name in _PLACES else str(value)
        for name, value in columns.items()
    }


def print_events(events: list[StoredEvent], title: str) -> None:
    """Print events as a table, in order of time."""
    table = console.table(title, ("id", "at (UTC)", "kind", "values", "by", "why", "withdrawn"), ())
    for stored in events:
        table.add_row(
            str(stored.id),
            format_instant(stored.event.at),
            stored.event.kind,
            _values(stored),
            stored.event.declared_by,
            stored.event.why,
            f"by {stored.withdrawn_by}: {stored.withdrawn_why}" if stored.withdrawn_by else "",
        )
    console.out.print(table)


def _values(stored: StoredEvent) -> str:
    fields = event_fields(stored)
    told = {name: fields[name] for name in ("totalKwh", "finalKwh", "initialKwh")}
    told |= fields["settings"] or {}
    return ", ".join(f"{name} {value}" for name, value in told.items() if value is not None)


def show_correction(correction: Correction, *, as_json: bool) -> None:
    """Print an event and what it changed."""
    if as_json:
        typer.echo(json.dumps(_fields(correction), ensure_ascii=False))
        return
    stored = correction.stored
    number = f" {stored.id}" if correction.is_kept else ""
    what = f"Event{number}: {stored.event.kind} at {format_instant(stored.event.at)}"
    typer.echo(what if stored.withdrawn_at is None else f"{what} is withdrawn.")
    for reading in correction.readings[:_SHOWN_READINGS]:
        before = "new" if reading.before is None else _standing(reading.before)
        after, value = _standing(reading.after), to_text(reading.after.total_milliwh, KWH)
        typer.echo(f"  reading {format_instant(reading.at)} {value} kWh: {before} -> {after}")
    if len(correction.readings) > _SHOWN_READINGS:
        typer.echo(f"  ... and {len(correction.readings) - _SHOWN_READINGS} more readings")
    for month in correction.months:
        before = to_text(month.before_milliwh, KWH) or "no value"
        after = to_text(month.after_milliwh, KWH) or "no value"
        typer.echo(f"  {month.month:%B %Y}: {before} -> {after} kWh")
    if not (correction.readings or correction.months):
        typer.echo("  no reading and no month changes")
    if not correction.is_kept:
        console.note("A dry run: nothing was kept. Say it again without --dry-run.")


def _standing(standing: Standing) -> str:
    epoch = _epoch(standing)
    return standing.status.word if epoch is None else f"{standing.status.word} ({epoch})"


def _epoch(standing: Standing | None) -> str | None:
    return None if standing is None or standing.epoch is None else standing.epoch.name.lower()


def _fields(correction: Correction) -> dict[str, Any]:
    return {
        "dryRun": not correction.is_kept,
        "event": event_fields(correction.stored, is_kept=correction.is_kept),
        "readings": [
            {
                "timestamp": format_instant(each.at),
                "totalKwh": to_text(each.after.total_milliwh, KWH),
                "status": each.after.status.word,
                "epoch": _epoch(each.after),
                "beforeKwh": None
                if each.before is None
                else to_text(each.before.total_milliwh, KWH),
                "beforeStatus": None if each.before is None else each.before.status.word,
                "beforeEpoch": _epoch(each.before),
            }
            for each in correction.readings
        ],
        "months": [
            {
                "month": f"{each.month:%Y-%m}",
                "beforeKwh": to_text(each.before_milliwh, KWH),
                "afterKwh": to_text(each.after_milliwh, KWH),
            }
            for each in correction.months
        ],
    }
