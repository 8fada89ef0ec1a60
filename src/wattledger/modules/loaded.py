"""The modules of this process: found at its start, and again when their folder has changed."""

from collections.abc import Iterator
from pathlib import Path

import structlog

from wattledger.jobs.core import Handler, Handlers
from wattledger.modules.discover import discover
from wattledger.modules.handlers import built_in_handlers
from wattledger.services.system import System
from wattledger.store.modules import record_modules

_log = structlog.get_logger(__name__)

MODULES = "modules"
"""The folder of modules within the data folder."""


class LoadedModules:
    """Knows the handlers there are; ``handlers`` stays the same mapping and follows the folder."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._folder = system.settings.data_dir / MODULES
        self._seen: list[tuple[object, ...]] | None = None
        self._handlers: dict[tuple[str, str], Handler] = dict(built_in_handlers(system))

    @property
    def handlers(self) -> Handlers:
        """Return the handlers by (module, handler), as they are at any time."""
        return self._handlers

    def look(self) -> None:
        """Find the modules again if anything in their folder changed, and store what was found."""
        seen = list(_traces(self._folder))
        if seen == self._seen:
            return
        discovered = list(discover(self._system, self._folder))
        known: dict[tuple[str, str], Handler] = dict(built_in_handlers(self._system))
        for each in discovered:
            if each.found.problem is not None:
                _log.warning("module_refused", module=each.found.name, problem=each.found.problem)
            known |= {(each.found.name, name): it for name, it in each.handlers.items()}
        with self._system.database.begin() as connection:
            now = self._system.clock.now()
            record_modules(connection, [each.found for each in discovered], now)
        self._handlers.update(known)
        for key in self._handlers.keys() - known.keys():
            del self._handlers[key]
        self._seen = seen


def _traces(folder: Path) -> Iterator[tuple[object, ...]]:
    """Yield what tells that a file was changed, replaced, or given to others."""
    for path in [folder, *sorted(folder.rglob("*"))] if folder.is_dir() else ():
        status = path.lstat()
        yield (
            str(path),
            status.st_mtime_ns,
            status.st_ctime_ns,
            status.st_size,
            status.st_mode,
            status.st_uid,
        )
