"""The face of a meter: digits that are exactly what its values are."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.instant import DAY, Instant, parse_instant
from wattledger.simulate.face import digits, face_of
from wattledger.simulate.lineup import plain_farm
from wattledger.simulate.spec import MeterSpec

NOW = parse_instant("2026-11-20T12:00:00Z")
SPECS = plain_farm(30)


@given(st.sampled_from(SPECS), st.integers(NOW - 1000 * DAY, NOW + 1000 * DAY))
def test_digits_and_values_of_a_face_are_the_same(spec: MeterSpec, at: Instant) -> None:
    face = face_of(spec, at)
    assert Decimal(face.kwh) * 1_000_000 == face.register_milliwh
    assert Decimal(face.watts) * 1000 == face.power_mw
    assert Decimal(face.volts) * 1000 == face.voltage_mv
    assert Decimal(face.amperes) * 1000 == face.current_ma
    assert Decimal(face.power_factor) * 1000 == face.pf_milli


@given(st.sampled_from(SPECS), st.integers(NOW - 1000 * DAY, NOW + 1000 * DAY))
def test_power_agrees_with_voltage_current_and_power_factor(spec: MeterSpec, at: Instant) -> None:
    face = face_of(spec, at)
    product_mw = face.voltage_mv * face.current_ma * face.pf_milli // 1_000_000
    assert abs(product_mw - face.power_mw) < face.power_mw // 100


@given(st.sampled_from(SPECS), st.integers(NOW - 1000 * DAY, NOW + 1000 * DAY))
def test_the_decoys_differ_from_the_register(spec: MeterSpec, at: Instant) -> None:
    face = face_of(spec, at)
    assert 0 <= face.today_milliwh < 10 * 24 * 1_000_000
    assert face.apparent_milliwh > face.register_milliwh


def test_what_is_finer_than_the_digits_is_cut_not_rounded() -> None:
    assert digits(1_999_999, 1_000_000, 1) == "1.9"
    assert digits(999, 1_000_000, 3) == "0.000"
    assert digits(1_234_567_050_000, 1_000_000, 2, mark=",", group=".") == "1.234.567,05"
    assert digits(3_472_999, 1000, 0) == "3472"
