"""Run the tests of the parts, with coverage, or with "e2e" those of the whole product."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
WHOLE = ("tests/e2e", "tests/pages", "tests/docs")
"""Commands, servers and pages as people meet them: "make e2e"."""
DOMAIN, ALL = 100, 92
WORKERS = (os.cpu_count() or 1) + 1
"""One more than there are cores: at any time some tests wait for a process or a device."""
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
ROOM = 2 * 1024**3


def run(*command: str) -> int:
    """Run a Python module in the project's folder; returns its exit code."""
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode  # noqa: S603 - ours


def quick_folder() -> Path | None:
    """Return a folder in memory where tests can write and run what they wrote; None without any.

    Each transaction waits for the disk, so that a power cut loses none. No test cuts the power.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    runs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return MEMORY if runs and os.access(MEMORY, os.W_OK) else None


def test(*arguments: str, measured: bool) -> int:
    """Run tests over all cores, but those of "make check"; returns pytest's exit code."""
    with tempfile.TemporaryDirectory(prefix="wattledger-", dir=quick_folder()) as folder:
        os.environ["TMPDIR"] = folder
        return run(
            *(("coverage", "run", "-m") if measured else ()),
            *("pytest", "-q", "-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"),
            *("-m", "not soak and not house", "-o", "tmp_path_retention_policy=failed"),
            *arguments,
        )


def test_parts() -> int:
    """Run all tests but those of the whole product, and hold what they cover to the gates.

    What is measured takes about a third longer. So it is a part of all that only tests in this
    process add to: none of what is marked ``no_cover``, no properties, no processes that tests
    begin. What is told to be covered is so, and more may be.
    """
    run("coverage", "erase")
    elsewhere = [f"--ignore={place}" for place in WHOLE]
    failed = test(*elsewhere, measured=True)
    if failed:
        return failed
    run("coverage", "combine", "--quiet")
    domain = run("coverage", "report", "--include=*/domain/*", f"--fail-under={DOMAIN}")
    # What is missing of all is many lines; "coverage report" shows it.
    return domain or run("coverage", "report", "--format=total", f"--fail-under={ALL}")


if __name__ == "__main__":
    sys.exit(test(*WHOLE, measured=False) if sys.argv[1:] == ["e2e"] else test_parts())
