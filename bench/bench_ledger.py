"""Let faults befall meters of known true energy; compare this ledger and other rules with it.

Targets at 15-minute reads (LEDGER 8): the worst monthly error at most 0.2 % where the readings
determine the energy, within the printed uncertainty everywhere, the median over what is exactly
recoverable at most 0.005 %, and no wrong figure without a flag. Hourly and daily reads are printed.
An error is what exceeds twice the display's resolution. Prints a table and writes JSON.

``bench_ledger.py [METERS]`` takes so many meters a fault, 200 unless told.
"""

import json
import sys
from collections.abc import Sequence
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from typing import NamedTuple

from wattledger.domain.instant import DAY, HOUR, MINUTE
from wattledger.simulate.ledger_faults import ALL_FAULTS
from wattledger.simulate.ledger_faults.fault import Fault, Recovery
from wattledger.simulate.ledger_faults.month import OTHER_RULES
from wattledger.simulate.ledger_faults.verdict import Verdict, judge

METERS = 200
INTERVALS = {"15 min": 15 * MINUTE, "hourly": HOUR, "daily": DAY}
WORST_PERCENT = 0.2
MEDIAN_PERCENT = 0.005


class Case(NamedTuple):
    """A fault at a reading interval, over so many meters."""

    fault: int
    interval: int
    meters: int


def verdicts(case: Case) -> list[Verdict]:
    """Return the verdicts over all meters of a case."""
    fault = ALL_FAULTS[case.fault]
    return [judge(fault, seed, case.interval) for seed in range(case.meters)]


def figures(fault: Fault, found: Sequence[Verdict]) -> dict[str, object]:
    """Return what is printed and written of one fault."""
    errors = [each.error_percent for each in found]
    ours = {
        "median": round(median(errors), 4),
        "worst": round(max(errors), 4),
        "unflagged": sum(each.is_unflagged_error for each in found),
        "outside": sum(not each.is_within for each in found),
    }
    others = {}
    for place, name in enumerate(OTHER_RULES):
        wrong = [each.others[place] for each in found]
        others[name] = {
            "median": round(median(wrong), 4),
            "worst": round(max(wrong), 4),
            "unflagged": sum(error > 0 for error in wrong),
        }
    return {"fault": fault.name, "recovery": fault.recovery.value, "this ledger": ours} | others


def print_line(line: dict[str, object]) -> None:
    """Print one fault: median and worst error in percent, wrong figures without a flag."""
    cells = [f"{line['fault']:<40} {line['recovery']:<10}"]
    for name in ("this ledger", *OTHER_RULES):
        rule = line[name]
        assert isinstance(rule, dict)
        cells.append(
            f"{rule['median']:>9.4f} {min(rule['worst'], 1e8):>12.4f} {rule['unflagged']:>4}"
        )
    print(" |".join(cells), flush=True)


def missed(fault: Fault, found: Sequence[Verdict]) -> list[str]:
    """Return the targets that a fault misses, with the meters that do."""
    worst = [
        each.seed
        for each in found
        if each.error_percent > WORST_PERCENT and fault.recovery is not Recovery.ESTIMATED
    ]
    silent = [each.seed for each in found if each.is_unflagged_error]
    outside = [each.seed for each in found if not each.is_within]
    reasons = {"over 0.2 %": worst, "wrong without a flag": silent, "outside": outside}
    return [f"{fault.name}: {why}: meters {seeds}" for why, seeds in reasons.items() if seeds]


def measure(name: str, interval: int, meters: int) -> tuple[list[dict[str, object]], list[str]]:
    """Print the table of a reading interval; returns its lines and the targets missed."""
    print(f"\n{name} reads, {meters} meters a fault: median %, worst %, wrong and not flagged")
    rules = " |".join(f"{rule:>27}" for rule in ("this ledger", *OTHER_RULES))
    print(f"{'':<51} |{rules}")
    lines, failures, exact = [], [], []
    with Pool() as pool:
        cases = [Case(number, interval, meters) for number in range(len(ALL_FAULTS))]
        for fault, found in zip(ALL_FAULTS, pool.imap(verdicts, cases), strict=True):
            lines.append(figures(fault, found))
            print_line(lines[-1])
            failures += missed(fault, found)
            if fault.recovery is Recovery.EXACT:
                exact += [each.error_percent for each in found]
    middle = median(exact)
    print(f"median over {len(exact)} exactly recoverable months: {middle:.4f} %")
    if middle > MEDIAN_PERCENT:
        failures.append(f"median {middle:.4f} % over what is exactly recoverable")
    return lines, failures


def main() -> None:
    """Measure all intervals; the targets hold for the first."""
    meters = int(sys.argv[1]) if len(sys.argv) > 1 else METERS
    written, failed = {}, []
    for name, interval in INTERVALS.items():
        written[name], failures = measure(name, interval, meters)
        if interval == INTERVALS["15 min"]:
            failed = failures
    Path(__file__).with_suffix(".json").write_text(json.dumps(written, indent=1), encoding="utf-8")
    assert not failed, "\n".join(failed)


if __name__ == "__main__":
    main()
