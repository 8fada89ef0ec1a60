"""``wattledger measure``: any period of a meter."""

import json
from pathlib import Path

from tests.cli.conftest import Run

LINES = """endpoint,timestamp,total_kwh
Rack A3,2026-02-28T00:00:00+01:00,1000.0
Rack A3,2026-03-01T00:00:00+01:00,1024.0
Rack A3,2026-03-02T00:00:00+01:00,1048.0
Rack A3,2026-03-03T00:00:00+01:00,1072.5
"""


def test_a_period_is_measured_as_a_table_and_as_json(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "readings.csv"
    file.write_text(LINES, encoding="utf-8")
    run("db", "upgrade")
    run("import", "readings", str(file), "--create-missing")
    period = ("--from", "2026-03-01", "--to", "2026-03-02")
    table = run("measure", "Rack A3", *period, "--by", "day").out
    assert "24.000" in table
    assert "24.500" in table
    told = json.loads(run("measure", "Rack A3", *period, "--json").out)
    assert (told["endpoint"], told["meter"], told["timeZone"]) == (
        "Rack A3",
        "total",
        "Europe/Berlin",
    )
    [part] = told["parts"]
    assert (part["openingKwh"], part["closingKwh"], part["kwh"]) == ("1024", "1072.5", "48.5")
    assert part["quality"] == {"17": "48.5"}
    assert part["epochs"][0]["kind"] == "install"
