"""A caller may do what its role may; one that is limited to a client sees that one's own alone."""

import pytest

from wattledger.domain.caller import Caller
from wattledger.domain.permission import Permission, Role


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.ADMIN])
def test_a_caller_may_do_what_its_role_may(role: Role) -> None:
    caller = Caller("Erika", role, role.permissions)
    assert {each for each in Permission if caller.may(each)} == role.permissions
    assert not caller.is_limited


@pytest.mark.parametrize("role", list(Role))
def test_who_has_a_client_sees_its_own_and_nothing_else(role: Role) -> None:
    caller = Caller("Erika", role, role.permissions, client_id="c")
    assert [each for each in Permission if caller.may(each)] == [Permission.SEE_OWN]
    assert caller.is_limited


def test_of_the_role_client_without_a_client_nothing_is_its_own() -> None:
    caller = Caller("Erika", Role.CLIENT, Role.CLIENT.permissions)
    assert not any(caller.may(each) for each in Permission)
    assert caller.is_limited


def test_who_was_not_given_the_scope_sees_nothing_of_its_own_either() -> None:
    caller = Caller("script", Role.VIEWER, frozenset({Permission.SEE_ALL}), client_id="c")
    assert not any(caller.may(each) for each in Permission)
