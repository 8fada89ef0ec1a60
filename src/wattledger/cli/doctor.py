"""``wattledger doctor``: is everything there that this machine needs, and what to do if not."""

import typer

from wattledger.bootstrap import examinations
from wattledger.cli import console
from wattledger.config import load_settings
from wattledger.services.examine import Verdict

_WORD = {Verdict.FINE: "ok  ", Verdict.WARNING: "warn", Verdict.BROKEN: "FAIL"}


def doctor() -> None:
    """Check settings, data folder, key, database, browser and disk; exit 1 if one is broken."""
    broken = False
    for finding in examinations(load_settings()):
        typer.echo(f"{_WORD[finding.verdict]}  {finding.subject}: {finding.text}")
        if finding.fix:
            typer.echo(f"      -> {finding.fix}")
        broken = broken or finding.verdict is Verdict.BROKEN
    if broken:
        raise typer.Exit(1)
    console.note("Ready.")
