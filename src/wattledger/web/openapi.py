"""The OpenAPI document, with an example of every body and answer.

Each schema brings the example of what it describes; what stands around it follows from that.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TypeAlias

from fastapi import FastAPI

from wattledger.web.credentials import describe_credentials
from wattledger.web.schema import Schema

_Document: TypeAlias = dict[str, Any]
_JSON = "application/json"
_COMPONENT = "#/components/schemas/"


class DocumentedApi(FastAPI):
    """An application whose document is complete."""

    def openapi(self) -> _Document:
        """Return the document; it is the same each time."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas: _Document = document["components"]["schemas"]
            describe_credentials(document)
            _bring_back_nulls(schemas)
            _let_errors_be_json(document)
            for content in _contents(document):
                if "example" not in content:
                    # One that is missing is for the tests to find, not for those who read it.
                    with suppress(LookupError):
                        content["example"] = example_of(content["schema"], schemas)
        return super().openapi()


def example_of(schema: _Document, schemas: _Document) -> Any:  # noqa: ANN401 - of any kind
    """Return an example of a schema; LookupError names the one that brings none."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix(_COMPONENT)
        schema = {"title": name} | schemas[name]
    for found in (*schema.get("examples", ()), *_only_value(schema)):
        return found
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    if "properties" in schema:
        parts: _Document = schema["properties"]
        return {name: example_of(part, schemas) for name, part in parts.items()}
    raise LookupError(f"{schema.get('title', schema)} has no example.")


def _only_value(schema: _Document) -> Iterator[object]:
    if "const" in schema:
        yield schema["const"]
    elif "default" in schema:
        yield schema["default"]
    elif {"type": "null"} in schema.get("anyOf", ()):
        yield None


def _bring_back_nulls(schemas: _Document) -> None:
    """Let examples show what has no value as null: the framework leaves it out."""
    for schema in _described(Schema):
        extra = schema.model_config.get("json_schema_extra")
        if isinstance(extra, dict) and "examples" in extra and schema.__name__ in schemas:
            schemas[schema.__name__]["examples"] = extra["examples"]


def _let_errors_be_json(document: _Document) -> None:
    """Say so also of routes whose answers are of another type: their errors are not."""
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")) and "content" in response:
                    parts = [response["content"].get(_JSON, {}), *response["content"].values()]
                    response["content"] = {_JSON: {**parts[-1], **parts[0]}}


def _described(schema: type[Schema]) -> Iterator[type[Schema]]:
    for each in schema.__subclasses__():
        yield each
        yield from _described(each)


def _contents(document: _Document) -> Iterator[_Document]:
    """Yield the JSON bodies and answers of all operations."""
    for path in document["paths"].values():
        for operation in path.values():
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                if _JSON in part.get("content", {}):
                    yield part["content"][_JSON]
