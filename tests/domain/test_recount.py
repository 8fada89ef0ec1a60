"""A line is reckoned once more from its readings: what does not follow from them is told."""

from dataclasses import replace

import pytest

from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.month_report import Break, Flag, MonthLine, NamedRead, Segment
from wattledger.domain.neighbours import with_named_reads
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
    segments=(Segment("install", 100, 1_033, 200, 1_233, "2"),),
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


SEGMENT = LINE.segments[0]


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (replace(LINE, opening_milliwh=1_034), "the opening register is 0.001034, that of its"),
        (replace(LINE, closing_milliwh=None), "the closing register is none, that of its epoch"),
        (replace(LINE, energy_milliwh=401), "the energy is stated as 0.000401 kWh"),
        (replace(LINE, energy_milliwh=-1), "the energy is stated as -0.000001 kWh"),
        (replace(LINE, quality=()), "its quality codes add up to 0.000000 kWh"),
        (replace(LINE, segments=()), "it has energy, and names no readings"),
        (replace(LINE, start_at=300, end_at=400), "is not in its span"),
        (replace(LINE, start_at=99), "no good reading is of 1970-01-01T00:00:00.000100Z"),
        (replace(LINE, share_ppm=500_000), "the readings give 0.000200"),
        (
            replace(LINE, opening_milliwh=1, segments=(replace(SEGMENT, first_milliwh=1),)),
            "the register is stated as 0.000001 kWh, the readings give 0.001033",
        ),
        (replace(LINE, segments=(replace(SEGMENT, multiplier="0"),)), "The multiplier '0' is not"),
        (
            replace(LINE, segments=(replace(SEGMENT, first_at=20),), start_at=20),
            "no good readings lie around 1970-01-01T00:00:00.000020Z",
        ),
        (
            replace(LINE, end_at=230, breaks=(Break("reset", 220, 240, 5),)),
            "nothing accounts for the time from 1970-01-01T00:00:00.000200Z",
        ),
        (replace(LINE, breaks=(Break("reset", 190, 180, 5),)), "is not in its span"),
    ],
)
def test_what_does_not_follow_is_told(line: MonthLine, finding: str) -> None:
    findings = recount(line, READINGS)
    assert finding in findings[0]
    assert all(each.startswith("Rack A3, total: ") for each in findings)


def test_two_good_readings_of_one_instant_decide_nothing() -> None:
    assert "of one instant" in recount(LINE, [*READINGS, reading(120, 1_101)])[0]


def test_an_interval_that_both_edges_cut_is_counted_in_part() -> None:
    inside = replace(
        LINE,
        opening_milliwh=1_100,
        closing_milliwh=1_200,
        energy_milliwh=100,
        quality=((Quality.ESTIMATED, 100),),
        flags=(Flag.ESTIMATED,),
        segments=(Segment("install", 100, 1_100, 200, 1_200, "1"),),
    )
    assert recount(inside, [reading(0, 1_000), reading(300, 1_300)]) == []


def test_edges_at_readings_cut_nothing() -> None:
    whole = replace(
        LINE,
        opening_milliwh=1_000,
        closing_milliwh=1_200,
        segments=(Segment("install", 100, 1_000, 200, 1_200, "2"),),
    )
    assert recount(whole, [reading(100, 1_000), reading(200, 1_200), reading(300, 9)]) == []


def test_each_setting_counts_its_own_part() -> None:
    changed = replace(
        LINE,
        energy_milliwh=700,
        quality=((Quality.VALIDATED, 700),),
        segments=(
            Segment("install", 100, 1_033, 150, 1_142, "2"),
            Segment("install", 150, 1_142, 200, 1_233, "5"),
        ),
    )
    # 134 in the part of the first interval, 2 x 42 and 5 x 58 between, 5 x 33 of the last.
    exact = 134 + 84 + 290 + 166
    changed = replace(changed, energy_milliwh=exact, quality=((Quality.VALIDATED, exact),))
    assert recount(changed, READINGS) == []


def test_the_registers_tell_a_cut_interval_in_which_another_multiplier_held() -> None:
    # At the edge or beyond: 2 x 67 of the first interval are the line's, whatever the rest counts.
    booked = [READINGS[0], replace(READINGS[1], energy_milliwh=150), *READINGS[2:]]
    assert recount(LINE, booked) == []


def test_a_setting_that_ends_inside_the_interval_the_edge_cuts_counts_with_it() -> None:
    # Of the first interval 2 x 33 and 5 x 34; 5 x 100 between, and a third of 5 x 100 to the end.
    booked = [READINGS[0], replace(READINGS[1], energy_milliwh=302), *READINGS[2:]]
    exact = 66 + 170 + 500 + 166
    line = replace(
        LINE,
        energy_milliwh=exact,
        quality=((Quality.VALIDATED, exact),),
        segments=(
            Segment("install", 100, 1_033, 110, 1_066, "2"),
            Segment("install", 110, 1_066, 200, 1_233, "5"),
        ),
    )
    assert recount(line, booked) == []


BROKEN = replace(
    LINE,
    opening_milliwh=1_000,
    closing_milliwh=None,
    energy_milliwh=235,
    quality=((Quality.ESTIMATED, 35), (Quality.VALIDATED, 200)),
    uncertainty_milliwh=300,
    flags=(Flag.ESTIMATED, Flag.RESET),
    segments=(Segment("install", 100, 1_000, 190, 1_200, "1"),),
    breaks=(Break("reset", 190, 220, 35),),
)


def test_a_break_over_the_edge_counts_as_booked_and_shows_no_register_there() -> None:
    at_edges = [reading(100, 1_000), reading(190, 1_200), reading(220, 0)]
    assert recount(BROKEN, at_edges) == []
    given = replace(BROKEN, closing_milliwh=1_200)
    assert "the closing register is 0.001200, that of its epoch none" in recount(given, at_edges)[0]
    begun = replace(
        BROKEN,
        opening_milliwh=None,
        closing_milliwh=10,
        quality=((Quality.ESTIMATED, 225), (Quality.VALIDATED, 10)),
        segments=(Segment("reset", 120, 0, 200, 10, "1"),),
        breaks=(Break("reset", 90, 120, 225),),
    )
    assert recount(begun, [reading(90, 5_000), reading(120, 0), reading(200, 10)]) == []


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


def test_the_energy_of_a_break_is_that_of_the_reading_behind_it() -> None:
    whole = replace(
        BROKEN,
        closing_milliwh=10,
        energy_milliwh=317,
        quality=((Quality.ESTIMATED, 107), (Quality.VALIDATED, 210)),
        segments=(*BROKEN.segments, Segment("reset", 195, 0, 200, 10, "1")),
        breaks=(Break("reset", 190, 195, 107),),
    )
    behind = replace(reading(195, 0), energy_milliwh=7)
    readings = [reading(100, 1_000), reading(190, 1_200), behind, reading(200, 10)]
    (finding,) = recount(whole, readings)
    assert finding.endswith("stated as 0.000107 kWh, the reading behind it gives 0.000007.")
    between = [*readings, reading(193, 9)]
    assert "is not one from a good reading to the next" in recount(whole, between)[0]


def test_of_a_break_over_the_edge_the_line_has_its_part() -> None:
    cut = [reading(100, 1_000), reading(190, 1_200), replace(reading(220, 0), energy_milliwh=105)]
    assert recount(BROKEN, cut) == []
    more = replace(cut[-1], energy_milliwh=108)
    assert "the reading behind it gives 0.000036." in recount(BROKEN, [*cut[:2], more])[0]


def test_the_rounding_of_a_share_is_not_a_finding() -> None:
    third = ((Quality.VALIDATED, 134),)
    shared = replace(LINE, share_ppm=333_333, energy_milliwh=134, quality=third)
    assert recount(shared, READINGS) == []
    more = replace(shared, energy_milliwh=136, quality=((Quality.VALIDATED, 136),))
    assert recount(more, READINGS) != []


def test_the_readings_that_a_segment_names_are_those_at_its_ends() -> None:
    proven = [replace(each, attempt_id=each.at, evidence_sha256="ab") for each in READINGS]
    named = with_named_reads(LINE, proven[::-1])
    (segment,) = named.segments
    assert [each.at for each in (*segment.first_reads, *segment.last_reads)] == [90, 120, 190, 220]
    assert segment.first_reads[0] == NamedRead(90, 90, "ab")
    assert recount(named, proven) == []
    (finding,) = recount(named, READINGS)
    told = "the readings it names for 1970-01-01T00:00:00.000100Z are not the ones it has."
    assert finding == f"Rack A3, total: {told}"


def test_a_segment_names_what_there_is() -> None:
    (segment,) = with_named_reads(LINE, READINGS[1:3]).segments
    assert segment.first_reads == (NamedRead(120),)
    assert segment.last_reads == (NamedRead(190),)
    (segment,) = with_named_reads(LINE, []).segments
    assert segment == SEGMENT
