"""The routes under /api/v1: one router a resource, its schemas beside it."""

from fastapi import FastAPI

from wattledger.web.api.assignments import assignments
from wattledger.web.api.attempts import attempts
from wattledger.web.api.audit import audit
from wattledger.web.api.bulk import bulk
from wattledger.web.api.captures import captures
from wattledger.web.api.clients import clients
from wattledger.web.api.consumption import consumption
from wattledger.web.api.endpoint_export import endpoint_export
from wattledger.web.api.endpoints import endpoints
from wattledger.web.api.events import events
from wattledger.web.api.imports import imports
from wattledger.web.api.jobs import jobs
from wattledger.web.api.live import live
from wattledger.web.api.meters import meters
from wattledger.web.api.modules import modules
from wattledger.web.api.reports import reports
from wattledger.web.api.runs import runs
from wattledger.web.api.session import session
from wattledger.web.api.session_doors import doors
from wattledger.web.api.sites import sites
from wattledger.web.api.statements import statements
from wattledger.web.api.tariffs import tariffs
from wattledger.web.api.tokens import tokens
from wattledger.web.api.users import users

PREFIX = "/api/v1"


_RESOURCES = (
    *(bulk, endpoint_export, imports, endpoints, consumption, live, meters, events),
    *(attempts, captures, clients, sites, assignments, tariffs, reports, statements),
    *(session, users, tokens, audit, modules, jobs, runs),
)
"""In the order of the document; of two addresses that both fit, the first is meant."""


def add_api(app: FastAPI) -> None:
    """Add all routes of the API to the application.

    Each resource by itself: routers within routers are built anew at every level.
    """
    for resource in _RESOURCES:
        app.include_router(resource, prefix=PREFIX)
    app.include_router(doors, prefix=PREFIX)
