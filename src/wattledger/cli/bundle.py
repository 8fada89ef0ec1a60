"""``wattledger bundle 2026-03 --client NAME``: a closed statement with all that proves it."""

from pathlib import Path
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli.output import check_place, put_bytes
from wattledger.config import load_settings
from wattledger.domain.period import parse_month
from wattledger.services.export_bundle import export_bundle
from wattledger.services.keep_client import show_client


def bundle(
    month: Annotated[str, typer.Argument(help="The month, as 2026-03.")],
    client: Annotated[str, typer.Option(help="The client, by name or id.")],
    output: Annotated[Path | None, typer.Option(help="Write into this file.")] = None,
) -> None:
    """Export a closed statement with its seal and readings; verify-bundle checks it anywhere."""
    first = parse_month(month)
    check_place(output, "A bundle")
    with open_database(load_settings()) as database:
        content = export_bundle(database, show_client(database, client).public_id, first, None)
    put_bytes(content, output)
