"""The handlers of the modules that ship with Wattledger, bound to the running system."""

from functools import partial

from wattledger.jobs.core import Handler, Handlers
from wattledger.modules.consumption_monitor.jobs.collect_consumption import collect_consumption
from wattledger.modules.manifest import built_in
from wattledger.services.system import System

_MILLISECONDS = 1000


def built_in_handlers(system: System) -> Handlers:
    """Return the handlers by module and handler name."""
    monitor = built_in("consumption_monitor")
    runs = {"collect-consumption": partial(collect_consumption, system)}
    return {
        (monitor.name, job.handler): Handler(
            runs[job.handler], job.timeout // _MILLISECONDS, job.retries
        )
        for job in monitor.jobs
    }
