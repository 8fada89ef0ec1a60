"""A new server lets its first administrator in by a one-time link, and nobody else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

SETUP = {"name": "anna", "password": "four words of mine"}


@contextmanager
def served(folder: Path) -> Iterator[list[str]]:
    """Run ``wattledger serve`` and give the first lines it prints."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("WATTLEDGER_")}
    settings = {
        "WATTLEDGER_DATA_DIR": str(folder),
        "WATTLEDGER_PORT": "0",
        "WATTLEDGER_BROWSER": "none",
    }
    command = [sys.executable, "-m", "wattledger", "serve"]
    with subprocess.Popen(
        command, env=plain | settings, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline()]
        if not (folder / "seen").exists():
            lines += [process.stderr.readline() for _ in range(2)]
        try:
            yield lines
        finally:
            process.send_signal(signal.SIGTERM)
            lines.append(process.stderr.read())
            process.wait(30)


def test_the_first_start_prints_a_set_up_link_and_the_next_does_not(tmp_path: Path) -> None:
    with served(tmp_path) as lines:
        address = lines[0].partition("Wattledger is at ")[2].split()[0]
        assert "There is no user yet." in lines[1]
        page, _, token = lines[2].strip().partition("#")
        assert page == f"{address}/setup-account"
        with httpx.Client(base_url=f"{address}/api/v1") as browser:
            assert browser.get("/session").status_code == 401
            made = browser.post("/session/set-up", json=SETUP | {"token": token})
            assert (made.status_code, made.json()["data"]["role"]) == (201, "admin")
            csrf = {"X-CSRF-Token": made.json()["data"]["csrfToken"], "Origin": address}
            created = browser.post("/clients", json={"name": "Client XYZ"}, headers=csrf)
            assert created.status_code == 201
            [entry, _] = browser.get("/audit").json()["data"]
            assert (entry["actor"], entry["address"]) == ("anna", "127.0.0.1")
    (tmp_path / "seen").touch()
    with served(tmp_path) as lines:
        address = lines[0].partition("Wattledger is at ")[2].split()[0]
        again = httpx.post(f"{address}/api/v1/session/set-up", json=SETUP | {"token": token})
        assert again.status_code == 401
        entered = httpx.post(f"{address}/api/v1/session", json=SETUP)
        assert entered.status_code == 201
    assert "no user yet" not in "".join(lines)
