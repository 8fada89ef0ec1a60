"""``wattledger verify-bundle FILE``: check that a statement follows from its readings."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from wattledger.cli import console
from wattledger.domain.statement import Seal, Statement
from wattledger.reports.bundle_check import BundleCheck
from wattledger.reports.bundle_check import verify_bundle as check_file
from wattledger.reports.statement_json import seal_fields

_SHA256 = re.compile("[0-9a-f]{64}")
_CHECKED = (
    "Registers, energy, breaks, days, sums, the energy that is charged and VAT follow from the "
    "{} readings."
)
_NOT_CHECKED = (
    "Not checked, since no reading here tells it: agreed prices and power, the peak, earlier "
    "months, adjustments, how a day's energy is known, names."
)
_NOT_COMPARED = (
    "Whoever changes a bundle can seal it anew: compare the seal with the one on the PDF, or give "
    "it with --seal."
)


def verify_bundle(
    file: Annotated[Path, typer.Argument(help="A bundle, as `wattledger bundle` writes it.")],
    seal: Annotated[
        str | None, typer.Option("--seal", help="The seal it must have, as its PDF prints it.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a bundle: its files, its seal, and the figures that follow from its readings.

    Nothing else is asked, no database and no server. Exit 0 when it holds, 1 when not.
    """
    check = check_file(file, None if seal is None else _sha256(seal))
    if json_:
        typer.echo(json.dumps(_fields(check), ensure_ascii=False))
    else:
        _print(check, is_compared=seal is not None)
    if not check.holds:
        raise typer.Exit(1)


def _sha256(text: str) -> str:
    """Return a hash as it is written in a seal."""
    written = "".join(text.split()).lower()
    if _SHA256.fullmatch(written) is None:
        raise typer.BadParameter("A seal is a SHA-256: 64 digits and letters from a to f.")
    return written


def _fields(check: BundleCheck) -> dict[str, Any]:
    statement, seal = check.statement, check.seal
    return {
        "holds": check.holds,
        "findings": list(check.findings),
        "clientId": statement.client_id if statement else None,
        "client": statement.client if statement else None,
        "month": f"{statement.month:%Y-%m}" if statement else None,
        "readings": check.readings,
        "readingsSealed": check.seals_readings,
        "number": seal.number(statement.month) if statement and seal else None,
        "seal": seal_fields(seal) if seal else None,
    }


def _print(check: BundleCheck, *, is_compared: bool) -> None:
    for finding in check.findings:
        console.fail(finding)
    if check.statement is not None and check.seal is not None:
        _print_seal(check.statement, check.seal)
    if check.holds and check.statement is not None:
        _print_what_holds(check, check.statement, is_compared=is_compared)


def _print_seal(statement: Statement, seal: Seal) -> None:
    before = seal.previous_sha256 or "none: this is the first statement of the chain"
    month, number = f"{statement.month:%Y-%m}", seal.number(statement.month)
    typer.echo(f"{statement.client}, {month}: statement {number}")
    typer.echo(f"Seal, SHA-256: {seal.sha256}")
    typer.echo(f"Seal before it: {before}")


def _print_what_holds(check: BundleCheck, statement: Statement, *, is_compared: bool) -> None:
    if check.seals_readings:
        typer.echo("The seal fits the statement and its readings.")
    else:
        typer.echo(
            f"The seal fits the statement; the readings are NOT sealed, since it was closed as "
            f"schema {statement.schema:d}."
        )
    typer.echo(_CHECKED.format(check.readings))
    typer.echo(_NOT_CHECKED)
    typer.echo("The seal is the one that was given." if is_compared else _NOT_COMPARED)
