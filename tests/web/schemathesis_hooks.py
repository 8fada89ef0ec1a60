"""What Schemathesis sends names no device that exists: nothing outside this machine is read.

Loaded by name (SCHEMATHESIS_HOOKS) into the process that calls the API.
"""

from typing import Any

import schemathesis

NOWHERE = "127.0.0.1:9"
"""At loopback, which the server is not allowed to read."""


@schemathesis.hook
def before_call(_context: object, case: Any, _options: object) -> None:  # noqa: ANN401 - theirs
    """Let every endpoint stand nowhere."""
    body = case.body
    for each in body if isinstance(body, list) else [body]:
        if isinstance(each, dict):
            for name in ("ipAddress", "address"):
                if isinstance(each.get(name), str):
                    each[name] = NOWHERE
