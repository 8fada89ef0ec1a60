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

    def may(self, permission: Permission) -> bool:
        """Tell whether the caller has a permission."""
        return permission in self.permissions
