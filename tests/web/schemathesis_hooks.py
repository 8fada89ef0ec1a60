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
PLACES = {"ipAddress": NOWHERE, "address": NOWHERE, "loginUrl": "/", "logoutUrl": "/", "url": "/"}
"""What is sent for a device's address, and for the pages that may stand at another host."""
CHANNEL = f"json://{NOWHERE}/"
"""What is sent for the address of a channel, which names its service."""

_NUMBER = TypeAdapter(int)


@schemathesis.hook
def before_call(_context: object, case: Any, _options: object) -> None:  # noqa: ANN401 - theirs
    """Let every endpoint stand nowhere, and no call revoke the token that all calls need."""
    send_nowhere(case.body)
    parameters = case.path_parameters
    if parameters and is_own(parameters.get("token")):
        parameters["token"] = NO_TOKEN


def send_nowhere(sent: object) -> None:
    """Replace the addresses of devices, wherever they stand in a body."""
    if isinstance(sent, list):
        for each in sent:
            send_nowhere(each)
    elif isinstance(sent, dict):
        for name, each in sent.items():
            if name in PLACES and isinstance(each, str):
                sent[name] = CHANNEL if is_of_channel(each) else PLACES[name]
            else:
                send_nowhere(each)


def is_of_channel(address: str) -> bool:
    """Tell whether an address is one that messages are sent to, as the example is."""
    return "://" in address and not address.startswith("http")


def is_own(sent: object) -> bool:
    """Tell whether the server takes what is sent for the number of the caller's own token."""
    try:
        return _NUMBER.validate_python(sent) == int(os.environ[OWN_TOKEN])
    except ValidationError:
        return False
