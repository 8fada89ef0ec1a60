"""``wattledger ledger``: prove the ledger, look into it, correct it."""

import json
from typing import Annotated, Any

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console, ledger_event
from wattledger.cli.correction_view import event_fields, print_events, show_correction
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.instant import format_instant
from wattledger.domain.period import calendar
from wattledger.domain.scaled import KWH, MILLI, to_text
from wattledger.services.correct_register import event_meter, register_events, withdraw
from wattledger.services.local_moment import local_moment
from wattledger.services.meter_readings import (
    LedgerPage,
    LedgerReading,
    meter_readings,
    named_meter,
)
from wattledger.services.verify_ledger import MeterDifferences, Verified, verify_ledger
from wattledger.services.verify_seals import VerifiedSeals, verify_seals
from wattledger.store.readings import NewReading
from wattledger.store.register_history import ReadingWindow

app = typer.Typer(help="Prove the ledger, look into it, correct it.", no_args_is_help=True)
app.add_typer(ledger_event.app, name="event")

_Endpoint = Annotated[str, typer.Argument(help="Name or id of an endpoint, or a meter's number.")]
_Meter = Annotated[str | None, typer.Option("--meter", help="The meter; total if left out.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def verify(
    repair: Annotated[
        bool, typer.Option("--repair", help="Write anew what the readings do not give.")
    ] = False,
    json_: _Json = False,
) -> None:
    """Compute the ledger afresh from its readings and compare; check the seals of closed months.

    Exit 0 when it is what the readings give (after --repair: now) and each statement is as it was
    sealed, 1 when not. Seals are never repaired.
    """
    with open_database(load_settings()) as database:
        verified = verify_ledger(database, repair=repair, progress=console.progress)
        seals = verify_seals(database, console.progress)
    if json_:
        typer.echo(json.dumps(_verified_fields(verified, seals), ensure_ascii=False))
    else:
        _print_verified(verified)
        _print_seals(seals)
    if not (verified.is_right and seals.is_right):
        raise typer.Exit(1)


def _verified_fields(verified: Verified, seals: VerifiedSeals) -> dict[str, Any]:
    return {
        "meters": verified.meters,
        "right": verified.is_right and seals.is_right,
        "differences": [
            {
                "meterId": each.meter_id,
                "endpoint": each.endpoint,
                "meter": each.meter,
                "repaired": each.is_repaired,
                "sentences": list(each.sentences),
            }
            for each in verified.different
        ],
        "statements": seals.statements,
        "brokenSeals": [
            {
                "clientId": each.closed.client_id,
                "client": each.closed.client,
                "month": f"{each.closed.month:%Y-%m}",
                "number": each.number,
                "sentences": list(each.sentences),
            }
            for each in seals.broken
        ],
    }


def _print_verified(verified: Verified) -> None:
    for each in verified.different:
        typer.echo(f"{each.endpoint}, {each.meter} {_became(each)}:")
        for sentence in each.sentences:
            typer.echo(f"  {sentence}")
    wrong = len(verified.different)
    if not wrong:
        typer.echo(f"{verified.meters} meters: the ledger is what their readings give.")
        return
    left = sum(not each.is_repaired for each in verified.different)
    typer.echo(f"{verified.meters} meters: {wrong} differed, {wrong - left} repaired.")
    if left:
        console.note("'wattledger ledger verify --repair' writes them anew from their readings.")


def _print_seals(seals: VerifiedSeals) -> None:
    for each in seals.broken:
        typer.echo(f"{each.closed.client}, statement {each.number} is not as it was sealed:")
        for sentence in each.sentences:
            typer.echo(f"  {sentence}")
    if seals.broken:
        typer.echo(f"{seals.statements} closed statements: {len(seals.broken)} do not fit.")
        console.note(
            "Seals are not repaired, nor with --repair: a backup has what was sealed, and the "
            "clients have their PDF."
        )
    elif seals.statements:
        typer.echo(
            f"{seals.statements} closed statements: each is as it was sealed, and follows the one "
            "before it."
        )


def _became(each: MeterDifferences) -> str:
    return "was not what its readings give, and is repaired" if each.is_repaired else "differs"


@app.command()
def show(
    endpoint: _Endpoint,
    meter: _Meter = None,
    start: Annotated[
        str | None, typer.Option("--from", help="First local date, or a timestamp.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Last local date (included), or a timestamp.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many readings.")] = 200,
    json_: _Json = False,
) -> None:
    """Show a meter's readings as the ledger sees them: what became of each, and why.

    The newest of the span, in order of time.
    """
    with open_database(load_settings()) as database:
        row = named_meter(database, endpoint, meter)
        days = calendar(row.zone)
        window = ReadingWindow(
            None if start is None else local_moment(start, "from", days),
            None if end is None else local_moment(end, "to", days, end=True),
        )
        page = meter_readings(database, row.id, window, limit, None)
    if json_:
        typer.echo(json.dumps(_page_fields(page), ensure_ascii=False))
    else:
        _print_page(page)
    if page.following is not None:
        console.note(
            "Older readings are left out: name the days with --from and --to, or a greater --limit."
        )


def _page_fields(page: LedgerPage) -> dict[str, Any]:
    return {
        "meterId": page.meter.id,
        "endpoint": page.meter.endpoint,
        "meter": page.meter.key,
        "readings": [_reading_fields(each) for each in reversed(page.readings)],
    }


def _reading_fields(reading: LedgerReading) -> dict[str, Any]:
    booked, judged = reading.booked, reading.judged
    return {
        "timestamp": format_instant(booked.at),
        **_value_fields(booked),
        "status": judged.status.word,
        "join": None if judged.join is None else judged.join.name.lower(),
        "energyKwh": to_text(judged.energy_milliwh, KWH),
        "quality": None if judged.energy_milliwh is None else int(judged.quality),
        "power": to_text(booked.power_mw, MILLI),
        "resetStamp": booked.reset_stamp,
        "otherValues": [_value_fields(each) for each in reading.others],
    }


def _value_fields(value: NewReading) -> dict[str, Any]:
    return {
        "totalKwh": to_text(value.total_milliwh, KWH),
        "serial": value.serial,
        "source": value.source.name.lower(),
        "attemptId": value.attempt_id,
    }


def _print_page(page: LedgerPage) -> None:
    row = page.meter
    title = f"{row.endpoint}, {row.key} (meter {row.id}, times in UTC)"
    table = console.table(
        title, ("at", "status", "join", "quality"), ("register kWh", "energy kWh", "attempt")
    )
    table.add_column("source", overflow="fold")
    for each in reversed(page.readings):
        fields = _reading_fields(each)
        beside = [fields["source"], fields["serial"] or ""]
        beside += [f"also {other['totalKwh']}" for other in fields["otherValues"]]
        table.add_row(
            fields["timestamp"],
            fields["status"],
            fields["join"] or "-",
            "-" if fields["quality"] is None else each.judged.quality.word,
            fields["totalKwh"],
            fields["energyKwh"] or "-",
            str(fields["attemptId"] or "-"),
            " ".join(filter(None, beside)),
        )
    console.keep_figures_whole(table)
    console.out.print(table)


@app.command()
def events(endpoint: _Endpoint, meter: _Meter = None, json_: _Json = False) -> None:
    """List what was declared of a meter's register, withdrawn or not, in order of time."""
    with open_database(load_settings()) as database:
        row = named_meter(database, endpoint, meter)
        stored = list(register_events(database, row.id))
    if json_:
        typer.echo(json.dumps([event_fields(each) for each in stored], ensure_ascii=False))
    else:
        print_events(stored, f"{row.endpoint}, {row.key} (meter {row.id})")


@app.command("withdraw")
def withdraw_(
    number: Annotated[int, typer.Argument(help="The event's number, from 'ledger events'.")],
    by: Annotated[str, typer.Option("--by", help="Who withdraws it.")],
    why: Annotated[str, typer.Option("--why", help="Why it counts no longer.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")
    ] = False,
    json_: _Json = False,
) -> None:
    """Let an event count no longer; it stays listed, with who withdrew it and why."""
    with open_database(load_settings()) as database:
        meter_id = event_meter(database, number)
        now = SystemClock().now()
        correction = withdraw(database, meter_id, number, by, why, now, dry_run=dry_run)
    show_correction(correction, as_json=json_)
