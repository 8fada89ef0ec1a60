"""Whether the server can do its work now: database, schema, scheduler, key, room on the disk."""

import shutil
from collections.abc import Callable

from wattledger.domain.errors import WattledgerError
from wattledger.services.scheduler_beat import is_alive, scheduler_beat
from wattledger.services.system import System
from wattledger.store.credentials import some_credentials
from wattledger.store.schema_version import check_schema

LEAST_ROOM = 100_000_000
"""With fewer bytes left on the disk the next hours' readings may find no room."""


def readiness(system: System) -> dict[str, bool]:
    """Return each check by name, and whether it holds. It tells no reasons: `doctor` does."""
    return {
        "database": _holds(lambda: check_schema(system.database)),
        "scheduler": _holds(lambda: _check_scheduler(system)),
        "key": _holds(lambda: _check_key(system)),
        "disk": _holds(lambda: _check_room(system)),
    }


class _NotReadyError(WattledgerError):
    """A check does not hold."""


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except (WattledgerError, OSError):
        return False
    return True


def _check_scheduler(system: System) -> None:
    if not is_alive(scheduler_beat(system.database), system.clock.now()):
        raise _NotReadyError("No scheduler fires the jobs.")


def _check_key(system: System) -> None:
    with system.database.connect() as connection:
        sealed = some_credentials(connection)
    for each in sealed:
        system.vault.decrypt(each)


def _check_room(system: System) -> None:
    if shutil.disk_usage(system.database.path.parent).free < LEAST_ROOM:
        raise _NotReadyError("The disk is full.")
