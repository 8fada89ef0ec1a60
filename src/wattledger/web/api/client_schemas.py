"""Clients as JSON."""

from pydantic import ConfigDict, Field

from wattledger.store.clients import ClientRow
from wattledger.web.api.billing_examples import CLIENT_INPUT, CLIENT_OUTPUT
from wattledger.web.api.endpoint_schemas import Line, RequiredLine
from wattledger.web.schema import Output, Schema


class ClientInput(Schema):
    """A client to be created."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLIENT_INPUT]})

    name: RequiredLine = Field(description="Unique; capitals make no difference.")
    tariff_id: Line | None = Field(default=None, description="Id or name of its tariff.")


class ClientChange(Schema):
    """What is to change of a client; what is left out stays."""

    name: RequiredLine | None = None
    tariff_id: Line | None = Field(
        default=None, description="Id or name of its tariff; null for none."
    )

    @property
    def changes_tariff(self) -> bool:
        """Tell whether a tariff was sent, or that there is to be none."""
        return "tariff_id" in self.model_fields_set


class ClientOutput(Output):
    """A client."""

    model_config = ConfigDict(json_schema_extra={"examples": [CLIENT_OUTPUT]})

    id: str
    name: str
    tariff_id: str | None
    tariff_name: str | None


def client_output(row: ClientRow) -> ClientOutput:
    """Return a client."""
    return ClientOutput(
        id=row.public_id, name=row.name, tariff_id=row.tariff_public_id, tariff_name=row.tariff
    )
