"""``wattledger doctor``: is everything there that this machine needs, and what to do if not."""

import asyncio
from collections.abc import Iterator
from functools import partial

import typer

from wattledger.bootstrap import open_database
from wattledger.cli import console
from wattledger.collect.browser.find import INSTALL, find_browser
from wattledger.collect.browser.try_browser import try_browser
from wattledger.collect.errors import AttemptError
from wattledger.config import Settings, SettingsError, load_settings
from wattledger.services.examine import (
    Finding,
    Verdict,
    examine,
    examine_disk,
    examine_folder,
    examine_user,
)
from wattledger.services.open_vault import open_vault
from wattledger.store.sites import zones

_WORD = {Verdict.FINE: "ok  ", Verdict.WARNING: "warn", Verdict.BROKEN: "FAIL"}


def doctor() -> None:
    """Check settings, data folder, key, database, browser and disk; exit 1 if one is broken."""
    broken = False
    for finding in _findings(load_settings()):
        typer.echo(f"{_WORD[finding.verdict]}  {finding.subject}: {finding.text}")
        if finding.fix:
            typer.echo(f"      -> {finding.fix}")
        broken = broken or finding.verdict is Verdict.BROKEN
    if broken:
        raise typer.Exit(1)
    console.note("Ready.")


def _findings(settings: Settings) -> Iterator[Finding]:
    """Yield what there is to say, most basic first."""
    folder = examine_folder(settings.data_dir)
    yield folder
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
        key = partial(_look_at_key, settings)
        yield examine("key", key, "restore the key file from your backup")
        fix = "set WATTLEDGER_TIME_ZONE to it: a billed day does not move"
        zone = partial(_look_at_zone, settings)
        yield examine("time zone", zone, fix, verdict=Verdict.WARNING)


def _browser_finding(settings: Settings) -> Finding:
    """Without a browser much is read; with a wrong name of one, nothing is."""
    try:
        program = find_browser(settings.browser)
    except SettingsError as error:
        return Finding("browser", Verdict.BROKEN, str(error))
    if program is None:
        text = "none: pages that need one are not read"
        return Finding("browser", Verdict.WARNING, text, f"as root: {INSTALL}")
    try:
        asyncio.run(try_browser(program))
    except AttemptError as error:
        return Finding("browser", Verdict.BROKEN, error.message)
    return Finding("browser", Verdict.FINE, str(program))


def _look_at_key(settings: Settings) -> str:
    with open_database(settings) as database:
        open_vault(settings.key_file, database, settings.key)
    return str(settings.key_file)


def _look_at_database(settings: Settings) -> str:
    with open_database(settings):
        return settings.shown_database


def _look_at_zone(settings: Settings) -> str:
    with open_database(settings) as database, database.connect() as connection:
        zone = next(iter(zones(connection)), settings.time_zone)
    if zone != settings.time_zone:
        raise SettingsError(
            f"days and months are those of {zone}, as when the data was begun, not those of "
            f"{settings.time_zone}"
        )
    return zone
