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

import httpx
import pytest
from tests.docs.test_api_script import Served, plain, serving
from tests.web.schemathesis_hooks import OWN_TOKEN

HOOKS = "tests.web.schemathesis_hooks"
CONFIG = Path(__file__).with_name("schemathesis.toml")
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
EXAMPLES_OF_EACH = "4"
"""Of each route, and of sequences of routes: "make e2e" goes through all boundaries of values."""
SOAK_SECONDS = 600
PATIENCE = 300
"""Seconds that an answer may take: no speed is asked for here."""
LEFT_OUT = "/api/v1/consumption/live/stream"
"""What never ends; tests/web/api/test_stream_contract.py holds it to the document."""
SLOW = ("/api/v1/endpoints/try", "/api/v1/endpoints/detect")
"""What waits for devices that are not there; only the long run has the time."""


pytestmark = pytest.mark.no_cover


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Run a server that may read no device at all."""
    with serving(tmp_path, WATTLEDGER_ALLOW_LOOPBACK="false") as running:
        yield running


def call_all(server: Served, folder: Path, *options: str) -> None:
    """Let Schemathesis call the server; what it found is the message of the failure."""
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIG)),
        "run",
        f"{server.url}/openapi.json",
        *("--header", f"Authorization: Bearer {server.token}"),
        *("--checks", ",".join(CHECKS), "--continue-on-failure", "--warnings", "off"),
        *("--request-timeout", str(PATIENCE), "--no-color"),
        *("--exclude-path", LEFT_OUT),
        *options,
    ]
    # Made when it is first asked for; Schemathesis itself waits 10 seconds for it, not longer.
    document = httpx.get(f"{server.url}/openapi.json", timeout=PATIENCE)
    assert document.status_code == 200
    environment = plain() | {
        "SCHEMATHESIS_HOOKS": HOOKS,
        "PYTHONPATH": str(ROOT),
        OWN_TOKEN: str(number_of(server)),
    }
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr
    assert number_of(server), "the token it called with works to the end"


def number_of(server: Served) -> int:
    """Return the number of the token that calls are made with: the first one that was made."""
    headers = {"Authorization": f"Bearer {server.token}"}
    answer = httpx.get(f"{server.url}/api/v1/tokens", headers=headers, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["data"][0]["id"])


def call_for_a_while(server: Served, folder: Path, phases: str, *options: str) -> None:
    """Let Schemathesis call what answers at once, in some of its phases."""
    seed = "1" if os.environ.get("CI") else str(time.time_ns() % 2**32)
    left_out = [option for path in SLOW for option in ("--exclude-path", path)]
    call_all(server, folder, "--seed", seed, "--phases", phases, *options, *left_out)


@pytest.mark.long
def test_every_route_answers_as_the_document_says(served: Served, tmp_path: Path) -> None:
    call_for_a_while(
        served, tmp_path, "examples,fuzzing,stateful", "--max-examples", EXAMPLES_OF_EACH
    )


@pytest.mark.soak
@pytest.mark.timeout(3 * SOAK_SECONDS)
def test_every_route_goes_on_answering_so(served: Served, tmp_path: Path) -> None:
    ends = time.monotonic() + SOAK_SECONDS
    while (left := ends - time.monotonic()) > 0:
        call_all(served, tmp_path, "--max-time", str(max(60, int(left))))
