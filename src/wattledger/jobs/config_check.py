"""Check the config of a job by the JSON Schema of its handler, and fill in what it leaves out."""

from collections.abc import Mapping
from copy import deepcopy
from json import dumps
from typing import Any

from jsonschema.exceptions import ValidationError

from wattledger.collect.pattern import PatternError, shown
from wattledger.domain.errors import InvalidInputError
from wattledger.jobs.bounded_schema import faults

ENDPOINTS = "endpoints"
"""The key of a config that says which endpoints a run takes."""
ALL, DUE = "all", "due"

LARGEST = 500_000
"""Characters of a config as JSON: there is room for 10,000 ids of endpoints."""
_MOST_ENDPOINTS = 10_000
_LONGEST_FAULT = 300


def checked_config(schema: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config with its defaults filled in; InvalidInputError names the wrong key.

    It may take a second: no transaction that writes may be open meanwhile.

    >>> schema = {"properties": {"batchSize": {"type": "integer", "default": 50}}}
    >>> checked_config(schema, {})
    {'batchSize': 50}
    """
    try:
        _check_size(config)
        filled = _filled(schema, config)
        found = faults(schema, filled)
    except PatternError as error:
        raise _refused(f"config: {error}") from None
    except OverflowError:
        raise _refused("config: It holds a number that is too large.") from None
    except RecursionError:
        raise _refused("config: It is nested too deeply.") from None
    if found:
        raise _refusal(min(found, key=_depth))
    _check_endpoints(filled.get(ENDPOINTS))
    return filled


def _refused(message: str, field: str = "config") -> InvalidInputError:
    return InvalidInputError(message, field=field)


def _check_size(config: Mapping[str, Any]) -> None:
    size = len(dumps(config, separators=(",", ":")))
    if size > LARGEST:
        raise _refused(f"config: It is {size:,} characters of JSON; at most {LARGEST:,} are taken.")


def _filled(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    filled = dict(given)
    for name, inner in schema.get("properties", {}).items():
        if not isinstance(inner, Mapping):
            continue
        if name not in filled and "default" in inner:
            filled[name] = deepcopy(inner["default"])
        if isinstance(filled.get(name), Mapping):
            filled[name] = _filled(inner, filled[name])
    return filled


def _depth(error: ValidationError) -> tuple[int, str]:
    return len(error.absolute_path), str(error.validator)


def _refusal(error: ValidationError) -> InvalidInputError:
    *above, last = ["config", *(shown(str(part)) for part in error.absolute_path)]
    field = ".".join([*above, last])
    if error.validator == "additionalProperties":
        known = ", ".join(_properties(error.schema)) or "nothing"
        return _refused(f"{'.'.join(above)} has no '{last}'; it takes {known}.", field)
    return _refused(f"{field}: {_fault(error)}.", field)


def _properties(schema: object) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = schema.get("properties", {}) if isinstance(schema, dict) else {}
    return properties


def _fault(error: ValidationError) -> str:
    """Return what is wrong; what was sent is cut short in it, it may be as long as a config."""
    sent, told = repr(error.instance), error.message
    if told.startswith(sent):
        told = shown(sent) + told.removeprefix(sent)
    return told if len(told) <= _LONGEST_FAULT else f"{told[:_LONGEST_FAULT]}…"


def _check_endpoints(chosen: object) -> None:
    """Refuse what is no choice of endpoints; None is none: the handler knows its own."""
    named = isinstance(chosen, list) and all(isinstance(each, str) for each in chosen)
    if chosen not in (None, ALL, DUE) and not named:
        raise _refused(
            f"config.{ENDPOINTS} is '{ALL}', '{DUE}' or a list of endpoint ids.",
            f"config.{ENDPOINTS}",
        )
    if isinstance(chosen, list) and len(chosen) > _MOST_ENDPOINTS:
        raise _refused(
            f"config.{ENDPOINTS} names more than {_MOST_ENDPOINTS:,} endpoints.",
            f"config.{ENDPOINTS}",
        )
