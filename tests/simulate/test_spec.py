"""A meter's register: starts where told, rises with the load, shows whole display steps."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.instant import DAY, Instant, parse_instant
from wattledger.simulate.spec import KWH, MeterSpec

START = parse_instant("2026-01-01T00:00:00Z")
SPEC = MeterSpec(
    kind="plain-table",
    name="Rack A3",
    client="Client XYZ",
    location="Hall 1",
    seed=11,
    started_at=START,
    start_milliwh=12_543 * KWH,
)
LATER = st.integers(START, START + 1000 * DAY)


def test_the_register_starts_where_told_and_stands_still_before() -> None:
    assert SPEC.register(START) == 12_543 * KWH
    assert SPEC.register(START - 400 * DAY) == 12_543 * KWH


@given(LATER, st.integers(1, 3))
def test_the_register_shows_whole_steps_of_its_display(at: Instant, decimals: int) -> None:
    spec = replace(SPEC, decimals=decimals)
    assert spec.register(at) % (KWH // 10**decimals) == 0


@given(LATER)
def test_the_register_is_the_start_plus_what_was_drawn_since(at: Instant) -> None:
    drawn = SPEC.load.energy_milliwh(at) - SPEC.load.energy_milliwh(START)
    lag = SPEC.start_milliwh + drawn - SPEC.register(at)
    assert 0 <= lag < SPEC.resolution_milliwh


def test_a_password_does_not_show_in_the_spec() -> None:
    assert "s3cret" not in repr(replace(SPEC, password="s3cret"))
