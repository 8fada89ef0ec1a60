"""Run all tests with coverage, and hold it to the gates: domain 100 %, all 92 %."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOMAIN, ALL = 100, 92
WORKERS = (os.cpu_count() or 1) + 2
"""Two more than there are cores: at any time some tests wait for a process or a device."""
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


def main() -> int:
    """Return 0 when all tests passed and both gates hold.

    What is measured takes about twice as long. So it is a part of all that only tests in this
    process add to: none of what is marked ``no_cover``, no properties, no processes that tests
    begin. What is told to be covered is so, and more may be.
    """
    run("coverage", "erase")
    with tempfile.TemporaryDirectory(prefix="wattledger-", dir=quick_folder()) as folder:
        os.environ["TMPDIR"] = folder
        failed = run(
            *("coverage", "run", "-m"),
            *("pytest", "-q", "-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"),
            *("-m", "not soak", "-o", "tmp_path_retention_policy=failed"),
            # Those of the house are a part of "make check".
            *("--deselect", "tests/test_house.py"),
        )
    if failed:
        return failed
    run("coverage", "combine", "--quiet")
    domain = run("coverage", "report", "--include=*/domain/*", f"--fail-under={DOMAIN}")
    return domain or run("coverage", "report", f"--fail-under={ALL}")


if __name__ == "__main__":
    sys.exit(main())
