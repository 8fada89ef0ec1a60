"""A running server is called with all that its document allows, and much that it does not.

No 5xx, no status, header, type or shape that the document does not name, no route without a token,
nothing that answers after it was deleted. First each route by itself, then in sequences, where ids
of one answer go into the next call.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.test_api_script import Served, plain, serving

HOOKS = "tests.web.schemathesis_hooks"
ROOT = Path(__file__).parents[2]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
    "ignored_auth",
)
SOAK_SECONDS = 600
LEFT_OUT = (
    "/api/v1/tokens",
    "/api/v1/session",
    "/api/v1/users",
    "/api/v1/consumption/live/stream",
)
"""What would end the caller's own right to call, and what never ends; they have own tests."""


pytestmark = pytest.mark.no_cover


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Run a server that may read no device at all."""
    with serving(tmp_path, WATTLEDGER_ALLOW_LOOPBACK="false") as running:
        yield running


def call_all(server: Served, folder: Path, *options: str) -> None:
    """Let Schemathesis call the server; what it found is the message of the failure."""
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run"),
        f"{server.url}/openapi.json",
        *("--header", f"Authorization: Bearer {server.token}"),
        *("--checks", ",".join(CHECKS), "--continue-on-failure", "--warnings", "off"),
        *("--request-timeout", "60", "--no-color"),
        *(part for path in LEFT_OUT for part in ("--exclude-path-regex", f"^{path}(/|$)")),
        *options,
    ]
    environment = plain() | {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr


@pytest.mark.long
def test_every_route_answers_as_the_document_says(served: Served, tmp_path: Path) -> None:
    seed = "1" if os.environ.get("CI") else str(time.time_ns() % 2**32)
    call_all(
        served,
        tmp_path,
        *("--seed", seed, "--max-examples", "2"),
        *("--phases", "examples,coverage,stateful"),
    )


@pytest.mark.soak
@pytest.mark.timeout(3 * SOAK_SECONDS)
def test_every_route_goes_on_answering_so(served: Served, tmp_path: Path) -> None:
    ends = time.monotonic() + SOAK_SECONDS
    while (left := ends - time.monotonic()) > 0:
        call_all(served, tmp_path, "--max-time", str(max(60, int(left))))
