"""The page on corrections says what the commands print."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from tests.cli.conftest import Run, run

__all__ = ["run"]

PAGE = Path(__file__).parents[2] / "docs/how-to/correct-a-register.md"


def commands() -> Iterator[tuple[str, str]]:
    """Yield the commands of the page and what they print, in order."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def test_the_page_shows_what_the_commands_print(run: Run, tmp_path: Path) -> None:
    lines = [f"Rack A3,2026-03-10T{hour:02}:00:00Z,{1000 + 2 * hour}\n" for hour in range(20)]
    lines += [f"Rack A3,2026-03-11T{hour:02}:00:00Z,{7 + 2 * hour}\n" for hour in range(1, 24)]
    lines.append("Rack A3,2026-03-13T05:00:00Z,653\n")
    path = tmp_path / "readings.csv"
    path.write_text("endpoint,timestamp,total_kwh\n" + "".join(lines), encoding="utf-8")
    assert run("import", "readings", str(path), "--create-missing").code == 0
    shown = list(commands())
    assert len(shown) == 8
    for command, printed in shown:
        program, *arguments = shlex.split(command)
        assert program == "wattledger"
        ran = run(*arguments)
        assert (ran.code, ran.out) == (0, printed), command
