"""Errors as answers: one shape for all, and what is not known to be harmless stays inside.

UnauthorizedError    401 unauthorized
ForbiddenError       403 forbidden
NotFoundError        404 not_found
ConflictError        409 conflict
ChangedMeanwhileError 412 precondition_failed
InvalidInputError    422 invalid          fields names what to correct
TooManyTriesError    429 too_many          with Retry-After
NotAsSealedError     500 internal          says which statement
NotYetError          503 unavailable       says what is waited for
VaultError           503 unavailable       says which key is missed
DatabaseBusyError    503 unavailable
DatabaseFullError    503 unavailable
anything else        500 internal         without details: they are in the server's log
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any, Literal

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

from wattledger.domain.errors import (
    ChangedMeanwhileError,
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotAsSealedError,
    NotFoundError,
    NotYetError,
    TooManyTriesError,
    UnauthorizedError,
    WattledgerError,
)
from wattledger.secrets.keys import VaultError
from wattledger.store.database import DatabaseBusyError, DatabaseFullError
from wattledger.web.access import REQUEST_ID
from wattledger.web.allowed_methods import allowed_methods
from wattledger.web.answer import answer
from wattledger.web.schema import Schema
from wattledger.web.security_headers import SECURITY_HEADERS

_log = structlog.get_logger(__name__)
_CODES = {
    HTTPStatus.BAD_REQUEST: ("bad_request", "The body cannot be read."),
    HTTPStatus.UNAUTHORIZED: ("unauthorized", "There is no token or session that is valid."),
    HTTPStatus.FORBIDDEN: ("forbidden", "The caller lacks the permission."),
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing of that id."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "The address takes other methods."),
    HTTPStatus.CONFLICT: ("conflict", "It contradicts what is there."),
    HTTPStatus.PRECONDITION_FAILED: (
        "precondition_failed",
        "Somebody changed it meanwhile; load it again.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "The body is larger than it may be."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported_media_type", "The body is of another type."),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("invalid", "A field or parameter is wrong."),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "too_many",
        "Too many tries, or too many at once; Retry-After says how long to wait.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal", "A fault of the server."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("unavailable", "It cannot be answered now; try later."),
}
MESSAGES = {
    HTTPStatus.BAD_REQUEST: "The body cannot be read; send JSON in UTF-8.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address; /docs lists the routes.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "A body of this type is not taken here; /docs says which.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method; /docs lists both.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong in the server; its log says what.",
}
_STATUSES: dict[type[WattledgerError], HTTPStatus] = {
    UnauthorizedError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    ChangedMeanwhileError: HTTPStatus.PRECONDITION_FAILED,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyTriesError: HTTPStatus.TOO_MANY_REQUESTS,
    NotAsSealedError: HTTPStatus.INTERNAL_SERVER_ERROR,
    NotYetError: HTTPStatus.SERVICE_UNAVAILABLE,
    VaultError: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    DatabaseFullError: HTTPStatus.SERVICE_UNAVAILABLE,
}
CHALLENGE = {"WWW-Authenticate": "Bearer"}
"""The header that every 401 has (RFC 9110, 11.6.1)."""

_TOLD = 3
"""So many wrong fields stand in the message; all of them in ``fields``."""


class BodyTooLargeError(HTTPException):
    """A body that is larger than its route takes."""

    def __init__(self, most: int) -> None:
        megabytes = most // 1_000_000
        sentence = (
            f"The body is larger than {megabytes} MB, the most that is taken here; send less."
        )
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)


class ErrorDetail(Schema):
    """What went wrong."""

    code: str = Field(description="For programs.", examples=["invalid"])
    message: str = Field(description="For people: what is wrong and what to do.")
    fields: dict[str, str] | None = Field(
        default=None, description="By name of the field or parameter, what is wrong with it."
    )


class ErrorAnswer(Schema):
    """The shape of every error."""

    success: Literal[False] = False
    error: ErrorDetail


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return the error answers of a route for its documentation."""
    return {int(status): _documented(status) for status in statuses}


def _documented(status: HTTPStatus) -> dict[str, Any]:
    code, meaning = _CODES[status]
    error: dict[str, Any] = {"code": code, "message": MESSAGES.get(status, meaning)}
    if status is HTTPStatus.UNPROCESSABLE_ENTITY:
        error["fields"] = {"name": meaning}
    return {
        "model": ErrorAnswer,
        "description": meaning,
        "content": {"application/json": {"example": {"success": False, "error": error}}},
    }


def error_answer(
    status: HTTPStatus,
    message: str,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an error in its one shape."""
    code = _CODES[status][0] if status in _CODES else status.name.lower()
    detail = ErrorDetail(code=code, message=message, fields=dict(fields) if fields else None)
    return answer(ErrorAnswer(error=detail), status, headers, nulls=False)


def answer_errors(app: FastAPI) -> None:
    """Have every error of the application answered in its one shape."""
    for kind in _STATUSES:
        app.add_exception_handler(kind, _known_error)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _refused_by_framework)
    app.add_exception_handler(Exception, _internal)


def answer_of(error: BaseException) -> Response:
    """Return the answer of an error that came when the answer had begun; a defect is logged."""
    if isinstance(error, tuple(_STATUSES)):
        return _known(error)
    _log.error("a fault of the server", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return error_answer(status, MESSAGES[status])


def _known_error(_: Request, error: Exception) -> Response:
    return _known(error)


def _known(error: BaseException) -> Response:
    status = next(status for kind, status in _STATUSES.items() if isinstance(error, kind))
    fields, field = getattr(error, "fields", None), getattr(error, "field", None)
    told = fields or ({field: str(error)} if field else None)
    return error_answer(status, str(error), told, _headers(error))


def _headers(error: BaseException) -> Mapping[str, str] | None:
    if isinstance(error, UnauthorizedError):
        return CHALLENGE
    seconds = getattr(error, "seconds", None)
    return None if seconds is None else {"Retry-After": str(seconds)}


def _not_valid(_: Request, error: Exception) -> Response:
    problems: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    fields: dict[str, str] = {}
    for problem in problems:
        if problem["type"] == "json_invalid":
            message = f"The body is not JSON: {problem['ctx']['error']}."
            return error_answer(HTTPStatus.UNPROCESSABLE_ENTITY, message)
        where, *path = problem["loc"]
        if path and problem["type"] == "value_error":
            # A default that is wrong is told of by its name in Python.
            path[-1] = to_camel(str(path[-1]))
        name = ".".join(map(str, path)) or str(where)
        fields.setdefault(name, problem["msg"].removeprefix("Value error, "))
    message = "; ".join(f"{name}: {reason}" for name, reason in islice(fields.items(), _TOLD))
    return error_answer(HTTPStatus.UNPROCESSABLE_ENTITY, message, fields)


def _refused_by_framework(request: Request, error: Exception) -> Response:
    status, headers = HTTPStatus.INTERNAL_SERVER_ERROR, None
    if isinstance(error, HTTPException):
        status, headers = HTTPStatus(error.status_code), error.headers
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": allowed_methods(request)}
    if isinstance(error, BodyTooLargeError):
        return error_answer(status, str(error.detail))
    return error_answer(status, MESSAGES.get(status, f"{status.description}."), headers=headers)


def _internal(request: Request, _error: Exception) -> Response:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    # This answer is given outside of all our middleware, so it brings the headers along. After it
    # the defect is raised again, to be logged, and on that the server closes the connection.
    headers = {
        **SECURITY_HEADERS,
        REQUEST_ID: request.state.request_id,
        "Connection": "close",
    }
    return error_answer(status, MESSAGES[status], headers=headers)
