"""What goes out is printed in the shape that the document tells, checked or not."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from pydantic import BaseModel, ValidationError
from tests.web.test_openapi import EXAMPLES

from wattledger.web.answer import printed, printed_once
from wattledger.web.api.assignment_schemas import AssignmentOutput
from wattledger.web.api.client_schemas import ClientOutput
from wattledger.web.api.site_schemas import SiteOutput, SiteZone
from wattledger.web.schema import Answer, Output, Page, Schema

PRINTER = msgspec.json.Encoder(decimal_format="number")
CLIENT = ClientOutput(id="c", name="X", tariff_id=None, tariff_name=None)
OUTPUTS = [(schema, example) for schema, example in EXAMPLES if issubclass(schema, Output)]


def plainly(content: BaseModel) -> bytes:
    """Print as Pydantic says, field by field."""
    return PRINTER.encode(content.model_dump(by_alias=True))


def test_there_are_outputs_to_look_at() -> None:
    assert len(OUTPUTS) >= 15


@pytest.mark.parametrize(("schema", "example"), OUTPUTS)
def test_an_output_is_printed_as_pydantic_prints_it(schema: type[Schema], example: object) -> None:
    checked = schema.model_validate(example)
    assert printed(checked) == plainly(checked)


@pytest.mark.parametrize(("schema", "example"), OUTPUTS)
def test_what_was_not_checked_is_printed_the_same(schema: type[Schema], example: object) -> None:
    checked = schema.model_validate(example)
    fields: dict[str, Any] = dict(checked)
    backwards = dict(reversed(fields.items()))
    assert printed(schema(**backwards)) == printed(checked)


def test_a_page_is_its_rows_and_where_to_go_on() -> None:
    page = Page(data=[CLIENT], next_cursor=None)
    row = b'{"id":"c","name":"X","tariffId":null,"tariffName":null}'
    assert printed(page) == b'{"success":true,"data":[' + row + b'],"nextCursor":null}'


def test_what_is_printed_once_stands_in_an_answer_as_if_it_were_printed_there() -> None:
    assert printed(Answer(data=printed_once(CLIENT))) == printed(Answer(data=CLIENT))


def test_names_that_python_has_no_room_for_and_numbers_are_exact() -> None:
    output = AssignmentOutput(
        id=1,
        meter_id=2,
        meter="total",
        endpoint_id="e",
        endpoint_name="Rack",
        client_id="c",
        client_name="X",
        start=None,
        end=None,
        share_percent=Decimal("33.3333"),
    )
    assert printed(output).endswith(b'"from":null,"to":null,"sharePercent":33.3333}')


def test_fields_can_be_left_out_of_what_is_printed() -> None:
    zone = SiteZone(month=None, time_zone="UTC")
    site = SiteOutput(id="1", name="N", time_zone="UTC", time_zones=[zone], notices=[])
    rest = b'{"id":"1","name":"N","timeZones":[{"from":null,"timeZone":"UTC"}]}'
    assert printed(site, without=site.beside_settings) == rest


def test_json_that_is_read_is_checked() -> None:
    assert ClientOutput.model_validate_json(printed(CLIENT)) == CLIENT
    with pytest.raises(ValidationError):
        ClientOutput.model_validate_json(b'{"id": "c"}')
