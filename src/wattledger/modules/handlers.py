"""The handlers of the modules that ship with Wattledger, bound to the running system."""

from collections.abc import Mapping
from functools import partial
from importlib.resources import files

from wattledger.jobs.core import Handler
from wattledger.jobs.manifest import JobManifest, Manifest, parse_manifest
from wattledger.modules.consumption_monitor.jobs.collect_consumption import collect_consumption
from wattledger.services.system import System

_MILLISECONDS = 1000
MANIFEST = "manifest.json"


def built_in(package: str) -> Manifest:
    """Return the manifest of a module that ships with Wattledger."""
    return parse_manifest(files("wattledger.modules").joinpath(package, MANIFEST).read_bytes())


def built_in_handlers(system: System) -> Mapping[tuple[str, str], Handler]:
    """Return the handlers by module and handler name."""
    monitor = built_in("consumption_monitor")
    [collect] = monitor.jobs
    run = partial(collect_consumption, system)
    return {(monitor.name, collect.handler): Handler(run, timeout_of(collect), collect.retries)}


def timeout_of(job: JobManifest) -> float:
    """Return how long a chunk of a job may take, in seconds."""
    return job.timeout / _MILLISECONDS
