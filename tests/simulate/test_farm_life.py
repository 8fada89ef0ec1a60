"""No process of a farm outlives the one that started it, however that ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
LISTED = "meters are listening"


@contextmanager
def running_farm(
    *options: str, open_files: int | None = None
) -> Iterator[tuple[subprocess.Popen[str], list[str], set[int]]]:
    """Run ``python -m wattledger.simulate``; give it, what it printed, and its children."""
    command = [sys.executable, "-m", "wattledger.simulate", *options]
    if open_files is not None:
        command = ["/bin/sh", "-c", f'ulimit -n {open_files}; exec "$@"', "sh", *command]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as running:
        assert running.stdout is not None
        lines = []
        for line in running.stdout:
            lines.append(line)
            if LISTED in line:
                break
        try:
            yield running, lines, children_of(running.pid)
        finally:
            if running.poll() is None:
                running.kill()


def children_of(pid: int) -> set[int]:
    """Return the processes below one, at any depth."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= {int(child)} | children_of(int(child))
    return found


def all_gone(pids: set[int], *, within: float) -> bool:
    """Tell whether all these processes end in time; a zombie has ended."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(is_alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_no_process_is_left_when_the_parent_is_killed() -> None:
    with running_farm("--plain", "3000") as (running, _lines, children):
        assert len(children) >= 2
        running.kill()
        running.wait()
        assert all_gone(children, within=5)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_ends_cleanly_when_asked(ending: signal.Signals) -> None:
    with running_farm("--plain", "5") as (running, _lines, children):
        running.send_signal(ending)
        assert running.wait(timeout=10) == 0
        assert all_gone(children, within=5)


def test_ctrl_c_in_a_terminal_reaches_every_process_and_still_ends_cleanly() -> None:
    with running_farm("--plain", "5") as (running, _lines, children):
        for pid in children:
            os.kill(pid, signal.SIGINT)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=10) == 0
        assert all_gone(children, within=5)


def test_the_command_lists_addresses_and_logins(tmp_path: Path) -> None:
    with running_farm("--recipes", str(tmp_path / "recipes")) as (_running, lines, _children):
        listing = "".join(lines)
    assert "http://127.0.0.1:" in listing
    assert "form-login" in listing
    assert "Rack&" in listing
    assert "(selector_missing)" in listing


def test_the_command_writes_recipes_that_can_be_tried(tmp_path: Path) -> None:
    with running_farm("--recipes", str(tmp_path)) as (running, _lines, _children):
        assert running.stdout is not None
        assert "Recipes are in" in running.stdout.readline()
        text = (tmp_path / "form-login.yaml").read_text()
    assert text.startswith("# http://127.0.0.1:")
    assert "passwordField: '#password'" in text


def test_a_low_limit_of_open_files_only_makes_more_processes() -> None:
    with running_farm("--plain", "500", open_files=400) as (_running, lines, children):
        assert f"500 {LISTED}" in lines[-1]
        assert len(children) >= 3


def test_a_limit_too_low_for_any_farm_is_named_with_what_to_do() -> None:
    with running_farm("--plain", "5", open_files=120) as (running, lines, _children):
        assert "limit of open files is 120" in lines[0]
        assert "ulimit" in "".join(lines)
        assert running.wait(timeout=10) == 1
