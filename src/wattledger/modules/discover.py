"""Find job modules: those that ship with Wattledger, and folders in ``<data>/modules``.

A module that is broken, or that others could write, is found with its problem and harms no other.
"""

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

from wattledger.domain.errors import WattledgerError
from wattledger.jobs.core import Handler
from wattledger.jobs.manifest import JobManifest, Manifest, parse_manifest
from wattledger.modules.context import ModuleError, Run, run_in_context
from wattledger.modules.handlers import MANIFEST, built_in, timeout_of
from wattledger.modules.trust import distrust
from wattledger.services.system import System
from wattledger.store.modules import FoundModule

BUILT_IN = "consumption_monitor"
_IMPORT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Discovered:
    """A module as it was found, and its handlers by name; none where there is a problem."""

    found: FoundModule
    handlers: Mapping[str, Handler] = field(default_factory=dict)


class _Source(SourceFileLoader):
    """Imports a file as it is now, and writes nothing beside it."""

    def path_stats(self, path: Any) -> Any:  # noqa: ANN401 - the loader's own
        """Say that no bytecode can be kept."""
        raise OSError(path)


def discover(system: System, folder: Path) -> Iterator[Discovered]:
    """Yield the modules there are, the built-in one first, without its handlers."""
    monitor = built_in(BUILT_IN)
    yield Discovered(FoundModule(monitor.name, _stored(monitor), None, None))
    if not folder.is_dir():
        return
    problem = distrust(folder, below=False)
    for place in sorted(each for each in folder.iterdir() if each.is_dir()):
        if place.name.startswith((".", "__")):
            continue
        yield _broken(place, problem) if problem else _discover(system, place, monitor.name)


def _discover(system: System, place: Path, taken: str) -> Discovered:
    try:
        manifest = _manifest(place, taken)
    except WattledgerError as error:
        name = f"modules/{place.name}" if place.name == taken else place.name
        return _broken(place, str(error), name=name)
    try:
        handlers = {job.handler: _handler(system, place, job) for job in manifest.jobs}
    except WattledgerError as error:
        return _broken(place, str(error), manifest)
    return Discovered(FoundModule(manifest.name, _stored(manifest), str(place), None), handlers)


def _broken(
    place: Path, problem: str, manifest: Manifest | None = None, name: str | None = None
) -> Discovered:
    kept = None if manifest is None else _stored(manifest)
    return Discovered(FoundModule((name or place.name)[:100], kept, str(place), problem))


def _stored(manifest: Manifest) -> Mapping[str, Any]:
    return manifest.model_dump(mode="json", by_alias=True)


def _manifest(place: Path, taken: str) -> Manifest:
    problem = distrust(place)
    if problem is not None:
        raise ModuleError(problem)
    try:
        manifest = parse_manifest((place / MANIFEST).read_bytes())
    except OSError as error:
        raise ModuleError(f"{MANIFEST} cannot be read: {error.strerror}.") from None
    if manifest.name == taken:
        raise ModuleError(f"{MANIFEST}: name: '{taken}' is the name of a module that is built in.")
    if manifest.name != place.name:
        raise ModuleError(
            f"{MANIFEST}: name: it is '{manifest.name}', but the folder is '{place.name}'; "
            "both must be the same."
        )
    return manifest


def _handler(system: System, place: Path, job: JobManifest) -> Handler:
    names = dict.fromkeys((f"{job.handler.replace('-', '_')}.py", f"{job.handler}.py"))
    paths = [place / "jobs" / name for name in names]
    path = next((each for each in paths if each.is_file()), None)
    if path is None:
        raise ModuleError(f"jobs/{next(iter(names))} is missing; the manifest names its handler.")
    run = _imported(path, f"wattledger_module_{place.name}.{job.handler}".replace("-", "_"))
    return Handler(partial(run_in_context, system, run), timeout_of(job), job.retries)


def _imported(path: Path, name: str) -> Run:
    """Import a handler's file; ModuleError says what it raised, whatever that is."""
    # In a thread of its own, so that any exception comes back as a value and no import hangs us.
    thread = ThreadPoolExecutor(1)
    importing: Future[Any] = thread.submit(_import, path, name)
    thread.shutdown(wait=False)
    where = f"jobs/{path.name}"
    try:
        error = importing.exception(_IMPORT_SECONDS)
    except TimeoutError:
        raise ModuleError(f"{where}: its import took longer than {_IMPORT_SECONDS} s.") from None
    if error is not None:
        sys.modules.pop(name, None)
        raise ModuleError(f"{where}: {_told(error)}")
    run = getattr(importing.result(), "run", None)
    if not iscoroutinefunction(run):
        raise ModuleError(f"{where}: it has no 'async def run(context)'.")
    return run


def _import(path: Path, name: str) -> Any:  # noqa: ANN401 - a module of anybody's
    loader = _Source(name, str(path))
    spec = spec_from_loader(name, loader)
    if spec is None:
        raise ImportError(f"{path} cannot be imported.")
    module = module_from_spec(spec)
    sys.modules[name] = module  # its data classes look for themselves there
    loader.exec_module(module)
    return module


def _told(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}."
    return f"its import failed: {type(error).__name__}: {error}"[:500]
