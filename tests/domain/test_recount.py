"""A line is reckoned once more from its readings: what does not follow from them is told."""

from dataclasses import replace

import pytest

from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.month_report import Break, MonthLine, Segment
from wattledger.domain.quality import Quality
from wattledger.domain.reading import Status
from wattledger.domain.recount import recount

LINE = MonthLine(
    endpoint_id="e",
    endpoint="Rack A3",
    meter_id=7,
    meter="total",
    client_id=None,
    client=None,
    location=None,
    start_at=100,
    end_at=200,
    share_ppm=1_000_000,
    opening_milliwh=1_033,
    closing_milliwh=1_233,
    energy_milliwh=400,
    previous_milliwh=None,
    year_ago_milliwh=None,
    quality=((Quality.VALIDATED, 400),),
    uncertainty_milliwh=0,
    flags=(),
    segments=(Segment("install", 90, 1_000, 220, 1_300, "2"),),
)


def reading(
    at: int, register: int, status: Status = Status.GOOD, meter: int = 7
) -> EvidencedReading:
    return EvidencedReading("e", meter, at, register, status)


READINGS = [reading(90, 1_000), reading(120, 1_100), reading(190, 1_200), reading(220, 1_300)]


def test_a_line_follows_from_the_readings_at_its_edges() -> None:
    assert recount(LINE, READINGS) == []


def test_readings_of_other_meters_and_other_states_do_no_harm() -> None:
    others = [reading(101, 0, Status.GLITCH), reading(102, 0, Status.JITTER)]
    others += [reading(103, 9, meter=8), replace(reading(104, 9), endpoint_id="f")]
    assert recount(LINE, [*others, *READINGS[::-1]]) == []


def test_a_line_without_a_value_claims_nothing() -> None:
    assert recount(replace(LINE, energy_milliwh=None), []) == []


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (replace(LINE, opening_milliwh=1_034), "the opening register is stated as 0.001034"),
        (replace(LINE, closing_milliwh=None), "the closing register is stated as none"),
        (replace(LINE, energy_milliwh=401), "the energy is stated as 0.000401 kWh"),
        (replace(LINE, energy_milliwh=-1), "the energy is stated as -0.000001 kWh"),
        (replace(LINE, quality=()), "its quality codes add up to 0.000000 kWh"),
        (replace(LINE, segments=()), "it has energy, and names no readings"),
        (replace(LINE, start_at=300, end_at=400), "its readings lie outside its span"),
        (replace(LINE, share_ppm=500_000), "the readings give 0.000200"),
        (
            replace(LINE, segments=(replace(LINE.segments[0], first_milliwh=1),)),
            "no good reading shows 0.000001 kWh at 1970-01-01T00:00:00.000090Z",
        ),
        (
            replace(LINE, segments=(replace(LINE.segments[0], multiplier="0"),)),
            "The multiplier '0' is not a positive number",
        ),
        (
            replace(LINE, segments=(*LINE.segments, Segment("reset", 220, 1_300, 220, 1_300, "x"))),
            "The multiplier 'x'",
        ),
        (
            replace(LINE, breaks=(Break("reset", 230, 240, 5),)),
            "nothing accounts for the time from 1970-01-01T00:00:00.000220Z",
        ),
        (replace(LINE, breaks=(Break("reset", 90, 90, 5),)), "takes no time"),
    ],
)
def test_what_does_not_follow_is_told(line: MonthLine, finding: str) -> None:
    findings = recount(line, READINGS)
    assert finding in findings[0]
    assert all(each.startswith("Rack A3, total: ") for each in findings)


def test_two_good_readings_of_one_instant_decide_nothing() -> None:
    assert "of one instant" in recount(LINE, [*READINGS, reading(120, 1_101)])[0]


BROKEN = replace(
    LINE,
    opening_milliwh=1_000,
    closing_milliwh=None,
    energy_milliwh=235,
    quality=((Quality.ESTIMATED, 35), (Quality.VALIDATED, 200)),
    segments=(Segment("install", 100, 1_000, 190, 1_200, "1"),),
    breaks=(Break("reset", 190, 220, 107),),
)


def test_a_break_is_cut_at_the_edge_and_shows_no_register_there() -> None:
    at_edges = [reading(100, 1_000), reading(190, 1_200)]
    assert recount(BROKEN, at_edges) == []
    given = replace(BROKEN, closing_milliwh=1_200)
    assert "stated as 0.001200, the readings give none" in recount(given, at_edges)[0]


def test_epochs_on_both_sides_of_a_break_add_up() -> None:
    line = replace(
        BROKEN,
        closing_milliwh=10,
        energy_milliwh=317,
        quality=((Quality.ESTIMATED, 107), (Quality.VALIDATED, 210)),
        segments=(*BROKEN.segments, Segment("reset", 195, 0, 200, 10, "1")),
        breaks=(Break("reset", 190, 195, 107),),
    )
    readings = [reading(100, 1_000), reading(190, 1_200), reading(195, 0), reading(200, 10)]
    assert recount(line, readings) == []


def test_the_rounding_of_a_share_is_not_a_finding() -> None:
    third = ((Quality.VALIDATED, 134),)
    shared = replace(LINE, share_ppm=333_333, energy_milliwh=134, quality=third)
    assert recount(shared, READINGS) == []
    more = replace(shared, energy_milliwh=136, quality=((Quality.VALIDATED, 136),))
    assert recount(more, READINGS) != []
