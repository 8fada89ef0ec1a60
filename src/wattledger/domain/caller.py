"""Who calls: a user who signed in or a program with a token, and what it may do and see."""

from dataclasses import dataclass

from wattledger.domain.permission import Permission, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. ``client_id`` is the public id of the one client it may see; None for all.

    ``user_id`` and ``token_id`` are those of the account; the other one is None. ``name`` is what
    the audit log and the ledger write down.
    """

    name: str
    role: Role
    permissions: frozenset[Permission]
    client_id: str | None = None
    user_id: str | None = None
    token_id: int | None = None

    @property
    def is_limited(self) -> bool:
        """Tell whether the caller sees one client alone: its role is *client*, or it has one."""
        return self.client_id is not None or self.role is Role.CLIENT

    def may(self, permission: Permission) -> bool:
        """Tell whether the caller has a permission.

        Who is limited to one client may see what is its own, and nothing else whatever its role;
        of the role *client* without a client nothing is its own.
        """
        if self.is_limited and (permission is not Permission.SEE_OWN or self.client_id is None):
            return False
        return permission in self.permissions
