"""``wattledger close 2026-03``: seal the statements of a month, once and for ever."""

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.cli.output import login_name
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.finding import Finding
from wattledger.domain.period import parse_month
from wattledger.reports.finding_fields import finding_fields
from wattledger.services.close_month import (
    ClientClose,
    CloseOrder,
    CloseOutcome,
    close_month,
    risks_of_month,
)
from wattledger.services.keep_client import show_client
from wattledger.store.database import Database


def close(
    month: Annotated[str, typer.Argument(help="The month, as 2026-03.")],
    client: Annotated[str | None, typer.Option(help="One client alone, by name or id.")] = None,
    accept_estimates: Annotated[
        bool, typer.Option("--accept-estimates", help="Close with estimates and gaps; say why.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why; it stands in the statement's notes.")] = "",
    by: Annotated[str | None, typer.Option(help="Who closes; the login name by default.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Print what is at risk, no more.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Close a month: freeze and seal each client's statement.

    Exit 0 when all that was asked for is closed, 1 when something is blocked.
    """
    first = parse_month(month)
    with open_database(load_settings()) as database:
        wanted = None if client is None else show_client(database, client).public_id
        if check:
            risks = risks_of_month(database, first, SystemClock().now(), wanted)
            blocked = _print_risks(risks, as_json=json_)
        else:
            order = CloseOrder(
                first, (by or "").strip() or login_name(), wanted, accept_estimates, reason
            )
            blocked = _close(database, order, as_json=json_)
    if blocked:
        raise typer.Exit(1)


def _close(database: Database, order: CloseOrder, *, as_json: bool) -> bool:
    """Close and print; tell whether anything is blocked."""
    closes = close_month(database, order, SystemClock().now(), console.progress).clients
    if as_json:
        clients = [_fields(each) for each in closes]
        _print_json({"month": f"{order.month:%Y-%m}", "clients": clients})
    else:
        _print(closes, f"{order.month:%Y-%m}")
    return any(each.outcome is CloseOutcome.BLOCKED for each in closes)


def _print(closes: Sequence[ClientClose], month: str) -> None:
    for each in closes:
        number = each.statement.number if each.statement else None
        typer.echo(f"{each.client}: {each.outcome}{f', statement {number}' if number else ''}")
        if each.reason is not None:
            typer.echo(f"  {each.reason}")
        _print_sentences(each.findings)
    if not closes:
        console.note(f"There is nothing to close in {month}: no meter serves a client.")
    elif any(each.findings for each in closes):
        console.note("Mend what is named, or close with --accept-estimates --reason TEXT.")


def _print_sentences(findings: Iterable[Finding]) -> None:
    for finding in findings:
        place = f"{finding.endpoint}, {finding.meter}"
        typer.echo(f"  {finding.kind}: {place}: {finding.sentence}")


def _fields(each: ClientClose) -> dict[str, Any]:
    seal = each.statement.seal if each.statement else None
    return {
        "clientId": each.client_id,
        "client": each.client,
        "outcome": each.outcome.value,
        "sequence": seal.sequence if seal else None,
        "sha256": seal.sha256 if seal else None,
        "reason": each.reason,
        "findings": [finding_fields(finding) for finding in each.findings],
    }


def _print_risks(findings: Sequence[Finding], *, as_json: bool) -> bool:
    """Print findings by client; tell whether any blocks a close."""
    if as_json:
        _print_json({"findings": [finding_fields(finding) for finding in findings]})
    else:
        for name in dict.fromkeys(finding.client for finding in findings):
            typer.echo(f"{name or '(no client)'}:")
            _print_sentences(finding for finding in findings if finding.client == name)
        if not findings:
            console.note("Nothing puts a bill at risk.")
    return any(finding.kind.blocks for finding in findings)


def _print_json(fields: dict[str, Any]) -> None:
    typer.echo(json.dumps(fields, ensure_ascii=False))
