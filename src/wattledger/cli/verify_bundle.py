"""``wattledger verify-bundle FILE``: check that a statement follows from its readings."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from wattledger.cli import console
from wattledger.reports.bundle_check import BundleCheck
from wattledger.reports.bundle_check import verify_bundle as check_file


def verify_bundle(
    file: Annotated[Path, typer.Argument(help="A bundle, as `wattledger bundle` writes it.")],
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check a bundle: its files, its seal, and each figure from its readings.

    Nothing else is asked, no database and no server. Exit 0 when it holds, 1 when not.
    """
    check = check_file(file)
    if json_:
        typer.echo(json.dumps(_fields(check), ensure_ascii=False))
    else:
        _print(check)
    if not check.holds:
        raise typer.Exit(1)


def _fields(check: BundleCheck) -> dict[str, Any]:
    statement = check.statement
    return {
        "holds": check.holds,
        "findings": list(check.findings),
        "clientId": statement.client_id if statement else None,
        "client": statement.client if statement else None,
        "month": f"{statement.month:%Y-%m}" if statement else None,
        "readings": check.readings,
        "readingsSealed": check.seals_readings,
    }


def _print(check: BundleCheck) -> None:
    for finding in check.findings:
        console.fail(finding)
    statement = check.statement
    if check.holds and statement is not None:
        sealed = "the seal fits"
        if check.seals_readings:
            sealed = "the seal fits the statement and its readings"
        typer.echo(
            f"{statement.client}, {statement.month:%Y-%m}: {sealed}, and all figures follow from "
            f"the {check.readings} readings."
        )
