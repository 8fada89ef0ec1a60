"""Settings: a wrong one is an error that names it."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from wattledger.config import SettingsError, load_settings


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WATTLEDGER_DATA_DIR", "WATTLEDGER_TIME_ZONE", "WATTLEDGER_BROWSER"):
        monkeypatch.delenv(name, raising=False)


def test_without_any_setting_data_lies_in_a_folder_of_its_own() -> None:
    settings = load_settings()
    assert settings.database == "sqlite:///wattledger-data/wattledger.db"
    assert settings.time_zone == "UTC"
    assert settings.key_file.parent == settings.evidence_dir.parent == settings.data_dir


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "wattledger.toml").write_text('time_zone = "Asia/Tokyo"\nport = 4001\n')
    monkeypatch.setenv("WATTLEDGER_TIME_ZONE", "Europe/Berlin")
    settings = load_settings()
    assert (settings.time_zone, settings.port) == ("Europe/Berlin", 4001)


def test_a_file_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('allowed_networks = ["203.0.113.0/24"]\n')
    monkeypatch.setenv("WATTLEDGER_CONFIG", str(tmp_path / "mine.toml"))
    assert load_settings().allowed_networks == (ip_network("203.0.113.0/24"),)


def test_networks_in_the_environment_are_separated_by_commas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WATTLEDGER_ALLOWED_NETWORKS", "203.0.113.0/24, 198.51.100.0/24")
    assert len(load_settings().allowed_networks) == 2


@pytest.mark.parametrize("between", ["\n", "\\n", "\r\n"])
def test_the_issuer_of_statements_has_lines(monkeypatch: pytest.MonkeyPatch, between: str) -> None:
    lines = ("Colocation GmbH", "Ring 1, 10115 Berlin", "VAT id DE123456789")
    monkeypatch.setenv("WATTLEDGER_ISSUER", between.join(lines) + between)
    assert load_settings().issuer == lines


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WATTLEDGER_TIME_ZONE", "Mars/Olympus", "WATTLEDGER_TIME_ZONE.*Europe/Berlin"),
        ("WATTLEDGER_PORT", "many", "WATTLEDGER_PORT"),
        ("WATTLEDGER_PORT", "70000", "WATTLEDGER_PORT"),
        ("WATTLEDGER_ALLOWED_NETWORKS", "everything", "WATTLEDGER_ALLOWED_NETWORKS"),
        ("WATTLEDGER_TIMEZONE", "UTC", "WATTLEDGER_TIMEZONE: no such setting"),
        ("WATTLEDGER_CONFIG", "missing.toml", "WATTLEDGER_CONFIG.*no file"),
        ("WATTLEDGER_ISSUER", "x" * 121, "WATTLEDGER_ISSUER"),
        ("WATTLEDGER_ISSUER", "a\\n" * 9, "WATTLEDGER_ISSUER"),
        ("WATTLEDGER_DATA_DIR", "", "WATTLEDGER_DATA_DIR.*name a folder"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=told):
        load_settings()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"time_zone = ", "wattledger.toml is not valid TOML"),
        (b"\xff\xfe", "wattledger.toml is not valid TOML"),
        (b"colour = 'red'", "'colour' in the settings file"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "wattledger.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=told):
        load_settings()


def test_the_password_of_a_database_is_not_shown() -> None:
    settings = load_settings(database_url="postgresql://user:secret@host/db")
    assert settings.shown_database == "postgresql://user:***@host/db"
    assert load_settings().shown_database == load_settings().database
