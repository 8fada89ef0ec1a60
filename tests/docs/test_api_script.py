"""docs/how-to/api.sh runs as it stands, against a fresh server that reads a simulated meter."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from wattledger.simulate.farm import Farm
from wattledger.simulate.lineup import plain_farm

SCRIPT = Path(__file__).parents[2] / "docs/how-to/api.sh"


def plain() -> dict[str, str]:
    """Return the environment without settings of this product."""
    return {name: each for name, each in os.environ.items() if not name.startswith("WATTLEDGER_")}


class Served(NamedTuple):
    """A running server and a token for it."""

    url: str
    token: str


@contextmanager
def serving(folder: Path, **more: str) -> Iterator[Served]:
    """Run ``wattledger serve`` in a process of its own, on an empty folder."""
    settings = {
        "WATTLEDGER_DATA_DIR": str(folder / "data"),
        "WATTLEDGER_TIME_ZONE": "UTC",
        "WATTLEDGER_BROWSER": "none",
        "WATTLEDGER_PORT": "0",
    }
    command = [sys.executable, "-m", "wattledger"]
    environment = plain() | settings | more
    log = folder / "server.log"
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen([*command, "serve"], cwd=folder, env=environment, stderr=errors) as server,
    ):
        try:
            url = _address(log)
            made = [*command, "token", "create", "script"]
            token = subprocess.run(
                made, cwd=folder, env=environment, capture_output=True, text=True, check=True
            ).stdout.strip()
            yield Served(url, token)
        finally:
            server.terminate()


def _address(log: Path) -> str:
    """Return where the server says that it is."""
    ends = time.monotonic() + 300
    while time.monotonic() < ends:
        found = re.search(r" is at (http://127\.0\.0\.1:\d+)", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Run a server that may read the simulated meter."""
    with serving(tmp_path, WATTLEDGER_ALLOW_LOOPBACK="true") as running:
        yield running


@pytest.fixture
def meter() -> Iterator[str]:
    """Give the address of a simulated meter."""
    with Farm.start(plain_farm(1)) as farm:
        yield farm.devices[0].address


@pytest.mark.long
@pytest.mark.no_cover
def test_the_script_runs_call_by_call(served: Served, meter: str, tmp_path: Path) -> None:
    document = httpx.get(f"{served.url}/openapi.json", timeout=60).json()
    jobs = "yes" if "/api/v1/jobs" in document["paths"] else "no"
    settings = {
        "WATTLEDGER_URL": served.url,
        "WATTLEDGER_TOKEN": served.token,
        "METER": meter.removeprefix("http://"),
        "JOBS": jobs,
    }
    ran = subprocess.run(
        ["/bin/sh", str(SCRIPT)],
        cwd=tmp_path,
        env=plain() | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr + ran.stdout
    said = ran.stdout
    assert "Did it work? true: " in said
    assert '"new": 3' in said
    assert '"totalKwh": 12543.5' in said
    assert "\n543\n" in said, "the energy of December"
    assert "Rack A3 - Client XYZ" in said
    assert "\n15\n" in said, "the changed interval"
    assert "endpoint,meter,client," in said
    gone = httpx.get(
        f"{served.url}/api/v1/endpoints", headers={"Authorization": f"Bearer {served.token}"}
    )
    assert gone.json()["data"] == []
