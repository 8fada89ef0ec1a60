"""Configs are held to the schemas of their handlers: exactly, in little time, with few words."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wattledger.domain.errors import InvalidInputError
from wattledger.jobs.config_check import LARGEST, checked_config
from wattledger.modules.handlers import built_in

CONSUMPTION = built_in("consumption_monitor").jobs[0].config_schema
_SOON = 5
"""Seconds; each of these took a minute or for ever."""


def schema_of(**keywords: object) -> dict[str, Any]:
    return {"properties": {"n": keywords}}


def refused(schema: dict[str, Any], config: dict[str, Any]) -> tuple[str | None, str]:
    """Return the field and the message of the refusal, which comes soon and is short."""
    begun = time.monotonic()
    with pytest.raises(InvalidInputError) as refusal:
        checked_config(schema, config)
    assert time.monotonic() - begun < _SOON
    assert len(str(refusal.value)) < 500
    assert len(refusal.value.field or "") < 200
    return refusal.value.field, str(refusal.value)


def test_a_list_of_what_cannot_be_sorted_is_looked_through_once() -> None:
    field, told = refused(CONSUMPTION, {"endpoints": [{"a": n} for n in range(4_000)]})
    assert field == "config.endpoints"
    assert told.startswith("config.endpoints: [{'a': 0}, {'a': 1},")
    assert told.endswith("… is not valid under any of the given schemas.")


def test_ten_thousand_endpoints_can_be_named_and_none_twice() -> None:
    ids = [f"{n:036}" for n in range(10_000)]
    assert checked_config(CONSUMPTION, {"endpoints": ids})["endpoints"] == ids
    refused(CONSUMPTION, {"endpoints": [*ids[1:], ids[1]]})
    field, told = refused({}, {"endpoints": [*ids, "one more"]})
    assert (field, told) == (
        "config.endpoints",
        "config.endpoints names more than 10,000 endpoints.",
    )


PARTS = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from([-0.0, 0.5, 1.0, "", "1"]),
    lambda parts: st.lists(parts, max_size=2) | st.dictionaries(st.sampled_from("ab"), parts),
    max_leaves=4,
)


@given(st.lists(PARTS, max_size=6))
def test_what_is_there_twice_is_what_json_schema_calls_equal(parts: list[object]) -> None:
    schema = schema_of(uniqueItems=True)
    try:
        checked_config(schema, {"n": parts})
        unique = True
    except InvalidInputError:
        unique = False
    assert unique == Draft202012Validator(schema).is_valid({"n": parts})


@pytest.mark.parametrize(
    "schema",
    [
        schema_of(pattern="(?:a|aa)+$"),
        schema_of(items={"pattern": "(?:a|aa)+$"}),
        schema_of(patternProperties={"(?:a|aa)+$": {"type": "string"}}),
        schema_of(patternProperties={"(?:a|aa)+$": True}, additionalProperties=False),
    ],
)
def test_a_pattern_of_a_schema_is_stopped(schema: dict[str, Any]) -> None:
    text = f"{'a' * 60}!"
    keyword = schema["properties"]["n"]
    sent: object = {text: 1} if "patternProperties" in keyword else text
    field, told = refused(schema, {"n": [text] * 9 if "items" in keyword else sent})
    assert field == "config"
    assert "The pattern (?:a|aa)+$ takes too long on 'aaaa" in told


def test_patterns_decide_as_they_did() -> None:
    schema = {
        "properties": {"n": {"pattern": "^[a-z]+$"}, "x": {}},
        "patternProperties": {"^v_": {"type": "integer"}},
        "additionalProperties": False,
    }
    good = {"n": "abc", "v_1": 1, "x": None}
    assert checked_config(schema, good) == good
    assert refused(schema, {"n": "A"}) == ("config.n", "config.n: 'A' does not match ^[a-z]+$.")
    assert refused(schema, {"v_1": "a"})[0] == "config.v_1"
    told = "config has no 'w'; it takes n, x."
    assert refused(schema, {"v_1": 1, "w": 1}) == ("config.w", told)
    assert refused({"additionalProperties": {"type": "integer"}}, {"w": ""})[0] == "config.w"
    inner = schema_of(properties={"a": {}}, additionalProperties=False)
    assert refused(inner, {"n": {"b": 1}}) == ("config.n.b", "config.n has no 'b'; it takes a.")


def test_the_work_of_a_check_has_an_end() -> None:
    field, told = refused(schema_of(items={"type": "string"}), {"n": ["a"] * 110_000})
    assert (field, "more than can be checked" in told) == ("config", True)


def test_a_config_has_a_size() -> None:
    field, told = refused({}, {"n": "a" * LARGEST})
    assert field == "config"
    assert told == "config: It is 500,008 characters of JSON; at most 500,000 are taken."
    assert checked_config({}, {"n": "a" * (LARGEST - 8)})


@pytest.mark.parametrize(
    "config", [{"k" * 60_000: 1}, {"endpoints": "x" * 60_000}, {"batchSize": "1" * 60_000}]
)
def test_what_was_sent_is_not_sent_back(config: dict[str, Any]) -> None:
    field, told = refused(CONSUMPTION, config)
    assert field is not None
    assert told.startswith(("config has no 'kkkk", "config.endpoints: 'xxx", "config.batchSize: "))


def test_numbers_and_depths_that_cannot_be_checked_are_refused() -> None:
    assert "too large" in refused(schema_of(multipleOf=0.1), {"n": 10**400})[1]
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]
    assert "nested too deeply" in refused(schema_of(uniqueItems=True), {"n": [deep]})[1]
