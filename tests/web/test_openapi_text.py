"""The text of the OpenAPI document is the same each time, and so are its examples."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wattledger.web.api import meter_examples, system_examples
from wattledger.web.api.alert_schemas import AlertCounts, AlertOutput
from wattledger.web.api.captures import CaptureTrial
from wattledger.web.api.system_schemas import SystemOutput
from wattledger.web.schema import Schema

WRITE_OPENAPI = Path(__file__).parents[2] / "scripts/write_openapi.py"


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (CaptureTrial, meter_examples.CAPTURE_TRIAL),
        (AlertOutput, system_examples.ALERT),
        (AlertCounts, system_examples.ALERT_COUNTS),
        (SystemOutput, system_examples.SYSTEM),
    ],
)
def test_an_example_is_printed_as_it_stands(schema: type[Schema], example: object) -> None:
    read = schema.model_validate_json(json.dumps(example))
    printed = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert printed == example


def test_the_document_is_the_same_in_every_process() -> None:
    writing = [
        subprocess.Popen(
            [sys.executable, str(WRITE_OPENAPI)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
        )
        for seed in ("1", "2")
    ]
    [text] = {each.communicate()[0] for each in writing}
    assert [each.returncode for each in writing] == [0, 0]
    assert json.loads(text)["openapi"].startswith("3.1.")
