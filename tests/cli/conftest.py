"""Run commands as a shell does: arguments in, exit code and both outputs back."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from wattledger.cli.main import main


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Ran]
Once: TypeAlias = Callable[[Path, Callable[[], None]], None]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a data folder where it is wanted first, and give copies of it afterwards."""
    kept = tmp_path_factory.mktemp("once") / "data"

    def give(data: Path, make: Callable[[], None]) -> None:
        if kept.exists():
            shutil.copytree(kept, data, dirs_exist_ok=True)
        else:
            make()
            shutil.copytree(data, kept)

    return give


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    blank: Path,
) -> Run:
    """Run ``wattledger`` with its data in a temporary folder, where an empty database is."""
    (tmp_path / "data").mkdir()
    shutil.copy(blank, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WATTLEDGER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WATTLEDGER_TIME_ZONE", "Europe/Berlin")
    monkeypatch.setenv("WATTLEDGER_ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("WATTLEDGER_POLL_GAP_SECONDS", "0")

    def command(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["wattledger", *arguments])
        code: str | int | None = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code
        printed = capsys.readouterr()
        return Ran(int(code or 0), printed.out, printed.err)

    return command
