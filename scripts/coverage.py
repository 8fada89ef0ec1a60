"""Run all tests with coverage, and hold it to the gates: domain 100 %, all 92 %."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOMAIN, ALL = 100, 92


def run(*command: str) -> int:
    """Run a Python module in the project's folder; returns its exit code."""
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode  # noqa: S603 - ours


def main() -> int:
    """Return 0 when all tests passed and both gates hold.

    What is marked ``no_cover`` runs first and is not measured: properties that measuring makes take
    twice as long, and tests of whole processes, which it does not see. Those mostly wait, so that
    three of them keep two cores busy.
    """
    run("coverage", "erase")
    tests = ("pytest", "-q", "--dist", "loadfile", "--no-loadscope-reorder")
    failed = run(*tests, "-n", "3", "-m", "no_cover and not soak") or run(
        *tests, "-n", "2", "-m", "not no_cover and not soak", "--cov", "--cov-report="
    )
    if failed:
        return failed
    domain = run("coverage", "report", "--include=*/domain/*", f"--fail-under={DOMAIN}")
    return domain or run("coverage", "report", f"--fail-under={ALL}")


if __name__ == "__main__":
    sys.exit(main())
