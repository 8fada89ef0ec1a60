"""Run commands as a shell does: arguments in, exit code and both outputs back."""

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


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run ``wattledger`` with its data in a temporary folder."""
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
