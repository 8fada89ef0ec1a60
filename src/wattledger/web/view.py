"""What a caller may see: the parameter that each route open to clients must take and hand on."""

from typing import Annotated, TypeAlias

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool

from wattledger.domain.own_view import OwnView
from wattledger.services.own_view import own_view
from wattledger.web.system import TheCaller, TheSystem


# A coroutine, so that no thread is taken for those who may see everything.
async def view_of(system: TheSystem, caller: TheCaller) -> OwnView | None:
    """Return what the caller may see: one client's, or with None everything."""
    if caller.client_id is None:
        return None
    now = system.clock.now()
    return await run_in_threadpool(own_view, system.database, caller.client_id, now)


TheView: TypeAlias = Annotated[OwnView | None, Depends(view_of)]
"""The parameter of a route that shows a client what is its own; None for everything."""


async def client_of(caller: TheCaller) -> str | None:
    """Return the public id of the one client that the caller may see; None for all."""
    return caller.client_id


TheClient: TypeAlias = Annotated[str | None, Depends(client_of)]
"""The parameter of a route that shows whole clients; None for all of them."""
