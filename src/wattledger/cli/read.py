"""``wattledger read RECIPE.yaml --address URL``: a dry run of a recipe, without a database."""

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

import typer

from wattledger.bootstrap.reader import open_reader
from wattledger.cli import console
from wattledger.cli.one_read import print_line, telling_programs
from wattledger.collect.address import parse_address
from wattledger.collect.attempt import Attempt, Target
from wattledger.config import Settings, load_settings
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample
from wattledger.domain.scaled import KWH, MILLI, to_text
from wattledger.services.load_recipe import load_recipe


def read(
    recipe: Annotated[Path, typer.Argument(help="YAML: authType, authConfig, scrapingConfig.")],
    address: Annotated[str, typer.Option(help="The device: host, host:port or URL.")],
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read a device once by a recipe and print what it showed; nothing is stored."""
    with telling_programs({"meters": []}, json_=json_):
        # Whoever types an address at this machine's shell may read this machine's own devices.
        settings = load_settings(allow_loopback=True)
        target = Target(parse_address(address).url, load_recipe(recipe))
        attempt = asyncio.run(_read(settings, target))
    if json_:
        asked = target.recipe.scraping_config.fields.keys()
        print_line(attempt_fields(attempt, asked))
    else:
        _print(attempt)
    if attempt.outcome is not Outcome.OK:
        raise typer.Exit(1)


async def _read(settings: Settings, target: Target) -> Attempt:
    async with open_reader(settings) as reader:
        return await reader.read(target)


def attempt_fields(attempt: Attempt, asked: Collection[str] = ()) -> dict[str, Any]:
    """Return an attempt in the form scripts rely on (docs/reference/commands.md).

    What a device tells of itself is there where the fields that the recipe ``asked`` for name it.
    """
    return {
        "outcome": attempt.outcome.value,
        "message": attempt.message,
        "transport": attempt.transport.value,
        "milliseconds": attempt.milliseconds,
        "meters": [_meter_fields(sample) | _identity(sample, asked) for sample in attempt.samples],
    }


def _meter_fields(sample: Sample) -> dict[str, str | None]:
    return {
        "key": sample.key,
        "totalKwh": to_text(sample.total_milliwh, KWH),
        "power": to_text(sample.power_mw, MILLI),
        "voltage": to_text(sample.voltage_mv, MILLI),
        "current": to_text(sample.current_ma, MILLI),
        "powerFactor": to_text(sample.pf_milli, MILLI),
    }


def _identity(sample: Sample, asked: Collection[str]) -> dict[str, str | None]:
    told = {"serial": sample.serial, "resetStamp": sample.reset_stamp}
    return {name: text for name, text in told.items() if name in asked}


def _print(attempt: Attempt) -> None:
    if attempt.outcome is not Outcome.OK:
        console.fail(f"{attempt.outcome}: {attempt.message}")
        return
    figures = ("register kWh", "W", "V", "A", "power factor")
    table = console.table("", ("meter",), figures)
    for sample in attempt.samples:
        fields = _meter_fields(sample)
        table.add_row(*("-" if value is None else value for value in fields.values()))
    console.keep_figures_whole(table)
    console.out.print(table)
    console.note(f"read over {attempt.transport} in {attempt.milliseconds} ms")
