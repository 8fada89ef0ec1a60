"""What a figure rests on: segments of epochs, and the breaks between them."""

import pytest

from wattledger.domain.month_report import Break, Flag, Segment
from wattledger.domain.reading import Join, Reading, Status
from wattledger.domain.register import RegisterSettings
from wattledger.domain.segments import (
    EpochBreak,
    breaks_of,
    flag_of,
    kind_of,
    multiplier_text,
    segments_of,
)
from wattledger.domain.settings_timeline import SettingsTimeline
from wattledger.domain.tally import Tally

PLAIN = RegisterSettings()


def known(start: int | None, end: int | None) -> Tally:
    return Tally(start_at=100, start_milliwh=start, end_at=200, end_milliwh=end, covered=100)


def broken(before: tuple[int, int], after: tuple[int, int], energy: int = 10) -> EpochBreak:
    first = Reading(*before, 1, Status.GOOD)
    return EpochBreak(first, Reading(*after, 1, Status.GOOD, energy, Join.RESET))


def test_a_period_without_a_break_is_one_segment() -> None:
    assert segments_of(known(5, 9), "install", [], PLAIN) == (
        Segment("install", 100, 5, 200, 9, "1"),
    )
    assert segments_of(Tally(), "install", [], PLAIN) == ()


def test_a_break_inside_cuts_it_in_two() -> None:
    gap = broken((140, 50), (150, 2))
    assert segments_of(known(5, 30), "install", [gap], PLAIN) == (
        Segment("install", 100, 5, 140, 50, "1"),
        Segment("reset", 150, 2, 200, 30, "1"),
    )
    assert breaks_of([gap], 100, 200) == (Break("reset", 140, 150, 10),)


def test_a_break_over_an_edge_leaves_no_segment_beyond_it() -> None:
    opening, closing = broken((90, 50), (120, 2)), broken((180, 30), (220, 0))
    assert segments_of(known(None, None), "install", [opening, closing], PLAIN) == (
        Segment("reset", 120, 2, 180, 30, "1"),
    )
    # Of the energy over an edge only the part inside counts, by cumulative floor.
    assert breaks_of([opening, closing], 100, 200) == (
        Break("reset", 90, 120, 7),
        Break("reset", 180, 220, 5),
    )


def test_a_change_of_settings_cuts_a_segment_of_one_epoch() -> None:
    dated = SettingsTimeline(PLAIN, ((150, RegisterSettings(numerator=40)),))
    assert segments_of(known(5, 9), "install", [], dated, [(150, 7)]) == (
        Segment("install", 100, 5, 150, 7, "1"),
        Segment("install", 150, 7, 200, 9, "40"),
    )


@pytest.mark.parametrize(
    ("join", "kind", "flag"),
    [
        (Join.FIRST, "install", None),
        (Join.ROLLOVER, "rollover", Flag.ROLLOVER),
        (Join.RESET, "reset", Flag.RESET),
        (Join.RESTORED, "restored", Flag.RESTORED),
        (Join.REPLACEMENT, "replacement", Flag.REPLACEMENT),
        (Join.DECLARED, "replacement", Flag.REPLACEMENT),
    ],
)
def test_each_break_has_its_word(join: Join, kind: str, flag: Flag | None) -> None:
    assert (kind_of(join), flag_of(join)) == (kind, flag)


def test_a_multiplier_is_written_as_people_write_it() -> None:
    assert multiplier_text(RegisterSettings(numerator=1, denominator=8)) == "0.125"
    assert EpochBreak(Reading(0, 0, 1), Reading(1, 0, 1)).join is Join.FIRST
