"""Check the config of a job by the JSON Schema of its handler, and fill in what it leaves out."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from wattledger.domain.errors import InvalidInputError

ENDPOINTS = "endpoints"
"""The key of a config that says which endpoints a run takes."""
ALL, DUE = "all", "due"


def checked_config(schema: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config with its defaults filled in; InvalidInputError names the wrong key.

    >>> schema = {"properties": {"batchSize": {"type": "integer", "default": 50}}}
    >>> checked_config(schema, {})
    {'batchSize': 50}
    """
    filled = _filled(schema, config)
    errors = sorted(Draft202012Validator(schema).iter_errors(filled), key=_depth)
    if errors:
        raise _refusal(errors[0], schema, filled)
    _check_endpoints(filled.get(ENDPOINTS))
    return filled


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


def _refusal(
    error: ValidationError, schema: Mapping[str, Any], filled: Mapping[str, Any]
) -> InvalidInputError:
    field = ".".join(["config", *map(str, error.absolute_path)])
    if error.validator == "additionalProperties" and not error.absolute_path:
        known = schema.get("properties", {})
        strange = sorted(set(filled) - set(known))
        return InvalidInputError(
            f"config has no '{strange[0]}'; it takes {', '.join(known) or 'nothing'}.",
            field=f"config.{strange[0]}",
        )
    return InvalidInputError(f"{field}: {error.message}.", field=field)


def _check_endpoints(chosen: object) -> None:
    """Refuse what is no choice of endpoints; None is none: the handler knows its own."""
    named = isinstance(chosen, list) and all(isinstance(each, str) for each in chosen)
    if chosen not in (None, ALL, DUE) and not named:
        raise InvalidInputError(
            f"config.{ENDPOINTS} is '{ALL}', '{DUE}' or a list of endpoint ids.",
            field=f"config.{ENDPOINTS}",
        )
