"""The routes under /api/v1: one router a resource, its schemas beside it."""

from fastapi import FastAPI

from wattledger.web.api.alerts import alerts
from wattledger.web.api.assignments import assignments
from wattledger.web.api.attempts import attempts
from wattledger.web.api.audit import audit
from wattledger.web.api.bulk import bulk
from wattledger.web.api.captures import captures
from wattledger.web.api.channels import channels
from wattledger.web.api.clients import clients
from wattledger.web.api.consumption import consumption
from wattledger.web.api.detection import detection
from wattledger.web.api.endpoint_attempts import endpoint_attempts
from wattledger.web.api.endpoint_export import endpoint_export
from wattledger.web.api.endpoints import endpoints
from wattledger.web.api.events import events
from wattledger.web.api.history import history
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
from wattledger.web.api.system import installation
from wattledger.web.api.tariffs import tariffs
from wattledger.web.api.tokens import tokens
from wattledger.web.api.users import users

_RESOURCES = (
    *(bulk, endpoint_export, detection, imports, endpoints, consumption, history, live),
    *(meters, events, endpoint_attempts, attempts, captures, clients, sites),
    *(assignments, tariffs, reports, statements, alerts, channels),
    *(session, users, tokens, audit, modules, jobs, runs, installation),
)
"""In the order of the document; of two addresses that both fit, the first is meant."""


def add_api(app: FastAPI) -> None:
    """Add all routes of the API to the application.

    Each is whole as it was written: a router that is included is built anew, route by route.
    """
    for resource in (*_RESOURCES, doors):
        app.router.routes += resource.routes
