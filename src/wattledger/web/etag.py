"""Entity tags: no change undoes one that its caller did not see.

A tag has two halves, ``"SETTINGS.ALL"``: a hash of what people set, and one of all that is shown.
If-None-Match compares all of it. If-Match compares the first half: a reading that came in meanwhile
keeps nobody from saving a form (decision 0023).

In a route that shows:      ``return shown(Answer(data=output), seen)``
In a route that changes:    ``check.of(output_of)`` goes to the service, which calls it with what is
                            there inside of its transaction; then ``return shown(Answer(data=...))``
"""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import Depends, Header, Response

from wattledger.domain.errors import ChangedMeanwhileError
from wattledger.services.precondition import Check
from wattledger.web.answer import answer, printed
from wattledger.web.errors import documented
from wattledger.web.schema import Answer, Schema

_T = TypeVar("_T")
_DIGITS = 16
_LONGEST = 1000
_EXAMPLE = '"6b86b273ff34fce1.d4735e3a265e16ee"'
_ETAG = {
    "description": "Stands for this state of it. Send it as If-Match with a change, and as "
    "If-None-Match to be answered only when it is another.",
    "schema": {"type": "string"},
    "example": _EXAMPLE,
}

TAGGED: dict[int | str, dict[str, Any]] = {200: {"headers": {"ETag": _ETAG}}}
"""The answers of a route that changes one thing, for its documentation."""

SHOWN: dict[int | str, dict[str, Any]] = TAGGED | {
    304: {
        "description": "It is still what If-None-Match names.",
        "headers": {"ETag": _ETAG},
    }
}
"""The answers of a route that shows one thing, for its documentation."""

CHANGED_MEANWHILE = documented(HTTPStatus.PRECONDITION_FAILED)
"""The answer of a route that takes If-Match, for its documentation."""


def tag_of(content: Schema) -> str:
    """Return the entity tag of what is shown."""
    settings = printed(content, without=content.beside_settings)
    return f'"{_hash(settings)}.{_hash(printed(content))}"'


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:_DIGITS]


class Precondition:
    """What a caller said of the thing to be changed: the tags of If-Match, or nothing."""

    def __init__(self, header: str | None) -> None:
        self._wanted = None if header is None else _tags(header)

    def of(self, output: Callable[[_T], Schema]) -> Check[_T]:
        """Return the check that a service calls with what is there, before it changes it."""

        def check(found: _T) -> None:
            if self._wanted is None or "*" in self._wanted:
                return
            if _settings_half(tag_of(output(found))) not in map(_settings_half, self._wanted):
                raise ChangedMeanwhileError(
                    "Somebody changed it meanwhile; load it again and make your change to that."
                )

        return check


def _tags(header: str) -> list[str]:
    # A proxy that compresses answers makes a tag a weak one; it is ours all the same.
    return [tag.strip().removeprefix("W/") for tag in header.split(",")]


def _settings_half(tag: str) -> str:
    return tag.strip('"').partition(".")[0]


async def _precondition(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=_LONGEST,
            description="The ETag of what was seen: where its settings are others by now, nothing "
            "is changed. `*` for any; left out, the change is made in any case.",
            examples=["*"],
        ),
    ] = None,
) -> Precondition:
    return Precondition(if_match)


IfMatch: TypeAlias = Annotated[Precondition, Depends(_precondition)]
"""The parameter of a route that changes one thing."""

IfNoneMatch: TypeAlias = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        max_length=_LONGEST,
        description="The ETag of what is known: where that still holds, the answer is 304.",
        examples=[_EXAMPLE],
    ),
]
"""The parameter of a route that shows one thing."""


def shown(content: Answer[Any], seen: str | None = None, *, of: Schema | None = None) -> Response:
    """Return an answer with its entity tag, or 304 where ``seen`` (If-None-Match) names that.

    ``of`` is what the tag is of where it is only a part of the answer.
    """
    tag = tag_of(of or content.data)
    headers = {"ETag": tag}
    if seen is not None and {"*", tag} & set(_tags(seen)):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return answer(content, headers=headers)
