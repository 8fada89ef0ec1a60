"""Valid calls of every route, made from the OpenAPI document and what is in the database."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.types import Message, Scope

_NOBODY = "999999"
"""What stands for parameters that the tests know nothing of: there is no such thing."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a route. ``is_known`` tells that all in it is there, ``sends`` what it sends."""

    method: str
    path: str
    query: str
    body: bytes
    content_type: str
    is_known: bool
    is_stream: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer; of a stream, that it began."""

    status: int
    body: bytes


def call_of(document: Mapping[str, Any], method: str, path: str, known: Mapping[str, str]) -> Call:
    """Return a call of a route with the parameters that it needs and the example of its body."""
    operation = document["paths"].get(path, {}).get(method.lower(), {})
    names = re.findall(r"{(\w+)}", path)
    query = {
        each["name"]: known[each["name"]]
        for each in operation.get("parameters", ())
        if each["in"] == "query" and each.get("required") and each["name"] in known
    }
    content_type, body = _body(document, operation)
    texts = {"month": f"{known['year']}-0{known['month']}"} if "year" not in names else {}
    values = {name: (dict(known) | texts).get(name, _NOBODY) for name in names}
    return Call(
        method,
        path.format(**values),
        urlencode(query),
        body,
        content_type,
        is_known=all(name in known for name in names),
        is_stream="text/event-stream" in json.dumps(operation.get("responses", {})),
    )


def _body(document: Mapping[str, Any], operation: Mapping[str, Any]) -> tuple[str, bytes]:
    content = operation.get("requestBody", {}).get("content", {})
    for content_type, media in content.items():
        schema = media.get("schema", {})
        name = schema.get("$ref", "").rpartition("/")[2]
        examples = document["components"]["schemas"].get(name, schema).get("examples")
        if examples:
            return content_type, json.dumps(examples[0]).encode()
        return content_type, b""
    return "", b""


async def answer_to(app: FastAPI, call: Call, token: str | None) -> Answer:
    """Send a call as who has a token; of a stream only its beginning is awaited."""
    headers = [(b"host", b"wattledger")]
    if token is not None:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    if call.content_type:
        headers.append((b"content-type", call.content_type.encode()))
        headers.append((b"content-length", str(len(call.body)).encode()))
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": call.method,
        "scheme": "http",
        "path": call.path,
        "raw_path": call.path.encode(),
        "query_string": call.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("wattledger", 80),
    }
    return await _run(app, scope, call)


async def _run(app: FastAPI, scope: Scope, call: Call) -> Answer:
    sent: list[Message] = [{"type": "http.request", "body": call.body, "more_body": False}]
    begun, ended = asyncio.Event(), asyncio.Event()
    status, body = 0, bytearray()

    async def receive() -> Message:
        if sent:
            return sent.pop()
        await ended.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            begun.set()
        else:
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                ended.set()

    running = asyncio.create_task(app(scope, receive, send))
    await begun.wait()
    if call.is_stream and status < 300:
        ended.set()
        running.cancel()
        await asyncio.wait([running])
    else:
        await running
    return Answer(status, bytes(body))
