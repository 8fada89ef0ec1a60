"""The routes under /api/v1: one router a resource, its schemas beside it."""

from fastapi import APIRouter

from wattledger.web.api.assignments import assignments
from wattledger.web.api.attempts import attempts
from wattledger.web.api.bulk import bulk
from wattledger.web.api.captures import captures
from wattledger.web.api.clients import clients
from wattledger.web.api.consumption import consumption
from wattledger.web.api.endpoint_export import endpoint_export
from wattledger.web.api.endpoints import endpoints
from wattledger.web.api.events import events
from wattledger.web.api.imports import imports
from wattledger.web.api.meters import meters
from wattledger.web.api.reports import reports
from wattledger.web.api.sites import sites
from wattledger.web.api.statements import statements
from wattledger.web.api.tariffs import tariffs
from wattledger.web.security import TOKEN_IN_DOCUMENT

PREFIX = "/api/v1"


def api() -> APIRouter:
    """Return all routes of the API."""
    router = APIRouter(prefix=PREFIX, dependencies=[TOKEN_IN_DOCUMENT])
    for resource in (bulk, endpoint_export, imports):
        router.include_router(resource)
    router.include_router(endpoints)
    router.include_router(consumption)
    router.include_router(meters)
    router.include_router(events)
    router.include_router(attempts)
    router.include_router(captures)
    for billing in (clients, sites, assignments, tariffs, reports, statements):
        router.include_router(billing)
    return router
