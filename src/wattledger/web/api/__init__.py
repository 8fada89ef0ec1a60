"""The routes under /api/v1: one router a resource, its schemas beside it."""

from fastapi import APIRouter

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
from wattledger.web.security import SESSION_IN_DOCUMENT, TOKEN_IN_DOCUMENT

PREFIX = "/api/v1"


def api() -> APIRouter:
    """Return all routes of the API."""
    router = APIRouter(dependencies=[TOKEN_IN_DOCUMENT, SESSION_IN_DOCUMENT])
    for resource in (bulk, endpoint_export, imports):
        router.include_router(resource)
    router.include_router(endpoints)
    router.include_router(consumption)
    router.include_router(live)
    router.include_router(meters)
    router.include_router(events)
    router.include_router(attempts)
    router.include_router(captures)
    for billing in (clients, sites, assignments, tariffs, reports, statements):
        router.include_router(billing)
    for accounts in (session, users, tokens, audit):
        router.include_router(accounts)
    for working in (modules, jobs, runs):
        router.include_router(working)
    all_routes = APIRouter(prefix=PREFIX)
    all_routes.include_router(router)
    all_routes.include_router(doors)
    return all_routes
