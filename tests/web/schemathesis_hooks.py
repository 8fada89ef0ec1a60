"""What Schemathesis sends names no device that exists, and leaves it the token that it calls with.

Loaded by name (SCHEMATHESIS_HOOKS) into the process that calls the API.
"""

import os
from typing import Any

import schemathesis
from pydantic import TypeAdapter, ValidationError

NOWHERE = "127.0.0.1:9"
"""At loopback, which the server is not allowed to read."""
OWN_TOKEN = "SCHEMATHESIS_OWN_TOKEN"
"""Tells the number of the token that it calls with."""
NO_TOKEN = 2**62

_NUMBER = TypeAdapter(int)


@schemathesis.hook
def before_call(_context: object, case: Any, _options: object) -> None:  # noqa: ANN401 - theirs
    """Let every endpoint stand nowhere, and no call revoke the token that all calls need."""
    body = case.body
    for each in body if isinstance(body, list) else [body]:
        if isinstance(each, dict):
            for name in ("ipAddress", "address"):
                if isinstance(each.get(name), str):
                    each[name] = NOWHERE
    parameters = case.path_parameters
    if parameters and is_own(parameters.get("token")):
        parameters["token"] = NO_TOKEN


def is_own(sent: object) -> bool:
    """Tell whether the server takes what is sent for the number of the caller's own token."""
    try:
        return _NUMBER.validate_python(sent) == int(os.environ[OWN_TOKEN])
    except ValidationError:
        return False
