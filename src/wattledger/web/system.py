"""The parts of the running system, and who calls, for routes."""

import asyncio
from dataclasses import replace
from typing import Annotated, TypeAlias

from fastapi import Depends, FastAPI, Request

from wattledger.domain.caller import Caller
from wattledger.services.month_risks import MonthRisks
from wattledger.services.show_system import SystemWatch
from wattledger.services.system import System
from wattledger.web.noted_clock import NotedClock

# A password takes a thread and 64 MiB to check. Who waits for that waits without a thread, so that
# many strangers at the door keep nobody inside from working.
_SIGN_INS_AT_ONCE = 2


def keep_system(app: FastAPI, system: System) -> None:
    """Keep the system where routes find it."""
    system = replace(system, clock=NotedClock(system.clock))
    app.state.system = system
    app.state.risks = MonthRisks(system)
    app.state.system_watch = SystemWatch(system)
    app.state.sign_ins = asyncio.Semaphore(_SIGN_INS_AT_ONCE)


# A coroutine, so that no thread is taken to run it.
async def system_of(request: Request) -> System:
    """Return the system."""
    system: System = request.app.state.system
    return system


TheSystem: TypeAlias = Annotated[System, Depends(system_of)]
"""The parameter of a route that gets the system."""


async def _risks(request: Request) -> MonthRisks:
    risks: MonthRisks = request.app.state.risks
    return risks


TheRisks: TypeAlias = Annotated[MonthRisks, Depends(_risks)]
"""The parameter of a route that gets what puts bills at risk."""


async def _system_watch(request: Request) -> SystemWatch:
    watch: SystemWatch = request.app.state.system_watch
    return watch


TheSystemWatch: TypeAlias = Annotated[SystemWatch, Depends(_system_watch)]
"""The parameter of a route that gets how the installation is doing."""


async def caller_of(request: Request) -> Caller:
    """Return who calls."""
    caller: Caller = request.state.caller
    return caller


TheCaller: TypeAlias = Annotated[Caller, Depends(caller_of)]
"""The parameter of a route that gets who calls."""


async def session_of(request: Request) -> str | None:
    """Return the secret of the session of who calls; None for a token."""
    session: str | None = request.state.session
    return session


TheSession: TypeAlias = Annotated[str | None, Depends(session_of)]
"""The parameter of a route that gets the secret of the session; None for a token."""
