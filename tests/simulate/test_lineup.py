"""Which meters make up a farm."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.instant import DAY, Instant, parse_instant
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType, Recipe
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.lineup import plain_farm, standard_farm
from wattledger.simulate.load import QUARTER
from wattledger.simulate.spec import MeterSpec

NOW = parse_instant("2026-11-20T12:00:00Z")
TEN_YEARS = 3653 * DAY
KILOWATT_MW = 1_000_000


def test_the_standard_farm_has_every_kind_as_often_as_asked() -> None:
    kinds = [spec.kind for spec in standard_farm(3)]
    assert set(kinds) == KINDS.keys()
    assert all(kinds.count(kind) == 3 for kind in KINDS)


def test_there_are_at_least_fourteen_healthy_kinds_and_five_faulty_ones() -> None:
    healthy = [kind for kind in KINDS.values() if kind.expected.outcome is Outcome.OK]
    assert len(healthy) >= 14
    assert len(KINDS) - len(healthy) >= 5


def test_no_two_meters_share_a_name_a_load_or_a_password() -> None:
    specs = plain_farm(2_000)
    for what in ("name", "seed", "location"):
        assert len({getattr(spec, what) for spec in specs}) == len(specs)
    assert len({spec.password for spec in specs}) > 1_990


@given(st.integers(0, 2**64), st.integers(NOW - TEN_YEARS, NOW + TEN_YEARS))
def test_any_unit_cell_meter_is_below_and_above_a_kilowatt_on_any_day(
    seed: int, at: Instant
) -> None:
    load = replace(unit_cells(1)[0], seed=seed).load
    powers = [load.power_mw(at + n * QUARTER) for n in range(DAY // QUARTER)]
    light = sum(power < KILOWATT_MW for power in powers)
    # Hours of each, not a moment that a read each quarter could miss.
    assert 8 <= light <= len(powers) - 8


def test_the_farms_unit_cell_meters_have_the_load_of_their_kind() -> None:
    kind = KINDS["unit-cell"]
    assert {(s.lightest_w, s.heaviest_w) for s in unit_cells(20)} == {
        (kind.lightest_w, kind.heaviest_w)
    }


def unit_cells(count: int) -> list[MeterSpec]:
    return [spec for spec in standard_farm(count) if spec.kind == "unit-cell"]


def test_every_recipe_is_one_the_product_takes() -> None:
    for spec in standard_farm(2):
        recipe = Recipe.model_validate(KINDS[spec.kind].recipe(spec))
        if recipe.auth_type is not AuthType.NONE:
            assert recipe.auth_config.username == spec.username
            assert recipe.auth_config.password is not None
            assert recipe.auth_config.password.get_secret_value() == spec.password


def test_a_kind_either_has_pages_or_speaks_for_itself() -> None:
    for kind in KINDS.values():
        assert (kind.pages is None) != (kind.conversation is None)
