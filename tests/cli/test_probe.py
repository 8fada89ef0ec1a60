"""``wattledger probe``: the register of a device's page is proposed, with a recipe for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import Run

from wattledger.config import Settings
from wattledger.domain.instant import parse_instant
from wattledger.domain.scaled import KWH, to_text
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.lineup import standard_farm

NOW = parse_instant("2026-03-01T12:00:00Z")
KINDS = ("plain-table", "form-login", "link-tab", "json", "http-500", "no-value", "late-xhr")


@pytest.fixture(scope="module")
def devices() -> Iterator[dict[str, FarmDevice]]:
    specs = [spec for spec in standard_farm() if spec.kind in KINDS]
    with Farm.start(specs, frozen_at=NOW) as farm:
        yield {device.spec.kind: device for device in farm.devices}


def way(device: FarmDevice, folder: Path) -> str:
    """Write a recipe that leads to the page, and says nothing of what is on it."""
    recipe = json.loads(json.dumps(device.recipe))
    recipe["scrapingConfig"] = {"steps": recipe["scrapingConfig"].get("steps", [])}
    path = folder / "way.yaml"
    path.write_text(yaml.safe_dump(recipe), encoding="utf-8")
    return str(path)


def test_an_address_is_enough(run: Run, devices: dict[str, FarmDevice]) -> None:
    device = devices["plain-table"]
    ran = run("probe", device.address, "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["outcome"], told["transport"]) == (0, "ok", "http")
    assert (told["message"], told["undecided"]) == (None, False)
    register = told["registers"][0]
    assert register["totalKwh"] == to_text(device.register(NOW), KWH)
    number = told["numbers"][register["number"]]
    assert (number["label"], number["unit"], number["kind"]) == ("Total energy", "kWh", "energy")
    assert number["value"] == register["totalKwh"]
    assert any("total or counter" in reason for reason in number["reasons"])


@pytest.mark.parametrize("kind", ["form-login", "link-tab", "json"])
def test_what_is_proposed_is_a_recipe(
    run: Run, devices: dict[str, FarmDevice], tmp_path: Path, kind: str
) -> None:
    device = devices[kind]
    path = way(device, tmp_path)
    ran = run("probe", device.address, "--recipe", path)
    assert ran.code == 0
    assert device.spec.password not in ran.out + ran.err
    assert "the scrapingConfig for the first" in ran.err
    proposed = yaml.safe_load(ran.out[ran.out.index("scrapingConfig:") :])
    recipe = yaml.safe_load(Path(path).read_text(encoding="utf-8")) | proposed
    Path(path).write_text(yaml.safe_dump(recipe), encoding="utf-8")
    read = run("read", path, "--address", device.address, "--json")
    assert json.loads(read.out)["meters"][0]["totalKwh"] == to_text(device.register(NOW), KWH)


def test_a_person_sees_tables(run: Run, devices: dict[str, FarmDevice]) -> None:
    device = devices["plain-table"]
    ran = run("probe", device.address)
    assert str(to_text(device.register(NOW), KWH)) in ran.out
    assert "Energy today" in ran.out
    assert "read over http in" in ran.err
    assert "a recipe for the first; put it into meter.yaml" in ran.err


@pytest.mark.parametrize("kind", ["http-500", "no-value"])
def test_what_is_wrong_is_said(run: Run, devices: dict[str, FarmDevice], kind: str) -> None:
    ran = run("probe", devices[kind].address)
    assert ran.code == 1
    assert ("restart the device" if kind == "http-500" else "give the steps") in ran.err
    told = json.loads(run("probe", devices[kind].address, "--json").out)
    assert told["registers"] == []
    assert told["message"]


def test_without_a_browser_the_command_to_run_is_told(
    run: Run, devices: dict[str, FarmDevice], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATTLEDGER_BROWSER", "none")
    ran = run("probe", devices["late-xhr"].address, "--json")
    assert (ran.code, json.loads(ran.out)["outcome"]) == (1, "browser_missing")


@pytest.mark.parametrize(
    ("recipe", "address", "told"),
    [
        ("authType: basik", "127.0.0.1", "authType: Input should be"),
        ("scrapingConfig: 5", "127.0.0.1", "scrapingConfig"),
        ("- a", "127.0.0.1", "is not a recipe"),
        ("authType: none", "http://[x", "write it like"),
    ],
)
def test_a_program_gets_json_whatever_is_wrong(
    run: Run, tmp_path: Path, recipe: str, address: str, told: str
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(recipe, encoding="utf-8")
    refused = run("probe", address, "--recipe", str(path), "--json")
    answer = json.loads(refused.out)
    assert (refused.code, answer["outcome"]) == (1, "refused")
    assert told in answer["message"]
    assert told in run("probe", address, "--recipe", str(path)).err


def test_a_defect_of_ours_is_an_answer_too(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_settings: Settings) -> None:
        raise ZeroDivisionError("s3cret")

    monkeypatch.setattr("wattledger.cli.probe.open_reader", broken)
    with pytest.raises(ZeroDivisionError):
        run("probe", "127.0.0.1", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "internal_error"
    assert "s3cret" not in told["message"]
