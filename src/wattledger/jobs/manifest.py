"""The manifest of a module: what it is called and which jobs it brings."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from wattledger.domain.errors import InvalidInputError

_FOLDER = "jobs/"
_ENDINGS = (".js", ".py")
_LONGEST_TIMEOUT = 24 * 3600 * 1000


def handler_name(written: str) -> str:
    """Return the one name of a handler, of which people write several.

    >>> {handler_name(name) for name in ("jobs/read-all.js", "jobs/read_all.py", "read_all")}
    {'read-all'}
    """
    name = written.strip().removeprefix("./").removeprefix(_FOLDER)
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name.replace("_", "-")


def _normalised(written: object) -> object:
    return handler_name(written) if isinstance(written, str) else written


_REFERENCES = frozenset({"$ref", "$dynamicRef"})
_UNEVALUATED = frozenset({"unevaluatedItems", "unevaluatedProperties"})
"""They take the square of what is sent."""


def _bounded(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuse what is no JSON Schema, leads out of itself, or takes no end of time."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "the schema"
        raise ValueError(f"it is no JSON Schema: {place}: {error.message}") from None
    if schema.get("type", "object") != "object":
        raise ValueError('a config is an object: its schema has "type": "object"')
    keys = _keys(schema)
    if keys & _REFERENCES:
        raise ValueError("$ref is not taken; write out what it stands for")
    if keys & _UNEVALUATED:
        raise ValueError(
            f"{min(keys & _UNEVALUATED)} is not taken; say items or additionalProperties"
        )
    return schema


def _keys(part: object) -> "set[str]":
    if isinstance(part, Mapping):
        return set(part).union(*map(_keys, part.values()))
    if isinstance(part, list):
        return set().union(*map(_keys, part))
    return set()


Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
"""A name in lower-case letters, digits and hyphens."""

_Line: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
_Text: TypeAlias = Annotated[str, Field(max_length=2_000)]


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class JobManifest(_Model):
    """A job of a module. ``timeout`` is milliseconds, ``retries`` are extra tries.

    ``config_schema`` is the JSON Schema of its config; its defaults are filled in.
    """

    handler: Annotated[Name, BeforeValidator(_normalised)]
    display_name: _Line
    description: _Text
    timeout: int = Field(ge=1_000, le=_LONGEST_TIMEOUT)
    retries: int = Field(ge=0, le=10)
    config_schema: Annotated[dict[str, Any], AfterValidator(_bounded)] = Field(default_factory=dict)


class Manifest(_Model):
    """A module."""

    name: Name
    version: _Line
    display_name: _Line
    description: _Text
    jobs: Annotated[tuple[JobManifest, ...], Field(min_length=1)]

    def job(self, written: str) -> JobManifest:
        """Return the job of a handler, however it is written; InvalidInputError names those.

        >>> Manifest.model_validate({"name": "m", "version": "1", "displayName": "M",
        ...     "description": "", "jobs": [{"handler": "read-all", "displayName": "R",
        ...     "description": "", "timeout": 1000, "retries": 0}]}).job("jobs/read_all.py").handler
        'read-all'
        """
        wanted = handler_name(written)
        for job in self.jobs:
            if job.handler == wanted:
                return job
        known = ", ".join(job.handler for job in self.jobs)
        raise InvalidInputError(
            f"The module {self.name} has no handler '{written}'; it has {known}.", field="handler"
        )


def parse_manifest(text: str | bytes) -> Manifest:
    """Read a manifest.json; InvalidInputError says what is wrong where."""
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        # A list whose parts are wrong is told to be too short besides.
        found = [each for each in error.errors() if each["type"] != "too_short"] or error.errors()
        problems = [_sentence(each["loc"], each["msg"]) for each in found]
        raise InvalidInputError("manifest.json: " + "; ".join(problems)) from None


def _sentence(place: tuple[int | str, ...], problem: str) -> str:
    where = ".".join(map(str, place))
    reason = problem.removeprefix("Value error, ")
    return f"{where}: {reason}" if where else reason
