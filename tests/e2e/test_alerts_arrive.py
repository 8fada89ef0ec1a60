"""A server that runs tells a channel by itself that a device cannot be read."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.docs.test_api_script import Served, serving
from tests.notify.receivers import Webhook, receiving

PATIENCE = 120
ENDPOINT = {
    "name": "Rack A3",
    "ipAddress": "127.0.0.1:9",
    "clientName": "Client XYZ",
    "scrapingConfig": {"engine": "http", "valueSelector": "#kwh"},
    "pollInterval": 1,
}

pytestmark = pytest.mark.no_cover


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Give a web server that takes messages."""
    server = Webhook()
    with receiving(server):
        yield server


def caller(served: Served) -> httpx.Client:
    headers = {"Authorization": f"Bearer {served.token}"}
    return httpx.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=PATIENCE)


@pytest.mark.long
def test_what_cannot_be_read_is_told_once_and_after_a_restart_not_again(
    tmp_path: Path, webhook: Webhook
) -> None:
    channel = {"name": "Hook", "url": webhook.url, "kinds": ["failing"], "afterMinutes": 0}
    with serving(tmp_path, WATTLEDGER_ALLOW_LOOPBACK="true") as served, caller(served) as api:
        assert api.post("/channels", json=channel).status_code == 201
        assert api.post("/endpoints", json=ENDPOINT).status_code == 201
        until = time.monotonic() + PATIENCE
        while not webhook.taken and time.monotonic() < until:
            time.sleep(0.2)
    [told] = webhook.taken
    assert told["title"] == "Wattledger: Rack A3 cannot be read"
    assert "Rack A3 (Client XYZ)" in told["message"]
    assert "nothing answers at its address" in told["message"]
    with serving(tmp_path, WATTLEDGER_ALLOW_LOOPBACK="true") as served, caller(served) as api:
        [shown] = api.get("/channels").json()["data"]
        assert shown["lastSentAt"] is not None
        time.sleep(20)  # it looks every 15 s
    assert len(webhook.bodies) == 1
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert "MkrHook91" not in log
    assert "s3cret-hook" not in log
