"""What a route needs: one permission, checked before its function runs."""

from collections.abc import Iterable

from fastapi import Request, params

from wattledger.domain.caller import Caller
from wattledger.domain.errors import ForbiddenError
from wattledger.domain.permission import MEANING, Permission


class Needs:
    """Lets nobody to a route without a permission; ForbiddenError says which is missing."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    # A coroutine, so that no thread is taken to run it.
    async def __call__(self, request: Request) -> None:
        """Pass a caller who has the permission."""
        caller: Caller = request.state.caller
        if not caller.may(self.permission):
            refused = f"'{caller.name}' ({caller.role}) may not {MEANING[self.permission]}"
            if caller.is_limited:
                raise ForbiddenError(f"{refused}: it is limited to what is one client's own.")
            raise ForbiddenError(
                f"{refused}; an administrator can give the permission '{self.permission}'."
            )


def needs(permission: Permission) -> params.Depends:
    """Return the dependency of a route that needs another permission than its resource."""
    return params.Depends(Needs(permission))


def needed(dependencies: Iterable[params.Depends]) -> list[Permission]:
    """Return the permissions that a route's dependencies check."""
    checks = (each.dependency for each in dependencies)
    return [check.permission for check in checks if isinstance(check, Needs)]
