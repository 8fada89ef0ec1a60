"""Who may do what: roles, and the permissions they have (RELIABILITY "Security").

Every route names the one permission it needs; what is not named is refused. A token has the
permissions of its role, or fewer where it was given scopes.
"""

from collections.abc import Iterable
from enum import StrEnum

from wattledger.domain.errors import InvalidInputError


class Permission(StrEnum):
    """What a caller may do. The values are the scopes that tokens are given."""

    SEE_OWN = "see-own"
    SEE_ALL = "see-all"
    SET_UP = "set-up"
    RUN = "run"
    CORRECT = "correct"
    BILL = "bill"
    ADMINISTER = "administer"


MEANING = {
    Permission.SEE_OWN: "see consumption, meters, months and statements; a client only its own",
    Permission.SEE_ALL: "see how all is set up, how it runs, and the evidence behind figures",
    Permission.SET_UP: "create, change, test and delete endpoints, clients, sites, assignments and "
    "channels",
    Permission.RUN: "create, change, run and cancel jobs",
    Permission.CORRECT: "correct registers and import readings",
    Permission.BILL: "set tariffs and close months",
    Permission.ADMINISTER: "manage users and tokens, read the audit log, and see the system",
}
"""What each permission lets its holder do, for the documentation."""


class Role(StrEnum):
    """What a user or a token is to Wattledger."""

    ADMIN = "admin"
    OPERATOR = "operator"
    VIEWER = "viewer"
    CLIENT = "client"

    @property
    def permissions(self) -> frozenset[Permission]:
        """Return what the role may do."""
        return _OF_ROLE[self]


_VIEWER = frozenset({Permission.SEE_OWN, Permission.SEE_ALL})
_OPERATOR = _VIEWER | {Permission.SET_UP, Permission.RUN, Permission.CORRECT, Permission.BILL}
_OF_ROLE = {
    Role.CLIENT: frozenset({Permission.SEE_OWN}),
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.ADMIN: frozenset(Permission),
}


def permissions_of(role: Role, scopes: Iterable[Permission] | None) -> frozenset[Permission]:
    """Return what a role may do within scopes; ``None`` is all of it.

    InvalidInputError names the scopes that the role has not.
    """
    if scopes is None:
        return role.permissions
    wanted = frozenset(scopes)
    beyond = wanted - role.permissions
    if beyond:
        raise InvalidInputError(
            f"The role '{role}' has no {', '.join(sorted(beyond))}; "
            f"it has {', '.join(sorted(role.permissions))}.",
            field="scopes",
        )
    return wanted
