"""``wattledger demo``: simulated meters, read and reported, without touching any data of yours."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.cli import console
from wattledger.cli.report import print_month
from wattledger.cli.serve import announce, listen_somewhere, own_address, quick_loop, serve_system
from wattledger.collect.browser.find import INSTALL
from wattledger.config import Settings, load_settings
from wattledger.domain.outcome import Outcome
from wattledger.domain.period import calendar, previous_month
from wattledger.domain.scaled import KWH, MILLI, to_text
from wattledger.services.collect_now import collect_now
from wattledger.services.issue_token import issue_token
from wattledger.services.make_link import demo_link, link_address
from wattledger.services.report_month import report_month
from wattledger.services.stage_farm import back_fill, stage_farm
from wattledger.services.system import System
from wattledger.services.verify_farm import Verified, verify_farm
from wattledger.simulate.farm import Farm
from wattledger.simulate.lineup import standard_farm

_WRONG = 1
_NO_BROWSER = 3


def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop after printing.")] = False,
) -> None:
    """Start a farm of simulated meters, read it, print the month per client, and serve.

    The data is in a temporary folder and gone afterwards. Exit 0 when every healthy meter was
    read exactly, its power too, and every faulty one failed as it must; 3 when meters that need a
    browser were left out because there is none; else 1.
    """
    with TemporaryDirectory(prefix="wattledger-demo-") as folder:
        # The farm listens on loopback, and nobody minds how often its meters are asked.
        settings = load_settings(
            data_dir=Path(folder), database_url=None, allow_loopback=True, poll_gap_seconds=0
        )
        with quick_loop() as runner:
            code = runner.run(_demo(settings, once=once))
    raise typer.Exit(code)


async def _demo(settings: Settings, *, once: bool) -> int:
    prepare_database(settings).close()
    with Farm.start(standard_farm()) as farm:
        async with open_system(settings) as system:
            console.note(f"{len(farm.devices)} simulated meters listen on this machine.")
            stage_farm(system, farm.devices)
            with console.progress("back-filling history", len(farm.devices)) as advance:
                for device in farm.devices:
                    back_fill(system, device)
                    advance(1)
            collected = await collect_now(system, [], console.progress)
            attempts = {result.name: result.attempt for result in collected}
            verified = verify_farm(farm.devices, attempts)
            _print_readings(verified)
            _print_months(system)
            code = _verdict(verified)
            if not once:
                await _serve(system)
    return code


async def _serve(system: System) -> None:
    token = issue_token(system.database, "demo", system.clock.now())
    console.note(f"A token for the API's calls, good while this runs: {token}")
    console.note("The meters are read every minute. Ctrl-C ends it.")
    with listen_somewhere(system.settings) as listener:
        announce(listener)
        link = demo_link(system.database, system.clock.now())
        console.note("Sign in as its administrator with this link, once:")
        console.note(link_address(own_address(listener), link))
        await serve_system(system, listener)


def _print_readings(verified: list[Verified]) -> None:
    healthy = [row for row in verified if row.device.expected.outcome is Outcome.OK]
    figures = ("kWh shown", "kWh true", "W")
    table = console.table("Readings", ("meter", "transport", "outcome"), figures)
    table.add_column("")
    for row in healthy:
        table.add_row(
            row.device.spec.kind,
            row.attempt.transport,
            row.attempt.outcome,
            to_text(row.read_milliwh, KWH) or "-",
            to_text(row.true_milliwh, KWH) or "-",
            to_text(row.read_power_mw, MILLI) or "-",
            _mark(row),
        )
    console.keep_figures_whole(table)
    console.out.print(table)
    table = console.table("Faulty meters", ("meter", "outcome", "", "message"), ())
    for row in verified:
        if row not in healthy:
            kind, attempt = row.device.spec.kind, row.attempt
            table.add_row(kind, attempt.outcome, _mark(row), attempt.message)
    console.out.print(table)


def _mark(row: Verified) -> str:
    if row.left_out:
        return "left out"
    return "right" if row.right else "WRONG"


def _print_months(system: System) -> None:
    zone, now = system.settings.time_zone, system.clock.now()
    month = calendar(zone).month_of(now)
    for first in (previous_month(month), month):
        print_month(report_month(system.database, first, zone, now))


def _verdict(verified: list[Verified]) -> int:
    left_out = [row for row in verified if row.left_out]
    wrong = [row for row in verified if not row.right and not row.left_out]
    right = len(verified) - len(left_out) - len(wrong)
    console.note(f"{right} of {len(verified)} meters ended as they must.")
    for row in wrong:
        console.fail(
            f"{row.device.spec.kind} at {row.device.address} did not: {'; '.join(row.faults)}."
        )
    if left_out:
        console.note(
            f"{len(left_out)} meters need a browser and were left out. As root, run: {INSTALL}"
        )
    if wrong:
        return _WRONG
    return _NO_BROWSER if left_out else 0
