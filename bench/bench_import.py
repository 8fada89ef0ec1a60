"""Import a million readings on SQLite; the sum of what was booked must be exact.

Target: under two minutes (the issue of the main path). Prints seconds and writes JSON.
"""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

ENDPOINTS = 100
READS = 10_000
STEP_TENTHS = 7
START = datetime(2026, 1, 1, tzinfo=UTC)


def write_rows(path: Path, endpoints: int = ENDPOINTS, reads: int = READS) -> None:
    """Write readings a quarter of an hour apart, all endpoints of an instant together."""
    with path.open("w", encoding="utf-8") as file:
        file.write("endpoint,timestamp,total_kwh\n")
        for read in range(reads):
            stamp = (START + timedelta(minutes=15 * read)).isoformat()
            tenths = 10_000 + read * STEP_TENTHS
            cell = f"{tenths // 10}.{tenths % 10}"
            file.writelines(f"PDU {number},{stamp},{cell}\n" for number in range(endpoints))


def run(arguments: list[str], folder: Path) -> tuple[str, float]:
    """Run a command of ours; returns what it printed and the seconds it took."""
    environment = os.environ | {"WATTLEDGER_DATA_DIR": str(folder / "data")}
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "wattledger", *arguments],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout, time.perf_counter() - begun


def main() -> None:
    """Import twice and check the report of the first month."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_rows(folder / "rows.csv")
        command = ["import", "readings", str(folder / "rows.csv"), "--create-missing"]
        printed, first = run(command, folder)
        assert printed.startswith(f"{ENDPOINTS * READS} readings booked"), printed
        printed, again = run(command, folder)
        assert printed.startswith("0 readings booked"), printed
        report, _ = run(["report", "2026-02", "--format", "json"], folder)
        # 28 days of 96 steps of 0.7 kWh, by 100 endpoints
        assert json.loads(report)["totals"]["kwh"] == "188160", report[-200:]
    figures = {"rows": ENDPOINTS * READS, "seconds": round(first, 1), "again": round(again, 1)}
    print(
        f"import of {figures['rows']:,} readings: {first:.1f} s (target < 120), again {again:.1f} s"
    )
    Path(__file__).with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
