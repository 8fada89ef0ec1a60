"""The page on closing says what the commands print."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.conftest import Run, run

__all__ = ["run"]

PAGE = Path(__file__).parents[2] / "docs/how-to/close-a-month.md"
FIRST = datetime(2026, 2, 28, 22, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def rows(endpoint: str, days: int) -> str:
    """Return lines of half-hourly readings."""
    moments = (FIRST + n * HALF_AN_HOUR for n in range(48 * days))
    return "".join(
        f"{endpoint},{at:%Y-%m-%dT%H:%MZ},{1000 + n / 2}\n" for n, at in enumerate(moments)
    )


def test_the_page_shows_what_the_commands_print(run: Run, tmp_path: Path) -> None:
    endpoints, readings = tmp_path / "endpoints.csv", tmp_path / "readings.csv"
    endpoints.write_text("endpoint,client,p_max_kw\nRack A1,Alpha,11\nRack B1,Beta,11\n", "utf-8")
    readings.write_text(
        "endpoint,timestamp,total_kwh\n" + rows("Rack A1", 40) + rows("Rack B1", 12), "utf-8"
    )
    assert run("import", "endpoints", str(endpoints)).code == 0
    assert run("import", "readings", str(readings)).code == 0
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    shown = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    assert len(shown) == 7
    for part in shown:
        command, _, printed = part.partition("\n")
        program, *arguments = shlex.split(command)
        assert program == "wattledger"
        ran = run(*arguments)
        # A seal is of the moment of the close, too: the page shows how one begins.
        assert re.sub(r"(?<=SHA-256: )[0-9a-f]{64}", "9f2c…", ran.out) == printed, command
        assert ran.code == (1 if "silent" in printed else 0), command
