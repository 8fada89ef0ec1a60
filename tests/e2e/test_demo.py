"""``make demo ONCE=1`` as a new user meets it: the command itself, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wattledger.simulate.kinds import KINDS


def demo(folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    plain = {k: v for k, v in os.environ.items() if not k.startswith("WATTLEDGER_")}
    return subprocess.run(
        [sys.executable, "-m", "wattledger", "demo", "--once"],
        cwd=folder,
        env=plain | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.mark.browser
def test_every_meter_of_the_demo_ends_as_it_must(tmp_path: Path) -> None:
    shown = demo(tmp_path, WATTLEDGER_TIME_ZONE="Europe/Berlin")
    assert shown.returncode == 0, shown.stderr
    assert f"{len(KINDS)} of {len(KINDS)} meters ended as they must." in shown.stderr
    assert "WRONG" not in shown.stdout
    for kind in KINDS:
        assert kind in shown.stdout
    assert "(open, Europe/Berlin)" in shown.stdout
    assert "(provisional, Europe/Berlin)" in shown.stdout
    assert "all clients" in shown.stdout
    assert list(tmp_path.iterdir()) == [], "the demo leaves nothing behind"


def test_without_a_browser_the_demo_says_so_and_exits_3(tmp_path: Path) -> None:
    shown = demo(tmp_path, WATTLEDGER_BROWSER="none")
    assert shown.returncode == 3, shown.stderr
    assert "3 meters need a browser and were left out" in shown.stderr
    assert "apt-get install chromium-headless-shell" in shown.stderr
