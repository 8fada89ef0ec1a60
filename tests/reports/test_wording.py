"""What statements say of moments, in words that have one meaning."""

from zoneinfo import ZoneInfo

import pytest

from wattledger.domain.instant import parse_instant
from wattledger.reports.wording import moment_text

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-10-24T23:45:00Z", "25 Oct 2026 01:45"),
        ("2026-10-25T00:30:00Z", "25 Oct 2026 02:30 CEST"),
        ("2026-10-25T01:30:00Z", "25 Oct 2026 02:30 CET"),
        ("2026-10-25T02:00:00Z", "25 Oct 2026 03:00"),
        ("2026-03-29T01:00:00Z", "29 Mar 2026 03:00"),
    ],
)
def test_a_time_that_is_there_twice_says_which_of_the_two_it_is(at: str, told: str) -> None:
    assert moment_text(parse_instant(at), BERLIN) == told
