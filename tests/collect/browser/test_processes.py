"""Processes as the kernel tells of them, and profile folders nobody uses any more."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wattledger.collect.browser.processes import end, line_to_us, of_group, running
from wattledger.collect.browser.profiles import remove_abandoned_profiles, remove_profile

TWO_HOURS_AGO = 7200


@pytest.fixture
def family() -> Iterator["subprocess.Popen[bytes]"]:
    """Give a process that leads a group of its own, with a child."""
    script = "sleep 60 & echo; wait"
    with subprocess.Popen(
        ["/bin/sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True
    ) as leader:
        assert leader.stdout is not None
        leader.stdout.readline()
        yield leader
        end(of_group(line_to_us(leader.pid)[0] if line_to_us(leader.pid) else None), 0)
        leader.kill()


def test_a_group_is_its_leader_and_all_it_started(family: "subprocess.Popen[bytes]") -> None:
    (leader,) = line_to_us(family.pid)
    members = of_group(leader)
    assert len(members) == 2
    child = next(each for each in members if each != leader)
    assert line_to_us(child.pid) == [child, leader]
    assert all(each.own_bytes > 0 for each in members)


def test_what_does_not_end_by_itself_is_ended(family: "subprocess.Popen[bytes]") -> None:
    members = of_group(line_to_us(family.pid)[0])
    end(members, 0.1)
    family.wait(5)
    assert not any(each.lives for each in members)
    assert all(each.own_bytes == 0 for each in members)


def test_a_later_process_with_the_same_number_is_left_alone(
    family: "subprocess.Popen[bytes]",
) -> None:
    (leader,) = line_to_us(family.pid)
    earlier = replace(leader, started=leader.started - 1)
    assert not earlier.lives
    earlier.kill()
    assert leader.lives


def test_strangers_are_no_kin_of_ours() -> None:
    assert line_to_us(1) == []
    assert of_group(None) == []
    assert any(process.pid == os.getpid() for process in running())


def test_only_profiles_that_are_old_and_in_no_use_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, used, fresh = (tmp_path / f"playwright_chromiumdev_profile-{n}" for n in "abc")
    other = tmp_path / "somebody-elses"
    for folder in (old, used, fresh, other):
        (folder / "Default").mkdir(parents=True)
    for folder in (old, used, other):
        then = folder.stat().st_mtime - TWO_HOURS_AGO
        os.utime(folder, (then, then))
    (tmp_path / "playwright_chromiumdev_profile-d").symlink_to(other)
    browser = subprocess.Popen(["/bin/sh", "-c", "sleep 60 #", f"--user-data-dir={used}"])
    try:
        remove_abandoned_profiles()
    finally:
        browser.kill()
        browser.wait()
    assert [folder.exists() for folder in (old, used, fresh, other)] == [False, True, True, True]
    remove_profile(used)
    remove_profile(None)
    assert not used.exists()
