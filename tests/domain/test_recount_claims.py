"""What a line says of its energy must fit it: its codes, flags, uncertainty and days."""

from dataclasses import replace
from typing import Any

import pytest
from tests.reports.statements import KWH, Shape, built

from wattledger.domain.month_report import Flag, MonthLine
from wattledger.domain.quality import Quality
from wattledger.domain.recount_claims import claim_findings

RESET = built(0, Shape(reset_at=40)).line
ENERGY = RESET.energy_milliwh or 0
VALIDATED = ((Quality.VALIDATED, ENERGY),)


def found(line: MonthLine = RESET, **changes: Any) -> list[str]:  # noqa: ANN401 - any field
    return list(claim_findings(replace(line, **changes)))


@pytest.mark.parametrize(
    "shape",
    [
        Shape(),
        Shape(gap=(30, 50)),
        Shape(begins_at=20),
        Shape(reset_at=40, share_ppm=333_333),
        Shape(reset_at=77, multiplier=40),
    ],
)
def test_a_line_that_was_reckoned_claims_what_is_so(shape: Shape) -> None:
    assert found(built(1, shape).line) == []


def test_what_nobody_measured_is_not_called_measured() -> None:
    assert found(quality=VALIDATED) == [
        "7 kWh of its breaks were measured by nobody, and 0 kWh are called estimated."
    ]
    entered = ((Quality.EDITED, 7 * KWH), (Quality.VALIDATED, ENERGY - 7 * KWH))
    flags = (*RESET.flags, Flag.EDITED)
    assert len(found(quality=entered, flags=flags)) == 1


def test_what_a_person_read_at_an_exchange_is_edited_or_estimated() -> None:
    (reset,) = RESET.breaks
    exchanged = replace(RESET, breaks=(replace(reset, kind="replacement"),))
    flags = (Flag.EDITED, Flag.ESTIMATED, Flag.REPLACEMENT)
    entered = ((Quality.EDITED, 7 * KWH), (Quality.VALIDATED, ENERGY - 7 * KWH))
    assert found(exchanged, flags=flags) == []
    assert found(exchanged, flags=flags, quality=entered, uncertainty_milliwh=0) == []
    assert len(found(exchanged, flags=flags, quality=VALIDATED)) == 1


def test_a_rollover_is_measured() -> None:
    (reset,) = RESET.breaks
    wrapped = replace(RESET, breaks=(replace(reset, kind="rollover"),), quality=VALIDATED)
    assert found(wrapped, flags=(Flag.ROLLOVER,), uncertainty_milliwh=0) == []


def test_the_uncertainty_is_at_least_what_nobody_measured() -> None:
    assert found(uncertainty_milliwh=7 * KWH - 1) == [
        "its uncertainty is less than the 7 kWh that nobody measured."
    ]
    assert found(built(0).line, uncertainty_milliwh=-KWH) == []


def test_flags_cannot_be_left_out() -> None:
    assert found(flags=()) == ["it is not flagged estimated, reset."]
    doubted = (*RESET.quality, (Quality.QUESTIONABLE, 0))
    assert found(quality=doubted) == ["it is not flagged questionable."]


def test_days_add_up_to_the_line() -> None:
    days = [(day, 100 * (energy or 0) if day.day == 4 else energy) for day, energy in RESET.days]
    (finding,) = found(days=tuple(days))
    assert finding.startswith("its days add up to ")
    assert found(days=()) == []
