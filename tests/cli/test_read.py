"""``wattledger read``: a dry run of a recipe against simulated devices."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import Run

from wattledger.config import Settings
from wattledger.domain.instant import parse_instant
from wattledger.domain.scaled import KWH, MILLI, to_text
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.lineup import standard_farm

NOW = parse_instant("2026-03-01T12:00:00Z")
QUICK = [kind.name for kind in KINDS.values() if kind.name not in ("hangs", "slow-drip")]
HTTP = [name for name in QUICK if not KINDS[name].needs_browser]


@pytest.fixture(scope="module")
def devices() -> Iterator[dict[str, FarmDevice]]:
    with Farm.start(standard_farm(), frozen_at=NOW) as farm:
        yield {device.spec.kind: device for device in farm.devices}


def read(run: Run, device: FarmDevice, folder: Path, *options: str) -> tuple[int, str, str]:
    recipe = folder / "recipe.yaml"
    recipe.write_text(yaml.safe_dump(device.recipe), encoding="utf-8")
    ran = run("read", str(recipe), "--address", device.address, *options)
    return ran.code, ran.out, ran.err


def test_a_defect_of_ours_is_an_answer_too(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text("authType: none\nscrapingConfig: {valueSelector: '#total'}\n")

    def broken(_settings: Settings) -> None:
        raise ZeroDivisionError("s3cret")

    monkeypatch.setattr("wattledger.cli.read.open_reader", broken)
    with pytest.raises(ZeroDivisionError):
        run("read", str(recipe), "--address", "127.0.0.1", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["outcome"] == "internal_error"
    assert "ZeroDivisionError" in told["message"]
    assert "s3cret" not in told["message"]


@pytest.mark.parametrize("kind", HTTP)
def test_each_kind_of_device_is_read_exactly_or_fails_as_it_must(
    run: Run, devices: dict[str, FarmDevice], tmp_path: Path, kind: str
) -> None:
    device = devices[kind]
    code, out, _ = read(run, device, tmp_path, "--json")
    answer = json.loads(out)
    assert answer["outcome"] == device.expected.outcome
    assert code == (0 if answer["outcome"] == "ok" else 1)
    assert answer["transport"] == "http"
    assert answer["milliseconds"] >= 0
    if answer["outcome"] == "ok":
        face = device.face(NOW)
        assert answer["message"] is None
        (meter,) = answer["meters"]
        assert meter["key"] == "total"
        assert meter["totalKwh"] == to_text(face.register_milliwh, KWH)
        assert meter["power"] in (to_text(face.power_mw, MILLI), None)
    else:
        assert device.expected.phrase.lower() in answer["message"].lower()
        assert answer["meters"] == []


@pytest.mark.browser
@pytest.mark.parametrize("kind", [name for name in QUICK if KINDS[name].needs_browser])
def test_pages_drawn_by_scripts_are_read_in_the_browser(
    run: Run, devices: dict[str, FarmDevice], tmp_path: Path, kind: str
) -> None:
    device = devices[kind]
    code, out, _ = read(run, device, tmp_path, "--json")
    answer = json.loads(out)
    assert (code, answer["outcome"], answer["transport"]) == (0, "ok", "browser")
    assert answer["meters"][0]["totalKwh"] == to_text(device.register(NOW), KWH)


def test_without_a_browser_the_command_to_run_is_told(
    run: Run, devices: dict[str, FarmDevice], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATTLEDGER_BROWSER", "none")
    code, out, _ = read(run, devices["late-xhr"], tmp_path, "--json")
    answer = json.loads(out)
    assert (code, answer["outcome"]) == (1, "browser_missing")
    assert "apt-get install chromium-headless-shell" in answer["message"]


def test_a_person_sees_a_table(run: Run, devices: dict[str, FarmDevice], tmp_path: Path) -> None:
    device = devices["plain-table"]
    code, out, err = read(run, device, tmp_path)
    assert code == 0
    assert str(to_text(device.register(NOW), KWH)) in out
    assert "read over http in" in err


def test_a_failure_says_what_to_do(
    run: Run, devices: dict[str, FarmDevice], tmp_path: Path
) -> None:
    code, out, err = read(run, devices["http-500"], tmp_path)
    assert (code, out) == (1, "")
    assert "error: http_status:" in err
    assert "restart the device" in err


@pytest.mark.parametrize(
    ("recipe", "told"),
    [
        ("authType: basik\nscrapingConfig: {valueSelector: b}", "authType: Input should be"),
        ("scrapingConfig: {valueSelektor: b}", "scrapingConfig.valueSelector: Field required"),
        ("scrapingConfig: {valueSelector: b, valuePattern: '(('}", "not a regular expression"),
        ("authType: form\nscrapingConfig: {valueSelector: b}", "needs authConfig.username"),
        ("- just\n- a list", "is not a recipe"),
        ("a: [", "not valid YAML"),
    ],
)
def test_a_wrong_recipe_names_the_key(run: Run, tmp_path: Path, recipe: str, told: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(recipe, encoding="utf-8")
    refused = run("read", str(path), "--address", "127.0.0.1")
    assert refused.code == 1
    assert told in refused.err


@pytest.mark.parametrize(
    ("recipe", "address", "browser", "told"),
    [
        ("authType: basik", "127.0.0.1", "none", "authType: Input should be"),
        ("a: [", "127.0.0.1", "none", "not valid YAML"),
        ("scrapingConfig: {valueSelector: b}", "http://[x", "none", "write it like"),
        (
            "scrapingConfig: {valueSelector: b}",
            "127.0.0.1",
            "/no",
            "WATTLEDGER_BROWSER names '/no'",
        ),
    ],
)
def test_a_program_gets_json_whatever_is_wrong(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    recipe: str,
    address: str,
    browser: str,
    told: str,
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(recipe, encoding="utf-8")
    monkeypatch.setenv("WATTLEDGER_BROWSER", browser)
    refused = run("read", str(path), "--address", address, "--json")
    answer = json.loads(refused.out)
    assert refused.code == 1
    assert told in answer.pop("message")
    expected = {"outcome": "refused", "transport": "http", "milliseconds": 0, "meters": []}
    assert answer == expected


def test_a_wrong_address_is_told(run: Run, devices: dict[str, FarmDevice], tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(yaml.safe_dump(devices["json"].recipe), encoding="utf-8")
    assert "write it like" in run("read", str(recipe), "--address", "http://[x").err
    refused = run("read", str(recipe), "--address", "http://169.254.169.254/", "--json")
    assert json.loads(refused.out)["outcome"] == "refused"


def test_the_serial_is_told_where_the_recipe_asks_for_it(
    run: Run, devices: dict[str, FarmDevice], tmp_path: Path
) -> None:
    device = devices["json"]
    wanted = json.loads(json.dumps(device.recipe))
    wanted["scrapingConfig"]["fields"]["serial"] = {"selector": "json:$.Agent.SerialNumber"}
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(yaml.safe_dump(wanted), encoding="utf-8")
    answer = json.loads(run("read", str(recipe), "--address", device.address, "--json").out)
    (meter,) = answer["meters"]
    assert meter["serial"] == f"5A{device.spec.seed:08d}"
    assert "resetStamp" not in meter
    _, out, _ = read(run, device, tmp_path, "--json")
    assert "serial" not in json.loads(out)["meters"][0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("authConfig: {password: 2024-13-45}", "put texts such as passwords in quotes"),
        ("[" * 3000, "nested too deeply"),
    ],
)
def test_what_yaml_cannot_take_is_told(run: Run, tmp_path: Path, text: str, told: str) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(text, encoding="utf-8")
    ran = run("read", str(recipe), "--address", "127.0.0.1", "--json")
    answer = json.loads(ran.out)
    assert (ran.code, answer["outcome"], told in answer["message"]) == (1, "refused", True)
