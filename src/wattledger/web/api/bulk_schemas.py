"""Orders for many endpoints at once as JSON, and what became of them."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import ConfigDict, Field, JsonValue, model_validator

from wattledger.domain.endpoint_status import EndpointStatus
from wattledger.services.bulk_endpoints import MOST_ENDPOINTS, BulkAction, BulkOrder, BulkResult
from wattledger.store.endpoints import EndpointFilter
from wattledger.web.api.endpoint_schemas import Line
from wattledger.web.api.examples import ENDPOINT_ID
from wattledger.web.schema import Schema

_ORDER: JsonValue = {
    "action": "assign",
    "filter": {"site": "Main site", "location": "Hall 1, Row 3, Rack A3"},
    "client": "Client XYZ",
    "since": "2026-03-01",
    "dryRun": True,
}
_DONE: JsonValue = {
    "action": "assign",
    "dryRun": True,
    "done": 1,
    "refused": 0,
    "results": [
        {
            "id": ENDPOINT_ID,
            "name": "Rack A3 - Client XYZ",
            "done": True,
            "message": None,
            "notices": [],
        }
    ],
}


class BulkFilter(Schema):
    """Which endpoints: those that pass all of it, as in the list of endpoints."""

    client: Line | None = Field(default=None, description="Id or name of the client.")
    site: Line | None = Field(default=None, description="Id or name of the site.")
    location: Line | None = None
    status: EndpointStatus | None = None
    search: Line | None = Field(default=None, description="A part of name, address or location.")
    enabled: bool | None = None

    def as_filter(self) -> EndpointFilter:
        """Return what the service takes; the status stands beside it."""
        return EndpointFilter(self.client, self.site, self.location, self.enabled, self.search)


class BulkInput(Schema):
    """What to do with which endpoints: `ids` or `filter` says which."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ORDER]})

    action: BulkAction = Field(
        description="`restore` looks among the deleted ones, the others among those in use."
    )
    ids: Annotated[list[Line], Field(min_length=1, max_length=MOST_ENDPOINTS)] | None = Field(
        default=None, description="Ids of endpoints."
    )
    filter: BulkFilter | None = Field(
        default=None,
        description=f"Instead of `ids`; `{{}}` are all, at most {MOST_ENDPOINTS}.",
    )
    client: Line | None = Field(
        default=None,
        description="For `assign`: id or name of the client to serve; null for nobody.",
    )
    since: Annotated[str, Field(max_length=40)] | None = Field(
        default=None,
        description="For `assign`: local date at the site, timestamp with offset, or `beginning`; "
        "left out, it is from now on.",
    )
    dry_run: bool = Field(default=False, description="Change nothing; tell what would be.")

    @model_validator(mode="after")
    def _goes_together(self) -> "BulkInput":
        if (self.ids is None) == (self.filter is None):
            raise ValueError("Say which endpoints: either 'ids' or 'filter'.")
        sent = self.model_fields_set
        if self.action is BulkAction.ASSIGN and "client" not in sent:
            raise ValueError("'assign' takes a 'client'; null for nobody.")
        if self.action is not BulkAction.ASSIGN and sent & {"client", "since"}:
            raise ValueError("'client' and 'since' go with 'assign' only.")
        return self

    def as_order(self) -> BulkOrder:
        """Return what the service takes."""
        chosen = self.filter or BulkFilter()
        return BulkOrder(
            action=self.action,
            ids=self.ids,
            wanted=chosen.as_filter(),
            status=chosen.status,
            client=self.client,
            since=self.since,
            is_dry_run=self.dry_run,
        )


class BulkResultOutput(Schema):
    """What became of one endpoint."""

    id: str
    name: str | None = Field(description="Null where there is none of that id.")
    done: bool
    message: str | None = Field(description="Why nothing was done; null where it was.")
    notices: list[str] = Field(description="What to know of the change.")


class BulkOutput(Schema):
    """What became of an order; in a dry run, what would."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DONE]})

    action: BulkAction
    dry_run: bool
    done: int = Field(description="How many were, or in a dry run would be, changed.")
    refused: int = Field(description="How many were left as they are; `message` says why.")
    results: list[BulkResultOutput] = Field(description="One for each endpoint.")


def bulk_output(order: BulkOrder, results: Sequence[BulkResult]) -> BulkOutput:
    """Return what became of an order."""
    refused = sum(each.refusal is not None for each in results)
    return BulkOutput(
        action=order.action,
        dry_run=order.is_dry_run,
        done=len(results) - refused,
        refused=refused,
        results=[
            BulkResultOutput(
                id=each.id,
                name=each.name,
                done=each.refusal is None,
                message=each.refusal,
                notices=list(each.notices),
            )
            for each in results
        ],
    )
