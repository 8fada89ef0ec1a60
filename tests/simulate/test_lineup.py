"""Which meters make up a farm."""

from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType, Recipe
from wattledger.simulate.kinds import KINDS
from wattledger.simulate.lineup import plain_farm, standard_farm


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
