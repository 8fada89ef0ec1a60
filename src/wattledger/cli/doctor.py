"""``wattledger doctor``: is everything there that this machine needs, and what to do if not."""

import asyncio
from collections.abc import Iterator
from functools import partial
from typing import Annotated

import typer

from wattledger.bootstrap import open_database
from wattledger.cli import console
from wattledger.clock import SystemClock
from wattledger.collect.browser.find import INSTALL, NO_BROWSER, find_browser
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
from wattledger.services.examine_clock import examine_clock
from wattledger.services.examine_server import examine_passwords, examine_scheduler
from wattledger.services.open_vault import open_vault
from wattledger.store.folder_lock import is_used
from wattledger.store.sites import zones
from wattledger.store.upgrade import schema_revision

_WORD = {Verdict.FINE: "ok  ", Verdict.WARNING: "warn", Verdict.BROKEN: "FAIL"}


def doctor(json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check what Wattledger stands on: folders, disk, browser, database, clock, key, scheduler.

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
    database = examine("database", look, "run 'wattledger db upgrade'")
    yield database
    if database.verdict is Verdict.FINE:
        key = examine(
            "key", partial(_look_at_key, settings), "restore the key file from your backup"
        )
        yield key
        yield from _running_findings(settings, key_is_fine=key.verdict is Verdict.FINE)
        fix = "set WATTLEDGER_TIME_ZONE to it: a billed day does not move"
        zone = partial(_look_at_zone, settings)
        yield examine("time zone", zone, fix, verdict=Verdict.WARNING)


def _running_findings(settings: Settings, *, key_is_fine: bool) -> Iterator[Finding]:
    used, now = is_used(settings.data_dir), SystemClock().now()
    with open_database(settings) as database:
        if key_is_fine:
            vault = open_vault(settings.key_file, database, settings.key)
            yield examine_passwords(database, vault)
        yield examine_clock(database, now)
        yield examine_scheduler(database, now, is_used=used)


def _browser_finding(settings: Settings) -> Finding:
    """Without a browser much is read; with a wrong name of one, nothing is."""
    try:
        program = find_browser(settings.browser)
    except SettingsError as error:
        return Finding("browser", Verdict.BROKEN, str(error))
    if program is None:
        text, fix = "none: pages that need one are not read", f"as root: {INSTALL}"
        if settings.browser == NO_BROWSER:
            text = "switched off by WATTLEDGER_BROWSER=none: pages that need one are not read"
            fix = "take the setting away to use the browser of this machine"
        return Finding("browser", Verdict.WARNING, text, fix)
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
        size = database.path.stat().st_size // 1_000_000
        return f"{settings.shown_database}, {size:,} MB, schema {schema_revision(database)}"


def _look_at_zone(settings: Settings) -> str:
    with open_database(settings) as database, database.connect() as connection:
        zone = next(iter(zones(connection)), settings.time_zone)
    if zone != settings.time_zone:
        raise SettingsError(
            f"days and months are those of {zone}, as when the data was begun, not those of "
            f"{settings.time_zone}"
        )
    return zone
