"""``wattledger doctor``: is everything there that this machine needs, and what to do if not."""

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import typer

from wattledger.bootstrap.database import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.collect.browser.find import find_browser
from wattledger.collect.browser.try_browser import try_browser
from wattledger.collect.errors import AttemptError
from wattledger.config import Settings, SettingsError, load_settings
from wattledger.services.examine import (
    Finding,
    Verdict,
    examine,
    examine_disk,
    examine_evidence,
    examine_folder,
    examine_user,
)
from wattledger.services.examine_browser import no_browser
from wattledger.services.examine_channels import examine_channels
from wattledger.services.examine_clock import examine_clock
from wattledger.services.examine_database import DATABASE_FIX, describe_database, examine_zone
from wattledger.services.examine_server import examine_passwords, examine_scheduler
from wattledger.services.open_vault import open_vault
from wattledger.store.folder_lock import is_used

_WORD = {Verdict.FINE: "ok  ", Verdict.WARNING: "warn", Verdict.BROKEN: "FAIL"}


def doctor(json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check what Wattledger stands on: folders, disk, browser, database, key, jobs, channels.

    Exit 1 if one is broken. It may run beside the server.
    """
    broken, told = False, []
    for finding in _findings(load_settings()):
        broken = broken or finding.verdict is Verdict.BROKEN
        if json_:
            told.append(_fields(finding))
        else:
            _print(finding)
    if json_:
        console.print_json({"ready": not broken, "findings": told})
    if broken:
        raise typer.Exit(1)
    console.note("Ready.")


def _fields(finding: Finding) -> dict[str, str | None]:
    return {
        "subject": finding.subject,
        "verdict": finding.verdict.name.lower(),
        "text": finding.text,
        "fix": finding.fix,
    }


def _print(finding: Finding) -> None:
    typer.echo(f"{_WORD[finding.verdict]}  {finding.subject}: {finding.text}")
    if finding.fix:
        typer.echo(f"      -> {finding.fix}")


def _findings(settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say, most basic first."""
    folder = examine_folder(settings.data_dir)
    yield folder
    yield examine_evidence(settings.evidence_dir)
    yield examine_disk(settings.data_dir)
    yield examine_user()
    yield _browser_finding(settings)
    if folder.verdict is not Verdict.BROKEN:
        yield from _database_findings(settings)


def _database_findings(settings: Settings) -> Iterator[Finding]:
    look = partial(_look_at_database, settings)
    database = examine("database", look, DATABASE_FIX)
    yield database
    if database.verdict is Verdict.FINE:
        key = examine(
            "key", partial(_look_at_key, settings), "restore the key file from your backup"
        )
        yield key
        yield from _running_findings(settings, key_is_fine=key.verdict is Verdict.FINE)
        with open_database(settings) as opened:
            yield examine_zone(settings, opened)


def _running_findings(settings: Settings, *, key_is_fine: bool) -> Iterator[Finding]:
    used, now = is_used(settings.data_dir), SystemClock().now()
    with open_database(settings) as database:
        if key_is_fine:
            vault = open_vault(settings.key_file, database, settings.key)
            yield examine_passwords(database, vault)
        yield examine_clock(database, now)
        yield examine_scheduler(database, now, is_used=used)
        yield examine_channels(database)


def _browser_finding(settings: Settings) -> Finding:
    """Without a browser much is read; with a wrong name of one, nothing is."""
    try:
        program = find_browser(settings.browser)
    except SettingsError as error:
        return Finding("browser", Verdict.BROKEN, str(error))
    if program is None:
        return no_browser(settings.browser)
    try:
        asyncio.run(try_browser(program))
    except AttemptError as error:
        return Finding("browser", Verdict.BROKEN, error.message)
    return Finding("browser", Verdict.FINE, str(program))


def _look_at_key(settings: Settings) -> str:
    with open_database(settings) as database:
        return open_vault(settings.key_file, database, settings.key).source.name


def _look_at_database(settings: Settings) -> str:
    with open_database(settings) as database:
        return describe_database(settings, database)
