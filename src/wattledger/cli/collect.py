"""``wattledger collect``: read endpoints now."""

import asyncio
from collections import Counter
from typing import Annotated

import typer

from wattledger.bootstrap.system import open_system
from wattledger.cli import console
from wattledger.config import load_settings
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.outcome import Outcome
from wattledger.jobs.wording import counted
from wattledger.services.collect_now import CollectedEndpoint, collect_now
from wattledger.services.refused_login import resting_endpoints

_FAILURES_SHOWN = 50


def collect(
    endpoints: Annotated[
        list[str] | None, typer.Argument(help="Endpoints by id or name.", metavar="ID...")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="All enabled endpoints.")] = False,
) -> None:
    """Read endpoints now, book what they show, and print how each attempt ended.

    Exit 0 when every attempt was ok; 3 when only endpoints that need a browser were left out,
    because there is none; else 1.
    """
    if bool(endpoints) == all_:
        raise InvalidInputError("Name the endpoints to collect, or say --all.")
    results, resting = asyncio.run(_collect(endpoints or []))
    print_outcomes(results)
    if resting and all_:
        console.note(
            f"{counted(resting, 'endpoint')} left out, whose device refused the login: correct it, "
            "or test the endpoint where the device accepts it again."
        )
    left_out = {r.name for r in results if r.outcome is Outcome.BROWSER_MISSING}
    failed = [r for r in results if r.outcome is not Outcome.OK and r.name not in left_out]
    if failed:
        raise typer.Exit(1)
    if left_out:
        raise typer.Exit(3)


async def _collect(names: list[str]) -> tuple[list[CollectedEndpoint], int]:
    async with open_system(load_settings()) as system:
        resting = await asyncio.to_thread(resting_endpoints, system.database)
        return await collect_now(system, names, console.progress), resting


def print_outcomes(results: list[CollectedEndpoint]) -> None:
    """Print how many attempts ended how, and each that failed with what to do."""
    failed = [result for result in results if result.outcome is not Outcome.OK]
    if failed:
        table = console.table("Not read", ("endpoint", "outcome", "message"), ())
        for result in failed[:_FAILURES_SHOWN]:
            table.add_row(result.name, result.outcome, result.message or "")
        console.out.print(table)
        if len(failed) > _FAILURES_SHOWN:
            console.note(f"... and {len(failed) - _FAILURES_SHOWN} more")
    counts = Counter(result.outcome.value for result in results)
    parts = ", ".join(f"{number} {outcome}" for outcome, number in counts.most_common())
    typer.echo(f"{len(results)} endpoints collected: {parts or 'none'}")
