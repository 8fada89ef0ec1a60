"""The OpenAPI document says all that callers must know, and nothing that does not hold."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from wattledger.services.system import System
from wattledger.web.api import (
    account_examples,
    billing_examples,
    detect_examples,
    energy_examples,
    examples,
    history_examples,
    job_examples,
    meter_examples,
    report_examples,
)
from wattledger.web.api.assignment_schemas import (
    AssignedOutput,
    AssignmentInput,
    AssignmentOutput,
)
from wattledger.web.api.audit_schemas import AuditEntry
from wattledger.web.api.client_schemas import ClientInput, ClientOutput
from wattledger.web.api.consumption_schemas import Monthly, ReadingOutput, SummaryOutput
from wattledger.web.api.demand_schemas import DEMAND, DemandOutput
from wattledger.web.api.detect_schemas import Detected, DetectInput
from wattledger.web.api.endpoint_schemas import EndpointInput, EndpointOutput
from wattledger.web.api.energy_schemas import EnergyOutput
from wattledger.web.api.event_schemas import CorrectionOutput, EventInput, EventOutput
from wattledger.web.api.evidence_schemas import AttemptOutput
from wattledger.web.api.history_schemas import HistoryOutput, TrendOutput
from wattledger.web.api.job_schemas import (
    JobChange,
    JobInput,
    JobOutput,
    ScheduleInput,
    ScheduleOutput,
)
from wattledger.web.api.meter_schemas import LedgerReadingOutput, MeterChange, MeterOutput
from wattledger.web.api.module_schemas import ModuleOutput
from wattledger.web.api.report_schemas import (
    ClientCloseOutput,
    CloseInput,
    FindingOutput,
    ReportOutput,
)
from wattledger.web.api.run_schemas import RunEndpoint, RunLine, RunOutput
from wattledger.web.api.session_schemas import (
    LinkInput,
    PasswordChange,
    SessionOutput,
    SetUpInput,
    SignInInput,
)
from wattledger.web.api.site_schemas import SiteChange, SiteInput, SiteOutput
from wattledger.web.api.statement_schemas import ChangesOutput, ListedStatement, StatementOutput
from wattledger.web.api.tariff_schemas import TariffInput, TariffOutput
from wattledger.web.api.token_schemas import IssuedTokenOutput, TokenInput, TokenOutput
from wattledger.web.api.trial_schemas import Trial
from wattledger.web.api.user_schemas import (
    InvitedUser,
    LinkOutput,
    UserInput,
    UserOutput,
    UserUpdate,
)
from wattledger.web.app import create_app
from wattledger.web.errors import ErrorAnswer
from wattledger.web.live.schemas import LIVE, LiveConsumption
from wattledger.web.open_routes import OPEN_ROUTES
from wattledger.web.schema import Schema

DOORS = {(method.lower(), path) for method, path in OPEN_ROUTES}


_TEXT: list[str] = []


@pytest.fixture
def document(system: System) -> dict[str, Any]:
    """Give the document as callers get it; it is the same for every system."""
    if not _TEXT:
        _TEXT.append(json.dumps(create_app(system).openapi(), allow_nan=False))
    told: dict[str, Any] = json.loads(_TEXT[0])
    return told


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Wattledger"
    assert {tag["name"] for tag in document["tags"]} >= {"endpoints", "consumption"}


def test_every_route_of_the_contract_is_there(document: dict[str, Any]) -> None:
    assert {name for name, _ in operations(document)} == {
        "get /healthz",
        "get /readyz",
        "get /metrics",
        "get /api/v1/endpoints",
        "post /api/v1/endpoints",
        "get /api/v1/endpoints/{endpoint}",
        "put /api/v1/endpoints/{endpoint}",
        "post /api/v1/endpoints/{endpoint}/restore",
        "post /api/v1/endpoints/bulk",
        "get /api/v1/endpoints/export",
        "post /api/v1/imports/endpoints",
        "post /api/v1/imports/readings",
        "delete /api/v1/endpoints/{endpoint}",
        "post /api/v1/endpoints/{endpoint}/test",
        "post /api/v1/endpoints/try",
        "post /api/v1/endpoints/detect",
        "get /api/v1/endpoints/{endpoint}/attempts",
        "get /api/v1/consumption/live",
        "get /api/v1/consumption/live/stream",
        "get /api/v1/consumption/readings",
        "get /api/v1/consumption/monthly/{endpoint}",
        "get /api/v1/consumption/summary",
        "get /api/v1/consumption/history",
        "get /api/v1/consumption/trend",
        "get /api/v1/meters",
        "get /api/v1/meters/{meter}",
        "patch /api/v1/meters/{meter}",
        "get /api/v1/meters/{meter}/readings",
        "get /api/v1/meters/{meter}/energy",
        "get /api/v1/meters/{meter}/demand",
        "get /api/v1/meters/{meter}/events",
        "post /api/v1/meters/{meter}/events",
        "delete /api/v1/meters/{meter}/events/{event}",
        "get /api/v1/attempts/{attempt}",
        "get /api/v1/captures/{capture}",
        "get /api/v1/captures/{capture}/picture",
        "post /api/v1/captures/{capture}/try",
        "get /api/v1/alerts",
        *(f"{method} /api/v1/channels" for method in ("get", "post")),
        *(f"{method} /api/v1/channels/{{channel}}" for method in ("get", "put", "delete")),
        "post /api/v1/channels/{channel}/test",
        "get /api/v1/system",
        "get /api/v1/clients",
        "post /api/v1/clients",
        "get /api/v1/clients/{client}",
        "patch /api/v1/clients/{client}",
        "get /api/v1/sites",
        "post /api/v1/sites",
        "get /api/v1/sites/{site}",
        "patch /api/v1/sites/{site}",
        "get /api/v1/assignments",
        "post /api/v1/assignments",
        "get /api/v1/assignments/{assignment}",
        "patch /api/v1/assignments/{assignment}",
        "delete /api/v1/assignments/{assignment}",
        *(f"{method} /api/v1/tariffs" for method in ("get", "post")),
        *(f"{method} /api/v1/tariffs/{{tariff}}" for method in ("get", "put")),
        "get /api/v1/reports/{year}/{month}",
        "get /api/v1/reports/{year}/{month}/findings",
        "post /api/v1/reports/{year}/{month}/close",
        "get /api/v1/statements",
        "get /api/v1/statements/{client}/{month}",
        "get /api/v1/statements/{client}/{month}/bundle",
        "get /api/v1/statements/{client}/{month}/changes",
        "get /api/v1/session",
        "post /api/v1/session",
        "delete /api/v1/session",
        "post /api/v1/session/set-up",
        "post /api/v1/session/link",
        "post /api/v1/session/password",
        "get /api/v1/users",
        "post /api/v1/users",
        "get /api/v1/users/{user}",
        "patch /api/v1/users/{user}",
        "delete /api/v1/users/{user}",
        "post /api/v1/users/{user}/link",
        "get /api/v1/tokens",
        "post /api/v1/tokens",
        "delete /api/v1/tokens/{token}",
        "get /api/v1/audit",
        "get /api/v1/modules",
        "get /api/v1/modules/{module}",
        "get /api/v1/jobs",
        "post /api/v1/jobs",
        "post /api/v1/jobs/check",
        "get /api/v1/jobs/{job}",
        "put /api/v1/jobs/{job}",
        "patch /api/v1/jobs/{job}",
        "delete /api/v1/jobs/{job}",
        "get /api/v1/jobs/{job}/next",
        "get /api/v1/jobs/{job}/runs",
        "post /api/v1/jobs/{job}/restore",
        "post /api/v1/jobs/{job}/run",
        "get /api/v1/runs",
        "get /api/v1/runs/{run}",
        "post /api/v1/runs/{run}/cancel",
        "post /api/v1/runs/{run}/retry",
        "get /api/v1/runs/{run}/endpoints",
        "get /api/v1/runs/{run}/log",
    }


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        for parameter in operation.get("parameters", []):
            where = f"{name} {parameter['name']}"
            assert "_" not in parameter["name"], where
            assert parameter["description"], where


def test_every_guarded_operation_documents_its_errors(document: dict[str, Any]) -> None:
    error = "#/components/schemas/ErrorAnswer"
    for name, operation in operations(document):
        if name in {"get /healthz", "get /readyz"}:
            assert "security" not in operation
            continue
        if tuple(name.split()) in DOORS:
            assert "security" not in operation, name
        elif name == "get /metrics":
            assert operation["security"] == [{"token": []}]
        else:
            assert operation["security"] == [{"token": []}, {"session": []}], name
        assert {"401", "403", "422", "503"} <= operation["responses"].keys(), name
        for status, response in operation["responses"].items():
            if not status.startswith(("2", "3")):
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": error}, f"{name} {status}"


def test_every_operation_that_takes_a_body_says_that_it_may_be_refused(
    document: dict[str, Any],
) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "requestBody" in operation:
                assert {"400", "413"} <= operation["responses"].keys(), f"{method} {path}"


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert found
    for reference in found:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_the_schemas_name_keys_in_camel_case_and_numbers_as_numbers(
    document: dict[str, Any],
) -> None:
    schemas = document["components"]["schemas"]
    keys = [key for schema in schemas.values() for key in schema.get("properties", {})]
    assert [key for key in keys if "_" in key] == []
    assert "HTTPValidationError" not in schemas
    total = schemas["LiveReading"]["properties"]["totalKwh"]
    assert total["anyOf"] == [{"type": "number"}, {"type": "null"}]


EXAMPLES: list[tuple[type[Schema], object]] = [
    (EndpointInput, examples.ENDPOINT_INPUT),
    (EndpointOutput, examples.ENDPOINT_OUTPUT),
    (Trial, examples.TRIAL),
    (DetectInput, detect_examples.DETECT_INPUT),
    (Detected, detect_examples.DETECTION),
    (LiveConsumption, LIVE),
    (ReadingOutput, examples.READING),
    (Monthly, examples.MONTHLY),
    (SummaryOutput, examples.SUMMARY),
    (HistoryOutput, history_examples.HISTORY),
    (TrendOutput, history_examples.TREND),
    (EnergyOutput, energy_examples.MEASURED),
    (DemandOutput, DEMAND),
    (MeterOutput, meter_examples.METER),
    (MeterChange, meter_examples.METER_CHANGE),
    (LedgerReadingOutput, meter_examples.LEDGER_READING),
    (EventInput, meter_examples.EVENT_INPUT),
    (EventOutput, meter_examples.EVENT),
    (CorrectionOutput, meter_examples.CORRECTION),
    (AttemptOutput, meter_examples.ATTEMPT),
    (ClientInput, billing_examples.CLIENT_INPUT),
    (ClientOutput, billing_examples.CLIENT_OUTPUT),
    (SiteInput, billing_examples.SITE_INPUT),
    (SiteChange, billing_examples.SITE_CHANGE),
    (SiteOutput, billing_examples.SITE_OUTPUT),
    (AssignmentInput, billing_examples.ASSIGNMENT_INPUT),
    (AssignmentOutput, billing_examples.ASSIGNMENT_OUTPUT),
    (AssignedOutput, billing_examples.ASSIGNED),
    (TariffInput, billing_examples.TARIFF_INPUT),
    (TariffOutput, billing_examples.TARIFF_OUTPUT),
    (ReportOutput, report_examples.MONTH_REPORT),
    (FindingOutput, report_examples.FINDING),
    (CloseInput, report_examples.CLOSE_INPUT),
    (ClientCloseOutput, report_examples.CLIENT_CLOSE),
    (ListedStatement, report_examples.LISTED_STATEMENT),
    (StatementOutput, report_examples.STATEMENT),
    (ChangesOutput, report_examples.CHANGES),
    (SignInInput, account_examples.SIGN_IN_INPUT),
    (SetUpInput, account_examples.SET_UP_INPUT),
    (LinkInput, account_examples.LINK_INPUT),
    (PasswordChange, account_examples.PASSWORD_CHANGE),
    (SessionOutput, account_examples.SESSION),
    (UserInput, account_examples.USER_INPUT),
    (UserUpdate, account_examples.USER_CHANGE),
    (UserOutput, account_examples.USER_OUTPUT),
    (LinkOutput, account_examples.LINK_OUTPUT),
    (InvitedUser, account_examples.INVITED_USER),
    (TokenInput, account_examples.TOKEN_INPUT),
    (TokenOutput, account_examples.TOKEN_OUTPUT),
    (IssuedTokenOutput, account_examples.ISSUED_TOKEN),
    (AuditEntry, account_examples.AUDIT_ENTRY),
    (JobInput, job_examples.JOB_INPUT),
    (JobChange, job_examples.JOB_CHANGE),
    (JobOutput, job_examples.JOB_OUTPUT),
    (ScheduleInput, job_examples.SCHEDULE_INPUT),
    (ScheduleOutput, job_examples.SCHEDULE_OUTPUT),
    (RunOutput, job_examples.RUN_OUTPUT),
    (RunEndpoint, job_examples.RUN_ENDPOINT),
    (RunLine, job_examples.RUN_LINE),
    (ModuleOutput, job_examples.MODULE_OUTPUT),
]


@pytest.mark.parametrize(("schema", "example"), EXAMPLES)
def test_an_example_is_what_its_schema_says(
    document: dict[str, Any], schema: type[Schema], example: object
) -> None:
    schema.model_validate_json(json.dumps(example))
    assert document["components"]["schemas"][schema.__name__]["examples"] == [example]


def test_the_call_of_the_contract_is_the_example() -> None:
    assert isinstance(examples.ENDPOINT_INPUT, dict)
    assert examples.ENDPOINT_INPUT["name"] == "Rack A3 - Client XYZ"


def test_errors_show_their_code(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            if not status.startswith(("2", "3")):
                example = response["content"]["application/json"]["example"]
                ErrorAnswer.model_validate(example)
                assert response["description"], f"{name} {status}"


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what an operation takes and answers: where, of which type, and what is said of it."""
    for where, part in {"body": operation.get("requestBody", {}), **operation["responses"]}.items():
        for kind, content in part.get("content", {}).items():
            yield where, kind, content


def test_every_body_and_answer_has_an_example_that_is_what_its_schema_says(
    document: dict[str, Any],
) -> None:
    for name, operation in operations(document):
        for where, kind, content in contents(operation):
            if kind == "application/json":
                schema = content["schema"] | {"components": document["components"]}
                faults = list(Draft202012Validator(schema).iter_errors(content["example"]))
                assert faults == [], f"{name} {where}"


def test_what_changes_one_thing_takes_its_entity_tag_and_what_shows_it_gives_it(
    document: dict[str, Any],
) -> None:
    shown = {name for name, each in operations(document) if "304" in each["responses"]}
    changed = {name for name, each in operations(document) if "412" in each["responses"]}
    kinds = ("endpoint", "client", "site", "tariff", "assignment", "meter")
    assert {f"get /api/v1/{kind}s/{{{kind}}}" for kind in kinds} <= shown
    things = shown - {"get /api/v1/consumption/live"}
    assert {name.partition(" ")[2] for name in things} <= {
        name.partition(" ")[2] for name in changed
    }
    for name, operation in operations(document):
        taken = {each["name"] for each in operation.get("parameters", ())}
        assert ("If-Match" in taken) is (name in changed), name
        assert ("If-None-Match" in taken) is (name in shown), name
        if name in shown:
            assert "ETag" in operation["responses"]["200"]["headers"], name
