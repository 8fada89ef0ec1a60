"""Channels whose addresses hold marks, to be looked for in all that leaves Wattledger."""

from typing import Any

import httpx

CHANNEL_MARKS = ("MkrChannel84", "MkrPath85", "MkrQuery86", "MkrToken87", "MkrWrongly88")
"""What stands in the addresses of channels: a password, a path, a token."""


def use_channels(caller: httpx.Client, device: str) -> dict[str, list[Any]]:
    """Create channels, send messages that are not taken, and be refused; returns ids by name."""
    place = device.removeprefix("http://")
    password, path, query, token, wrongly = CHANNEL_MARKS
    there = f"/{path}/hook?-secret={query}"
    addresses = {
        "operations": f"json://admin:{password}@{place}{there}",
        "gone": f"json://admin:{password}@127.0.0.1:9{there}",
        "chat": f"discord://1234567890/{token}",
    }
    known = {}
    for name, address in addresses.items():
        created = caller.post("/api/v1/channels", json={"name": name, "url": address})
        assert created.status_code == 201, created.text
        known[name] = created.json()["data"]["id"]
    for name, problem in (("operations", "sends on to another address"), ("gone", "")):
        tested = caller.post(f"/api/v1/channels/{known[name]}/test").json()["data"]
        assert (tested["success"], problem in tested["message"]) == (False, True), tested
    unusable: list[object] = [f"json://admin:{wrongly}@:port", f"nothing://{wrongly}", [wrongly]]
    for url in unusable:
        refused = caller.post("/api/v1/channels", json={"name": "third", "url": url})
        assert refused.status_code in {400, 422}, refused.text
    return {"channel": list(known.values())}
