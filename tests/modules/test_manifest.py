"""The manifest of a module that ships, and what a manifest may say."""

import pytest
from pydantic import ValidationError

from wattledger.jobs.manifest import Manifest
from wattledger.modules.handlers import built_in


def test_the_consumption_monitor_says_what_it_brings() -> None:
    monitor = built_in("consumption_monitor")
    assert monitor.name == "consumption-monitor"
    assert [job.handler for job in monitor.jobs] == ["collect-consumption"]
    assert monitor.jobs[0].timeout >= 60_000, "milliseconds"


@pytest.mark.parametrize(
    "change", [{"timeout": 0}, {"retries": -1}, {"retries": 11}, {"unknown": 1}]
)
def test_a_manifest_out_of_bounds_is_refused(change: dict[str, int]) -> None:
    monitor = built_in("consumption_monitor").model_dump(by_alias=True)
    monitor["jobs"] = [{**monitor["jobs"][0], **change}]
    with pytest.raises(ValidationError):
        Manifest.model_validate(monitor)


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"properties": {"n": {"$ref": "#"}}}, r"\$ref is not taken"),
        ({"unevaluatedProperties": False}, "unevaluatedProperties is not taken; say"),
        ({"properties": {"n": {"unevaluatedItems": False}}}, "unevaluatedItems is not taken; say"),
        ({"properties": {"n": {"pattern": "("}}}, "it is no JSON Schema"),
    ],
)
def test_a_schema_that_leads_astray_is_refused(schema: dict[str, object], told: str) -> None:
    monitor = built_in("consumption_monitor").model_dump(by_alias=True)
    monitor["jobs"] = [{**monitor["jobs"][0], "configSchema": schema}]
    with pytest.raises(ValidationError, match=told):
        Manifest.model_validate(monitor)
