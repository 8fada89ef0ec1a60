"""``wattledger probe ADDRESS``: which number on a device's page is its register."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from wattledger.bootstrap.reader import open_reader
from wattledger.cli import console
from wattledger.cli.one_read import print_line, telling_programs
from wattledger.collect.address import parse_address
from wattledger.collect.attempt import Target
from wattledger.collect.find.propose import Proposal
from wattledger.config import Settings, load_settings
from wattledger.domain.figure import FigureKind
from wattledger.domain.recipe import Recipe, ScrapingConfig
from wattledger.domain.scaled import KWH, to_text
from wattledger.services.detect_register import WHOLE_PAGE, Detection, detect_on
from wattledger.services.load_recipe import load_way

_MOST_SHOWN = 20


def probe(
    address: Annotated[str, typer.Argument(help="The device: host, host:port or URL.")],
    recipe: Annotated[
        Path | None,
        typer.Option(help="YAML: authType, authConfig, and the steps to the page."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at a device's page once and propose which number is the register; nothing is stored."""
    with telling_programs({"undecided": False, "registers": [], "numbers": []}, json_=json_):
        # Whoever types an address at this machine's shell may read this machine's own devices.
        settings = load_settings(allow_loopback=True)
        target = Target(parse_address(address).url, _way(recipe))
        detection = asyncio.run(_detect(settings, target))
    if json_:
        print_line(detection_fields(detection))
    else:
        _print(detection, address, recipe)
    if not detection.proposals:
        raise typer.Exit(1)


async def _detect(settings: Settings, target: Target) -> Detection:
    async with open_reader(settings) as reader:
        return await detect_on(reader, target)


def _way(recipe: Path | None) -> Recipe:
    """Return how to come to the page: as the file says, else by opening the address."""
    if recipe is not None:
        return load_way(recipe, WHOLE_PAGE)
    return Recipe(scraping_config=ScrapingConfig(value_selector=WHOLE_PAGE))


def detection_fields(detection: Detection) -> dict[str, Any]:
    """Return a detection in the form scripts rely on (docs/reference/commands.md)."""
    attempt = detection.attempt
    return {
        "outcome": attempt.outcome.value,
        "message": detection.advice,
        "transport": attempt.transport.value,
        "milliseconds": attempt.milliseconds,
        "undecided": detection.is_close,
        "registers": [_register_fields(each) for each in detection.proposals],
        "numbers": _number_fields(detection),
    }


def _register_fields(proposal: Proposal) -> dict[str, Any]:
    return {
        "number": proposal.place,
        "totalKwh": to_text(proposal.sample.total_milliwh, KWH),
        "scrapingConfig": _config_fields(proposal),
    }


def _config_fields(proposal: Proposal) -> dict[str, Any]:
    fields: dict[str, Any] = proposal.scraping_config.model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    return fields


def _number_fields(detection: Detection) -> list[dict[str, Any]]:
    found = detection.found
    if found is None:
        return []
    return [
        {
            "label": number.figure.label,
            "text": number.text,
            "value": format(number.figure.value, "f"),
            "unit": number.figure.unit,
            "kind": judged.kind.value,
            "selector": number.selector,
            "pattern": number.pattern,
            "score": judged.score,
            "reasons": list(judged.reasons),
        }
        for number, judged in zip(found.numbers, found.ranking.judgements, strict=True)
    ]


def _print(detection: Detection, address: str, recipe: Path | None) -> None:
    attempt, found = detection.attempt, detection.found
    if found is None:
        console.fail(f"{attempt.outcome}: {attempt.message}")
        return
    if detection.proposals:
        _print_registers(detection)
    _print_others(detection)
    if detection.advice:
        console.note(detection.advice)
    if detection.proposals:
        first = {"scrapingConfig": _config_fields(detection.proposals[0])}
        # What was given holds the login, which is not printed: it may hold a password.
        what, kept = ("the scrapingConfig", recipe) if recipe else ("a recipe", Path("meter.yaml"))
        console.note(
            f"{what} for the first; put it into {kept} and try it: "
            f"wattledger read {kept} --address {address}"
        )
        typer.echo(yaml.safe_dump(first, allow_unicode=True, sort_keys=False), nl=False)
    console.note(f"read over {attempt.transport} in {attempt.milliseconds} ms")


def _print_registers(detection: Detection) -> None:
    table = console.table(
        "May be the register, the likeliest first", ("label", "selector"), ("kWh", "points")
    )
    found = detection.found
    if found is None:
        return
    for proposal in detection.proposals:
        number, judged = found.numbers[proposal.place], found.ranking.judgements[proposal.place]
        total = to_text(proposal.sample.total_milliwh, KWH)
        table.add_row(
            _text(number.figure.label), _text(number.selector), total, str(judged.score or 0)
        )
    console.keep_figures_whole(table)
    console.out.print(table)


def _print_others(detection: Detection) -> None:
    """Print what else the page shows: first of all what has a meaning to a meter."""
    found = detection.found
    if found is None:
        return
    proposed = {proposal.place for proposal in detection.proposals}
    others = [
        (number, judged.kind)
        for place, (number, judged) in enumerate(
            zip(found.numbers, found.ranking.judgements, strict=True)
        )
        if place not in proposed
    ]
    others.sort(key=lambda each: each[1] is FigureKind.OTHER)
    if not others:
        return
    table = console.table("Other numbers", ("label", "what", "selector"), ("shown",))
    for number, kind in others[:_MOST_SHOWN]:
        table.add_row(
            _text(number.figure.label), kind.value, _text(number.selector), _text(number.text)
        )
    console.out.print(table)
    if len(others) > _MOST_SHOWN:
        console.note(f"and {len(others) - _MOST_SHOWN} more: --json tells all")


def _text(words: str) -> str:
    """Keep square brackets of a page from being read as colours."""
    return words.replace("[", r"\[")
