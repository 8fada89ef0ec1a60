"""``python -m wattledger.simulate``: a farm to try recipes on, until Ctrl-C."""

import signal
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.table import Column, Table

from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.lineup import plain_farm, standard_farm
from wattledger.simulate.link import FarmError

_LISTED = 100
"""Meters listed one by one; a larger farm is named by its first and last."""

_PIPE_WIDTH = 160
_ENDINGS = {signal.SIGINT, signal.SIGTERM}


def simulate(
    plain: Annotated[
        int | None, typer.Option(min=1, help="This many plain table meters instead of all kinds.")
    ] = None,
    each: Annotated[int, typer.Option(min=1, help="How many of every kind.")] = 1,
    port_base: Annotated[
        int | None, typer.Option(help="First of the ports; any free ports when not given.")
    ] = None,
    recipes: Annotated[
        Path | None, typer.Option(help="Folder to write a recipe of every kind to, as YAML.")
    ] = None,
) -> None:
    """Start simulated meters on 127.0.0.1 and list them; Ctrl-C ends them."""
    specs = standard_farm(each) if plain is None else plain_farm(plain)
    try:
        farm = Farm.start(specs, first_port=port_base)
    except FarmError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    with farm:
        # Before anything is printed, so that no wish to end comes too early. Not before the farm
        # starts: its processes would inherit the deafness.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
        _list(farm.devices)
        if recipes is not None:
            _write_recipes(recipes, farm.devices)
        signal.sigwait(_ENDINGS)


def _list(devices: tuple[FarmDevice, ...]) -> None:
    """Print the meters: what a person needs to read them by hand."""
    whole = (Column(name, no_wrap=True) for name in ("Address", "Kind", "User", "Password"))
    table = Table(*whole, "What it is", box=None)
    for device in devices[:_LISTED]:
        spec, outcome = device.spec, device.expected.outcome
        login = (spec.username, spec.password) if "authConfig" in device.recipe else ("", "")
        what = f"{KINDS[spec.kind].summary} ({outcome})"
        table.add_row(device.address, spec.kind, *login, what)
    console = Console()
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    console.print(table, markup=False)
    if len(devices) > _LISTED:
        console.print(f"... and {len(devices) - _LISTED} more, up to {devices[-1].address}")
    console.print(f"{len(devices)} meters are listening. Ctrl-C ends them.")


def _write_recipes(folder: Path, devices: tuple[FarmDevice, ...]) -> None:
    """Write one recipe a kind, that of its first meter."""
    folder.mkdir(parents=True, exist_ok=True)
    for device in reversed(devices):
        text = f"# {device.address}\n{yaml.safe_dump(device.recipe, sort_keys=False)}"
        (folder / f"{device.spec.kind}.yaml").write_text(text, encoding="utf-8")
    typer.echo(f"Recipes are in {folder}.")


if __name__ == "__main__":
    typer.run(simulate)
