"""Instants are exact, and a time without an offset is none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import (
    format_instant,
    parse_instant,
    to_datetime,
    to_instant,
)

NAIVE = datetime(2026, 3, 1)  # noqa: DTZ001 - without a zone on purpose


@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis adds the zone
def test_an_instant_is_exact_in_both_directions(moment: datetime) -> None:
    assert to_datetime(to_instant(moment)) == moment
    assert parse_instant(format_instant(to_instant(moment))) == to_instant(moment)


def test_offsets_name_the_same_instant() -> None:
    assert parse_instant("2026-03-01T01:00:00+01:00") == parse_instant("2026-03-01T00:00:00Z")
    assert parse_instant(" 2026-03-01T00:00:00.5Z ") % 1_000_000 == 500_000


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01T00:00:00Z", "1.3.2026"])
def test_what_is_no_timestamp_is_refused_with_the_form_it_takes(text: str) -> None:
    with pytest.raises(InvalidInputError, match="write it like"):
        parse_instant(text)


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no UTC offset"):
        parse_instant("2026-03-01T00:00:00")
    with pytest.raises(InvalidInputError, match="no UTC offset"):
        to_instant(NAIVE)


def test_an_instant_before_the_epoch_is_negative() -> None:
    assert to_instant(datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)) == -1
